"""The passcode that opens the wallet's pages, and closing them."""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import Response, request, url_for

from idp.documents import wallet_access
from idp.documents.endpoints.wallet_gate import Visitor
from idp.documents.ports import DocumentServices, PasscodeOutcome, PasscodeVerdict

PASSCODE = re.compile(r"[0-9]{6}")
#: Only pages of the wallet itself: the passcode page never leads anywhere else.
OWN_PAGE = re.compile(r"/wallet(/[A-Za-z0-9_-]+)*")


def ask(services: DocumentServices, visitor: Visitor) -> Response:
    return _page(services, visitor)


def submit(services: DocumentServices, visitor: Visitor) -> Response:
    """No transaction is open while the passcode is checked: a failed try is committed on its own."""
    web, given = services.web, request.form.get("passcode", "")
    if PASSCODE.fullmatch(given) is None:
        return _page(services, visitor, web.t("wallet.unlock.six_digits"))
    now = services.clock.now()
    outcome = services.holders.check_passcode(visitor.holder.subject, given, web.client_address(), now)
    if outcome.verdict is PasscodeVerdict.LOCKED:
        return web.problem(HTTPStatus.FORBIDDEN, "wallet.locked")
    if outcome.verdict is not PasscodeVerdict.OK:
        return _page(services, visitor, _complaint(services, outcome), _status(outcome))
    with services.db.begin() as session:
        wallet_access.unlock(session, visitor.browser, now)
    return web.redirect(_next())


def lock(services: DocumentServices, visitor: Visitor) -> Response:
    with services.db.begin() as session:
        wallet_access.lock(session, visitor.browser)
    return services.web.redirect("/")


def _page(services: DocumentServices, visitor: Visitor, error: str = "", status: int = HTTPStatus.OK) -> Response:
    return services.web.render(
        "documents/unlock.html", status, next=_next(), error=error, name=visitor.holder.full_name,
        minutes=int(wallet_access.IDLE.total_seconds() // 60),
    )  # fmt: skip


def _complaint(services: DocumentServices, outcome: PasscodeOutcome) -> str:
    if outcome.verdict is PasscodeVerdict.WRONG:
        return services.web.t("wallet.unlock.wrong", remaining=outcome.remaining)
    until = outcome.until or services.clock.now()
    minutes = max(1, -int((services.clock.now() - until).total_seconds() // 60))
    return services.web.t("wallet.unlock.wait", minutes=minutes)


def _status(outcome: PasscodeOutcome) -> int:
    waits = outcome.verdict is PasscodeVerdict.WAIT
    return HTTPStatus.TOO_MANY_REQUESTS if waits else HTTPStatus.UNPROCESSABLE_ENTITY


def _next() -> str:
    wanted = request.values.get("next", "")
    return wanted if OWN_PAGE.fullmatch(wanted) else url_for("wallet.index")
