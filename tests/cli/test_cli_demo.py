"""`mock-vneid demo`: what it prints, how it ends, how it starts again."""

from __future__ import annotations

import http.cookiejar
import io
import json
import os
import re
import signal
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from live import answers, free_ports

from idp.cli import demo as command
from tests.cli.conftest import Run, Started, assert_refused, descendants, run_process, started, wait_until

READY = "clerk  "  # the last line it prints


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Started]:
    """A demo that is ready."""
    with started(tmp_path / "demo.log", "demo") as running:
        wait_until(lambda: READY in running.printed, running)
        yield running


def urls(settings: dict[str, str]) -> tuple[str, str]:
    provider, portal = settings["IDP_PORT"], settings["PORTAL_PORT"]
    return f"http://localhost:{provider}/.well-known/openid-configuration", f"http://localhost:{portal}/"


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def parts(running: Started) -> dict[str, int]:
    """The two children of the command, by name."""
    children = Path(f"/proc/{running.process.pid}/task/{running.process.pid}/children").read_text().split()
    lines = {int(child): Path(f"/proc/{child}/cmdline").read_text() for child in children}
    return {"portal" if "demo_client" in line else "provider": pid for pid, line in lines.items()}


def clerk_page(portal: str, password: str) -> tuple[int, str]:
    """Sign in at the clerk's desk; status and page."""
    cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies)
    page = opener.open(f"{portal}clerk?lang=en", timeout=20).read().decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    form = urlencode({"csrf_token": token[1], "password": password}).encode()
    try:
        with opener.open(f"{portal}clerk/sign-in", form, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.request.HTTPError as refused:
        refused.close()
        return refused.code, ""


def clerk_password(running: Started) -> str:
    found = re.search(r"/clerk +password (\S+)", running.printed)
    assert found, running.printed
    return found[1]


def test_what_it_prints(demo: Started, settings: dict[str, str]) -> None:
    """Every test citizen with number, password, passcode, level and story; the addresses, which answer."""
    printed = " ".join(demo.printed.split())
    for persona in json.loads(run_process("personas", "--json").out):
        row = f"{persona['identity_level']} {persona['password'] or '–'} {persona['passcode'] or '–'}"
        assert persona["personal_id_number"] in printed
        assert f"{persona['personal_id_number']} {row}" in printed
        assert persona["story"]["en"].split(":")[0] in printed
    for url in (f"http://localhost:{settings['IDP_PORT']}", f"http://localhost:{settings['PORTAL_PORT']}"):
        assert url in printed
    assert "MÔ PHỎNG / MOCK" in printed
    assert all(answers(url) for url in urls(settings))


def test_the_clerks_password_is_the_printed_one(demo: Started, settings: dict[str, str]) -> None:
    """It opens the desk; another one does not."""
    portal = urls(settings)[1]
    assert clerk_page(portal, clerk_password(demo) + "x")[0] == 403
    assert clerk_page(portal, clerk_password(demo))[0] == 200


@pytest.mark.parametrize("source", ["environment", "file"])
def test_the_clerks_password_may_be_given(
    tmp_path: Path, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    """In the environment or the portal's table; every other start chooses one by chance."""
    if source == "environment":
        monkeypatch.setenv("PORTAL_CLERK_PASSWORD", "given-by-us")
    else:
        (tmp_path / "mock.toml").write_text("[portal]\nclerk_password = 'given-by-us'\n")
        monkeypatch.setenv("MOCK_VNEID_CONFIG", str(tmp_path / "mock.toml"))
    with started(tmp_path / "demo.log", "demo", "--quiet") as running:
        wait_until(lambda: READY in running.printed, running)
        assert clerk_password(running) == "given-by-us"
        assert clerk_page(urls(settings)[1], "given-by-us")[0] == 200
        assert "065190000101" not in running.printed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_ends_both(demo: Started, settings: dict[str, str], number: signal.Signals) -> None:
    """Ctrl-C, a service manager, a closed terminal: nothing is left behind, and that is no failure."""
    below = descendants(demo.process.pid)
    assert len(below) >= 4  # each part is a server with a worker
    assert demo.end(number) == 0
    assert [pid for pid in below if not gone(pid)] == []
    assert not any(answers(url) for url in urls(settings))
    assert "Traceback" not in demo.printed


@pytest.mark.parametrize("name", ["provider", "portal"])
def test_when_one_ends_the_other_does(demo: Started, settings: dict[str, str], name: str) -> None:
    """And the command says which one it was."""
    os.kill(parts(demo)[name], signal.SIGKILL)
    assert demo.process.wait(60) == 2
    assert f"the {name} ended" in demo.printed
    assert "Traceback" not in demo.printed
    other = urls(settings)[1 if name == "provider" else 0]
    assert not answers(other)


def test_a_second_start_goes_on(tmp_path: Path, settings: dict[str, str]) -> None:
    """The secret of the seeded client is shown once; then it is said how to get a new one, and that works."""
    shown = []
    for number in range(2):
        with started(tmp_path / f"{number}.log", "demo") as running:
            wait_until(lambda running=running: READY in running.printed, running)  # type: ignore[misc]
            shown.append(running.printed)
            assert running.end() == 0
    first = re.search(r"secret ([\w-]{43}) \(shown this once\)", shown[0])
    assert first
    assert first[1] not in shown[1]
    command = re.search(r"mock-vneid (clients renew-secret \S+)", shown[1])
    assert command
    renewed = run_process(*command[1].split(), "--json")
    assert json.loads(renewed.out)["client_secret"] != first[1]


def test_two_side_by_side(demo: Started, settings: dict[str, str], tmp_path: Path) -> None:
    """On other ports and in other folders; each portal asks its own provider, under cookies of different names."""
    ports = [str(port) for port in free_ports(2)]
    second = {
        **settings, "IDP_PORT": ports[0], "PORTAL_PORT": ports[1],
        "IDP_KEYS_DIR": str(tmp_path / "k2"), "IDP_DATA_DIR": str(tmp_path / "d2"),
    }  # fmt: skip
    with started(tmp_path / "second.log", "demo", environment=second) as running:
        wait_until(lambda: READY in running.printed, running)
        for each in (settings, second):
            jar = http.cookiejar.CookieJar()
            opener = urllib.request.build_opener(
                urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(jar)
            )
            with opener.open(f"{urls(each)[1]}auth/sign-in?level=2", timeout=20) as page:
                assert page.url.startswith(f"http://localhost:{each['IDP_PORT']}/sign-in")
            own = {f"mock_portal_session_{each['PORTAL_PORT']}", f"mock_vneid_session_{each['IDP_PORT']}"}
            assert own <= {cookie.name for cookie in jar}
    assert all(answers(url) for url in urls(settings))


@pytest.mark.parametrize("key", ["IDP_DATA_DIR", "IDP_KEYS_DIR"])
def test_not_two_in_one_folder(demo: Started, settings: dict[str, str], tmp_path: Path, key: str) -> None:
    """The second would move the first one's addresses; it is told which folder to choose, and the first goes on."""
    ports = [str(port) for port in free_ports(2)]
    second = {"IDP_KEYS_DIR": str(tmp_path / "k2"), "IDP_DATA_DIR": str(tmp_path / "d2"), key: settings[key]}
    second.update(IDP_PORT=ports[0], PORTAL_PORT=ports[1])
    assert_refused(run_process("demo", environment=second), settings[key], key)
    assert all(answers(url) for url in urls(settings))


@pytest.mark.parametrize("key", ["IDP_PORT", "PORTAL_PORT"])
def test_a_port_that_is_taken(run: Run, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], key: str) -> None:
    """Told at once, in one line with the key, before anything is made."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        monkeypatch.setenv(key, port)
        answer = run("demo")
    assert_refused(answer, port, key)
    assert len(answer.err.splitlines()) == 1
    assert not Path(settings["IDP_KEYS_DIR"]).exists()


def test_one_port_for_both(run: Run, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]) -> None:
    monkeypatch.setenv("PORTAL_PORT", settings["IDP_PORT"])
    assert_refused(run("demo"), "IDP_PORT", "PORTAL_PORT", settings["IDP_PORT"])


def test_a_mistake_in_the_portals_settings(tmp_path: Path) -> None:
    """The portal tells it, the command ends both."""
    answer = run_process("demo", environment={"PORTAL_CA_BUNDLE": " "})
    assert answer.code == 2
    assert "PORTAL_CA_BUNDLE" in answer.err
    assert "the portal did not start" in answer.err
    assert "Traceback" not in answer.err


def test_behind_a_proxy(tmp_path: Path, settings: dict[str, str]) -> None:
    """It is ready when its own ports answer, although nobody here answers under the public names."""
    public = {"IDP_ISSUER": "https://id.vn-mock.example", "PORTAL_URL": "https://portal.vn-mock.example"}
    with started(tmp_path / "demo.log", "demo", "--quiet", environment=public) as running:
        wait_until(lambda: READY in running.printed, running)
        assert all(address in running.printed for address in public.values())
        with urllib.request.urlopen(urls(settings)[0], timeout=20) as answer:
            assert json.load(answer)["issuer"] == public["IDP_ISSUER"]


def test_a_signal_whose_exception_was_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception raised while an object is put away is ignored in silence; the next look ends it."""

    class PutAway(io.RawIOBase):
        def close(self) -> None:
            if not self.closed:
                command._interrupt(signal.SIGTERM, None)

    monkeypatch.setattr(command, "_asked_to_end", [])
    command._check_alive({}, "ended")
    one = PutAway()
    del one  # its finaliser swallows what close() raises
    with pytest.raises(KeyboardInterrupt):
        command._check_alive({}, "ended")
    command._interrupt(signal.SIGTERM, None)  # while it stops, nothing more is raised
