"""Settings as commands take them: environment over file, every one checked, every message names its key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from idp.config import ARGON2, SETTINGS, ConfigError, load
from tests.cli.conftest import Run, assert_refused

# key -> a value that is refused in the environment, and one that is refused in the file
BAD: dict[str, tuple[str, str]] = {
    "host": (" ", "1"),
    "port": ("65536", "'many'"),
    "issuer": ("id.vn-mock.example", "'https://id.vn-mock.example/#here'"),
    "portal_port": ("-1", "5001.5"),
    "portal_url": ("ftp://portal.vn-mock.example", "5001"),
    "database_url": ("mysql://root@localhost/x", "'nothing'"),
    "keys_dir": ("", "false"),
    "data_dir": ("  ", "['var']"),
    "personas": ("", "7"),
    "document_types_dir": ("", "7"),
    "trusted_proxies": ("proxy.vn-mock.example", "'10.0.0.0/8'"),
    "allowed_hosts": ("https://id.vn-mock.example", "'id.vn-mock.example:443'"),
    "private_networks": ("home", "'192.168.1.0/33'"),
    "insecure_loopback": ("maybe", "2"),
    "level_1_by_officer": ("perhaps", "3"),
    "new_device_wait_minutes": ("-1", "'a day'"),
    "dpop_nonce": ("sometimes", "'x'"),
    "log_level": ("loud", "5"),
    "status_history": ("for ever", "5"),
    "client_certificate_header": ("Client Cert", "7"),
    "client_certificate_authorities": ("", "7"),
    "mtls_url": ("mtls.vn-mock.example", "'ftp://mtls.vn-mock.example'"),
    "mock_phone": ("some", "'x'"),
    "demo": ("on and off", "'x'"),
    "argon2.time_cost": ("0", "101"),
    "argon2.memory_cost": ("7", "'much'"),
    "argon2.parallelism": ("65", "0"),
}
ALL = {**SETTINGS, **{f"argon2.{name}": entry for name, entry in ARGON2.items()}}


def toml(folder: Path, text: str) -> dict[str, str]:
    path = folder / "mock.toml"
    path.write_text(text, encoding="utf-8")
    return {"MOCK_VNEID_CONFIG": str(path)}


def table_of(key: str, value: str) -> str:
    table, _, name = f"idp.{key}".rpartition(".")
    return f"[{table}]\n{name} = {value}\n"


def test_every_setting_is_tried_here() -> None:
    assert set(BAD) == set(ALL)


@pytest.mark.parametrize("key", BAD)
def test_a_bad_value_in_the_environment(key: str) -> None:
    """The variable is named, and what it must be."""
    variable = ALL[key][0]
    with pytest.raises(ConfigError, match=f"^{variable} must be "):
        load({variable: BAD[key][0]})


@pytest.mark.parametrize("key", BAD)
def test_a_bad_value_in_the_file(tmp_path: Path, key: str) -> None:
    """The key is named with its table."""
    with pytest.raises(ConfigError, match=rf"^idp\.{key} must be "):
        load(toml(tmp_path, table_of(key, BAD[key][1])))


@pytest.mark.parametrize("key", BAD)
def test_the_environment_is_over_the_file(tmp_path: Path, key: str) -> None:
    """Even where the file has a mistake: what is not used is not judged."""
    good = {
        "issuer": "https://id.vn-mock.example", "portal_url": "http://localhost:7000", "database_url": "sqlite:///x",
        "trusted_proxies": "10.0.0.1, ::1", "insecure_loopback": "yes", "demo": "no", "host": "::1",
        "private_networks": "10.0.0.0/8", "level_1_by_officer": "no", "mock_phone": "no",
        "status_history": "no", "log_level": "INFO",
        "dpop_nonce": "no", "client_certificate_header": "Client-Cert", "client_certificate_authorities": "a.pem",
        "mtls_url": "https://mtls.vn-mock.example",
    }  # fmt: skip
    variable, proxy = ALL[key][0], {}
    if key.startswith(("client_certificate_", "mtls_")):  # these need each other
        proxy = {"IDP_TRUSTED_PROXIES": "::1", "IDP_CLIENT_CERTIFICATE_HEADER": "Client-Cert"}
    environ = {**toml(tmp_path, table_of(key, BAD[key][1])), **proxy, variable: good.get(key, "9")}
    config = load(environ)
    holder, name = (config.argon2, key.split(".")[1]) if "." in key else (config, key)
    assert getattr(holder, name) == ALL[key][1](environ[variable])


def test_a_password_in_an_address_is_not_repeated() -> None:
    with pytest.raises(ConfigError) as refused:
        load({"IDP_DATABASE_URL": "postgres://mock:hidden@localhost/x"})
    assert "hidden" not in str(refused.value)
    assert "postgresql+pg8000" in str(refused.value)


def test_addresses_of_proxies_are_compared_as_addresses() -> None:
    """However they are written."""
    assert load({"IDP_TRUSTED_PROXIES": "0:0:0::1, 127.0.0.1,"}).trusted_proxies == ("::1", "127.0.0.1")


def test_the_portals_table_tells_where_the_portal_is(tmp_path: Path) -> None:
    """One file for both parts: the provider registers the address that the portal has."""
    config = load(toml(tmp_path, "[portal]\nport = 7001\n"))
    assert (config.portal_port, config.portal_url) == (7001, "http://localhost:7001")
    config = load(toml(tmp_path, "[portal]\nport = 7001\nurl = 'https://portal.vn-mock.example'\n"))
    assert config.portal_url == "https://portal.vn-mock.example"
    with pytest.raises(ConfigError, match=r"^portal\.port must be "):
        load(toml(tmp_path, "[portal]\nport = 0\n"))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[idp]\ncolour = 'red'\n", "idp.colour"),
        ("[idp]\nPORT = 1\n", "idp.PORT"),
        ("[idp.argon2]\nspeed = 1\n", "idp.argon2.speed"),
        ("[provider]\nport = 1\n", "[provider]"),
        ("port = 1\n", "port"),
        ("idp = 1\n", "[idp]"),
        ("[idp]\nargon2 = 1\n", "[idp.argon2]"),
        ("[idp]\nport = \n", "line 2"),
    ],
)
def test_the_command_refuses_the_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, named: str
) -> None:
    """A key that is unknown is an error, at every command that reads settings."""
    monkeypatch.setenv("MOCK_VNEID_CONFIG", toml(tmp_path, text)["MOCK_VNEID_CONFIG"])
    for command in (["personas"], ["clients", "list"], ["keys", "init"], ["seed"], ["serve"], ["demo"]):
        assert_refused(run(*command), named)


def test_a_file_of_bytes(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mock.toml").write_bytes(b"\xff\xfe")
    monkeypatch.setenv("MOCK_VNEID_CONFIG", str(tmp_path / "mock.toml"))
    assert_refused(run("personas"), "MOCK_VNEID_CONFIG", "mock.toml")


def test_the_file_sets_what_the_command_uses(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders of the file, where the environment says nothing."""
    for name in ("IDP_KEYS_DIR", "IDP_DATA_DIR", "IDP_PORT"):
        monkeypatch.delenv(name)
    text = f"[idp]\nport = 6100\nkeys_dir = {json.dumps(str(tmp_path / 'k'))}\ndata_dir = '{tmp_path / 'd'}'\n"
    monkeypatch.setenv("MOCK_VNEID_CONFIG", toml(tmp_path, text)["MOCK_VNEID_CONFIG"])
    assert run("seed").code == 0
    assert (tmp_path / "k" / "root.pem").is_file()
    assert (tmp_path / "d" / "idp.sqlite3").is_file()
