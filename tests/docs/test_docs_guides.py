"""The guides' code is code: it parses, it runs where that is cheap, and it names what exists."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc.jwk import ECKey, KeySet

from idp import pki, trust_list
from idp.cli.main import main
from idp.documents.dcql import parse
from idp.documents.sd_jwt.jws import sign
from idp.documents.sd_jwt.vc import issue_vc
from idp.documents.verifier.status_list import encode_status_list

GUIDES = Path(__file__).parent.parent.parent / "docs" / "guides"
PAGES = sorted(GUIDES.glob("*.md"))
PROVIDER = "http://localhost:5000"
LAN = "065190000101"
STATUS = f"{PROVIDER}/status-lists/police-ministry/1"
RECORD = "urn:vn-mock:judicial-record-1:1"


def blocks(page: str, language: str) -> list[str]:
    text = (GUIDES / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def named(page: str, file: str) -> str:
    """The block that the page says to save as `file`."""
    text = (GUIDES / page).read_text(encoding="utf-8")
    found = re.search(rf"`{re.escape(file)}`:\n\n```\w+\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert found, file
    return found.group(1)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_begins_with_a_summary_in_vietnamese(page: Path) -> None:
    """Vietnamese first, and the mark in the title."""
    title, _, summary = page.read_text(encoding="utf-8").split("\n")[:3]
    assert "MÔ PHỎNG / MOCK" in title
    assert summary.startswith("**Tóm tắt.**")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_command_is_where_make_demo_puts_it(page: Path) -> None:
    """What stands there can be typed as it stands: the command is on nobody's PATH."""
    verbs = "demo|serve|personas|phone|clients|documents|keys|seed|audit|trust|verify"
    said = re.findall(rf"(\S*)mock-vneid (?:{verbs})\b", page.read_text(encoding="utf-8"))
    assert all(each.endswith(".venv/bin/") for each in said)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_can_be_compiled(page: Path) -> None:
    """Every block of Python is whole."""
    for source in blocks(page.name, "python"):
        compile(source, page.name, "exec")


