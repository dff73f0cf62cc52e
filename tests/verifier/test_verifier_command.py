"""`mock-vneid verify`: verdict first, exit codes, both languages, network off."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from verifier_world import AUDIENCE, NONCE, NOW, PERSON, RECORD, World

from idp import pki, trust_list
from idp.cli import verify as provider_command
from idp.documents import sample
from idp.documents.document_types import document_types
from idp.documents.sd_jwt.vc import issue_vc

AT = ["--at", NOW.isoformat()]
Run = Callable[..., tuple[int, str]]  # the fixture `run`


def test_good(run: Run) -> None:
    """Exit 0; the verdict is the first line, then the four answers, the fields, the technical part."""
    code, text = run()
    assert code == 0
    lines = text.splitlines()
    assert lines[0].startswith("CHẤP NHẬN: ")
    assert "MÔ PHỎNG / MOCK" in lines[1]
    order = [text.index(part) for part in ("Bốn câu trả lời", "Nội dung", "Nguyễn Thị Mẫu", "Chi tiết kỹ thuật")]
    assert order == sorted(order)
    assert "phiên bản 7, ký 24 giờ trước" in text
    assert "ký 60 phút trước" in text


def test_english(run: Run) -> None:
    """The same in English."""
    code, text = run("--lang", "en", "--person", PERSON)
    assert code == 0
    assert text.startswith("ACCEPTED: ")
    assert "not proven (a file carries no proof) – yes" in text
    assert "version 7, signed 24 hours ago" in text


def test_four_answers_stand_in_four_lines(run: Run) -> None:
    """Holder and person are one answer in two halves."""
    _, text = run()
    block = text.partition("Bốn câu trả lời:\n")[2].partition("\n\n")[0]
    assert [line.partition(" :")[0].strip() for line in block.splitlines()] == [
        "Nguyên vẹn",
        "Nguồn tin cậy",
        "Còn hiệu lực",
        "Đúng người cầm – đúng người",
    ]


def test_presentation(run: Run, folder: Path, world: World) -> None:
    """A key-bound presentation, expected as such."""
    path = folder / "presentation.txt"
    path.write_text(world.bound(), encoding="ascii")
    expected = ("--audience", AUDIENCE, "--nonce", NONCE)
    assert run(*expected, file=str(path))[0] == 0
    assert run(*expected, "--max-age", "1", file=str(path))[0] == 0
    assert run("--audience", AUDIENCE, "--nonce", "other", file=str(path))[0] == 1
    assert run(file=str(path))[0] == 1
    assert run(*expected)[0] == 1


@pytest.mark.parametrize(
    ("options", "code"),
    [(["--person", "065000000000"], "wrong_person"), (["--vct", "urn:vn-mock:health-book:1"], "wrong_document_type")],
)
def test_refused(run: Run, options: list[str], code: str) -> None:
    """Exit 1, the reason in the first line, and no field of a refused document."""
    exit_code, text = run(*options)
    assert exit_code == 1
    assert text.startswith("TỪ CHỐI: ")
    assert code in text
    assert "Nguyễn Thị Mẫu" not in text
    assert run(*options, "--vct", RECORD)[0] == (0 if code == "wrong_document_type" else 1)


def test_revoked(run: Run, folder: Path, world: World) -> None:
    """A revoked document is told apart from a forged one, and the list that says so is named with its age."""
    token = folder / "new.jwt"
    token.write_text(world.status_token({3: 1}), encoding="ascii")
    code, text = run("--status", str(token), "--lang", "en")
    assert code == 1
    assert text.startswith("REFUSED: The document was revoked")
    assert "Intact                                       : yes" in text
    assert "In force                                     : NO" in text
    assert "signed 60 minutes ago" in text.partition("Status list")[2]
    named = json.loads(run("--status", str(token), "--json")[1])["status_list"]
    assert named.keys() == {"uri", "issued_at", "expires_at", "held_seconds", "ttl_seconds"}


def test_without_status_list(run: Run, folder: Path) -> None:
    """Not fully checked is not good: exit 1, unless asked for; the words say what was not checked."""
    (folder / "status" / "police.jwt").unlink()
    code, text = run()
    assert code == 1
    assert text.startswith("CHƯA ĐỦ CĂN CỨ")
    code, text = run("--allow-unchecked-status", "--lang", "en")
    assert code == 0
    assert text.startswith("ACCEPTED EXCEPT FOR REVOCATION")


def test_a_list_past_its_ttl_is_the_callers_policy(run: Run, folder: Path, world: World) -> None:
    """Its age is shown; only who allows that age gets exit 0, and then too it does not read as in force."""
    token = folder / "old.jwt"
    token.write_text(world.status_token(iat=int(NOW.timestamp()) - 2 * 3600), encoding="ascii")
    options = ("--status", str(token), "--lang", "en", "--max-status-age")
    for allowed, exit_code, sentence in (("7199", 1, "NOT FULLY CHECKED"), ("7200", 0, "ACCEPTED BY AN OLDER LIST")):
        code, text = run(*options, allowed)
        assert (code, text.startswith(sentence), "2 hours" in text) == (exit_code, True, True)
        assert "In force                                     : by an older list" in text
    report = json.loads(run(*options[:2], "--json")[1])
    assert (report["verdict"], report["answers"]["in_force"]) == ("status_outdated", "outdated")
    assert report["document"]["status_list"]["held_seconds"] == 7200
    assert report["status_list"] == report["document"]["status_list"]
    assert report["document"]["status_list"]["ttl_seconds"] == 3600
    assert run("--max-status-age", "-1")[0] == 2


def test_json(run: Run) -> None:
    """For machines: verdict, answers, claims, and how old the lists are."""
    code, text = run("--json", "--person", PERSON)
    report = json.loads(text)
    assert code == 0
    assert (report["verdict"], report["code"], report["mock"]) == ("accepted", None, True)
    assert report["answers"] == {
        "intact": "yes",
        "trusted": "yes",
        "in_force": "yes",
        "holder": "not_proven",
        "person": "yes",
    }
    assert report["document"]["claims"]["personal_id_number"] == PERSON
    assert report["document"]["status"] == "valid"
    assert report["trust_list"]["version"] == 7
    assert set(report["message"]) == {"vi", "en"}


def test_json_of_a_refusal(run: Run) -> None:
    """The code is stable, and nothing of the document is given."""
    code, text = run("--json", "--person", "065000000000")
    report = json.loads(text)
    assert code == 1
    assert (report["verdict"], report["code"], report["document"]) == ("refused", "wrong_person", None)


def test_standard_input(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` reads standard input; a mark that editors put before a text does no harm."""
    data = b"\xef\xbb\xbf" + (folder / "document.txt").read_bytes()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    assert run(file="-")[0] == 0


