"""What other parts may know of an account."""

from __future__ import annotations

from datetime import date

import pytest
from accounts_place import Place
from sqlalchemy.exc import DBAPIError

from idp.accounts import services, store
from idp.accounts.models import Account, Organisation, Person


def _claims(place: Place, persona: str) -> dict[str, object]:
    with place.db.read() as session:
        return dict(services.claims(session, place.subjects[persona]) or {})


def test_claims_of_a_citizen(place: Place) -> None:
    """The standard claims (OpenID Connect Core 5.1) and ours, in their types."""
    claims = _claims(place, "lan")
    assert claims == {
        "name": "Nguyễn Thị Mai Lan",
        "birthdate": "1990-03-14",
        "gender": "female",
        "address": {
            "formatted": "Số 12, đường Thử Nghiệm, phường Biển Hồ, tỉnh Sông Ba (mô phỏng), Việt Nam",
            "street_address": "Số 12, đường Thử Nghiệm",
            "locality": "phường Biển Hồ",
            "region": "tỉnh Sông Ba (mô phỏng)",
            "country": "Việt Nam",
        },
        "phone_number": "+84500000101",
        "phone_number_verified": True,
        "email": "lan@cong-dan.example",
        "email_verified": True,
        "locale": "vi-VN",
        "zoneinfo": "Asia/Ho_Chi_Minh",
        "updated_at": int(place.clock.now().timestamp()),
        "personal_id_number": "065190000101",
        "identity_level": 2,
        "nationalities": ["VN"],
        "permanent_address": claims["address"],
        "place_of_origin": "Xã Ia Thử, tỉnh Sông Ba (mô phỏng)",
    }


def test_the_register_opens_at_level_2(place: Place) -> None:
    """Decree 69/2024/ND-CP art. 9: data shared from the national base; an account of level 1 has none of it."""
    with place.db.begin() as session:
        account = store.account(session, place.subjects["lan"])
        assert account is not None
        account.identity_level = 1
    assert not {"permanent_address", "place_of_origin"} & set(_claims(place, "lan"))
    assert _claims(place, "lan")["address"]


def test_no_subject_among_the_claims(place: Place) -> None:
    """The opaque subject never leaves; `sub` is made elsewhere, pairwise."""
    assert place.subjects["lan"] not in str(_claims(place, "lan"))


def test_empty_claims_are_left_out(place: Place) -> None:
    """No null and no empty text (OpenID Connect Core 5.3.2): a child without phone has no phone claims at all."""
    claims = _claims(place, "bao-an")
    assert "phone_number" not in claims
    assert "phone_number_verified" not in claims
    assert "email_verified" not in claims
    assert claims["identity_level"] == 1


def test_decomposed_name_leaves_composed(place: Place) -> None:
    """The register keeps the name as given; what leaves is NFC."""
    with place.db.read() as session:
        account = store.account(session, place.subjects["quynh"])
        assert account is not None
        assert account.person is not None
        assert "Hoàng" not in account.person.full_name
    assert "Hoàng" in str(_claims(place, "quynh")["name"])


def test_foreigner(place: Place) -> None:
    """Nationality and language are her own."""
    claims = _claims(place, "sofia")
    assert (claims["nationalities"], claims["locale"]) == (["SE"], "en")


def test_holder(place: Place) -> None:
    """The person for the wallet, with her level and whether the account is active now."""
    with place.db.read() as session:
        lan = services.holder(session, place.subjects["lan"], place.clock.now())
        dung = services.holder(session, place.subjects["dung"], place.clock.now())
        phuc = services.holder(session, place.subjects["phuc"], place.clock.now())
        nobody = services.holder(session, "nobody", place.clock.now())
    assert lan is not None
    assert (lan.personal_id_number, lan.birthdate, lan.identity_level, lan.active) == (
        "065190000101", date(1990, 3, 14), 2, True,
    )  # fmt: skip
    assert dung is not None
    assert dung.organisations == ("Công ty TNHH Mô Phỏng Sông Ba",)
    assert phuc is not None
    assert not phuc.active
    assert nobody is None


@pytest.mark.parametrize(("persona", "usable"), [("lan", True), ("hoa", True), ("long", False), ("phuc", False)])
def test_may_use(place: Place, persona: str, usable: bool) -> None:
    """Locked and expired accounts may not be used; an unknown subject neither."""
    with place.db.read() as session:
        assert services.may_use(session, place.subjects[persona], place.clock.now()) is usable
        assert not services.may_use(session, "nobody", place.clock.now())


def test_organisation_account(place: Place) -> None:
    """It has no level, no personal claims, and no holder for the wallet."""
    with place.db.read() as session:
        organisation = store.organisation_by_number(session, "0650000777")
        assert organisation is not None
        account = store.account_of_organisation(session, organisation.id)
        assert account is not None
        assert account.identity_level is None
        assert services.claims(session, account.subject) is None
        assert services.holder(session, account.subject, place.clock.now()) is None
        assert services.display_name(session, account.subject) == "Công ty TNHH Mô Phỏng Sông Ba"
        assert services.display_name(session, "nobody") is None


def test_passcode_of_an_organisation(place: Place) -> None:
    """Nothing can be proven for an organisation's account: it has no secrets."""
    with place.db.read() as session:
        organisation = store.organisation_by_number(session, "0650000777")
        assert organisation is not None
        account = store.account_of_organisation(session, organisation.id)
        assert account is not None
        subject = account.subject
    assert not place.checks.check_passcode(subject, "246810", "192.0.2.1", place.clock.now()).ok


@pytest.mark.parametrize(
    ("person", "organisation", "level"),
    [(True, False, None), (True, False, 3), (False, True, 2), (True, True, 1), (False, False, None)],
)
def test_the_database_keeps_the_rule(place: Place, person: bool, organisation: bool, level: int | None) -> None:
    """One holder an account; a person's level is 1 or 2, an organisation's none, whatever code forgets."""
    now = place.clock.now()
    with place.db.begin() as session:
        person_row = Person(
            id="new", personal_id_number="065190123456", kind="citizen", full_name="A", name_key="a",
            sex="female", birthdate=date(1990, 1, 1), nationalities=["VN"], locale="vi-VN", updated_at=now,
        )  # fmt: skip
        session.add_all([person_row, Organisation(id="new", number="0650000999", name="A", name_en="A")])
    account = Account(
        subject="new", person_id="new" if person else None, organisation_id="new" if organisation else None,
        identity_level=level, state="active", opened_at=now,
    )  # fmt: skip
    with pytest.raises(DBAPIError, match=r"(?i)check constraint"), place.db.begin() as session:
        session.add(account)
