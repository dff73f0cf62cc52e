"""The guide to CI without a phone: its shell is run as it stands."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from live import ROOT, demo

GUIDE = ROOT / "docs" / "guides" / "ci-without-a-phone.md"

pytestmark = pytest.mark.xdist_group("demo-mock-phone")


def test_curl_alone_finishes_a_sign_in(tmp_path: Path) -> None:
    """The block of the guide, against a demo with the simulated phone on: approved, and on to the wallet."""
    text = GUIDE.read_text(encoding="utf-8").partition("## With curl alone")[2]
    found = re.search(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert found
    with demo(tmp_path, {}, "--mock-phone") as sandbox:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", found[1]],
            env={**os.environ, "ISSUER": sandbox.issuer, "TMPDIR": str(tmp_path), "no_proxy": "localhost"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert '"state": "approved"' in done.stdout or '"state":"approved"' in done.stdout
        assert f"303 {sandbox.issuer}/wallet" in done.stdout
