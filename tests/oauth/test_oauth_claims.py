"""Which claims a response may carry (OpenID Connect Core 5.3.2, 5.4 and 5.5)."""

from __future__ import annotations

from idp.oauth.claims import CLAIMS, PROTOCOL_CLAIMS, for_id_token, for_userinfo, released
from idp.oauth.claims_request import ClaimsRequest, ClaimWish
from tests.oauth.conftest import LAN

ALL = frozenset({"openid", "identity", "profile", "address", "phone", "email", "offline_access"})
NOTHING = ClaimsRequest()


def test_a_scope_gives_its_claims_at_userinfo_only() -> None:
    """Core 5.4: in the code flow the claims of scopes come from the UserInfo endpoint."""
    scopes = frozenset({"openid", "email"})
    assert for_userinfo(LAN, scopes, NOTHING, ALL) == {"email": LAN["email"], "email_verified": False}
    assert for_id_token(LAN, scopes, NOTHING, ALL) == {}


def test_identity_is_in_both() -> None:
    """Our own scope: a relying party must check the level before it lets a person in."""
    scopes = frozenset({"openid", "identity"})
    expected = {"personal_id_number": "065190000101", "identity_level": 2}
    assert for_userinfo(LAN, scopes, NOTHING, ALL) == expected
    assert for_id_token(LAN, scopes, NOTHING, ALL) == expected


def test_openid_alone_gives_nothing_about_the_person() -> None:
    """No claim comes uninvited."""
    assert for_userinfo(LAN, frozenset({"openid"}), NOTHING, ALL) == {}


def test_a_claim_asked_for_by_name_goes_where_it_was_asked() -> None:
    """Core 5.5: userinfo and id_token apart."""
    request = ClaimsRequest(userinfo={"email": ClaimWish()}, id_token={"birthdate": ClaimWish()})
    assert for_userinfo(LAN, frozenset({"openid"}), request, ALL) == {"email": LAN["email"]}
    assert for_id_token(LAN, frozenset({"openid"}), request, ALL) == {"birthdate": LAN["birthdate"]}


def test_a_name_is_no_way_around_the_registration() -> None:
    """A client gets by name only what belongs to a scope it is registered for."""
    request = ClaimsRequest(
        userinfo={"personal_id_number": ClaimWish(essential=True)}, id_token={"identity_level": ClaimWish()}
    )
    registered = frozenset({"openid", "profile"})
    assert for_userinfo(LAN, frozenset({"openid"}), request, registered) == {}
    assert for_id_token(LAN, frozenset({"openid"}), request, registered) == {}
    assert released(frozenset({"openid"}), request, registered) == ()


def test_nationalities_come_by_name_alone() -> None:
    """No scope stands for them; a client registered for identity may name them."""
    assert "nationalities" not in for_userinfo(LAN, ALL, NOTHING, ALL)
    request = ClaimsRequest(userinfo={"nationalities": ClaimWish()})
    assert for_userinfo(LAN, frozenset({"openid"}), request, ALL) == {"nationalities": ["VN"]}
    assert for_userinfo(LAN, frozenset({"openid"}), request, frozenset({"openid", "profile"})) == {}
    assert released(frozenset({"openid"}), request, ALL) == ("nationalities",)


def test_what_is_not_known_is_left_out() -> None:
    """Core 5.3.2: omitted, not null and not empty; 5.5.1: no error, essential or not."""
    known = {**LAN, "phone_number": None}
    del known["email"]
    request = ClaimsRequest(userinfo={"email": ClaimWish(essential=True)})
    assert for_userinfo(known, frozenset({"openid", "phone"}), request, ALL) == {"phone_number_verified": True}


def test_another_value_than_asked_for_is_left_out() -> None:
    """Core 5.5.1: where the value does not match, the claim is not included."""
    request = ClaimsRequest(userinfo={"gender": ClaimWish(values=("male",)), "locale": ClaimWish(values=("vi-VN",))})
    assert for_userinfo(LAN, frozenset({"openid"}), request, ALL) == {"locale": "vi-VN"}


def test_the_person_cannot_set_a_protocol_claim() -> None:
    """Nothing known of a person may stand for what the provider says of itself."""
    known = {**LAN, **dict.fromkeys(PROTOCOL_CLAIMS, "forged")}
    request = ClaimsRequest(
        userinfo=dict.fromkeys(PROTOCOL_CLAIMS, ClaimWish()), id_token=dict.fromkeys(PROTOCOL_CLAIMS, ClaimWish())
    )
    assert "forged" not in for_id_token(known, ALL, request, ALL).values()
    assert "forged" not in for_userinfo(known, ALL, request, ALL).values()
    assert not set(released(ALL, request, ALL)) & PROTOCOL_CLAIMS


def test_consent_names_each_released_claim_once() -> None:
    """What is shown is the union of scopes and names, in one order."""
    request = ClaimsRequest(userinfo={"name": ClaimWish()}, id_token={"email": ClaimWish()})
    names = released(frozenset({"openid", "profile"}), request, ALL)
    assert len(names) == len(set(names))
    assert "email" in names
    assert [name for name in CLAIMS if name in names] == list(names)
