"""A value for every metadatum of a client, and which others it needs beside it."""

from __future__ import annotations

from typing import Any

from joserfc.jwk import ECKey

REDIRECT = "https://rp.vn-mock.example/cb"
PUBLIC = {"keys": [ECKey.generate_key("P-256", {"kid": "1"}).as_dict(private=False)]}
#: Field -> what it is set to, and which other fields it needs beside it.
VALUES: dict[str, tuple[Any, dict[str, Any]]] = {
    "client_name_vi": ("Trạm y tế", {}),
    "client_name_en": ("Clinic", {}),
    "redirect_uris": ([REDIRECT, "https://rp.vn-mock.example/b"], {}),
    "client_id": ("clinic", {}),
    "application_type": ("native", {}),
    "token_endpoint_auth_method": ("client_secret_post", {}),
    "scope": ("email openid", {}),
    "grant_types": (["authorization_code", "refresh_token"], {}),
    "response_types": (["code"], {}),
    "contacts": (["it@vn-mock.example"], {}),
    "client_uri": ("https://rp.vn-mock.example/", {}),
    "logo_uri": ("https://rp.vn-mock.example/logo.svg", {}),
    "policy_uri": ("https://rp.vn-mock.example/privacy", {}),
    "tos_uri": ("https://rp.vn-mock.example/terms", {}),
    "jwks": (PUBLIC, {}),
    "jwks_uri": ("https://rp.vn-mock.example/jwks", {}),
    "software_id": ("clinic-app", {}),
    "software_version": ("1.2", {}),
    "sector_identifier": ("vn-mock.example", {}),
    "subject_type": ("pairwise", {}),
    "id_token_signed_response_alg": ("ES256", {}),
    "id_token_encrypted_response_alg": ("ECDH-ES", {"jwks": PUBLIC}),
    "id_token_encrypted_response_enc": ("A256GCM", {"jwks": PUBLIC, "id_token_encrypted_response_alg": "ECDH-ES"}),
    "userinfo_signed_response_alg": ("ES256", {}),
    "userinfo_encrypted_response_alg": ("ECDH-ES", {"jwks": PUBLIC}),
    "userinfo_encrypted_response_enc": ("A256GCM", {"jwks": PUBLIC, "userinfo_encrypted_response_alg": "ECDH-ES"}),
    "request_object_signing_alg": ("ES256", {}),
    "token_endpoint_auth_signing_alg": ("ES256", {"jwks": PUBLIC, "token_endpoint_auth_method": "private_key_jwt"}),
    "default_max_age": (600, {}),
    "require_auth_time": (True, {}),
    "default_acr_values": (["urn:vn-mock:loa:2"], {}),
    "initiate_login_uri": ("https://rp.vn-mock.example/login", {}),
    "request_uris": (["https://rp.vn-mock.example/r"], {}),
    "post_logout_redirect_uris": (["https://rp.vn-mock.example/out"], {}),
    "frontchannel_logout_uri": ("https://rp.vn-mock.example/front", {}),
    "frontchannel_logout_session_required": (True, {"frontchannel_logout_uri": "https://rp.vn-mock.example/f"}),
    "backchannel_logout_uri": ("https://rp.vn-mock.example/back", {}),
    "backchannel_logout_session_required": (True, {"backchannel_logout_uri": "https://rp.vn-mock.example/b"}),
    "require_pushed_authorization_requests": (True, {}),
    "require_signed_request_object": (True, {"jwks": PUBLIC}),
    "dpop_bound_access_tokens": (True, {}),
    "tls_client_certificate_bound_access_tokens": (True, {}),
    **{
        f"tls_client_auth_{name}": (value, {"token_endpoint_auth_method": "tls_client_auth"})
        for name, value in (
            ("subject_dn", "CN=rp,C=VN"), ("san_dns", "rp.vn-mock.example"), ("san_uri", "urn:rp:1"),
            ("san_ip", "192.0.2.1"), ("san_email", "it@vn-mock.example"),
        )
    },
    "authorization_signed_response_alg": ("ES256", {}),
    "authorization_encrypted_response_alg": ("ECDH-ES", {"jwks": PUBLIC}),
    "authorization_encrypted_response_enc": (
        "A256GCM", {"jwks": PUBLIC, "authorization_encrypted_response_alg": "ECDH-ES"},
    ),
    "introspection_signed_response_alg": ("ES256", {}),
    "introspection_encrypted_response_alg": ("ECDH-ES", {"jwks": PUBLIC}),
    "introspection_encrypted_response_enc": (
        "A256GCM", {"jwks": PUBLIC, "introspection_encrypted_response_alg": "ECDH-ES"},
    ),
    "response_uris": (["https://rp.vn-mock.example/answer"], {}),
    "document_types": (["urn:vn-mock:pid:1"], {}),
    "profile": ("oidc", {}),
    "require_pkce": (False, {}),
    "lenient": (["claims-in-id-token"], {}),
    "identity_levels": ([1, 2], {}),
    "resources": (["https://api.vn-mock.example"], {}),
    "access_token_format": ("jwt", {}),
}  # fmt: skip
#: Fetched at registration, so not to be set without its document: tests/oauth/test_oauth_sectors.py
FETCHED = "sector_identifier_uri"
