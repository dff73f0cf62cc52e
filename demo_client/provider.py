"""The OpenID Provider as this client sees it: Authlib's Flask client, and the checks it leaves to us.

Authlib checks state, nonce, signature and the ID token's dates and audience. Ours: the issuer of the metadata
(Discovery 4.3), `iss` in the authorization response (RFC 9207), the signing algorithm we registered, a client
assertion that lives a minute instead of an hour, no redirects and time limits on every call.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oauth2.rfc7523.assertion import sign_jwt_bearer_assertion
from authlib.oidc.core import CodeIDToken
from flask import Flask, session
from joserfc.errors import InvalidClaimError

from demo_client.citizen import MAX_AGE, Citizen, check
from demo_client.clock import Clock
from demo_client.config import Config
from demo_client.direct_post import UNREADABLE
from demo_client.keys import PortalKeys
from demo_client.provider_keys import ProviderKeys
from demo_client.representative import Representative

SCOPES = "openid profile identity"
ASSERTION_SECONDS = 60
ID_TOKEN_ALGORITHM = "ES256"
LEEWAY = 60


class ProviderError(Exception):
    """The provider refused (its OAuth error code), could not be reached, or answered what we do not accept."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class UnexpectedResponse(Exception):
    """The browser brings an authorization response to no request of this browser's."""


@dataclass(frozen=True)
class SignedIn:
    """A finished sign-in: the person, where she was going, and the ID token for signing out again."""

    person: Citizen | Representative
    id_token: str
    return_to: str
    sid: str | None
    issued_at: datetime


class _Session(OAuth2Session):  # type: ignore[misc]
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings, default_timeout=10)
        self.trust_env = False
        self.max_redirects = 0


class _App(FlaskOAuth2App):  # type: ignore[misc]
    """Authlib keeps the first key set for the life of the process, so that one withdrawn is believed for ever."""

    client_cls = _Session
    kept: Callable[[bool], Mapping[str, Any]]

    def fetch_jwk_set(self, force: bool = False) -> Mapping[str, Any]:
        return self.kept(force)

    def published(self) -> Mapping[str, Any]:
        return dict(super().fetch_jwk_set(force=True))


class _Assertion(PrivateKeyJWT):  # type: ignore[misc]
    """private_key_jwt (RFC 7523 section 3) with the issuer as the only audience."""

    def __init__(self, issuer: str, keys: PortalKeys, clock: Clock) -> None:
        super().__init__()
        self.issuer, self.keys, self.clock = issuer, keys, clock

    def sign(self, auth: Any, token_endpoint: str) -> str:
        signed: str = sign_jwt_bearer_assertion(
            self.keys.signing,
            issuer=auth.client_id,
            audience=self.issuer,
            subject=auth.client_id,
            issued_at=int(self.clock.now().timestamp()),
            expires_in=ASSERTION_SECONDS,
            header={"kid": self.keys.signing.kid},
            alg="ES256",
        )
        return signed


