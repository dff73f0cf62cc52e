"""Signing in at the OpenID Provider and out again (OpenID Connect Core 1.0, RP-Initiated Logout 1.0)."""

from __future__ import annotations

from flask import Blueprint, Response, request, session

from demo_client import sign_ins
from demo_client.browser_session import empty_session, session_hash
from demo_client.citizen import Citizen, SignInRefused, acr_for
from demo_client.portal import Portal, know_browser
from demo_client.provider import ProviderError, SignedIn, UnexpectedResponse

#: The provider's error codes that have words of their own; the others share `authentication.provider_error`.
TOLD_APART = {
    "access_denied",
    "login_required",
    "unmet_authentication_requirements",
    "unreachable",
    "temporarily_unavailable",
}


def create_blueprint(portal: Portal) -> Blueprint:
    blueprint = Blueprint("authentication", __name__, url_prefix="/auth")
    pages = portal.pages

    @blueprint.get("/sign-in")
    def sign_in() -> Response:
        """Send the browser to the provider; `level` is the procedure's, `next` where to go afterwards."""
        acr = acr_for(2 if request.args.get("level") == "2" else 1)
        try:
            url = portal.provider.begin(acr, pages.language(), local_path(request.args.get("next", "/dossiers")))
        except ProviderError as error:
            return provider_problem(portal, error)
        return pages.redirect(url)

    @blueprint.get("/callback")
    def callback() -> Response:
        if any(len(values) != 1 for _name, values in request.args.lists()):  # RFC 6749 3.1: no parameter twice
            return pages.problem(400, "authentication.unexpected")
        try:
            signed_in = portal.provider.finish(request.args)
        except UnexpectedResponse:
            return pages.problem(400, "authentication.unexpected")
        except ProviderError as error:
            return provider_problem(portal, error)
        except SignInRefused as error:
            return pages.problem(403, f"authentication.{error.code}", code=error.code)
        try:
            _begin(portal, signed_in)
        except SignInRefused as error:
            return pages.problem(403, f"authentication.{error.code}", code=error.code)
        know_browser()
        person = signed_in.person
        session["citizen" if isinstance(person, Citizen) else "representative"] = person.as_session()
        session["id_token"] = signed_in.id_token
        return pages.redirect(signed_in.return_to)

    @blueprint.post("/sign-out")
    def sign_out() -> Response:
        """Forget the person here first; then ask the provider to end its session too."""
        id_token = session.get("id_token", "")
        empty_session(portal)
        try:
            return pages.redirect(portal.provider.sign_out_url(id_token, pages.language()))
        except ProviderError:
            return pages.redirect("/auth/signed-out")

    @blueprint.get("/signed-out")
    def signed_out() -> Response:
        everywhere = portal.provider.signed_out(request.args.get("state", ""))
        return pages.render("signed_out.html", everywhere=everywhere)

    return blueprint


def _begin(portal: Portal, signed_in: SignedIn) -> None:
    """An empty session of a new name, known as signed in. Raises SignInRefused; then it is empty all the same."""
    empty_session(portal)  # whatever was in it, whoever put it there
    subject, now = signed_in.person.subject, portal.clock.now()
    with portal.db.begin() as db:
        sign_ins.begin(db, session_hash(), subject=subject, sid=signed_in.sid, issued_at=signed_in.issued_at, now=now)


def local_path(text: str) -> str:
    """A path of this portal; anything else leads to the front page."""
    if not text.startswith("/") or text.startswith(("//", "/\\")) or any(ord(sign) < 33 for sign in text):
        return "/"
    return text


def provider_problem(portal: Portal, error: ProviderError) -> Response:
    status = 503 if error.code in ("unreachable", "wrong_issuer", "temporarily_unavailable") else 403
    key = error.code if error.code in TOLD_APART else "provider_error"
    return portal.pages.problem(status, f"authentication.{key}", code=error.code[:60])
