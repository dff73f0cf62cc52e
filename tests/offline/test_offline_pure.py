"""The offline package stands alone, and loads what is heavy only where it is used."""

from __future__ import annotations

import subprocess
import sys

PURE = """
import sys
import idp.documents.offline.readers, idp.documents.offline.bundle_file, idp.documents.offline.receipt_command
loaded = {name.split(".")[0] for name in sys.modules}
ours = {name for name in sys.modules if name == "idp" or name.startswith("idp.")}
print(sorted(loaded & {"flask", "sqlalchemy", "authlib", "requests", "cbor2", "base45", "PIL", "zxingcpp", "qrcode"}))
own = ("idp.documents.offline", "idp.documents.verifier", "idp.documents.sd_jwt")
print(sorted(name for name in ours if not name.startswith(own)))
"""


def test_loads_nothing_else() -> None:
    """No web framework, no database, no other part of the provider; no picture, no CBOR before there is a code."""
    done = subprocess.run([sys.executable, "-c", PURE], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "['idp', 'idp.documents']"]
