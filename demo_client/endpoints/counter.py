"""The counter's pages: scan or choose, read the verdict, take the receipt along."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from flask import Blueprint, Response, abort, jsonify, redirect, request, session
from markupsafe import Markup

from demo_client import counter, store
from demo_client.counter import Checked
from demo_client.display import lines
from demo_client.i18n import local_date
from demo_client.last_lists import NoLists
from demo_client.models import Receipt
from demo_client.portal import Portal
from idp.documents.offline.ages import AgePolicy
from idp.documents.offline.claims import PORTRAIT
from idp.documents.offline.readers import Unreadable
from idp.documents.offline.receipt import TYPE
from idp.documents.verifier.document import thaw
from idp.documents.verifier.messages import Language, choose, refusal, word
from idp.documents.verifier.refusals import REFUSALS
from idp.documents.verifier.report import age

CAMERA = "geolocation=(), microphone=(), camera=(self)"
SHOWN = 20
View = Callable[..., Response]


def create_blueprint(portal: Portal) -> Blueprint:
    blueprint = Blueprint("counter", __name__)
    add = blueprint.add_url_rule
    add("/clerk/counter", "desk", _for_clerks(portal, desk))
    add("/clerk/counter", "check", _for_clerks(portal, check), methods=["POST"])
    add("/clerk/receipts/<receipt_id>", "receipt", _for_clerks(portal, receipt))
    add("/receipt-keys", "receipt_keys", lambda: receipt_keys(portal))
    return blueprint


def _for_clerks(portal: Portal, view: Callable[..., Response]) -> View:
    @wraps(view)
    def entered(**arguments: str) -> Response:
        if not session.get("clerk"):
            if request.method != "GET":
                abort(403)
            answer = redirect("/clerk", code=303)
            assert isinstance(answer, Response)  # noqa: S101
            return answer
        return view(portal, **arguments)

    return entered


def desk(portal: Portal, problem: str = "", http_status: int = 200) -> Response:
    """Opening it fetches the lists, so that they are there when the network is not; it waits a moment for them."""
    now = portal.clock.now()
    try:
        current = portal.last_lists.glance(now)
    except NoLists:
        current = None
    with portal.db.read() as db:
        receipts = store.newest_receipts(db, counter.CLERK, SHOWN)
    page = portal.pages.render(
        "counter.html",
        http_status,
        active_page="clerk",
        problem=problem,
        lists=current,
        lists_age=age(now - current.bundle.issued_at, _language(portal)) if current else "",
        receipts=receipts,
        wallet_codes=f"{portal.config.issuer}/counter/",
    )
    page.headers["Permissions-Policy"] = CAMERA
    return page


def check(portal: Portal) -> Response:
    """The answer is the page itself: nothing of the document is kept that another request could show."""
    handed_over = _handed_over()
    if not handed_over.strip():  # a slip of the hand is no check, and gets no receipt
        return desk(portal, portal.pages.t("counter.nothing"), 422)
    try:
        policy = AgePolicy(status_list=timedelta(hours=portal.config.warn_age_hours))
        checked = counter.check(portal.last_lists, handed_over, portal.clock.now(), policy)
    except Unreadable as error:
        return desk(portal, _sentence(word(error.key, _language(portal))), 422)
    with portal.db.begin() as db:
        store.purge_receipts(db, local_date(checked.at))
        kept = counter.keep(db, checked, portal.keys, portal.config.url)
    return _verdict(portal, checked, kept)


def receipt(portal: Portal, receipt_id: str) -> Response:
    with portal.db.read() as db:
        found = store.receipt(db, receipt_id)
    if found is None:
        abort(404)
    answer = Response(found.token, content_type=f"application/{TYPE}")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.number}.receipt"'
    return answer


def receipt_keys(portal: Portal) -> Response:
    """Public: what an auditor checks receipts with. She should have it from here once, and keep it."""
    key = portal.keys.signing
    return jsonify(keys=[{**key.as_dict(private=False), "kid": key.kid, "use": "sig", "alg": "ES256"}])


def _handed_over() -> bytes:
    """The file where one was chosen, else the text: pasted, or what the camera's script read."""
    file = request.files.get("file")
    data = file.read() if file is not None and file.filename else b""
    return data or request.form.get("document", "").encode()


def _verdict(portal: Portal, checked: Checked, kept: Receipt) -> Response:
    document, lang = checked.document, _language(portal)
    claims = thaw(document.claims) if document is not None else {}
    assert isinstance(claims, dict)  # noqa: S101 - the claims of a document
    picture, used = claims.pop(PORTRAIT, ""), checked.ages
    signed_by_it = document is not None and claims.get("issuing_authority", "") in ("", document.issuer.name_vi)
    if signed_by_it:  # one line says both: who issued it, and that it was they who signed
        claims.pop("issuing_authority", None)
    return portal.pages.render(
        "counter_verdict.html",
        active_page="clerk",
        checked=checked,
        kind={"good": "valid", "refused": "refused"}.get(checked.verdict, "warning"),
        receipt=kept,
        document=document,
        portrait=picture,
        issuer_label=portal.pages.t("counter.issuer" if signed_by_it else "counter.signed_by"),
        fields=_fields(portal, document.vct if document is not None else "", claims),
        trust_age=age(used.trust_list, lang) if used is not None else "",
        status_age=age(used.status_list, lang) if used is not None and used.status_list is not None else "",
        reason=_reason(portal, checked),
        answers=_answers(portal, checked),
    )


def _answers(portal: Portal, checked: Checked) -> list[tuple[str, str, str, str]]:
    """The four answers; who shows it is never proven here, and the page says how to find out."""
    t, found = portal.pages.t, []
    kinds = {"yes": "valid", "no": "refused"}
    for name in ("intact", "trusted", "in_force", "holder"):
        answer = str(getattr(checked.answers, name))
        label = t("answers.yours") if name == "holder" else t(f"answers.{name}")
        note = t("counter.holder_note") if name == "holder" else t(f"answers.{name}_note")
        found.append((label, kinds.get(answer, "warning"), t(f"answers.word_{answer}"), note))
    return found


def _fields(portal: Portal, vct: str, claims: dict[str, object]) -> list[tuple[str, Markup]]:
    return [(label, lines(text)) for label, text in portal.pages.display.fields(vct, claims)]


def _reason(portal: Portal, checked: Checked) -> str:
    """The verifier's own sentences for clerks; what the counter adds has its own."""
    code = checked.code
    if code is None:
        return ""
    if checked.words is not None:
        return _sentence(choose(checked.words, _language(portal)))
    if code in REFUSALS:
        return refusal(code, _language(portal))
    return portal.pages.t(f"counter.code.{code}")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _language(portal: Portal) -> Language:
    return "en" if portal.pages.language() == "en" else "vi"
