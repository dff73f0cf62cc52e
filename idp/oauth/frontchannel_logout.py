"""OpenID Connect Front-Channel Logout 1.0: addresses that the browser itself calls, so that services sign her out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from idp.oauth import linked_services_store, logout_store, pairwise, redirect_uris
from idp.oauth.models import Client
from idp.oauth.ports import OAuthServices


@dataclass(frozen=True)
class Frame:
    """One service to be told, in a frame of the page; `name` is by language."""

    uri: str
    name: dict[str, str]

    @property
    def origin(self) -> str:
        return redirect_uris.origin(self.uri)


def frames(services: OAuthServices, session: Session, session_id: str) -> Sequence[Frame]:
    """Every client of a browser session that registered an address for this. Asked before the session ends."""
    found = {party.client_id for party in logout_store.parties(session, session_id)}
    known = sorted(linked_services_store.clients(session, found), key=lambda client: client.client_id)
    return [_frame(services, client, session_id) for client in known if client.frontchannel_logout_uri]


def _frame(services: OAuthServices, client: Client, session_id: str) -> Frame:
    assert client.frontchannel_logout_uri is not None  # noqa: S101 - asked for above
    sid = pairwise.session_identifier(services.pairwise_salt, client.client_id, session_id)
    # Section 2: iss and sid come together; a client that does not need them may ignore them.
    uri = redirect_uris.with_parameters(client.frontchannel_logout_uri, [("iss", services.issuer), ("sid", sid)])
    return Frame(uri, {"vi": client.client_name_vi, "en": client.client_name_en})
