"""`mock-vneid documents bulk`: killed in the middle and resumed, nothing is missing, doubled or half there."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from idp import pki
from idp.accounts import identity_number
from idp.cli.database import opened
from idp.cli.progress import Progress
from idp.config import load
from idp.documents import content, status
from idp.documents.bulk import people, plan, working
from idp.documents.document_types import document_types
from idp.documents.sd_jwt.selecting import claims_of
from idp.documents.status import SIZE
from idp.documents.verifier.key_binding import NO_KEY_BINDING
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.trust import TrustList
from idp.documents.verifier.verify import verify
from idp.encryption import AtRest

COUNT = 200
WORKING = "from pathlib import Path; from idp.documents.bulk import working"
LISTS = {"a": [3, 4], "b": [1, 2]}


def lines(folder: Path) -> list[dict[str, str]]:
    found = sorted(folder.glob("documents-*.jsonl"))
    return [json.loads(line) for path in found for line in path.read_text(encoding="utf-8").splitlines()]


def test_killed_and_resumed(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """Killed without warning, then resumed: each person has one document, each document an entry of its own."""
    out, keys = tmp_path / "books", tmp_path / "keys"
    command = (
        sys.executable, "-m", "idp.cli", "documents", "bulk", "--count", str(COUNT), "--out", str(out), "--jobs",
    )  # fmt: skip
    with subprocess.Popen((*command, "2"), stderr=subprocess.DEVNULL) as process:
        while not list(out.glob("documents-*.jsonl")) and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    first = {path.name: path.read_bytes() for path in out.glob("documents-*.jsonl")}
    assert first
    (out / "documents-00099.jsonl.1.part").write_text('{"half', encoding="utf-8")
    made = sum(len(content.splitlines()) for content in first.values())
    resumed = run("documents", "bulk", "--resume", "--out", str(out), "--jobs", "1")
    assert resumed.code == 0
    told = re.match(rf"{COUNT} documents in {re.escape(str(out))}; this run made (\d+) of them, ", resumed.out)
    assert told
    assert int(told[1]) <= COUNT - made  # a worker of the killed run may have finished what it had begun
    assert not list(out.glob("*.part"))
    assert {name: (out / name).read_bytes() for name in first} == first  # what was done is not done again
    _check(lines(out), keys)


def test_a_killed_run_is_waited_for(tmp_path: Path) -> None:
    """Nothing is cleared up while a process of the run before may still write; its end is enough."""
    part = tmp_path / "documents-00001.jsonl.7.part"
    part.write_text('{"half', encoding="utf-8")
    hold = f"{WORKING}; working._be_at_work(Path()); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(working.StillAtWork):
            working.clear_up(tmp_path, patience=0)
        assert part.exists()
        other.send_signal(signal.SIGKILL)
    working.clear_up(tmp_path)
    assert not part.exists()


@pytest.mark.parametrize("held", [False, True], ids=["the run is gone", "somebody clears up"])
def test_an_orphan_does_no_work(tmp_path: Path, held: bool) -> None:
    """A process that starts after its run was killed ends before it reads a key."""
    code = f"{WORKING}; working.start(working.Task(Path(), Path(), None, None, {os.getpid() if held else 0}), None)"
    with (tmp_path / "workers.lock").open("w") as lock:
        if held:
            fcntl.flock(lock, fcntl.LOCK_EX)
        ended = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (1, b"")


def _check(documents: list[dict[str, str]], keys: Path) -> None:
    assert [document["place"] for document in documents] == list(range(COUNT))
    entries = {(one["issuer"], one["status_list"], one["status_index"]) for one in documents}
    assert len(entries) == len({one["personal_id_number"] for one in documents}) == COUNT
    assert len({one["id"] for one in documents}) == len({one["sd_jwt"].split("~")[0] for one in documents}) == COUNT
    now, root = datetime.now(UTC), pki.root(keys).certificate
    known = TrustList.load((keys / "trust-list.jwt").read_text(encoding="ascii"), root=root, now=now)
    lists = StatusLists.of(path.read_text(encoding="ascii") for path in (keys / "status").glob("*.jwt"))
    at_rest = AtRest.from_file(keys / "at-rest.key")
    for one in documents:
        found = verify(
            one["sd_jwt"],
            trust=known,
            now=now,
            key_binding=NO_KEY_BINDING,
            status=lists,
            person=one["personal_id_number"],
        )
        assert found.answers.good
        assert found.claims["status"] == {
            "status_list": {"idx": one["status_index"], "uri": found.status_list.uri}  # type: ignore[union-attr]
        }
    sealed = base64.b64decode(documents[0]["holder_key"])
    key = json.loads(at_rest.open(sealed, f"holder-key:{documents[0]['id']}"))
    public = verify(documents[0]["sd_jwt"], trust=known, now=now, key_binding=NO_KEY_BINDING).claims["cnf"]
    assert {name: key[name] for name in ("x", "y")} == {name: public["jwk"][name] for name in ("x", "y")}  # type: ignore[index]


def test_refusals(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """A folder that holds something, one that holds nothing, other wishes, another run at work."""
    out, full = tmp_path / "books", tmp_path / "full"
    bulk = ("documents", "bulk", "--jobs", "1", "--out")
    full.mkdir()
    (full / "mine").touch()
    assert "not empty" in run(*bulk, str(full), "--count", "1").err
    assert "nothing was begun" in run(*bulk, str(out), "--resume").err
    assert "no manifest" in run(*bulk, str(full), "--resume").err
    for count in ("0", "900001"):
        assert "--count is a number" in run(*bulk, str(out), "--count", count).err
    assert run(*bulk, str(out), "--count", "2").code == 0
    assert "not empty" in run(*bulk, str(out), "--count", "2").err
    assert "another --count" in run(*bulk, str(out), "--resume", "--count", "3").err
    assert run(*bulk, str(out), "--resume", "--count", "2").code == 0
    assert len(lines(out)) == 2
    with (out / "lock").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert "another run" in run(*bulk, str(out), "--resume").err
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    (out / "manifest.json").write_text(
        json.dumps(manifest | {"lists": {"hospital-song-ba": [9, 9]}}), encoding="utf-8"
    )
    assert "does not know the status lists" in run(*bulk, str(out), "--resume").err
    (out / "manifest.json").write_text(json.dumps(manifest | {"format": 2}), encoding="utf-8")
    assert "another version" in run(*bulk, str(out), "--resume").err
    (out / "manifest.json").write_text(json.dumps(manifest | {"provider": "https://other.example"}), encoding="utf-8")
    assert "was begun for the provider" in run(*bulk, str(out), "--resume").err


def test_entries_of_a_whole_province() -> None:
    """276,001 places over two issuers: no entry twice, none beyond the reserved lists, and in no order to be told."""
    made = plan.Plan("health-book", 276_001, 1, 1_000, "https://id.example", "2026-11-28", LISTS, "ab")
    assert made.chunks == 277
    entries = [
        (made.issuer(place // 1_000), *made.entry(place)) for place in [*range(1_000), *range(1_000, made.count, 7)]
    ]
    assert len(set(entries)) == len(entries)
    assert sorted(plan._shuffled("ab", "a", 3)) == list(range(SIZE)) != plan._shuffled("ab", "a", 3)
    assert {entry[:2] for entry in entries} == {("a", 3), ("a", 4), ("b", 1), ("b", 2)}
    assert all(0 <= index < SIZE for _, _, index in entries)
    indexes = [index for _, _, index in entries[:1_000]]
    assert indexes not in (sorted(indexes), sorted(indexes, reverse=True))
    assert len({second - first for first, second in pairwise(indexes)}) > 990


OWN = """[[persona]]
id = "an"
full_name = "Trần Văn An"
personal_id_number = "065090000001"
sex = "male"
birthdate = 1990-01-02
story = { vi = "Một người", en = "Somebody" }
[persona.paper]
kind = "identity_card"
number = "065090000001"
issued = 2021-01-01
expires = 2130-01-02
[persona.current_address]
street_address = "Số 1"
locality = "phường Mẫu"
region = "tỉnh Mẫu"
[persona.account]
level = 2
"""


def test_people_of_a_file(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """Each test citizen of one's own file, nobody else, and resumed without it; a mistake is told with its line."""
    own, out = tmp_path / "own.toml", tmp_path / "books"
    own.write_text(OWN, encoding="utf-8")
    bulk = ("documents", "bulk", "--jobs", "1", "--out", str(out))
    assert run(*bulk, "--personas", str(own)).code == 0
    (one,) = lines(out)
    assert one["personal_id_number"] == "065090000001"
    assert claims_of(one["sd_jwt"])["full_name"] == "Trần Văn An"
    assert "legal_representative" not in claims_of(one["sd_jwt"])
    assert "leave --personas out" in run(*bulk, "--resume", "--personas", str(own)).err
    (chunk,) = out.glob("documents-*.jsonl")
    chunk.unlink()
    own.unlink()
    assert run(*bulk, "--resume").code == 0
    assert lines(out)[0]["status_index"] == one["status_index"]
    own.write_text(OWN.replace("1990-01-02", "1"), encoding="utf-8")
    assert "own.toml:6" in run("documents", "bulk", "--out", str(tmp_path / "other"), "--personas", str(own)).err


