"""One answer to "in force" for document and code: fresh, past its `ttl`, past its `exp`, out of reach, missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from offline_world import Codes
from verifier_world import NOW, STATUS_URI, stamp

from idp.documents.verifier.answers import Answer
from idp.documents.verifier.document import VerifiedDocument
from idp.documents.verifier.errors import VerificationError
from idp.documents.verifier.key_binding import NO_KEY_BINDING
from idp.documents.verifier.outcome import accepted
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.verify import verify

CODES = Codes()
WORLD = CODES.world
Verify = Callable[[StatusLists], VerifiedDocument]


def lists(**changes: object) -> StatusLists:
    return StatusLists.of([WORLD.status_token(**changes)])


def document(status: StatusLists) -> VerifiedDocument:
    return verify(WORLD.document(), trust=WORLD.trust(), now=NOW, key_binding=NO_KEY_BINDING, status=status)


def code(status: StatusLists) -> VerifiedDocument:
    return CODES.verify(CODES.text(), status=status)


both = pytest.mark.parametrize("checked", [document, code], ids=["document", "code"])
AN_HOUR_AGO = stamp(NOW - timedelta(hours=1))
EXPIRED = {"iat": stamp(NOW - timedelta(hours=9)), "exp": AN_HOUR_AGO, "ttl": 60}
#: What the caller has -> the error's code.
REFUSED = {
    "past its exp": (lists(**EXPIRED), "status_list_expired"),
    "out of reach": (StatusLists({}, unreachable={STATUS_URI}), "status_list_unreachable"),
    "another's list only": (StatusLists({"https://police.example/status/2": ""}), "status_unknown"),
    "no list at all": (StatusLists({}), "status_unknown"),
}


@both
@pytest.mark.parametrize("name", REFUSED)
def test_refused(checked: Verify, name: str) -> None:
    """Nothing is known of the document: in force was not checked, whatever else is right."""
    status, expected = REFUSED[name]
    with pytest.raises(VerificationError) as caught:
        checked(status)
    assert caught.value.code == expected
    assert caught.value.answers.in_force is Answer.NOT_CHECKED
    assert caught.value.answers.intact is Answer.YES


@both
def test_past_its_ttl(checked: Verify) -> None:
    """Told with its age, never good by itself; the caller's policy decides (Token Status List 8.3 step 4d)."""
    found = checked(lists(ttl=3599))
    assert (found.answers.in_force, found.status, found.answers.good) == (Answer.OUTDATED, "outdated", False)
    assert found.status_list is not None
    assert found.status_list.held == timedelta(hours=1)
    for minutes, verdict in ((59, "status_outdated"), (60, "accepted_status_outdated")):
        allowed = timedelta(minutes=minutes)
        outcome = accepted(found, WORLD.trust(), NOW, allow_unchecked=True, max_status_age=allowed)
        assert outcome.verdict == verdict


@both
def test_a_list_fetched_just_now_is_within_its_ttl(checked: Verify) -> None:
    """However long ago it was signed (section 13.7)."""
    found = checked(StatusLists({STATUS_URI: WORLD.status_token(ttl=60)}, {STATUS_URI: NOW}))
    assert found.answers.good


@both
def test_fresh(checked: Verify) -> None:
    """Good by a list within its `ttl`."""
    assert checked(lists()).answers.good