class Provider:
    """Sign-in and sign-out at the configured issuer."""

    def __init__(self, app: Flask, config: Config, keys: PortalKeys, clock: Clock) -> None:
        self.config, self.clock = config, clock
        settings: dict[str, Any] = {
            "scope": SCOPES,
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": _Assertion(config.issuer, keys, clock),
        }
        if config.ca_bundle:
            settings["verify"] = str(config.ca_bundle)
        self.client = OAuth(app).register(
            "provider",
            client_cls=_App,
            client_id=config.client_id,
            server_metadata_url=f"{config.issuer}/.well-known/openid-configuration",
            client_kwargs=settings,
        )
        known = ProviderKeys(self.jwks)
        self.client.kept = lambda anew: known.published(clock.now(), anew=anew)

    def begin(self, acr: str, lang: str, return_to: str) -> str:
        """The address to send the browser to. Raises ProviderError."""
        self._metadata()
        made = self.client.create_authorization_url(
            f"{self.config.url}/auth/callback",
            # Only asked as essential may the provider refuse instead of giving less (Core 5.5.1.1).
            claims=json.dumps({"id_token": {"acr": {"essential": True, "values": [acr]}}}),
            max_age=int(MAX_AGE.total_seconds()),
            ui_locales=lang,
        )
        self.client.save_authorize_data(
            redirect_uri=f"{self.config.url}/auth/callback", wanted_acr=acr, return_to=return_to, **made
        )
        return str(made["url"])

    def finish(self, parameters: Mapping[str, str]) -> SignedIn:
        """Redeem the authorization response. Raises UnexpectedResponse, ProviderError or SignInRefused."""
        asked = self._asked(parameters)
        if "error" in parameters:
            self.client.framework.clear_state_data(session, parameters["state"])
            raise ProviderError(parameters["error"])
        try:
            token = self.client.authorize_access_token(claims_cls=self._id_token(), leeway=LEEWAY)
            userinfo = self.client.userinfo(token=token) if token.get("userinfo") else None
        except OAuthError as error:
            raise ProviderError(str(error.error)) from error
        except (requests.RequestException, RuntimeError) as error:
            raise ProviderError("unreachable") from error
        except UNREADABLE as error:
            raise ProviderError("invalid_id_token") from error
        if userinfo is None:
            raise ProviderError("invalid_id_token")
        person = check(token["userinfo"], userinfo, asked["wanted_acr"], self.clock.now())
        return SignedIn(
            person=person,
            id_token=str(token["id_token"]),
            return_to=str(asked["return_to"]),
            sid=sid if isinstance(sid := token["userinfo"].get("sid"), str) else None,
            issued_at=datetime.fromtimestamp(token["userinfo"]["iat"], UTC),
        )

    def jwks(self) -> Mapping[str, Any]:
        """The provider's published keys as they are now. Raises ProviderError."""
        self._metadata()
        try:
            published: Mapping[str, Any] = self.client.published()
            return published
        except (requests.RequestException, ValueError, TypeError, RuntimeError) as error:
            raise ProviderError("unreachable") from error

    def sign_out_url(self, id_token: str, lang: str) -> str:
        """Where RP-initiated logout happens. Raises ProviderError."""
        self._metadata()
        made = self.client.create_logout_url(
            post_logout_redirect_uri=f"{self.config.url}/auth/signed-out",
            id_token_hint=id_token,
            client_id=self.config.client_id,
            ui_locales=lang,
        )
        self.client.framework.set_state_data(session, made["state"], {"signed_out": True})
        return str(made["url"])

    def signed_out(self, state: str) -> bool:
        """True where the browser comes back from a sign-out that it began here."""
        known = self.client.framework.get_state_data(session, state)
        self.client.framework.clear_state_data(session, state)
        return bool(known and known.get("signed_out"))

    def _asked(self, parameters: Mapping[str, str]) -> Mapping[str, Any]:
        """Our own request that this answers; checked for errors too, before anything in it is believed."""
        asked = self.client.framework.get_state_data(session, parameters.get("state", ""))
        if not asked or "wanted_acr" not in asked:
            raise UnexpectedResponse
        if parameters.get("iss") != self.config.issuer:  # RFC 9207 section 2.4
            raise UnexpectedResponse
        return dict(asked)

    def _metadata(self) -> Mapping[str, Any]:
        try:
            metadata: Mapping[str, Any] = self.client.load_server_metadata()
        except (requests.RequestException, ValueError) as error:
            raise ProviderError("unreachable") from error
        if metadata.get("issuer") != self.config.issuer:  # Discovery 4.3
            self.client.server_metadata.clear()
            raise ProviderError("wrong_issuer")
        return metadata

    def _id_token(self) -> type[CodeIDToken]:
        clock = self.clock

        class PortalIDToken(CodeIDToken):  # type: ignore[misc]
            def validate(self, now: int | None = None, leeway: int = 0) -> None:
                if self.header.get("alg") != ID_TOKEN_ALGORITHM:  # Core 3.1.3.7 item 7
                    raise InvalidClaimError("alg")
                super().validate(int(clock.now().timestamp()), leeway)

        return PortalIDToken