def test_field_names(run: Run, folder: Path) -> None:
    """Type metadata gives names to the type and its fields, nested and in lists."""
    metadata = {
        "vct": RECORD,
        "display": [{"locale": "vi-VN", "name": "Phiếu số 1"}, {"locale": "en", "name": "Certificate No. 1"}],
        "claims": [
            {"path": ["full_name"], "display": [{"locale": "vi", "label": "Họ và tên"}]},
            {"path": ["address", "ward"], "display": [{"locale": "vi", "label": "Phường"}]},
        ],
    }
    (folder / "types").mkdir()
    (folder / "types" / "record.json").write_text(json.dumps(metadata), encoding="utf-8")
    _, text = run()
    assert "Loại giấy tờ: Phiếu số 1" in text
    assert "Họ và tên: Nguyễn Thị Mẫu" in text
    assert "Phường: Cửa Nam" in text
    assert "full_name: Nguyễn Thị Mẫu" in run("--lang", "en")[1]


@pytest.mark.parametrize(
    "content", ["x", "[]", '{"vct": 1}', '{"vct": "x", "claims": [{"path": [1.5]}]}', '{"vct":"x","display":1}']
)
def test_field_names_of_garbage(run: Run, folder: Path, content: str) -> None:
    """A file that is no type metadata is named."""
    path = folder / "bad.json"
    path.write_text(content, encoding="utf-8")
    code, text = run("--type-metadata", str(path))
    assert code == 2
    assert "bad.json" in text


def test_no_control_characters_reach_the_terminal(run: Run, folder: Path, world: World) -> None:
    """A signed name may still hold what would rewrite the screen."""
    text = world.document(
        full_name="A\x1b[2J\u202eB", address={"portrait": "x" * 5000, "none": None, "day": "2026-02-03"}
    )
    (folder / "document.txt").write_text(text, encoding="ascii")
    _, shown = run()
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "x" * 100 not in shown
    assert "03/02/2026" in shown
    assert "3 February 2026" in run("--lang", "en")[1]


def test_works_with_the_network_off(folder: Path) -> None:
    """As a process, with every socket refused."""
    script = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise AssertionError('network')\n"
        "socket.socket = refuse; socket.create_connection = refuse\n"
        "from idp.documents.verifier.command import main\n"
        f"sys.exit(main([{str(folder / 'document.txt')!r}, *{AT!r}]))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().startswith("CHẤP NHẬN")


def test_a_terminal_without_vietnamese(folder: Path) -> None:
    """Where the terminal's encoding lacks a letter, escapes are printed and no traceback."""
    command = [sys.executable, "-m", "idp.documents.verifier", str(folder / "document.txt"), *AT]
    done = subprocess.run(
        command,
        capture_output=True,
        check=False,
        env={"PYTHONIOENCODING": "ascii", "MOCK_VNEID_TRUST_DIR": str(folder)},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(b"CH\\u1ea4P NH\\u1eacN")


def test_the_providers_own_keys(
    keys_dir: Path,
    now: datetime,
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What `keys init` and the trust list's maker write is what the verifier reads."""
    trust_list.current(keys_dir, "http://localhost:5000", now)
    profile = next(iter(pki.issuer_profiles().values()))
    credentials = pki.issuer(keys_dir, profile.id)
    stamp = int(now.timestamp())
    kind = document_types().by_vct(min(profile.vct))
    content = sample.content(kind, {"issuing_authority": "MÔ PHỎNG"}) | {"date_of_issuance": now.date().isoformat()}
    claims = {**content, "iss": profile.uri, "vct": kind.vct, "iat": stamp, "exp": stamp + 1000}
    document = tmp_path / "document.txt"
    text = issue_vc(claims, disclosable=[], key=credentials.key, chain=[credentials.certificate])
    document.write_text(text, encoding="ascii")
    monkeypatch.delenv("MOCK_VNEID_TRUST_DIR", raising=False)
    monkeypatch.setenv("IDP_KEYS_DIR", str(keys_dir))
    options = [str(document), "--at", now.isoformat(), "--allow-unchecked-status"]
    assert provider_command.main(options) == 0
    shown = capsys.readouterr().out
    assert profile.name["vi"] in shown
    assert kind.names["vi"] in shown
    assert "female" not in shown
