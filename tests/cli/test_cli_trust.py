"""`trust export` and `verify --bundle`: a counter that has one file, a pinned root, and no network at all."""

from __future__ import annotations

import io
import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import qrcode
from live import FAST_ARGON2, ROOT

from idp import pki
from idp.cli.main import main
from idp.db import Database
from idp.documents import issuance, printing, store, wallet
from idp.documents.issuers import Issuers
from idp.documents.offline.bundle import fingerprint
from tests.cli.conftest import Answer, Run, assert_refused

#: Whatever opens a socket, or asks for an address, ends the process: nothing was asked of any network.
OFFLINE = """
import socket, sys
def refuse(*args, **kwargs):
    raise SystemExit("the network was used")
for name in ("socket", "create_connection", "getaddrinfo", "gethostbyname", "create_server"):
    setattr(socket, name, refuse)
sys.modules["_socket"].socket = refuse
from idp.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@dataclass
class Counter:
    """A folder elsewhere, with what was carried there; `root` is the fingerprint that was told apart from it."""

    folder: Path
    root: str
    text: str
    call: Run

    def verify(self, *options: str, pin: bool = True) -> Answer:
        pinned = ("--root-fingerprint", self.root) if pin else ()
        return self.call("verify", *self.arguments, *pinned, *options)

    @property
    def arguments(self) -> tuple[str, ...]:
        return (str(self.folder / "code.txt"), "--bundle", str(self.folder / "bundle.jwt"))

    def code(self, *options: str) -> tuple[int, object]:
        answer = self.verify("--json", *options)
        return answer.code, json.loads(answer.out)["code"]

    def without_network(self, *options: str) -> Answer:
        """In a process of its own, which can open no socket."""
        command = [
            sys.executable,
            "-c",
            OFFLINE,
            "verify",
            *self.arguments,
            "--root-fingerprint",
            self.root,
            *options,
        ]
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=self.folder, env=environment, timeout=60, check=False
        )
        return Answer(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Exported:
    """What the provider gave away."""

    keys_dir: Path
    bundle: str
    newer: str
    told: str
    text: str


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """Seeded once; two bundles, the second half a minute younger, and the code of a sheet."""
    folder = tmp_path_factory.mktemp("provider")
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith(("IDP_", "PORTAL_", "MOCK_VNEID_")):
                patch.delenv(name)
        for name, value in {"IDP_KEYS_DIR": "keys", "IDP_DATA_DIR": "var"}.items():
            patch.setenv(name, str(folder / value))
        for name, value in FAST_ARGON2.items():
            patch.setenv(name, value)
        assert main(["seed"]) == 0
        told = io.StringIO()
        with redirect_stderr(told):
            assert main(["trust", "export", "-o", str(folder / "bundle.jwt")]) == 0
        patch.setattr("idp.cli.trust.SystemClock", Later)
        printed = io.StringIO()
        with redirect_stdout(printed), redirect_stderr(io.StringIO()):
            assert main(["trust", "export"]) == 0
    bundle, newer = (folder / "bundle.jwt").read_text(encoding="ascii"), printed.getvalue()
    text = _code_of(folder / "var" / "idp.sqlite3", folder / "keys", "MP-CC-000101")
    return Exported(folder / "keys", bundle, newer, told.getvalue(), text)


class Later:
    """A clock half a minute ahead."""

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=30)


@pytest.fixture
def counter(exported: Exported, run: Run, tmp_path: Path) -> Counter:
    """The database is out of reach here, and so are the keys."""
    folder = tmp_path / "counter"
    folder.mkdir()
    (folder / "bundle.jwt").write_text(exported.bundle, encoding="ascii")
    (folder / "code.txt").write_text(exported.text, encoding="ascii")
    root = fingerprint(pki.root(exported.keys_dir).certificate)
    assert root in exported.told
    return Counter(folder, root, exported.text, run)


def _code_of(path: Path, keys_dir: Path, number: str) -> str:
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT id FROM document WHERE document_number = ?", (number,)).fetchone()
    db = Database(f"sqlite:///{path}")
    with db.read() as session:
        row = store.document(session, found[0])
        assert row is not None
        document = wallet.view(row)
    db.dispose()
    assert issuance.content_of(document)
    return printing.offline_code(Issuers(keys_dir), document, datetime.now(UTC))


def test_a_code_with_no_network(counter: Counter) -> None:
    """In a process in which every socket is an error: accepted, in both languages, with the ages of the lists."""
    answer = counter.without_network()
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("CHẤP NHẬN")
    assert len(re.findall("(phút|giây) trước", answer.out)) == 2
    assert len(re.findall("(minute|second)s? ago", counter.verify("--lang", "en").out)) == 2
    told = json.loads(counter.verify("--json").out)
    assert told["answers"]["holder"] == "not_proven"
    assert told["document"]["claims"]["full_name"] == "Nguyễn Thị Mai Lan"


def test_sockets_are_really_refused() -> None:
    """The test above would see a connection."""
    command = [sys.executable, "-c", OFFLINE.replace("from idp.cli", "socket.socket()\nfrom idp.cli")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "the network was used" in done.stderr


def test_a_picture_of_it(counter: Counter) -> None:
    """A file whose content is a picture, whatever it is called."""
    picture = io.BytesIO()
    qrcode.make(counter.text, error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=3).save(picture)
    (counter.folder / "code.txt").write_bytes(picture.getvalue())
    assert counter.verify().code == 0
    (counter.folder / "code.txt").write_bytes(picture.getvalue()[:300])
    answer = counter.verify("--lang", "en")
    assert answer.code == 2
    assert "no QR code was found" in answer.out


def test_files_have_an_end() -> None:
    from idp.documents.offline import readers

    with pytest.raises(readers.Unreadable, match="too_large"):
        readers.read(bytes(readers.MAX_FILE + 1))


def test_without_the_extra_pictures_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where zxing-cpp or Pillow is not installed: what to install, and no traceback."""
    from idp.documents.offline import readers

    monkeypatch.setitem(sys.modules, "zxingcpp", None)
    with pytest.raises(readers.Unreadable, match="no_image_reader"):
        readers.read(b"\x89PNG\r\n\x1a\n" + bytes(40))


