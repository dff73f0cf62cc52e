"""Fetching beside a page: a provider that does not answer costs a moment, once in a while, and never the page."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from portal_documents import ISSUER, Lists

from demo_client.app import create_app
from demo_client.background import NEWS, REST, Background, Patience
from demo_client.clock import FixedClock
from demo_client.config import Config
from demo_client.outbound import Fetcher, FetchError, Unreachable

A, B = f"{ISSUER}/a", f"{ISSUER}/b"
LONG, NOT_AT_ALL = timedelta(minutes=1), timedelta()


class Gate:
    """A provider that answers when the test lets it."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.asked: list[str] = []
        self.errors: dict[str, Exception] = {}

    def get(self, url: str, _media_type: str) -> str:
        self.asked.append(url)
        assert self.open.wait(60)
        if url in self.errors:
            raise self.errors[url]
        return url[-1]


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.open.set()  # no thread is left waiting


def refused(background: Background, url: str, clock: FixedClock, patience: timedelta = NOT_AT_ALL) -> bool:
    try:
        background.get(url, "text/plain", clock.now(), patience)
    except FetchError:
        return True
    return False


def test_it_goes_on_by_itself(gate: Gate, portal_clock: FixedClock) -> None:
    """Asked once however often the page is opened; what comes later is there for the next one."""
    background = Background(gate)
    assert [refused(background, A, portal_clock) for _ in range(5)] == [True] * 5
    assert gate.asked == [A]
    gate.open.set()
    background._jobs[A].answer.result(60)
    assert background.get(A, "text/plain", portal_clock.now(), NOT_AT_ALL) == "a"
    assert background.get(B, "text/plain", portal_clock.now(), LONG) == "b"


def test_old_news_is_not_taken(gate: Gate, portal_clock: FixedClock) -> None:
    """What came while nobody looked is asked for anew when somebody does."""
    background = Background(gate)
    assert refused(background, A, portal_clock)
    gate.open.set()
    background._jobs[A].answer.result(60)
    portal_clock.instant += NEWS
    assert background.get(A, "text/plain", portal_clock.now(), LONG) == "a"
    assert gate.asked == [A, A]


def test_who_does_not_answer_is_left_alone(gate: Gate, portal_clock: FixedClock) -> None:
    """For half a minute no other address of that provider is asked, but by whoever has nothing else."""
    background = Background(gate)
    gate.errors = {A: Unreachable("timed out"), B: Unreachable("timed out")}
    assert refused(background, A, portal_clock)  # nobody waits for it, and its failure is known all the same
    (job,) = background._jobs.values()
    gate.open.set()
    assert isinstance(job.answer.exception(60), Unreachable)
    assert refused(background, B, portal_clock, LONG)
    assert gate.asked == [A]
    with pytest.raises(Unreachable):
        background.get(B, "text/plain", portal_clock.now(), LONG, insist=True)
    portal_clock.instant += REST
    gate.errors.clear()
    assert not refused(background, B, portal_clock, LONG)
    assert gate.asked == [A, B, B]


def test_slow_is_not_away(gate: Gate, portal_clock: FixedClock) -> None:
    """Who has more patience waits on for what is on its way, and other addresses are asked."""
    background = Background(gate)
    assert refused(background, A, portal_clock)
    assert refused(background, B, portal_clock)
    gate.open.set()
    assert background.get(A, "text/plain", portal_clock.now(), LONG) == "a"
    assert background.get(B, "text/plain", portal_clock.now(), LONG) == "b"
    assert gate.asked == [A, B]


@pytest.mark.parametrize(("error", "others"), [(FetchError("404"), False), (Unreachable("refused"), True)])
def test_a_failure_is_remembered(gate: Gate, portal_clock: FixedClock, error: Exception, others: bool) -> None:
    """Of that address for a while; of all of them where nobody answered."""
    gate.open.set()
    gate.errors[A] = error
    background = Background(gate)
    for _ in range(2):
        assert refused(background, A, portal_clock, LONG)
    assert gate.asked == [A]
    assert refused(background, B, portal_clock, LONG) is others
    gate.errors.clear()
    portal_clock.instant += REST
    assert not refused(background, A, portal_clock, LONG)


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """Takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_a_provider_that_never_answers(
    silent: socket.socket, portal_config: Config, portal_clock: FixedClock, keys_dir: Path
) -> None:
    """With a real socket: the page comes while the one request still waits, and tells how old the lists at hand are;
    opened again, nothing more is asked."""
    issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
    carried = portal_config.data_dir / "carried.jwt"
    carried.parent.mkdir(parents=True)
    lists = Lists(keys_dir, portal_clock.now() - timedelta(minutes=40))
    carried.write_text(lists.bundle(), encoding="ascii")
    config, hurried = replace(portal_config, issuer=issuer, trust_bundle=carried), Patience(*[timedelta()] * 3)
    app = create_app(config, portal_clock, patience=hurried)
    clerk, background, jobs = app.test_client(), app.extensions["mock_portal"].last_lists.source, []
    for _ in range(3):
        page = _signed_in(clerk).get("/clerk/counter").get_data(as_text=True)
        assert "Lập 40 phút trước" in page
        assert "Chưa tải được danh sách mới" in page
        jobs += background._jobs.values()
    job = jobs[0]
    silent.settimeout(60)
    taken, _ = silent.accept()
    taken.close()  # hung up on: the thread ends
    assert isinstance(job.answer.exception(60), Unreachable)
    silent.settimeout(0)
    with pytest.raises(BlockingIOError):
        silent.accept()
    app.extensions["mock_portal"].db.dispose()


def _signed_in(client: FlaskClient) -> FlaskClient:
    with client.session_transaction() as session:
        session["clerk"] = True
    return client


def test_a_drop_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each read is in time, and the whole is not."""
    monkeypatch.setattr("demo_client.outbound.LONGEST", -1.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        thread = threading.Thread(target=_answer, args=(server,))
        thread.start()
        with pytest.raises(Unreachable, match="not within"):
            Fetcher(address).get(f"{address}/trust-bundle", "text/plain")
        thread.join()


def _answer(server: socket.socket) -> None:
    taken, _ = server.accept()
    with taken:
        taken.recv(65_536)
        taken.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n" + b"x" * 500)
        taken.recv(1)  # until the reader has had enough
