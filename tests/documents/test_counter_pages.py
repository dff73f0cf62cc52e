"""The counter's pages: the holder's form and QR code, the clerk's button, verdict and file."""

from __future__ import annotations

import base64
import html
import re
from datetime import timedelta
from pathlib import Path

import pytest
from issuing_support import PROVIDER, trust
from wallet_browser import clerk, holder, shows, words
from wallet_place import Place, wallet_place

from idp.documents.document import DocumentStatus
from idp.documents.status import set_status
from idp.documents.verifier.errors import KeyBindingStale, KeyBindingUnexpected, KeyBindingWrongNonce
from idp.documents.verifier.key_binding import NO_KEY_BINDING, ExpectedKeyBinding
from idp.documents.verifier.verify import verify

place = wallet_place


def test_nothing_is_ticked_beforehand(place: Place) -> None:
    """She chooses; what is always shown is listed, not offered."""
    document = place.issue()
    page = holder(place).get(f"/wallet/documents/{document.id}/show")
    boxes = re.findall(r'<input type="checkbox"[^>]*>', page.text)
    assert [re.search(r'value="(\w+)"', box)[1] for box in boxes] == ["birthdate", "sex", "history"]  # type: ignore[index]
    assert not any("checked" in box for box in boxes)
    assert "Số định danh cá nhân" in words(page).partition("Chọn thêm")[0]


def test_what_nobody_may_ask_for_is_shown_only_after_a_warning(place: Place) -> None:
    """Certificate No. 2, by Law 107/2025/QH15 from 1 July 2026; No. 1 has no such warning."""
    pages = holder(place)
    warned = pages.get(f"/wallet/documents/{place.issue('judicial-record-2').id}/show")
    assert shows(warned, "show-not-to-be-asked")
    assert "107/2025/QH15" in words(warned)
    assert not shows(
        pages.get(f"/wallet/documents/{place.issue('judicial-record-1').id}/show"), "show-not-to-be-asked"
    )


def test_the_code_is_a_picture_of_the_address(place: Place) -> None:
    """An SVG that the page's policy admits, the address beside it, and the seconds that are left."""
    document, pages = place.issue(), holder(place)
    token = pages.code(document.id)
    place.later(seconds=30)
    page = pages.get(f"/wallet/documents/{document.id}/show/{token}")
    picture = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', page.text)
    assert picture
    assert b"<svg" in base64.b64decode(picture[1])
    assert f"{PROVIDER}/counter/{token}" in page.text
    assert re.search(r'data-testid="code-seconds">90<', page.text)


def test_looking_does_not_use_it_up(place: Place) -> None:
    """A link preview or a scanner's own fetch opens the address; only the button takes."""
    pages = holder(place)
    token = pages.code(place.issue().id)
    for _ in range(3):
        assert shows(clerk(place).get(f"/counter/{token}"), "counter-take")
    assert shows(clerk(place).take(token), "verdict")


def test_taking_needs_the_forms_token(place: Place) -> None:
    """Another site cannot make a clerk's browser take it (CSRF)."""
    token = holder(place).code(place.issue().id)
    assert clerk(place).client.post(f"/counter/{token}").status_code == 400
    assert shows(clerk(place).take(token), "verdict")


@pytest.mark.parametrize(("lang", "said"), [("vi", "CHẤP NHẬN"), ("en", "ACCEPTED")])
def test_the_clerk_sees_the_verdict_the_answers_and_the_fields(place: Place, lang: str, said: str) -> None:
    """One sentence first, four answers, only what was chosen, the number in full to compare."""
    token, desk = holder(place).code(place.issue().id, "birthdate"), clerk(place)
    desk.take(token)
    page = desk.get(f"/counter/{token}?lang={lang}")
    assert said in words(page)
    assert [shows(page, f"answer-{number}") for number in range(1, 6)] == [True] * 4 + [False]
    assert page.text.count('class="answer answer-valid"') == 4
    assert shows(page, "field-birthdate")
    assert not shows(page, "field-history")
    assert "065 190 000 101" in words(page)


def test_a_second_reader_gets_nothing(place: Place) -> None:
    """Neither by the address, nor by the button, nor by the file's address."""
    token = holder(place).code(place.issue().id)
    second = clerk(place)
    assert shows(second.get(f"/counter/{token}"), "counter-take")
    clerk(place).take(token)
    late = second.get(f"/counter/{token}")
    assert late.status_code == 410
    assert "đã được dùng" in words(late)
    assert second.get(f"/counter/{token}/file").status_code == 410


