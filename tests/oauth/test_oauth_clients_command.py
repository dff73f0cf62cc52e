"""`mock-vneid clients add|list`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from idp.cli.main import main

NAMES = ["--name-vi", "Dịch vụ (MÔ PHỎNG)", "--name-en", "Service (MOCK)"]
ADD = ["clients", "add", *NAMES, "--redirect-uri", "https://rp.vn-mock.example/cb"]


@pytest.fixture(autouse=True)
def _settings(keys_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MOCK_VNEID_CONFIG", "IDP_DATABASE_URL", "IDP_ISSUER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("IDP_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("IDP_KEYS_DIR", str(keys_dir))


def listed(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    capsys.readouterr()
    assert main(["clients", "list", "--json"]) == 0
    found: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    return found


def test_a_secret_is_printed_once(capsys: pytest.CaptureFixture[str]) -> None:
    """By the command that made it; listing does not know it."""
    assert main([*ADD, "--json"]) == 0
    added = json.loads(capsys.readouterr().out)
    assert len(added["client_secret"]) == 43
    assert main(["clients", "list"]) == 0
    printed = capsys.readouterr().out
    assert added["client_id"] in printed
    assert added["client_secret"] not in printed


def test_every_option_is_kept(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """In the words of RFC 7591."""
    jwks = tmp_path / "jwks.json"
    jwks.write_text(json.dumps({"keys": [ECKey.generate_key("P-256", {"kid": "1"}).as_dict(private=False)]}))
    options = {
        "--client-id": "hospital",
        "--auth-method": "private_key_jwt",
        "--id-token-alg": "ES256",
        "--scope": "openid identity offline_access",
        "--jwks": str(jwks),
        "--post-logout-redirect-uri": "https://rp.vn-mock.example/out",
        "--request-uri": "https://rp.vn-mock.example/request/",
        "--response-uri": "https://rp.vn-mock.example/response",
        "--document-type": "urn:vn-mock:pid:1",
        "--default-max-age": "600",
    }
    assert main([*ADD, *(part for pair in options.items() for part in pair)]) == 0
    assert "client_secret" not in capsys.readouterr().out
    (client,) = listed(capsys)
    assert client["client_id"] == "hospital"
    assert client["client_name#vi"] == "Dịch vụ (MÔ PHỎNG)"
    assert client["grant_types"] == ["authorization_code", "refresh_token"]
    assert client["request_uris"] == ["https://rp.vn-mock.example/request/"]
    assert client["default_max_age"] == 600
    assert client["jwks"] == json.loads(jwks.read_text())


def test_without_pkce_it_warns(capsys: pytest.CaptureFixture[str]) -> None:
    """On standard error, so that --json stays readable; and the list says so."""
    assert main([*ADD, "--no-pkce", "--json"]) == 0
    told = capsys.readouterr()
    assert "without PKCE" in told.err
    json.loads(told.out)
    assert main(["clients", "list"]) == 0
    assert "NO PKCE" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--redirect-uri", "http://rp.vn-mock.example/cb"], "redirect_uris"),
        (["--scope", "profile"], "scope"),
        (["--auth-method", "private_key_jwt"], "jwks"),
        (["--auth-method", "none", "--no-pkce"], "require_pkce"),
        (["--jwks", "/nowhere/jwks.json"], "cannot read"),
    ],
)
def test_a_mistake_is_named(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    """Exit 2, the field to mend, and nothing registered."""
    assert main([*ADD, *arguments]) == 2
    assert message in capsys.readouterr().err
    assert listed(capsys) == []


@pytest.mark.parametrize("content", ["{", "[]"])
def test_a_key_file_must_be_one(capsys: pytest.CaptureFixture[str], tmp_path: Path, content: str) -> None:
    """JSON, and a JWK Set."""
    file = tmp_path / "jwks.json"
    file.write_text(content)
    assert main([*ADD, "--jwks", str(file)]) == 2
    assert "--jwks" in capsys.readouterr().err


def test_an_empty_list_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    """The way on is named."""
    assert main([*ADD, "--client-id", "only"]) == main(["clients", "remove", "only", "--yes"]) == 0
    assert main(["clients", "list"]) == 0
    assert "clients add" in capsys.readouterr().out