def test_stopped_by_hand(run, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """Ctrl-C ends it in one line, which says how to go on."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(working.Worker, "line", stop)
    answer = run("documents", "bulk", "--count", "2", "--jobs", "1", "--out", str(tmp_path / "books"))
    assert (answer.code, "--resume" in answer.err, "Traceback" in answer.err) == (2, True, False)
    assert lines(tmp_path / "books") == []


def test_nobody_else_draws_from_a_reserved_list(run, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """The next document of the same issuer gets a list of its own, even if it saw the reserved one too late."""
    assert run("documents", "bulk", "--count", "1", "--jobs", "1", "--out", str(tmp_path / "books")).code == 0
    (one,) = lines(tmp_path / "books")
    now = datetime.now(UTC)
    with opened(load()) as db, db.begin() as session:
        assert status.allocate(session, one["issuer"], now)[0] > int(one["status_list"])
    monkeypatch.setattr(status.store, "newest_status_list", lambda *_: None)
    with opened(load()) as db, db.begin() as session:
        assert status.allocate(session, one["issuer"], now)[0] > int(one["status_list"])


@pytest.mark.parametrize("seed", [1, 2])
def test_people_are_nobody(seed: int) -> None:
    """Well-formed numbers of no place, each once, and content that fits the type, always the same."""
    day, kind = date(2026, 11, 28), document_types().by_id("health-book")
    books = [people.health_book(seed, place, "Bệnh viện (MÔ PHỎNG)", day) for place in (*range(150), people.MOST - 1)]
    assert books[:3] == [people.health_book(seed, place, "Bệnh viện (MÔ PHỎNG)", day) for place in range(3)]
    for book in books:
        number = identity_number.parse(book["personal_id_number"])
        assert number.birth_place.kind is identity_number.PlaceKind.UNASSIGNED
        assert (number.sex, number.birth_year) == (book["sex"], date.fromisoformat(str(book["birthdate"])).year)
        content.check(kind, {**book, "date_of_issuance": day.isoformat()})
    assert len({book["personal_id_number"] for book in books}) == len(books)
    with pytest.raises(ValueError, match="numbers"):
        people.health_book(seed, people.MOST, "x", day)


class _Screen(list[str]):
    def __init__(self, *, terminal: bool) -> None:
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal

    def write(self, text: str) -> None:
        self.append(text)

    def flush(self) -> None:
        """Nothing is held back."""


def test_progress() -> None:
    """A bar that is drawn over in a terminal; a plain line elsewhere."""
    for terminal in (True, False):
        screen = _Screen(terminal=terminal)
        progress = Progress(2_000, 500, what="documents", stream=screen)  # type: ignore[arg-type]
        progress.advance(500)
        progress.advance(1_000)
        progress.end()
        text = "".join(screen)
        assert "1,000 of 2,000 documents" in text
        assert "2,000 of 2,000 documents" in text
        assert ("\r[" in text, "100%" in text) == (terminal, terminal)
        assert text.count("\n") == (1 if terminal else 2)


def test_a_resumed_run_has_a_rate_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was there before is counted, and not as made now."""
    moments = iter((100.0, 110.0))
    monkeypatch.setattr("idp.cli.progress.time.monotonic", lambda: next(moments))
    screen = _Screen(terminal=False)
    Progress(2_000, 500, what="documents", stream=screen).advance(500)  # type: ignore[arg-type]
    assert "".join(screen) == "1,000 of 2,000 documents, 50/s, 00:20 left\n"


def test_other_environment_is_not_needed(run) -> None:  # type: ignore[no-untyped-def]
    """Help tells of it without any key or database."""
    assert "--resume" in run("documents", "bulk", "--help").out
    assert not Path(os.environ["IDP_KEYS_DIR"]).exists()
