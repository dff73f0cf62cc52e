"""RP-Initiated Logout 1.0: what a logout request proves, and whether the person must be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from idp.oauth import acting, id_token, pairwise, store, tokens
from idp.oauth.id_token import EncryptedHint, Hint, HintError
from idp.oauth.models import Client
from idp.oauth.ports import OAuthServices
from idp.oauth.redirect_uris import with_parameters
from idp.sessions import BrowserSession

PARAMETERS = ("id_token_hint", "logout_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales")


@dataclass(frozen=True)
class LogoutRequest:
    """`return_to` is where the browser may be sent afterwards, None where nowhere.

    `problem` names what is wrong with the request ("repeated", "encoding", "hint", "encrypted", "client", "unnamed"
    or "address"); then there is no `return_to` (section 4), but the person is still offered to sign out.
    """

    client: Client | None = None
    hint: Hint | None = None
    return_to: str | None = None
    problem: str | None = None


def validate(services: OAuthServices, session: Session, parameters: Mapping[str, Sequence[str]]) -> LogoutRequest:
    """Check a logout request (sections 2 and 3)."""
    if any(len(values) > 1 for values in parameters.values()):
        return LogoutRequest(problem="repeated")
    given = {name: values[0] for name, values in parameters.items() if values and values[0]}
    try:
        token = given.get("id_token_hint")
        hint = id_token.read_hint(services.keys, services.issuer, token) if token else None
    except EncryptedHint:
        return LogoutRequest(problem="encrypted")
    except HintError:
        return LogoutRequest(problem="hint")
    client_id = given.get("client_id") or (hint.aud if hint else None)
    client = store.client(session, client_id) if client_id else None
    # Section 2: client_id MUST match the one the ID Token was issued to.
    if (client_id and client is None) or (client and hint and hint.aud != client.client_id):
        return LogoutRequest(problem="client")
    uri = given.get("post_logout_redirect_uri")
    if uri and client is None:
        return LogoutRequest(problem="unnamed")
    if uri and client and uri not in client.post_logout_redirect_uris:  # section 3: exactly
        return LogoutRequest(client, hint, problem="address")
    state = [("state", given["state"])] if "state" in given else []
    return LogoutRequest(client, hint, with_parameters(uri, state) if uri and state else uri)


def must_ask(services: OAuthServices, request: LogoutRequest, browser: BrowserSession) -> bool:
    """Section 2: the person MUST be asked unless the ID Token is of this very session and person."""
    if request.problem or request.hint is None or request.client is None or browser.authentication is None:
        return True
    who, client = browser.authentication, request.client
    sub = acting.sub(services, client, who.subject, who.acting_for)
    sid = pairwise.session_identifier(services.pairwise_salt, client.client_id, browser.id)
    return request.hint.sub != sub or request.hint.sid != sid


def end(
    services: OAuthServices, session: Session, browser: BrowserSession, client: Client | None, now: datetime
) -> None:
    """Revoke what was granted in this browser session. Ending the session itself is the web edge's part."""
    tokens.end_browser_session(session, browser.id, now)
    subject = browser.authentication.subject if browser.authentication else None
    client_id = client.client_id if client else None
    services.audit.record(
        session, event="oauth.signed_out", subject=subject, client_id=client_id, details={}, now=now
    )
