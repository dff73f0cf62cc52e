"""Every metadatum of a client and its rule: RFC 7591, 8705, 8707, 9701, Registration 1.0, JARM, the logout specs."""

from __future__ import annotations

import ast
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey

import idp.oauth
from idp.oauth import client_fields, client_messages, client_metadata, jwe
from idp.oauth.client_document import FIELDS
from idp.oauth.client_metadata import ClientMetadataError
from idp.oauth.client_registration import ClientRegistration
from tests.oauth.conftest import REDIRECT

EC = ECKey.generate_key("P-256", {"kid": "e"}).as_dict(private=False)
RSA = RSAKey.generate_key(2048, {"kid": "r"}).as_dict(private=False)
KEYS = {"keys": [EC, RSA]}
KINDS = ("id_token", "userinfo", "authorization", "introspection")
DN, DNS = "tls_client_auth_subject_dn", "tls_client_auth_san_dns"
SYMMETRIC = ("HS256", "none", "")
FAPI: dict[str, Any] = {
    "profile": "fapi2_message_signing",
    "token_endpoint_auth_method": "private_key_jwt",
    "jwks": KEYS,
    "id_token_signed_response_alg": "ES256",
}


def client(**changes: Any) -> ClientRegistration:
    return ClientRegistration(
        **{"client_name_vi": "a", "client_name_en": "b", "redirect_uris": (REDIRECT,), **changes}
    )


def checked(**changes: Any) -> ClientRegistration:
    made = client(**changes)
    client_metadata.check_forms(made)
    made = client_metadata.complete(made)
    client_metadata.check(made)
    return made