def test_the_root_is_pinned(counter: Counter, exported: Exported) -> None:
    """The bundle's own root is never enough; the right fingerprint or file is."""
    assert counter.verify(pin=False).code == 2
    other = counter.verify("--root-fingerprint", "00" * 32, pin=False)
    assert (other.code, other.out.startswith("KHÔNG KIỂM TRA ĐƯỢC")) == (2, True)
    spaced = ":".join(counter.root[at : at + 2].upper() for at in range(0, 64, 2))
    assert counter.verify("--root-fingerprint", spaced, pin=False).code == 0
    assert counter.verify("--root", str(exported.keys_dir / "root.pem"), pin=False).code == 0


def test_an_edited_bundle(counter: Counter) -> None:
    """One letter, anywhere."""
    path = counter.folder / "bundle.jwt"
    text = path.read_text(encoding="ascii")
    for at in (100, len(text) // 2, len(text) - 20):
        path.write_text(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :], encoding="ascii")
        assert counter.verify().code == 2


def test_time_passes(counter: Counter) -> None:
    """Warned of when it is old, refused when it has ended; the trust list too."""
    now = datetime.now(UTC)
    later = json.loads(counter.verify("--json", "--at", (now + timedelta(hours=5)).isoformat()).out)
    assert (later["verdict"], later["old_lists"]) == ("accepted_status_outdated", ["status_list"])
    assert (later["answers"]["in_force"], later["document"]["status"]) == ("outdated", "outdated")
    strict = ("--max-status-age", "3600", "--at", (now + timedelta(hours=5)).isoformat())
    assert counter.verify(*strict).code == 1
    assert json.loads(counter.verify("--json", *strict).out)["verdict"] == "status_outdated"
    assert "LƯU Ý" in counter.verify("--at", (now + timedelta(hours=5)).isoformat()).out
    relaxed = counter.verify("--json", "--warn-age", "8", "--at", (now + timedelta(hours=5)).isoformat())
    assert json.loads(relaxed.out)["old_lists"] == []
    assert counter.code("--at", (now + timedelta(hours=13)).isoformat()) == (1, "status_list_expired")
    assert counter.code("--at", (now + timedelta(days=8)).isoformat()) == (2, "trust_list_expired")
    assert counter.verify("--warn-age", "0").code == 2


def test_an_older_bundle_after_a_newer(counter: Counter, exported: Exported) -> None:
    """With `--newest-seen` nothing comes back."""
    path, seen = counter.folder / "bundle.jwt", ("--newest-seen", str(counter.folder / "seen.json"))
    path.write_text(exported.newer, encoding="ascii")
    assert counter.verify(*seen).code == 0
    assert counter.verify(*seen).code == 0
    path.write_text(exported.bundle, encoding="ascii")
    assert counter.verify().code == 0
    assert counter.code(*seen) == (2, "trust_list_rollback")
    (counter.folder / "seen.json").write_text("no list", encoding="ascii")
    assert counter.verify(*seen).code == 2


def test_export_needs_keys_and_documents(run: Run) -> None:
    """What to do first is told."""
    assert_refused(run("trust", "export"), "mock-vneid keys init")
    assert run("keys", "init").code == 0
    assert_refused(run("trust", "export"), "mock-vneid seed")


def test_a_bundle_or_lists(counter: Counter) -> None:
    """Both at once would leave open which of them counts."""
    for other in ("--trust-list", "--status"):
        assert counter.verify(other, str(counter.folder / "bundle.jwt")).code == 2
