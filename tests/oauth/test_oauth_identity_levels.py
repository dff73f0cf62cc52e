"""A client's own policy on identity levels: whose account is of another one is told so before any consent."""

from __future__ import annotations

from idp.oauth import store
from idp.oauth.ports import ActingFor
from tests.oauth.conftest import LAN, Provider, hidden_fields, parameters_of

PAGE = 'data-testid="not-admitted"'
WEAVERS = ActingFor("subject-weavers", "0650000788", "Hợp tác xã dệt", "legal_representative")


def _level_1(provider: Provider) -> None:
    provider.subjects.people["subject-lan"] = {**LAN, "identity_level": 1}


def _level_2_only(provider: Provider) -> None:
    provider.secret = provider.register(identity_levels=(2,)).client_secret or ""


def test_she_is_told_before_any_consent(bare: Provider) -> None:
    """On a page in words; nothing of hers was shown as to be sent, and no code is made."""
    _level_2_only(bare)
    _level_1(bare)
    page = bare.authorize()
    assert page.status_code == 403
    assert PAGE in page.text
    assert "Dịch vụ thử (MÔ PHỎNG) chỉ nhận tài khoản định danh mức 2" in page.text
    assert "Nguyễn Thị Mai Lan" not in page.text.split("<main", 1)[1]
    assert "oauth.code_issued" not in bare.audit.names()


def test_the_client_gets_access_denied(bare: Provider) -> None:
    """With a description of its own, and recorded with the reason."""
    _level_2_only(bare)
    _level_1(bare)
    page = bare.authorize()
    answer = parameters_of(
        bare.follow(bare.browser.get(f"/authorize/cancel?request={hidden_fields(page)['request']}"))
    )
    assert answer["error"] == "access_denied"
    assert answer["error_description"] == "The client does not take accounts of this identity level."
    assert ("oauth.refused", "subject-lan", "rp", {"reason": "identity_level"}) in bare.audit.events


def test_silently_it_is_refused_at_once(bare: Provider) -> None:
    """prompt=none shows no page."""
    _level_2_only(bare)
    bare.code()
    _level_1(bare)
    assert parameters_of(bare.authorize(prompt="none"))["error"] == "access_denied"


def test_a_forged_consent_does_not_help(bare: Provider) -> None:
    """The level is looked at again where consent is given: it may have fallen meanwhile."""
    _level_2_only(bare)
    consent = bare.authorize()
    _level_1(bare)
    page = bare.decide(consent)
    assert PAGE in page.text
    assert "oauth.code_issued" not in bare.audit.names()


def test_another_account_may_be_used(bare: Provider) -> None:
    """The way on is on the page."""
    _level_2_only(bare)
    _level_1(bare)
    page = bare.authorize()
    bare.page.subject = "subject-minh"
    fields = {**hidden_fields(page), "account": "another"}
    assert bare.follow(bare.browser.post("/authorize/account", data=fields)).status_code == 200


def test_the_right_level_passes(bare: Provider) -> None:
    _level_2_only(bare)
    assert bare.tokens()["access_token"]


def test_tokens_of_before_end_with_the_level(bare: Provider) -> None:
    """A client that takes level 2 alone learns nothing more of an account that is none, nor of one without."""
    _level_2_only(bare)
    body = bare.tokens(scope="openid profile offline_access")
    assert bare.userinfo(body["access_token"]).status_code == 200
    _level_1(bare)
    assert bare.userinfo(body["access_token"]).status_code == 401
    assert bare.refresh(body["refresh_token"]).get_json()["error"] == "invalid_grant"


def test_an_account_without_level_is_not_admitted(bare: Provider) -> None:
    """Where a client names levels, none is not one of them."""
    _level_2_only(bare)
    bare.subjects.people["subject-lan"] = {name: value for name, value in LAN.items() if name != "identity_level"}
    assert PAGE in bare.authorize().text


def test_for_an_organisation_the_persons_own_level_counts(bare: Provider) -> None:
    """The organisation has none (Decree 69 art. 7); who acts for it has, and is admitted by hers alone."""
    bare.register(identity_levels=(2,), scope="openid identity organisation")
    bare.subjects.mandates["subject-lan"] = [WEAVERS]
    choosing = bare.authorize(scope="openid identity organisation")
    assert choosing.status_code == 200
    assert "act-for-0650000788" in choosing.text
    _level_1(bare)
    assert PAGE in bare.authorize(scope="openid identity organisation").text


def test_a_client_without_policy_takes_everybody(provider: Provider) -> None:
    _level_1(provider)
    with provider.db.read() as session:
        client = store.client(session, "rp")
        assert client is not None
        assert client.identity_levels == []
    assert provider.tokens()["access_token"]