REFUSED: list[tuple[dict[str, Any], str]] = [
    # addresses
    ({"redirect_uris": (REDIRECT, REDIRECT)}, "redirect_uris"),
    ({"redirect_uris": ("https://*.vn-mock.example/cb",)}, "redirect_uris"),
    ({"redirect_uris": ("vn.example.app:/cb",)}, "redirect_uris"),
    ({"redirect_uris": tuple(f"https://rp.vn-mock.example/{n}" for n in range(51))}, "redirect_uris"),
    ({"redirect_uris": ("https://rp.vn-mock.example/" + "x" * 2000,)}, "redirect_uris"),
    ({"post_logout_redirect_uris": ("http://rp.vn-mock.example/out",)}, "post_logout_redirect_uris"),
    *[
        ({field: value}, field)
        for field in ("client_uri", "logo_uri", "policy_uri", "tos_uri", "jwks_uri", "sector_identifier_uri")
        for value in ("http://rp.vn-mock.example/", "/x", "https://u:p@a.example/", "https://a.example/#x", "")
    ],
    ({"initiate_login_uri": "http://localhost/login"}, "initiate_login_uri"),
    ({"initiate_login_uri": "nothing"}, "initiate_login_uri"),
    ({"frontchannel_logout_uri": "https://other.example/out"}, "frontchannel_logout_uri"),
    ({"frontchannel_logout_uri": "https://rp.vn-mock.example:8443/out"}, "frontchannel_logout_uri"),
    ({"frontchannel_logout_uri": "http://rp.vn-mock.example/out"}, "frontchannel_logout_uri"),
    ({"frontchannel_logout_session_required": True}, "frontchannel_logout_session_required"),
    ({"backchannel_logout_session_required": True}, "backchannel_logout_session_required"),
    ({"backchannel_logout_uri": "http://rp.vn-mock.example/out"}, "backchannel_logout_uri"),
    ({"backchannel_logout_uri": "https://rp.vn-mock.example/out#x"}, "backchannel_logout_uri"),
    (
        {"backchannel_logout_uri": "http://127.0.0.1/out", "token_endpoint_auth_method": "none"},
        "backchannel_logout_uri",
    ),
    ({"resources": ("/api",)}, "resources"),
    ({"resources": ("https://api.example/#x",)}, "resources"),
    ({"resources": ("https:",)}, "resources"),
    # what it is called, and by
    ({"client_id": ".."}, "client_id"),
    ({"client_id": "."}, "client_id"),
    ({"client_name_vi": "a\x00"}, "client_name_vi"),
    ({"contacts": ("nobody",)}, "contacts"),
    ({"contacts": ("a b@c.example",)}, "contacts"),
    ({"software_version": "v" * 101}, "software_version"),
    ({"software_id": "x\ny"}, "software_id"),
    # choices
    ({"subject_type": "public"}, "subject_type"),
    ({"response_types": ("code", "id_token")}, "response_types"),
    ({"response_types": ()}, "response_types"),
    ({"grant_types": ("refresh_token",)}, "grant_types"),
    ({"grant_types": ("authorization_code", "client_credentials")}, "grant_types"),
    ({"identity_levels": (0,)}, "identity_levels"),
    ({"identity_levels": (1, 3)}, "identity_levels"),
    ({"identity_levels": (True,)}, "identity_levels"),
    ({"access_token_format": "saml"}, "access_token_format"),
    ({"profile": "fapi1"}, "profile"),
    ({"lenient": ("everything",)}, "lenient"),
    ({"default_max_age": 10**10}, "default_max_age"),
    ({"require_auth_time": None}, "require_auth_time"),
    ({"scope": None}, "scope"),
    # algorithms: nothing symmetric, nothing unsigned, no enc without alg
    *[
        ({f"{kind}_signed_response_alg": alg}, f"{kind}_signed_response_alg") for kind in KINDS for alg in SYMMETRIC
    ],
    *[({"request_object_signing_alg": alg}, "request_object_signing_alg") for alg in SYMMETRIC],
    *[
        ({f"{kind}_encrypted_response_alg": alg, "jwks": KEYS}, f"{kind}_encrypted_response_alg")
        for kind in KINDS
        for alg in ("dir", "A256KW", "RSA1_5")
    ],
    *[({f"{kind}_encrypted_response_enc": "A128GCM"}, f"{kind}_encrypted_response_enc") for kind in KINDS],
    *[
        (
            {
                f"{kind}_encrypted_response_alg": "ECDH-ES", f"{kind}_encrypted_response_enc": "A192GCM",
                "jwks": KEYS,
            },
            f"{kind}_encrypted_response_enc",
        )
        for kind in KINDS
    ],
    # keys
    ({"id_token_encrypted_response_alg": "ECDH-ES"}, "id_token_encrypted_response_alg"),
    ({"userinfo_encrypted_response_alg": "RSA-OAEP-256", "jwks": {"keys": [EC]}}, "jwks"),
    ({"userinfo_encrypted_response_alg": "ECDH-ES", "jwks": {"keys": [{**EC, "use": "sig"}]}}, "jwks"),
    ({"jwks": KEYS, "jwks_uri": "https://rp.vn-mock.example/jwks"}, "jwks"),
    ({"jwks": {"keys": [OctKey.generate_key(256).as_dict()]}}, "jwks"),
    ({"jwks": {"keys": [{**EC, "kid": str(n)} for n in range(21)]}}, "jwks"),
    ({"jwks": {"keys": [{**EC, "x5t": "x" * 30_000}]}}, "jwks"),
    ({"token_endpoint_auth_method": "private_key_jwt"}, "jwks"),
    ({"token_endpoint_auth_method": "self_signed_tls_client_auth"}, "jwks"),
    ({"token_endpoint_auth_signing_alg": "ES256"}, "token_endpoint_auth_signing_alg"),
    (
        {"token_endpoint_auth_method": "private_key_jwt", "jwks": KEYS, "token_endpoint_auth_signing_alg": "HS256"},
        "token_endpoint_auth_signing_alg",
    ),
    # mutual TLS: exactly one subject, of the right form, and with that method alone
    ({"token_endpoint_auth_method": "tls_client_auth"}, "tls_client_auth_subject_dn"),
    ({"tls_client_auth_san_dns": "rp.vn-mock.example"}, "tls_client_auth_san_dns"),
    (
        {
            "token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_subject_dn": "CN=rp",
            "tls_client_auth_san_dns": "rp.vn-mock.example",
        },
        "tls_client_auth_san_dns",
    ),
    *[
        ({"token_endpoint_auth_method": "tls_client_auth", name: value}, name)
        for name, value in (
            (DN, "not a name"), (DN, ""), (DNS, "-x.example"), (DNS, "a b"),
            ("tls_client_auth_san_uri", "no uri"), ("tls_client_auth_san_ip", "300.1.1.1"),
            ("tls_client_auth_san_email", "nobody"),
        )
    ],
    # FAPI 2.0 is not loosened
    ({"profile": "fapi2_security", "token_endpoint_auth_method": "none"}, "token_endpoint_auth_method"),
    ({**FAPI, "lenient": ("claims-in-id-token",)}, "lenient"),
    ({**FAPI, "lenient": ("no-pkce",)}, "require_pkce"),
    ({"token_endpoint_auth_method": "none", "lenient": ("no-pkce",)}, "require_pkce"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "field"), REFUSED, ids=[f"{n}-{field}" for n, (_, field) in enumerate(REFUSED)])
