"""The passcode that opens the wallet's pages, and closing them."""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import Response, request, url_for

from idp.documents import wallet_access
from idp.documents.endpoints.passcode_check import complaint
from idp.documents.endpoints.wallet_gate import Visitor
from idp.documents.ports import DocumentServices

#: Only pages of the wallet itself: the passcode page never leads anywhere else.
OWN_PAGE = re.compile(r"/wallet(/[A-Za-z0-9_-]+)*")


def ask(services: DocumentServices, visitor: Visitor) -> Response:
    return _page(services, visitor)


def submit(services: DocumentServices, visitor: Visitor) -> Response:
    wrong = complaint(services, visitor.holder.subject, "wallet.unlock")
    if wrong is not None:
        return wrong.on(_page(services, visitor, wrong.text, wrong.status))
    with services.db.begin() as session:
        wallet_access.unlock(session, visitor.browser, services.clock.now())
    return services.web.redirect(_next())


def lock(services: DocumentServices, visitor: Visitor) -> Response:
    with services.db.begin() as session:
        wallet_access.lock(session, visitor.browser)
    return services.web.redirect("/")


def _page(services: DocumentServices, visitor: Visitor, error: str = "", status: int = HTTPStatus.OK) -> Response:
    return services.web.render(
        "documents/unlock.html", status, next=_next(), error=error, name=visitor.holder.full_name,
        minutes=int(wallet_access.IDLE.total_seconds() // 60),
    )  # fmt: skip


def _next() -> str:
    wanted = request.values.get("next", "")
    return wanted if OWN_PAGE.fullmatch(wanted) else url_for("wallet.index")
