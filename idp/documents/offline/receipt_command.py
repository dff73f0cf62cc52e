"""`mock-vneid verify --receipt FILE [DOCUMENT]`: is this a receipt of that counter, and of this document?"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from idp.documents.offline import readers, receipt
from idp.documents.offline.receipt import ReceiptError
from idp.documents.verifier.messages import Language, word
from idp.documents.verifier.outcome import Unusable
from idp.documents.verifier.report import moment

Read = Callable[[str], bytes]


def check(path: str, keys: Path, document: str | None, read: Read) -> tuple[int, dict[str, object]]:
    """Exit code, and the outcome for machines. Raises Unusable."""
    key_set = _keys(keys, read)
    try:
        found = receipt.read(read(path).decode("ascii", "replace"), key_set)
    except ReceiptError as error:
        if error.code == "malformed":
            raise Unusable("unusable.receipt", path=path) from error
        return 1, {"mock": True, "verdict": "refused", "code": f"receipt_{error.code}"}
    if document is not None and not found.is_of(_text(document, read)):
        return 1, {"mock": True, "verdict": "refused", "code": "receipt_other_document"}
    told = {"document_matches": None if document is None else True, "receipt": dict(found.content)}
    return 0, {"mock": True, "verdict": "genuine", "code": None, **told}


def render(outcome: dict[str, object], language: Language) -> str:
    """For a terminal: what the receipt says, or why it is none."""
    lines = [f"[{word('mock', language)}]"]
    if outcome["verdict"] != "genuine":
        return "\n".join([word(f"receipt.{outcome['code']}", language), *lines])
    content = outcome["receipt"]
    assert isinstance(content, dict)  # noqa: S101 - as `check` made it
    rows = [
        ("receipt.verdict", word(f"receipt.verdict_{content['verdict']}", language)),
        ("label.code", content.get("code") or "-"),
        ("label.checked_at", moment(datetime.fromisoformat(str(content["checked_at"])), language)),
        ("receipt.number", content["jti"]),
        ("receipt.counter", content["iss"]),
        ("receipt.clerk", content.get("clerk", "-")),
        ("receipt.lists", json.dumps(content.get("lists"), ensure_ascii=False)),
        ("receipt.policy", json.dumps(content.get("policy"), ensure_ascii=False)),
    ]
    same = "receipt.good" if outcome["document_matches"] is None else "receipt.good_document"
    return "\n".join(
        [word(same, language), *lines, "", *(f"  {word(key, language)}: {value}" for key, value in rows)]
    )


def _keys(path: Path, read: Read) -> dict[str, object]:
    try:
        found = json.loads(read(str(path)))
    except (ValueError, RecursionError) as error:
        raise Unusable("unusable.receipt_keys", path=path) from error
    if not isinstance(found, dict):
        raise Unusable("unusable.receipt_keys", path=path)
    return found


def _text(document: str, read: Read) -> str:
    try:
        return readers.read(read(document)).text
    except readers.Unreadable as error:
        raise Unusable(error.key) from error
