"""Settings: read from the environment and one TOML file, refused with the name of the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from idp.config import ConfigError, load


def toml(tmp_path: Path, text: str) -> dict[str, str]:
    path = tmp_path / "mock.toml"
    path.write_text(text, encoding="utf-8")
    return {"MOCK_VNEID_CONFIG": str(path)}


def test_defaults_suit_a_laptop() -> None:
    """With nothing set: loopback, SQLite, a localhost issuer."""
    config = load({})
    assert (config.host, config.issuer) == ("127.0.0.1", "http://localhost:5000")
    assert config.database_url.startswith("sqlite:///")


def test_the_port_moves_the_issuer() -> None:
    """IDP_PORT alone is enough to move the provider."""
    assert load({"IDP_PORT": "6100"}).issuer == "http://localhost:6100"


def test_a_given_issuer_stays() -> None:
    """Behind a proxy the issuer is what was configured, whatever the port."""
    assert load({"IDP_PORT": "6100", "IDP_ISSUER": "https://id.example.vn/"}).issuer == "https://id.example.vn"


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    """What is set for one run wins over what is written down."""
    environ = {**toml(tmp_path, "[idp]\nport = 7000\nhost = '::1'\n"), "IDP_PORT": "7001"}
    config = load(environ)
    assert (config.port, config.host) == (7001, "::1")


def test_argon2_parameters_are_settings(tmp_path: Path) -> None:
    """The cost of a password is explicit and can be set."""
    assert load(toml(tmp_path, "[idp.argon2]\nmemory_cost = 65536\n")).argon2.memory_cost == 65536


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"IDP_PORT": "eighty"}, "IDP_PORT"),
        ({"IDP_PORT": "0"}, "IDP_PORT"),
        ({"IDP_PORT": "٥٠٠٠"}, "IDP_PORT"),
        ({"IDP_ISSUER": "ftp://x"}, "IDP_ISSUER"),
        ({"IDP_ISSUER": "https://x/?a=b"}, "IDP_ISSUER"),
        ({"IDP_ISSUER": "http://id.example.vn"}, "IDP_ISSUER"),
        ({"IDP_ISSUER": "https://example.vn/id"}, "IDP_ISSUER"),
        ({"IDP_DEMO": "perhaps"}, "IDP_DEMO"),
        ({"IDP_INSECURE_LOOPBACK": "false"}, "IDP_ISSUER"),
        ({"IDP_ARGON2_MEMORY_COST": "1"}, "IDP_ARGON2_MEMORY_COST"),
        ({"MOCK_VNEID_CONFIG": "/nowhere/x.toml"}, "MOCK_VNEID_CONFIG"),
    ],
)
def test_a_wrong_setting_is_named(environ: dict[str, str], named: str) -> None:
    """Every refusal names the key to mend."""
    with pytest.raises(ConfigError, match=named):
        load(environ)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[idp]\nprot = 1\n", r"idp\.prot"),
        ("[idp]\nport = true\n", r"idp\.port"),
        ("[idp.argon2]\nspeed = 1\n", r"idp\.argon2\.speed"),
        ("[ipd]\nport = 1\n", r"\[ipd\]"),
        ("[idp\n", "line 1"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, text: str, named: str) -> None:
    """A key that is misspelt is an error, not ignored."""
    with pytest.raises(ConfigError, match=named):
        load(toml(tmp_path, text))
