"""The page that tells services of a sign-out through the browser (Front-Channel Logout 1.0 section 3)."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response

from idp.oauth import frontchannel_logout
from idp.oauth.frontchannel_logout import Frame
from idp.oauth.ports import OAuthServices


def services_page(services: OAuthServices) -> Response:
    """GET /end-session/services: after a sign-out at one of our own pages."""
    ended = services.web.ended_session()
    with services.db.read() as session:
        frames = frontchannel_logout.frames(services, session, ended) if ended and ended.isalnum() else ()
    return page(services, frames, "/")


def page(services: OAuthServices, frames: Sequence[Frame], go_on: str) -> Response:
    """A page with a frame for each service, which leads on; where there is none, on at once."""
    web = services.web
    if not frames:
        return web.redirect(go_on)
    return web.render(
        "oauth/frontchannel.html",
        framed=sorted({frame.origin for frame in frames}),
        frames=frames,
        names=[frame.name[web.language()] for frame in frames],
        go_on=go_on,
    )
