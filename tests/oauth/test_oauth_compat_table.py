"""The table of the names behind `vnconnect_compat`: whole, harmless, and each form exact."""

from __future__ import annotations

from typing import Any

import pytest

from idp.oauth import claims, compat_claims
from idp.oauth.claims_request import ClaimsRequest, ClaimWish
from idp.oauth.client_metadata import ClientMetadataError
from idp.oauth.compat_claims import LEFT_OUT, NAMES, REPORTS, SCOPE, TOLD, added
from tests.oauth.conftest import LAN, Provider

ACTING = {"acting_for": {"organisation_number": "0650000777", "name": "Công ty TNHH Mô Phỏng", "role": "staff"}}
PERSONAL = {one.name for one in TOLD if one.whose == "person"}


def of(known: dict[str, object], acting: dict[str, object] | None = None, **changes: Any) -> dict[str, object]:
    settings: dict[str, Any] = {
        "registered": frozenset({"openid", SCOPE}),
        "withheld": frozenset(),
        "sub": "pairwise",
        "acr": "urn:vn-mock:loa:1",
        "acting": acting or {},
        **changes,
    }
    return {name: value for name, value in added(known, **settings).items() if name not in known}


def test_each_line_of_the_table_is_whole() -> None:
    """Known formats, known reports, words in both languages, and a source that is a claim of ours."""
    sources = {*claims.CLAIMS, *compat_claims.UNDER_THESE_NAMES_ALONE, "acr"} - set(NAMES)
    for one in TOLD:
        assert one.source in sources
        assert one.format in compat_claims._FORMATS
        assert one.whose in ("person", "organisation", "both")
        assert one.report in REPORTS
        assert all(one.meaning[lang].strip() for lang in ("vi", "en"))
    names = [*NAMES, *(name for one in LEFT_OUT for name in one.names)]
    assert len(names) == len(set(names))


def test_no_name_is_one_of_ours() -> None:
    """Nothing of the protocol, and no standard claim, can be set by this table."""
    others = {name for scope, names in claims.SCOPE_CLAIMS.items() if scope != SCOPE for name in names}
    assert not set(NAMES) & (claims.PROTOCOL_CLAIMS | others | set(claims.BY_NAME_ALONE["identity"]))


def test_what_the_person_consents_to_covers_every_name() -> None:
    """No name tells what its scope's consent does not show."""
    agreed = set(claims.released(frozenset({"openid", SCOPE}), ClaimsRequest(), frozenset({"openid", SCOPE})))
    assert {one.source for one in TOLD if one.whose == "person"} <= agreed
    assert {one.source for one in TOLD if one.whose != "person"} == {"sub", "acr", "acting_for"}


@pytest.mark.parametrize(
    ("known", "name", "value"),
    [
        ({"birthdate": "1990"}, "NgayThangNamSinh", None),
        ({"birthdate": "0900-01-02"}, "NgayThangNamSinh", "09000102"),
        ({"birthdate": 19900314}, "NgayThangNamSinh", None),
        ({"gender": "male"}, "GioiTinh", 1),
        ({"gender": "other"}, "GioiTinh", None),
        ({"phone_number": "+66800000000"}, "SoDienThoai", "+66800000000"),
        ({"phone_number": "+84"}, "SoDienThoai", None),
        ({"nationalities": ["VN", "LA"]}, "QuocTich", "VN, LA"),
        ({"nationalities": []}, "QuocTich", None),
        ({"address": {"country": "VN"}}, "NoiOHienNay", None),
        ({"address": "x"}, "NoiOHienNay", None),
        ({"identity_level": True}, "accountLevel", None),
        ({"personal_id_number": 65190000101}, "SoDinhDanh", None),
        ({"name": ""}, "HoVaTen", None),
    ],
)
def test_forms(known: dict[str, object], name: str, value: object) -> None:
    """What does not fit the form is left out, rather than sent in another."""
    assert of(known).get(name) == value


@pytest.mark.parametrize(("acr", "alias"), [("LoA2", "LoA2"), ("urn:vn-mock:loa:3", "LoA3"), ("urn:other", None)])
def test_the_level_by_its_older_name(acr: str, alias: str | None) -> None:
    assert of({}, acr=acr).get("loAs") == alias


def test_a_person_beside_an_organisation_is_not_told() -> None:
    """Even if somebody passed her claims along."""
    answer = of(dict(LAN), ACTING)
    assert set(answer) == {"TechID", "LoaiTaiKhoan", "loAs", "MaSoDoanhNghiep", "TenDoanhNghiep", "accountType"}
    assert not set(answer) & PERSONAL


def test_an_asked_value() -> None:
    """Core 5.5.1 holds for these names as for all."""
    wish = ClaimsRequest(userinfo={"LoaiTaiKhoan": ClaimWish(values=("2",)), "HoVaTen": ClaimWish()})
    registered = frozenset({"openid", SCOPE})
    known = added(dict(LAN), registered=registered, withheld=frozenset(), sub="s", acr="urn:vn-mock:loa:1", acting={})
    assert claims.for_userinfo(known, frozenset({"openid"}), wish, registered) == {"HoVaTen": LAN["name"]}


def test_the_scope_stands_beside_openid(bare: Provider) -> None:
    """It is no sign-in of its own."""
    with pytest.raises(ClientMetadataError):
        bare.register(scope=SCOPE)
