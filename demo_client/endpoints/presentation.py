"""Coming back from the wallet: the return of this browser, waiting for another device, and the outcome."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, request, session, url_for

from demo_client import presentations, showing, store
from demo_client.conclusion import conclude, procedure_of
from demo_client.decision import ListsUnavailable
from demo_client.endpoints import showing_result
from demo_client.models import Transaction
from demo_client.pages import citizen
from demo_client.portal import Portal, browser_secret
from demo_client.refusals import group_of
from demo_client.request_object import wallet_url


def create_blueprint(portal: Portal) -> Blueprint:
    blueprint = Blueprint("presentation", __name__, url_prefix="/presentation")
    pages = portal.pages

    @blueprint.get("/return")
    def returned() -> Response:
        """Same device: the response code must come back to the browser that began (OpenID4VP 1.0 14.3)."""
        with portal.db.read() as db:
            found = presentations.returned(db, request.args.get("response_code", ""))
        if found is None or not presentations.belongs(found, browser_secret(), citizen()):
            return pages.problem(403, "presentation.other_browser")
        return _conclude(portal, found)

    @blueprint.get("/<transaction_id>/other-device")
    def other_device(transaction_id: str) -> Response:
        """The code to scan; the page goes on by itself once the other device has answered."""
        transaction = _transaction(portal, transaction_id)
        state = presentations.state(transaction, portal.clock.now())
        shown = session.get("shown_code", {})
        if state != "pending" or shown.get("transaction") != transaction.id:
            return pages.redirect(url_for("presentation.result", transaction_id=transaction.id))
        return _code_page(portal, transaction, str(shown["request_id"]))

    @blueprint.get("/<transaction_id>/state")
    def state(transaction_id: str) -> Response:
        """For the waiting page's script: whether the other device has answered."""
        transaction = _transaction(portal, transaction_id)
        return jsonify(state=presentations.state(transaction, portal.clock.now()))

    @blueprint.get("/<transaction_id>/result")
    def result(transaction_id: str) -> Response:
        """The outcome. What another device answered is decided here: person and number are checked then."""
        transaction = _transaction(portal, transaction_id)
        if transaction.other_device:
            return _conclude(portal, transaction)
        return _show(portal, transaction)

    return blueprint


def _transaction(portal: Portal, transaction_id: str) -> Transaction:
    """This browser's and this person's transaction; all others do not exist for her."""
    with portal.db.read() as db:
        found = store.transaction(db, transaction_id)
    if found is None or not presentations.belongs(found, browser_secret(), citizen()):
        abort(404)
    return found


def _conclude(portal: Portal, transaction: Transaction) -> Response:
    """Decide where that is still to do; loading the page again only shows the outcome."""
    try:
        conclude(portal, transaction)
    except ListsUnavailable:
        return portal.pages.render("try_again.html", 503, again=request.full_path)
    return _show(portal, _transaction(portal, transaction.id))


def _show(portal: Portal, transaction: Transaction) -> Response:
    state = presentations.state(transaction, portal.clock.now())
    if state == "filed":
        with portal.db.read() as db:
            dossier = store.dossier_of_transaction(db, transaction.id)
        if dossier is None:  # its retention has ended
            abort(404)
        return portal.pages.redirect(url_for("dossiers.receipt", dossier_id=dossier.id))
    if showing.is_one(transaction) and state not in ("pending", "answered"):
        return showing_result.page(portal, transaction, state)
    if state == "refused":
        return _refused(portal, transaction)
    if state == "declined":
        return _declined(portal, transaction)
    if state == "expired":
        return portal.pages.render("expired.html", 410, procedure=procedure_of(portal, transaction))
    return portal.pages.render("waiting.html", again=request.full_path, transaction=transaction, state=state)


def _refused(portal: Portal, transaction: Transaction) -> Response:
    code, answers = transaction.outcome_code or "", transaction.answers or {}
    return portal.pages.render(
        "refused.html",
        procedure=procedure_of(portal, transaction),
        code=code,
        group=group_of(code),
        answers=answers,
        looked_at=bool(answers),
    )


def _declined(portal: Portal, transaction: Transaction) -> Response:
    code = transaction.outcome_code or "access_denied"
    return portal.pages.render(
        "declined.html", procedure=procedure_of(portal, transaction), code=code, denied=code == "access_denied"
    )


def _code_page(portal: Portal, transaction: Transaction, request_id: str) -> Response:
    from demo_client.qr import data_url

    address = wallet_url(portal.config, request_id)
    left = transaction.request_until - portal.clock.now()
    shown, (action, hidden) = showing.is_one(transaction), _again(transaction)
    return portal.pages.render(
        "other_device.html",
        procedure=procedure_of(portal, transaction),
        last_step="showing.step_result" if shown else "apply.step_receipt",
        vct=showing.asked(transaction).vct if shown else None,
        action=action,
        hidden=hidden,
        transaction=transaction,
        code=data_url(address),
        address=address,
        seconds=max(0, int(left.total_seconds())),
    )


def _again(transaction: Transaction) -> tuple[str, list[tuple[str, str]]]:
    """Where the same is asked for once more, and what is sent there."""
    if showing.is_one(transaction):
        return url_for("showing.ask"), showing_result.form_of(transaction)
    return url_for("application.apply", slug=transaction.procedure), []