def test_pressing_the_button_too_late_takes_nothing(place: Place) -> None:
    """Two readers have the page open: the slower one is told so, and sees no document."""
    token, one, two = holder(place).code(place.issue().id), clerk(place), clerk(place)
    found = re.search(r'name="csrf_token" value="([^"]+)"', two.get(f"/counter/{token}").text)
    assert found
    one.take(token)
    two.client.post(f"/counter/{token}", data={"csrf_token": found[1]})
    assert two.get(f"/counter/{token}").status_code == 410


@pytest.mark.parametrize(("seconds", "status"), [(119, 200), (120, 410)])
def test_a_code_waits_two_minutes(place: Place, seconds: int, status: int) -> None:
    """Expired is said as such."""
    token = holder(place).code(place.issue().id)
    place.later(seconds=seconds)
    assert clerk(place).get(f"/counter/{token}").status_code == status


def test_an_unknown_address_is_not_found_and_starts_no_session(place: Place) -> None:
    """Guessing costs the server nothing."""
    answer = clerk(place).get("/counter/" + "a" * 32)
    assert answer.status_code == 404
    assert "Set-Cookie" not in answer.headers


def test_a_document_revoked_meanwhile_is_refused(place: Place) -> None:
    """The verdict is of the moment of looking, and no field of a refused document is shown as if it were good."""
    document = place.issue()
    token, desk = holder(place).code(document.id), clerk(place)
    with place.db.begin() as session:
        set_status(session, place.audit, document.id, DocumentStatus.REVOKED, place.clock.now(), "test")
    page = desk.take(token)
    assert "TỪ CHỐI" in words(page)
    assert 'class="answer answer-refused" data-testid="answer-3"' in page.text
    assert not shows(page, "field-full-name")


def test_the_file_is_checked_with_what_the_page_tells(place: Place, keys_dir: Path) -> None:
    """An SD-JWT+KB for this address and token; to anybody who expects something else it is refused."""
    token, desk = holder(place).code(place.issue().id), clerk(place)
    command = html.unescape(desk.take(token).text)
    file = desk.get(f"/counter/{token}/file")
    name = re.search(r'filename="([\w-]+\.sd-jwt)"', file.headers["Content-Disposition"])
    assert name
    audience = f"{PROVIDER}/counter/{token}"
    assert f"mock-vneid verify {name[1]} --audience {audience} --nonce={token}" in command
    now, trusted = place.clock.now(), trust(keys_dir, place.clock.now())
    five = ExpectedKeyBinding(audience, token, timedelta(minutes=5))
    document = verify(file.text, trust=trusted, now=now, key_binding=five)
    assert document.answers.holder == "yes"
    with pytest.raises(KeyBindingUnexpected):
        verify(file.text, trust=trusted, now=now, key_binding=NO_KEY_BINDING)
    with pytest.raises(KeyBindingWrongNonce):
        verify(file.text, trust=trusted, now=now, key_binding=ExpectedKeyBinding(audience, "other", five.max_age))
    place.later(minutes=7)
    with pytest.raises(KeyBindingStale):
        verify(file.text, trust=trusted, now=place.clock.now(), key_binding=five)


def test_the_holders_page_follows(place: Place) -> None:
    """Waiting, then taken: by script, and on the page itself where no script runs."""
    document, pages = place.issue(), holder(place)
    token = pages.code(document.id)
    path = f"/wallet/documents/{document.id}/show/{token}"
    assert pages.get(f"{path}/state").json == {"state": "waiting"}
    clerk(place).take(token)
    assert pages.get(f"{path}/state").json == {"state": "taken"}
    assert shows(pages.get(path), "code-taken")
    assert "Quầy tiếp nhận" in words(pages.get("/wallet/history"))


def test_an_expired_code_offers_a_new_one(place: Place) -> None:
    """Nobody came: no picture any more, and no record."""
    document, pages = place.issue(), holder(place)
    token = pages.code(document.id)
    place.later(seconds=121)
    page = pages.get(f"/wallet/documents/{document.id}/show/{token}")
    assert shows(page, "code-expired")
    assert "data:image" not in page.text
    assert place.history() == []


def test_asking_after_the_state_does_not_keep_the_wallet_open(place: Place) -> None:
    """A forgotten page with its script must not hold the door."""
    document, pages = place.issue(), holder(place)
    token = pages.code(document.id)
    for _ in range(4):
        place.later(seconds=80)
        pages.get(f"/wallet/documents/{document.id}/show/{token}/state")
    assert pages.get("/wallet").status_code == 303


def test_the_state_is_told_to_nobody_else(place: Place) -> None:
    """Without a session, and to another holder, the code is unknown."""
    document, pages = place.issue(), holder(place)
    path = f"/wallet/documents/{document.id}/show/{pages.code(document.id)}/state"
    assert clerk(place).get(path).json == {"state": "unknown"}
    assert place.browser("somebody-else").get(path).json == {"state": "unknown"}
