"""Presentation, offline code and signed PDF, by library and by command, where the first socket ends the process.

All that is at hand is what `trust export` writes and the pinned root.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from issuing_support import PROVIDER
from joserfc.jwk import ECKey
from pdf_world import World

from idp import pki, trust_bundle
from idp.documents import printing
from idp.documents.issuers import Issuers
from idp.documents.sd_jwt.key_binding import bind
from tests.conftest import NOW

AUDIENCE, NONCE = "https://counter.vn-mock.example", "n-0S6_WzA2Mj"
#: An audit hook (PEP 578) is called by the interpreter's own code for every socket, name look-up and connection: no
#: module can go round it as round a patched name, nothing can catch its end, and it cannot be taken off again.
GUARD = """
import os, sys
def hook(event, _arguments):
    if event.startswith("socket."):
        os.write(2, f"the network was used: {event}".encode())
        os._exit(97)
sys.addaudithook(hook)
"""
PROGRAM = (
    GUARD
    + """
import io, json
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from pathlib import Path
from idp.cli.main import main
from idp.documents.offline.bundle import TrustBundle
from idp.documents.offline.verify import verify_code
from idp.documents.pdf.verification import verify_pdf
from idp.documents.verifier.certificates import load_pem
from idp.documents.verifier.errors import VerificationError
from idp.documents.verifier.key_binding import NO_KEY_BINDING, ExpectedKeyBinding
from idp.documents.verifier.verify import verify

folder, at, audience, nonce = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
now = datetime.fromisoformat(at)
proof = ExpectedKeyBinding(audience, nonce, timedelta(minutes=5))
files = {name: folder / name for name in ("presentation", "code", "pdf")}

def library(name, bundle):
    known = dict(trust=bundle.trust, now=now, status=bundle.status, types=bundle.types.rules)
    try:
        if name == "pdf":
            return verify_pdf(files[name].read_bytes(), **known).document.answers.good
        text = files[name].read_text("ascii")
        if name == "code":
            return verify_code(text, key_binding=NO_KEY_BINDING, **known).answers.good
        return verify(text, key_binding=proof, **known).answers.good
    except VerificationError as error:
        return error.code

def command(name, bundle):
    options = ["--bundle", str(bundle), "--root", str(folder / "root.pem"), "--at", at, "--json"]
    if name == "presentation":
        options += ["--audience", audience, "--nonce", nonce]
    told = io.StringIO()
    with redirect_stdout(told):
        code = main(["verify", str(files[name]), *options])
    return [code, json.loads(told.getvalue())["code"]]

found = {}
for which in ("good", "revoked"):
    path = folder / f"{which}.jwt"
    bundle = TrustBundle.load(path.read_text("ascii"), root=load_pem((folder / "root.pem").read_bytes()), now=now)
    found[which] = {name: [library(name, bundle), command(name, path)] for name in files}
print(json.dumps(found))
"""
)


@pytest.fixture
def carried(keys_dir: Path, tmp_path: Path) -> Path:
    """A folder at the counter: two bundles, by one of which the document is revoked, and three forms of it."""
    world, holder, folder = World(keys_dir, NOW), ECKey.generate_key("P-256"), tmp_path / "counter"
    folder.mkdir()
    for which, value in (("good", 0), ("revoked", 1)):
        lists = [str(token) for token in world.status(value).tokens.values()]
        (folder / f"{which}.jwt").write_text(trust_bundle.make(keys_dir, PROVIDER, lists, NOW), encoding="ascii")
    (folder / "root.pem").write_bytes(pki.root(keys_dir).certificate.public_bytes(Encoding.PEM))
    document = world.document(cnf={"jwk": holder.as_dict(private=False)})
    shown = bind(document.sd_jwt, holder_key=holder, audience=AUDIENCE, nonce=NONCE, issued_at=NOW)
    (folder / "presentation").write_text(shown, encoding="ascii")
    (folder / "code").write_text(printing.offline_code(Issuers(keys_dir), document, NOW), encoding="ascii")
    (folder / "pdf").write_bytes(world.printed(document))
    return folder


def test_all_three_by_library_and_command(carried: Path) -> None:
    """Accepted by the one bundle, refused by the other: the verdict is the lists' own, and no socket was opened."""
    command = [sys.executable, "-c", PROGRAM, str(carried), NOW.isoformat(), AUDIENCE, NONCE]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    accepted, revoked = [True, [0, None]], ["revoked", [1, "revoked"]]
    names = ("presentation", "code", "pdf")
    assert json.loads(done.stdout) == {
        "good": dict.fromkeys(names, accepted), "revoked": dict.fromkeys(names, revoked)
    }  # fmt: skip


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.socket()",
        "import _socket; _socket.socket()",
        "import socket; socket.getaddrinfo('localhost', 80)",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')",
        "import threading; t = threading.Thread(target=__import__('_socket').socket); t.start(); t.join()",
    ],
    ids=["socket", "below the module", "name", "address", "thread"],
)
def test_the_guard_sees_every_way(attempt: str) -> None:
    """Whoever opens a socket does not live to tell, whatever it catches."""
    program = f"{GUARD}\ntry:\n    {attempt}\nexcept BaseException:\n    pass\nprint('alive')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 97
    assert "the network was used" in done.stderr
    assert done.stdout == ""