@pytest.mark.node
def test_javascript_can_be_parsed(node: Path, tmp_path: Path) -> None:
    """Every block of JavaScript is a whole module."""
    sources = [source for page in PAGES for source in blocks(page.name, "js")]
    assert sources
    for number, source in enumerate(sources):
        file = tmp_path / f"{number}.mjs"
        file.write_text(source, encoding="utf-8")
        done = subprocess.run([str(node), "--check", str(file)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_the_key_that_is_made_can_be_registered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Public members only; the private file has the rest."""
    monkeypatch.chdir(tmp_path)
    exec(named("connect-a-client.md", "make_key.py"), {})  # noqa: S102 - our own page
    public = json.loads((tmp_path / "jwks.json").read_text())
    assert "d" not in public["keys"][0]
    assert KeySet.import_key_set(public).keys[0].kid == "my-service-1"
    assert "d" in json.loads((tmp_path / "private.json").read_text())


def test_the_query_is_one_that_the_wallet_reads() -> None:
    """DCQL, for a type that exists."""
    source = named("connect-a-client.md", "ask_document.py")
    literal = re.search(r"^QUERY = (\{.*?^\})", source, re.MULTILINE | re.DOTALL)
    assert literal
    query = eval(literal.group(1), {"RECORD": RECORD})  # noqa: S307 - our own page
    assert parse(query).vcts == {RECORD}


def test_the_example_citizen_can_be_seeded(
    keys_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file of the guide is a good one, with its document."""
    (example,) = blocks("test-citizens.md", "toml")
    file = tmp_path / "our-people.toml"
    file.write_text(example, encoding="utf-8")
    settings = {"KEYS_DIR": keys_dir, "DATA_DIR": tmp_path, "ARGON2_TIME_COST": 1, "ARGON2_MEMORY_COST": 8}
    for name, value in settings.items():
        monkeypatch.setenv(f"IDP_{name}", str(value))
    assert main(["seed", "--personas", str(file)]) == 0, capsys.readouterr().err
    assert "20 test citizens" in capsys.readouterr().out


def test_the_citizens_of_the_table_exist(capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers and names as `mock-vneid personas` prints them, and none forgotten."""
    assert main(["personas", "--json"]) == 0
    there = {entry["personal_id_number"] for entry in json.loads(capsys.readouterr().out)}
    page = (GUIDES / "test-citizens.md").read_text(encoding="utf-8").split("## Your own")[0]
    assert set(re.findall(r"`(\d{12})`", page)) == there


@pytest.fixture
def counter(keys_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A computer at a counter: a folder to trust, and a document's file, made today."""
    now = datetime.now(UTC)
    folder = tmp_path / "counter"
    (folder / "status").mkdir(parents=True)
    (folder / "root.pem").write_bytes((keys_dir / "root.pem").read_bytes())
    (folder / "trust-list.jwt").write_text(trust_list.current(keys_dir, PROVIDER, now))
    (folder / "status" / "police-ministry.jwt").write_text(status_list(keys_dir, now))
    (tmp_path / "document.sd-jwt").write_text(document(keys_dir, now))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MOCK_VNEID_TRUST_DIR", "counter")
    return tmp_path


def status_list(keys_dir: Path, now: datetime) -> str:
    issuer = pki.issuer(keys_dir, "police-ministry")
    chain = [base64.b64encode(issuer.certificate.public_bytes(Encoding.DER)).decode()]
    payload = {
        "sub": STATUS,
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + 3600,
        "status_list": {"bits": 2, "lst": encode_status_list(bytearray(64), 2)},
    }
    return sign({"typ": "statuslist+jwt", "x5c": chain}, payload, issuer.key)


def document(keys_dir: Path, now: datetime) -> str:
    issuer = pki.issuer(keys_dir, "police-ministry")
    claims: dict[str, Any] = {
        "iss": pki.issuer_profiles()["police-ministry"].uri,
        "vct": RECORD,
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + 3600,
        "cnf": {"jwk": ECKey.generate_key("P-256").as_dict(private=False)},
        "status": {"status_list": {"idx": 1, "uri": STATUS}},
        "personal_id_number": LAN,
        "criminal_status": "không có án tích",
        **dict.fromkeys(("business_ban", "certificate_number", "issuing_authority", "signer"), "MÔ PHỎNG"),
        "convictions": [],
        "date_of_issuance": now.date().isoformat(),
    }
    return issue_vc(claims, disclosable=[("personal_id_number",)], key=issuer.key, chain=[issuer.certificate])


def run_library(counter: Path) -> str:
    (source,) = blocks("verify-a-document.md", "python")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(source, {})  # noqa: S102 - our own page
    return printed.getvalue().strip()


def test_the_library_example_accepts(counter: Path) -> None:
    """A document that is in force."""
    assert run_library(counter) == "good không có án tích"


def test_the_library_example_needs_its_status_list(counter: Path) -> None:
    """Without the list nothing is good."""
    (counter / "counter" / "status" / "police-ministry.jwt").unlink()
    assert run_library(counter) == "refused: status_unknown"


def test_the_library_example_refuses(counter: Path) -> None:
    """An edited document, by its code."""
    file = counter / "document.sd-jwt"
    head, _, tail = file.read_text().partition(".")
    file.write_text(f"{head}.{'A' if tail[0] != 'A' else 'B'}{tail[1:]}")
    assert run_library(counter).startswith("refused: ")


def test_the_command_finds_the_folder_of_the_guide(counter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first lines and exit codes are those of the guide's table."""
    page = (GUIDES / "verify-a-document.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|/]+) / ([A-Z ]+)[ :|].*\| (\d) \|$", page, re.MULTILINE)
    vi, en, codes = ([word.strip() for word in column] for column in zip(*rows, strict=True))
    lists = counter / "counter" / "status" / "police-ministry.jwt"

    def verdict(lang: str, file: str, person: str) -> tuple[int, str]:
        code = main(["verify", file, "--person", person, "--lang", lang])
        printed = capsys.readouterr()
        return code, (printed.out or printed.err).splitlines()[0]

    for words, lang in ((vi, "vi"), (en, "en")):
        lists.write_text(status_list(counter / "keys", datetime.now(UTC)))
        found = [verdict(lang, "document.sd-jwt", LAN), verdict(lang, "document.sd-jwt", "065085000202")]
        lists.unlink()
        found += [verdict(lang, "document.sd-jwt", LAN), verdict(lang, "missing.sd-jwt", LAN)]
        assert [str(code) for code, _ in found] == codes
        assert [line for (_, line), word in zip(found, words, strict=True) if not line.startswith(word)] == []
