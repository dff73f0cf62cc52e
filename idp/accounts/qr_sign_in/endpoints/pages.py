"""QR sign-in on the asking screen: its state for the page's script, a new code, and taking the result."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request

from idp.accounts.endpoints.flow import OWN_PAGES, Flow
from idp.accounts.qr_sign_in.panel import NoPanel, Panels
from idp.accounts.qr_sign_in.service import QrSignIns
from idp.accounts.qr_sign_in.transactions import state_of
from idp.accounts.sign_in import Step, next_step


def register(blueprint: Blueprint, flow: Flow, sign_ins: QrSignIns) -> None:
    pages = QrPages(flow, sign_ins)
    blueprint.add_url_rule("/sign-in/qr", "qr_renew", pages.renew, methods=["POST"])
    blueprint.add_url_rule("/sign-in/qr/<transaction_id>", "qr_show", pages.show, methods=["GET"])
    blueprint.add_url_rule("/sign-in/qr/<transaction_id>/state", "qr_state", pages.state, methods=["GET"])
    blueprint.add_url_rule("/sign-in/qr/<transaction_id>/finish", "qr_finish", pages.finish, methods=["POST"])


class QrPages:
    def __init__(self, flow: Flow, sign_ins: QrSignIns) -> None:
        self.flow, self.web, self.sign_ins = flow, flow.web, sign_ins
        self.panels = Panels(sign_ins)

    def state(self, transaction_id: str) -> Response:
        """Asked for every two seconds by every open page: one read, and the session is not touched.

        To any other browser there is no such transaction. Once approved, the token for taking the result comes
        along: where phone and page are one browser, opening the app has renewed it.
        """
        now = self.flow.now()
        seen = self.sign_ins.seen(transaction_id, request.cookies.get(self.web.cookie, ""))
        if seen is None:
            return self.web.json({"error": "not_found"}, HTTPStatus.NOT_FOUND)
        state = state_of(seen, now)
        answer: dict[str, object] = {"state": state}
        if state in ("waiting", "scanned"):
            answer["seconds"] = int((seen.expires_at - now).total_seconds())
        if state == "scanned":
            answer["who"] = seen.masked_name
        if state == "approved":
            answer["csrf_token"] = seen.csrf_token
        return self.web.json(answer)

    def renew(self) -> Response:
        """Another code for the page that is still open: the panel, to take the old one's place."""
        found = self.flow.asked()
        if found is None:
            return self.flow.over()
        request_id, asked = found
        qr = self.panels.make(request_id, asked)
        if not isinstance(qr, NoPanel):
            return self.web.render("qr_sign_in/_panel.html", qr=qr, request_id=request_id)
        page = self.web.render("qr_sign_in/_panel.html", HTTPStatus.TOO_MANY_REQUESTS, qr=qr, request_id=request_id)
        page.headers["Retry-After"] = str(qr.seconds)
        return page

    def show(self, transaction_id: str) -> Response:
        """How it stands, for whoever has no script: a page to load again, with the button to go on once approved."""
        browser = self.web.session()
        seen = self.sign_ins.seen(transaction_id, request.cookies.get(self.web.cookie, ""))
        found = self.sign_ins.served(transaction_id, browser, OWN_PAGES, self.flow.now())
        if seen is None or found is None:
            return self._gone()
        request_id, asked = found
        return self.web.render(
            "qr_sign_in/state.html",
            form_targets=asked.form_targets,
            state=state_of(seen, self.flow.now()),
            who=seen.masked_name,
            transaction_id=transaction_id,
            request_id=request_id,
        )

    def finish(self, transaction_id: str) -> Response:
        """Take the result: only here, in the browser session that asked, and it gets a new secret (fixation)."""
        browser, now = self.web.session(), self.flow.now()
        found = self.sign_ins.served(transaction_id, browser, OWN_PAGES, now)
        authentication = self.sign_ins.collect(transaction_id, browser, now) if found else None
        if found is None or authentication is None:
            return self._gone()
        request_id, asked = found
        renewed = self.web.authenticate(authentication)
        if renewed.id != browser.id and next_step(asked, renewed.authentication) is not Step.DONE:
            # Somebody else was signed in here: that session is over, and its pending requests with it.
            return self.web.ask_sign_in(asked)
        return self.flow.go_on(request_id, asked, renewed)

    def _gone(self) -> Response:
        return self.web.problem(HTTPStatus.NOT_FOUND, "qr_sign_in.gone")
