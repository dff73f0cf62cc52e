"""`mock-vneid verify FILE.pdf`: the same command, the file told by its content."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from issuing_support import PROVIDER
from pdf_world import World

from idp import paper_certificates, revocation, trust_list
from idp.cli import verify
from tests.conftest import NOW

AT = ("--at", NOW.isoformat())


@pytest.fixture
def world(keys_dir: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """The key folder as a clerk has it, with trust, revocation and status lists."""
    made = World(keys_dir, NOW)
    trust_list.current(keys_dir, PROVIDER, NOW)
    revocation.current(keys_dir, NOW)
    (keys_dir / "status").mkdir()
    (token,) = made.status().tokens.values()
    (keys_dir / "status" / "list.jwt").write_text(token)
    monkeypatch.setenv("MOCK_VNEID_TRUST_DIR", str(keys_dir))
    return made


def put(tmp_path: Path, data: bytes, name: str = "a file") -> str:
    path = tmp_path / name
    path.write_bytes(data)
    return str(path)


def test_accepted(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever the file is called; that its holder shows it is not proven, and said so."""
    file = put(tmp_path, world.printed())
    assert verify.main([file, *AT]) == 0
    told = capsys.readouterr().out
    assert "CHẤP NHẬN" in told
    assert "chưa chứng minh (tệp không kèm bằng chứng)" in told
    assert "PAdES B-LT" in told
    assert "24/11/2026 09:00" in told
    assert verify.main([file, *AT, "--lang", "en"]) == 0
    english = capsys.readouterr().out
    assert "ACCEPTED" in english
    assert "not proven (a file carries no proof)" in english
    assert "page and data signed together" in english


def test_as_json(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main([put(tmp_path, world.printed()), *AT, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["file"] == {"format": "pdf", "signed_at": NOW.isoformat()}
    assert found["document"]["claims"]["full_name"] == "Nguyễn Thị Mai Lan"
    assert found["answers"]["holder"] == "not_proven"


def test_a_text_has_no_file(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main([put(tmp_path, world.document().sd_jwt.encode()), *AT, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["file"] is None


@pytest.mark.parametrize(
    ("lang", "words"), [("vi", "TỪ CHỐI: Chữ ký số không khớp"), ("en", "REFUSED: The signature")]
)
def test_edited(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, words: str) -> None:
    """With the reason in the language asked for, and its code."""
    edited = world.printed().replace(b"eyJ", b"eyK", 1)
    assert verify.main([put(tmp_path, edited), *AT, "--lang", lang]) == 1
    told = capsys.readouterr().out
    assert words in told
    assert "pdf_edited" in told


def test_a_revocation_at_hand_counts(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """root.crl of the trust folder, or the file that was named; one that is not there is no use."""
    file = put(tmp_path, world.printed())
    revocation.revoke(world.keys_dir, world.signer().certificate, NOW, "keyCompromise")
    assert verify.main([file, *AT, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["code"] == "pdf_signer_revoked"
    newer = world.keys_dir / revocation.FILE
    newer.rename(tmp_path / "newer.crl")
    assert verify.main([file, *AT]) == 0
    assert verify.main([file, *AT, "--revocation-list", str(tmp_path / "newer.crl")]) == 1
    assert verify.main([file, *AT, "--revocation-list", str(tmp_path / "none.crl")]) == 2


def test_expectations_hold_for_the_data_inside(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = put(tmp_path, world.printed())
    for options, code in (
        (("--person", "065190000102"), "wrong_person"),
        (("--vct", "urn:vn-mock:pid:1"), "wrong_document_type"),
        (("--audience", "a", "--nonce", "b"), "key_binding_missing"),
    ):
        assert verify.main([file, *AT, *options, "--json"]) == 1
        assert json.loads(capsys.readouterr().out)["code"] == code


def test_from_standard_input(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    class Standard:
        buffer = io.BytesIO(world.printed())

    monkeypatch.setattr(sys, "stdin", Standard)
    assert verify.main(["-", *AT]) == 0


def test_without_the_trust_list_naming_a_certificate_for_pdf_files(world: World) -> None:
    """The trust list says who may sign PDF files; the certificate there is not the one for SD-JWTs."""
    from issuing_support import trust

    for entry in trust(world.keys_dir, NOW).entries.values():
        assert entry.pdf_certificate is not None
        assert entry.pdf_certificate.public_key() != entry.certificate.public_key()
    assert paper_certificates.signer(world.keys_dir, "police-ministry").certificate in {
        entry.pdf_certificate for entry in trust(world.keys_dir, NOW).entries.values()
    }


OFFLINE = """
import socket, sys
def refuse(*args, **kwargs):
    raise AssertionError("the network was used")
class NoSocket(socket.socket):  # a class still, since the library's own `ssl` derives one from it
    __init__ = refuse
socket.socket, socket.create_connection, socket.getaddrinfo = NoSocket, refuse, refuse
from idp.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


def test_in_a_process_of_its_own_without_a_network(world: World, tmp_path: Path) -> None:
    """As a clerk's computer runs it: nothing that makes PDF files was imported before, and no socket opens."""
    command = [sys.executable, "-c", OFFLINE, "verify", put(tmp_path, world.printed()), *AT, "--lang", "en"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("ACCEPTED")
