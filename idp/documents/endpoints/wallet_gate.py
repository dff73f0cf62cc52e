"""The wallet's door: signed in, with a wallet, and the passcode given within the last five minutes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Response, request, url_for

from idp import acr
from idp.documents import wallet_access
from idp.documents.endpoints.wallet_challenge import challenge, from_script
from idp.documents.ports import DocumentServices, Holder
from idp.sessions import BrowserSession, SignInRequest


@dataclass(frozen=True)
class Visitor:
    """Whose wallet it is, in which browser."""

    browser: BrowserSession
    holder: Holder


View = Callable[..., Response]


def guarded(services: DocumentServices, view: View, *, passcode: bool = True) -> Callable[..., Response]:
    """`view(services, visitor, ...)` behind the door; without `passcode` the wallet may be closed."""

    def entered(**arguments: Any) -> Response:
        found = enter(services)
        if isinstance(found, Response):
            return found
        if passcode and not _open(services, found):
            return _closed(services)
        return view(services, found, **arguments)

    return entered


def enter(services: DocumentServices) -> Visitor | Response:
    """Who is there, or the page that says what is missing."""
    web = services.web
    browser = web.session()
    if browser.authentication is None and from_script():
        return challenge(web, "wallet.challenge.sign_in", _here(), acr_values=acr.LEVELS[0].urn)
    if browser.authentication is None:
        # One factor will do: the passcode is asked at this door anyway, and again for every consent.
        return web.ask_sign_in(SignInRequest(return_to=_here(), acr=acr.LEVELS[0].urn, cancel_to="/"))
    with services.db.read() as session:
        holder = services.holders.holder(session, browser.authentication.subject, services.clock.now())
    reason = wallet_access.refusal(holder, browser)
    if (reason is not None or holder is None) and from_script():
        return web.json_problem(HTTPStatus.FORBIDDEN, f"wallet_{reason}", f"wallet.{reason}.todo")
    if reason is not None or holder is None:
        return web.problem(HTTPStatus.FORBIDDEN, f"wallet.{reason}")
    return Visitor(browser, holder)


def _closed(services: DocumentServices) -> Response:
    passcode_page = url_for("wallet.unlock", next=_here())
    if from_script():
        age = int(wallet_access.IDLE.total_seconds())
        return challenge(services.web, "wallet.challenge.passcode", passcode_page, max_age=age)
    return services.web.redirect(passcode_page)


def _open(services: DocumentServices, visitor: Visitor) -> bool:
    now = services.clock.now()
    with services.db.read() as session:
        if not wallet_access.unlocked(session, visitor.browser, now):
            return False
        stale = wallet_access.stale(session, visitor.browser, now)
    if stale:
        with services.db.begin() as session:
            wallet_access.extend(session, visitor.browser, now)
    return True


def _here() -> str:
    """Where to come back to; a form that was being sent begins again at its page."""
    return request.path if request.method == "GET" else url_for("wallet.index")
