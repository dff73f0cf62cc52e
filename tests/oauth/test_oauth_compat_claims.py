"""The scope `vnconnect_compat`: names that portal teams know, and none of the weaknesses of the flow they know."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from idp.oauth.compat_claims import NAMES, SCOPE
from tests.oauth.conftest import ALL_SCOPES, LAN, Provider, parameters_of, payload_of
from tests.oauth.test_oauth_acting import COMPANY
from tests.oauth.test_oauth_acting import tokens as acting_tokens

COMPAT = f"openid {SCOPE}"
EXPECTED = {
    "LoaiTaiKhoan": "1",
    "SoDinhDanh": "065190000101",
    "HoVaTen": "Nguyễn Thị Mai Lan",
    "NgayThangNamSinh": "19900314",
    "GioiTinh": 2,
    "SoDienThoai": "0900000101",
    "ThuDienTu": "lan@vn-mock.example",
    "QuocTich": "VN",
    "QueQuan": "Xã Ia Thử",
    "ThuongTru": "1 đường Thường Trú",
    "NoiOHienNay": "12 đường Sông Ba",
    "loAs": "LoA2",
    "citizenPid": "065190000101",
    "fullName": "Nguyễn Thị Mai Lan",
    "birthDate": "1990-03-14",
    "accountType": "1",
    "accountLevel": 2,
}


@pytest.fixture
def portal(bare: Provider) -> Provider:
    """The client `rp` is registered for the scope."""
    bare.subjects.people["subject-lan"] |= {
        "permanent_address": {"formatted": "1 đường Thường Trú"},
        "place_of_origin": "Xã Ia Thử",
    }
    bare.secret = bare.register(scope=f"{ALL_SCOPES} organisation {SCOPE}").client_secret or ""
    return bare


def told(provider: Provider, **changes: str | None) -> dict[str, Any]:
    answer: dict[str, Any] = provider.userinfo(provider.tokens(**changes)["access_token"]).get_json()
    return answer


def test_a_client_that_is_not_registered_is_refused(provider: Provider) -> None:
    """RFC 6749 4.1.2.1, and no consent page; nor is the scope granted unseen."""
    assert parameters_of(provider.authorize(scope=COMPAT))["error"] == "invalid_scope"


@pytest.mark.parametrize("part", ["userinfo", "id_token"])
def test_nor_does_it_get_them_by_name(provider: Provider, part: str) -> None:
    """Core 5.5: a name that is not offered to this client is ignored."""
    asked = provider.tokens(scope="openid", claims=json.dumps({part: dict.fromkeys(NAMES)}))
    answers = provider.userinfo(asked["access_token"]).get_json(), payload_of(asked["id_token"])
    assert not any(set(NAMES) & set(answer) for answer in answers)


def test_without_the_scope_nothing_of_it(portal: Provider) -> None:
    """Being registered is not being granted."""
    assert not set(NAMES) & set(told(portal, scope=ALL_SCOPES))


def test_all_of_it(portal: Provider) -> None:
    """Each name with its value, in the reported form; TechID is the pairwise sub; no standard claim beside them."""
    answer = told(portal, scope=COMPAT)
    sub = answer.pop("sub")
    assert answer == {**EXPECTED, "TechID": sub}


def test_the_id_token_is_as_always(portal: Provider) -> None:
    """Signed, with nonce, sub, acr, auth_time: what the reported flow lacks. The names are not in it by the scope."""
    body = portal.tokens(scope=COMPAT, nonce="n-1")
    token = payload_of(body["id_token"])
    assert token["nonce"] == "n-1"
    assert {"iss", "sub", "aud", "exp", "iat", "auth_time", "acr", "at_hash", "sid"} <= set(token)
    assert not set(NAMES) & set(token)
    assert portal.userinfo(body["access_token"]).get_json()["TechID"] == token["sub"]


def test_no_token_in_an_address(portal: Provider) -> None:
    """RFC 9700 4.3.2: the reported flow sends it there."""
    token = portal.tokens(scope=COMPAT)["access_token"]
    answer = portal.app.test_client().get(f"/userinfo?access_token={token}")
    assert answer.status_code == 400
    assert "Nguyễn" not in answer.text


def test_no_token_in_the_answer(portal: Provider) -> None:
    """Reported as members of the user information."""
    assert not {"access_token", "id_token"} & set(told(portal, scope=COMPAT))


def test_a_few_by_name(portal: Provider) -> None:
    """Core 5.5: less than all, where it was asked for; in the ID Token too, if that is where."""
    wishes = json.dumps({"userinfo": {"HoVaTen": None}, "id_token": {"accountLevel": {"essential": True}}})
    body = portal.tokens(scope="openid", claims=wishes)
    assert set(portal.userinfo(body["access_token"]).get_json()) == {"sub", "HoVaTen"}
    assert {name for name in NAMES if name in payload_of(body["id_token"])} == {"accountLevel"}


def test_each_service_knows_another_tech_id(portal: Provider) -> None:
    """Attack 14: nobody links two portals by it."""
    first = told(portal, scope=COMPAT)["TechID"]
    other = portal.register(
        client_id="rp2", redirect_uris=("https://other.vn-mock.example/cb",), scope=COMPAT,
        grant_types=("authorization_code",),
    )  # fmt: skip
    changed = {"client_id": "rp2", "redirect_uri": "https://other.vn-mock.example/cb"}
    code = portal.code(scope=COMPAT, **changed)
    fields = {
        "grant_type": "authorization_code", "code": code, "code_verifier": "v" * 43,
        "redirect_uri": changed["redirect_uri"],
    }  # fmt: skip
    body = portal.token(auth=("rp2", other.client_secret or ""), **fields).get_json()
    second = portal.userinfo(body["access_token"]).get_json()["TechID"]
    assert first != second
    assert first not in (LAN["personal_id_number"], "subject-lan")


# --- consent -----------------------------------------------------------------------------------------------


def items(text: str) -> list[str]:
    return re.findall(r'data-testid="consent-claim-([a-z-]+)"', text)


def test_consent_names_each_thing_once(portal: Provider) -> None:
    """In human words, whatever the number of names it goes by; together with the standard scopes once as well."""
    page = portal.authorize(scope=COMPAT, ui_locales="en")
    alone = items(page.text)
    assert sorted(alone) == [
        "address", "birthdate", "email", "gender", "identity-level", "name", "nationalities", "permanent-address",
        "personal-id-number", "phone-number", "place-of-origin",
    ]  # fmt: skip
    assert not [name for name in NAMES if name in page.text]
    for words in ("Permanent address", "1 đường Thường Trú", "Place of origin", "Xã Ia Thử", "14 March 1990"):
        assert page.text.count(words) == 1
    assert "under the names that public-service portals are used to" in page.text
    together = items(portal.authorize(scope=f"{ALL_SCOPES} {SCOPE}").text)
    assert len(together) == len(set(together))
    assert set(alone) < set(together)


def test_consent_to_a_name_is_to_what_it_says(portal: Provider) -> None:
    """HoVaTen by name shows the name; nothing more is shown or agreed to."""
    page = portal.authorize(scope="openid", claims='{"userinfo": {"HoVaTen": null}}')
    assert items(page.text) == ["name"]


def test_another_scope_is_asked_again(portal: Provider) -> None:
    """Agreeing to the standard claims is not agreeing to these, nor the reverse."""
    told(portal, scope=ALL_SCOPES)
    assert 'data-testid="consent-approve"' in portal.authorize(scope=COMPAT).text
    told(portal, scope=COMPAT)
    assert "code" in parameters_of(portal.authorize(scope=COMPAT))


def test_what_is_not_on_record_is_neither_invented_nor_sent(portal: Provider) -> None:
    """A person without telephone, e-mail and register data; the consent page says so."""
    for name in ("phone_number", "email", "permanent_address", "place_of_origin"):
        portal.subjects.people["subject-lan"].pop(name)
    page = portal.authorize(scope=COMPAT)
    assert 'data-testid="consent-missing"' in page.text
    answer = told(portal, scope=COMPAT)
    assert set(EXPECTED) - set(answer) == {"SoDienThoai", "ThuDienTu", "ThuongTru", "QueQuan"}
    assert None not in answer.values()


# --- levels ------------------------------------------------------------------------------------------------


def test_the_two_axes_stay_apart(portal: Provider) -> None:
    """accountLevel is the account's, loAs the session's."""
    portal.subjects.people["subject-lan"]["identity_level"] = 1
    answer = told(portal, scope=COMPAT)
    assert (answer["accountLevel"], answer["loAs"]) == (1, "LoA2")


def test_one_factor_opens_no_residence(portal: Provider) -> None:
    """As for the scope `address` (RFC 9470), which refuses; here, where nobody asked for it, it is left out."""
    portal.page.amr = ("pwd",)
    answer = told(portal, scope=COMPAT)
    assert answer["loAs"] == "LoA1"
    assert set(EXPECTED) - set(answer) == {"NoiOHienNay", "ThuongTru", "QueQuan"}
    by_name = json.dumps({"id_token": {"ThuongTru": None, "NoiOHienNay": None, "HoVaTen": None}})
    token = payload_of(portal.tokens(scope="openid", claims=by_name)["id_token"])
    assert {name for name in NAMES if name in token} == {"HoVaTen"}
    refused = portal.userinfo(portal.tokens(scope=f"{COMPAT} address")["access_token"])
    assert 'error="insufficient_user_authentication"' in refused.headers["WWW-Authenticate"]


def test_a_locked_account_tells_nothing(portal: Provider) -> None:
    """Attack 5: by an older token either."""
    token = portal.tokens(scope=COMPAT)["access_token"]
    portal.subjects.locked.add("subject-lan")
    assert portal.userinfo(token).status_code == 401


def test_the_level_now_and_not_then(portal: Provider) -> None:
    """Attack 5: what the account has lost is not told from a token of before."""
    body = portal.tokens(scope=f"{COMPAT} offline_access")
    portal.subjects.people["subject-lan"]["identity_level"] = 1
    for name in ("permanent_address", "place_of_origin"):
        portal.subjects.people["subject-lan"].pop(name)
    portal.clock.instant += timedelta(minutes=1)
    renewed = portal.refresh(body["refresh_token"]).get_json()
    for token in (body["access_token"], renewed["access_token"]):
        answer = portal.userinfo(token).get_json()
        assert answer["accountLevel"] == 1
        assert not {"ThuongTru", "QueQuan"} & set(answer)


# --- organisations -----------------------------------------------------------------------------------------


def test_an_organisation_has_its_own_names_and_nothing_personal(portal: Provider) -> None:
    """Attack 19: by the scope and by every name."""
    portal.subjects.mandates["subject-lan"] = [COMPANY]
    wishes = json.dumps({part: dict.fromkeys(NAMES) for part in ("userinfo", "id_token")})
    body = acting_tokens(portal, COMPANY.number, scope=COMPAT, claims=wishes)
    assert SCOPE in body["scope"].split()
    answers = portal.userinfo(body["access_token"]).get_json(), payload_of(body["id_token"])
    for answer in answers:
        assert {name: answer[name] for name in NAMES if name in answer} == {
            "TechID": answer["sub"],
            "LoaiTaiKhoan": "2",
            "MaSoDoanhNghiep": COMPANY.number,
            "TenDoanhNghiep": COMPANY.name,
            "loAs": "LoA2",
            "accountType": "2",
        }
        assert not any(text in json.dumps(answer) for text in ("065190000101", "Mai Lan", "lan@", "Thường Trú"))


def test_the_person_is_asked_as_whom(portal: Provider) -> None:
    """LoaiTaiKhoan asks who the service deals with; as herself no organisation is named."""
    portal.subjects.mandates["subject-lan"] = [COMPANY]
    body = acting_tokens(portal, "self", scope=COMPAT)
    answer = portal.userinfo(body["access_token"]).get_json()
    assert answer["LoaiTaiKhoan"] == "1"
    assert not {"MaSoDoanhNghiep", "TenDoanhNghiep", "acting_for"} & set(answer)


def test_consent_for_an_organisation(portal: Provider) -> None:
    """It is named once, and nothing of the person is."""
    from tests.oauth.test_oauth_acting import choose

    portal.subjects.mandates["subject-lan"] = [COMPANY]
    page = choose(portal, portal.authorize(scope=COMPAT, ui_locales="en"), COMPANY.number)
    assert items(page.text) == ["acting-for", "act"]
    assert "Receive the organisation&#39;s number and name" in page.text
    assert "065190000101" not in page.text
