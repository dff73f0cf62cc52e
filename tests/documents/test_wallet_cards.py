"""What a card of the wallet says of its own document beside its dates."""

from __future__ import annotations

from wallet_browser import holder, words
from wallet_place import Place, wallet_place

place = wallet_place


def test_two_visits_can_be_told_apart(place: Place) -> None:
    """Each card has the day and the kind of its own visit; a type that marks nothing has a card as before."""
    for number, kind in ((1, "Cấp cứu"), (2, "Điều trị nội trú")):
        day = f"2026-10-0{number}T08:00:00+07:00"
        place.issue("health-encounter", admitted=day, encounter_type=kind, document_number=f"MP-{number}")
    place.issue("tax-code")
    said = words(holder(place).get("/wallet?lang=en"))
    for told in ("1 October 2026 08:00", "2 October 2026 08:00", "Cấp cứu", "Điều trị nội trú"):
        assert said.count(told) == 1, told
    assert said.count("Signed 2 November 2026") == 3
