"""Sign-in requests on their way: kept for one browser while the person proves who she is."""

from __future__ import annotations

import json
import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from idp.db import insert_row
from idp.sessions import SIGN_IN_LIFETIME, BrowserSession, SignInRequest, SignInRequestRow


def ask_sign_in(session: Session, browser: BrowserSession, request: SignInRequest, now: datetime) -> str:
    """Keep a sign-in request for this browser; returns the id that `/sign-in?request=` takes."""
    request_id = secrets.token_urlsafe(32)
    body = {**request.__dict__, "not_before": request.not_before and request.not_before.isoformat()}
    values = {"session_id": browser.id, "request": json.dumps(body), "expires_at": now + SIGN_IN_LIFETIME}
    insert_row(session, SignInRequestRow, id=request_id, **values)
    return request_id


def sign_in_request(
    session: Session, browser: BrowserSession, request_id: str, now: datetime
) -> SignInRequest | None:
    """The pending request, only for the browser that it was made for."""
    # No id of ours holds NUL, and PostgreSQL takes no such text.
    row = session.get(SignInRequestRow, request_id) if request_id.isprintable() else None
    if row is None or row.session_id != browser.id or row.expires_at <= now:
        return None
    body = json.loads(row.request)
    not_before = body["not_before"] and datetime.fromisoformat(body["not_before"])
    lists = {name: tuple(body.get(name, ())) for name in ("form_targets", "scopes", "claims", "acr_else")}
    return SignInRequest(**{**body, **lists, "not_before": not_before})


def waiting_for_account(session: Session, browser: BrowserSession, now: datetime) -> tuple[str, SignInRequest] | None:
    """The latest request of this browser that goes on once she has an account, and its id."""
    row = SignInRequestRow
    latest = session.scalars(select(row.id).where(row.session_id == browser.id).order_by(row.expires_at.desc())).all()
    asked = ((each, sign_in_request(session, browser, each, now)) for each in latest)
    return next(((each, one) for each, one in asked if one and one.create), None)