def test_what_is_refused(changes: dict[str, Any], field: str) -> None:
    """The error names the field to mend; the message repeats nothing that was given, and is known in Vietnamese."""
    with pytest.raises(ClientMetadataError) as refused:
        checked(**changes)
    assert refused.value.field == field
    assert refused.value.message.isascii()
    assert client_messages.said(refused.value.message, "vi") != refused.value.message
    assert client_messages.said(refused.value.message, "en") == refused.value.message


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uris": ("http://localhost:8080/cb", "http://127.0.0.1/cb"), "sector_identifier": "x"},
        {"redirect_uris": ("vn.example.app:/cb",), "application_type": "native"},
        {
            "frontchannel_logout_uri": "https://rp.vn-mock.example/out?x=1",
            "frontchannel_logout_session_required": True,
        },
        {"backchannel_logout_uri": "https://elsewhere.example/out", "backchannel_logout_session_required": True},
        {"backchannel_logout_uri": "http://localhost/out"},
        {"initiate_login_uri": "https://rp.vn-mock.example/login"},
        {"resources": ("https://api.vn-mock.example/v1?x", "urn:vn-mock:api")},
        {"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_subject_dn": "CN=rp,O=Bệnh viện,C=VN"},
        {"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_san_ip": "2001:db8::1"},
        {"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_san_uri": "urn:x:y"},
        {"token_endpoint_auth_method": "self_signed_tls_client_auth", "jwks": KEYS},
        {"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://rp.vn-mock.example/jwks"},
        {"identity_levels": (1, 2)},
        *[{f"{kind}_encrypted_response_alg": alg, "jwks": KEYS} for kind in KINDS for alg in jwe.ALGORITHMS],
    ],
)
def test_what_is_taken(changes: dict[str, Any]) -> None:
    assert checked(**changes).redirect_uris


@pytest.mark.parametrize("kind", KINDS)
def test_the_default_content_encryption(kind: str) -> None:
    """Registration 2, JARM 3, RFC 9701 6: A128CBC-HS256, where an alg is registered alone; none without."""
    made = checked(**{f"{kind}_encrypted_response_alg": "ECDH-ES"}, jwks=KEYS)
    assert getattr(made, f"{kind}_encrypted_response_enc") == "A128CBC-HS256"
    assert getattr(checked(), f"{kind}_encrypted_response_enc") is None


def test_one_name_stands_for_both() -> None:
    """And a blank one for none."""
    assert checked(client_name_en="").client_name_en == "a"
    assert checked(client_name_vi="").client_name_vi == "b"
    with pytest.raises(ClientMetadataError):
        checked(client_name_vi="", client_name_en="")


def test_no_pkce_is_one_setting_with_two_names() -> None:
    """`require_pkce` is what is kept."""
    by_switch, by_field = checked(lenient=("no-pkce", "claims-in-id-token")), checked(require_pkce=False)
    assert (by_switch.require_pkce, by_switch.lenient) == (False, ("claims-in-id-token",))
    assert (by_field.require_pkce, by_field.lenient) == (False, ())


def test_every_field_is_described() -> None:
    """In client_fields.toml, once, in both languages, with an option of its own: nothing can be forgotten."""
    names = [field.name for field in client_fields.all_fields()]
    assert sorted(names) == sorted(FIELDS) == sorted(field.name for field in fields(ClientRegistration))
    options = [field.option for field in client_fields.all_fields()]
    assert len(set(options)) == len(options)
    for field in client_fields.all_fields():
        assert field.group in client_fields.GROUPS
        assert field.label["vi"] != field.label["en"] != "" or field.group == "fapi"
        assert bool(field.hint["vi"]) == bool(field.hint["en"])


def test_every_message_is_known_in_vietnamese() -> None:
    """As the source writes them: each call that refuses metadata."""
    known = set(client_messages.messages())
    found = set(_messages(Path(idp.oauth.__path__[0])))
    assert len(found) > 40
    assert found - known == set()


#: What only a client that registers itself is told, as JSON and therefore in ASCII.
BY_JSON = {"dynamic_registration.py", "registration_answers.py"}


def _messages(folder: Path) -> list[str]:
    texts: list[str] = []
    for path in (each for each in folder.rglob("*.py") if each.name not in BY_JSON):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            if name in ("ClientMetadataError", "RedirectUriError"):
                assert isinstance(node, ast.Call)
                texts += _text(node.args[1 if name == "ClientMetadataError" else 0])
    return texts


def _text(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.JoinedStr):
        return ["".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)]
    return []  # a sum of two, both of which stand in the catalogue: test_what_is_refused meets them
