"""What the sign-in page shows of a QR sign-in."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from sqlalchemy.exc import SQLAlchemyError

from idp.accounts.qr_sign_in import codes, picture
from idp.accounts.qr_sign_in.errors import Crowded
from idp.accounts.qr_sign_in.service import QrSignIns
from idp.accounts.qr_sign_in.transactions import Begun
from idp.sessions import SignInRequest

log = logging.getLogger("mock_vneid")


@dataclass(frozen=True)
class Panel:
    """A code that waits to be scanned. `app_url` opens the app where the page is on the phone itself."""

    transaction_id: str
    picture: str
    number: int
    user_code: str
    app_url: str
    seconds: int


@dataclass(frozen=True)
class NoPanel:
    """In place of one: too many wait at this address. `seconds` until there is room."""

    seconds: int


class Panels:
    """Makes panels for the browser that calls."""

    def __init__(self, sign_ins: QrSignIns) -> None:
        self.sign_ins = sign_ins
        self.services, self.web = sign_ins.services, sign_ins.services.web

    def make(self, request_id: str | None, asked: SignInRequest) -> Panel | NoPanel | None:
        """A new one. None where it cannot be made: signing in by password must never depend on it."""
        now, browser = self.services.clock.now(), self.web.session()
        try:
            begun = self.sign_ins.begin(browser, asked, request_id, self.web.device(), now)
        except Crowded as error:
            return NoPanel(max(1, ceil((error.until - now).total_seconds())))
        except SQLAlchemyError:
            log.exception("no QR code for the sign-in page")
            return None
        return self._panel(begun, now)

    def _panel(self, begun: Begun, now: datetime) -> Panel:
        address = codes.address(self.services.config.issuer, begun.code)
        return Panel(
            transaction_id=begun.transaction_id,
            picture=picture.data_url(address),
            number=begun.number,
            user_code=codes.shown(begun.user_code),
            app_url=address,
            seconds=int((begun.expires_at - now).total_seconds()),
        )
