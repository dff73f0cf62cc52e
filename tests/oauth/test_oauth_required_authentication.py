"""The table of what a scope's claims take: dated, checked when it is read, and never met by less."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp import acr
from idp.oauth.errors import InsufficientUserAuthenticationError
from idp.oauth.models import Client, Grant
from idp.oauth.required_authentication import RULES, Rule, check, withheld

DAY = date(2026, 7, 1)
MIDNIGHT = datetime(2026, 6, 30, 17, 0, tzinfo=UTC)  # 1 July in Vietnam
ONE, TWO, THREE = acr.ACR_VALUES


def grant(level: str = ONE, auth_time: datetime = MIDNIGHT) -> Grant:
    return Grant(acr=level, auth_time=auth_time)


def client(**changes: Any) -> Client:
    return Client(**{"default_acr_values": [], "default_max_age": None, **changes})


def test_the_table_that_is_shipped() -> None:
    """Every rule names a scope that has claims, and the levels are ours."""
    assert RULES
    for rule in RULES:
        assert rule.claims
        assert rule.acr is None or acr.level_of(rule.acr)


@pytest.mark.parametrize("wrong", [{}, {"acr": "gold"}])
def test_a_rule_that_says_nothing(wrong: dict[str, Any]) -> None:
    """A rule without a requirement, or with a level that nobody knows, is a mistake in the table."""
    with pytest.raises(ValueError, match=r"asks for nothing|no authentication level"):
        Rule("address", DAY, **wrong)


def test_a_rule_holds_from_its_day_on() -> None:
    """From midnight in Vietnam, not in UTC."""
    rules = [Rule("address", DAY, TWO)]
    check(grant(), client(), ["address"], MIDNIGHT - timedelta(seconds=1), rules)
    assert withheld(grant(), MIDNIGHT - timedelta(seconds=1), rules) == frozenset()
    with pytest.raises(InsufficientUserAuthenticationError):
        check(grant(), client(), ["address"], MIDNIGHT, rules)
    assert withheld(grant(), MIDNIGHT, rules) == {"address"}


def test_a_rule_about_age() -> None:
    """`max_age` alone: the level does not matter."""
    rules = [Rule("phone", DAY, max_age=60)]
    check(grant(), client(), ["phone_number"], MIDNIGHT + timedelta(seconds=60), rules)
    late = MIDNIGHT + timedelta(seconds=61)
    with pytest.raises(InsufficientUserAuthenticationError) as caught:
        check(grant(THREE), client(), ["phone_number"], late, rules)
    assert (caught.value.acr_values, caught.value.max_age) == ((), 60)
    assert withheld(grant(THREE), late, rules) == {"phone_number", "phone_number_verified"}


def test_the_strictest_counts() -> None:
    """Of several rules and the client's own age, the highest level and the least age."""
    rules = [Rule("address", DAY, TWO, 600), Rule("phone", DAY, THREE), Rule("email", DAY, THREE, 1)]
    late = MIDNIGHT + timedelta(seconds=301)
    with pytest.raises(InsufficientUserAuthenticationError) as caught:
        check(grant(TWO), client(default_max_age=300), ["address", "phone_number"], late, rules)
    assert (caught.value.acr_values, caught.value.max_age) == ((THREE,), 300)


LEVELS = st.sampled_from([*acr.ACR_VALUES, "LoA1", "LoA2", "LoA3", "urn:other"])


@given(LEVELS, st.lists(LEVELS, max_size=3), st.lists(st.sampled_from(acr.ACR_VALUES), max_size=3))
def test_less_never_passes(have: str, registered: list[str], by_rule: list[str]) -> None:
    """Whatever is registered and ruled: who passes satisfies every rule, and one of the registered values."""
    rules = [Rule("address", DAY, value) for value in by_rule]
    passes = all(acr.satisfies(have, value) for value in by_rule)
    registered = [value for value in registered if acr.level_of(value)]
    passes = passes and (not registered or any(acr.satisfies(have, value) for value in registered))
    told = _challenge(have, registered, rules)
    assert (told is None) is passes
    assert all(acr.satisfies(value, least) for value in told or () for least in by_rule)


def _challenge(have: str, registered: list[str], rules: list[Rule]) -> tuple[str, ...] | None:
    try:
        check(grant(have), client(default_acr_values=registered), ["address"], MIDNIGHT, rules)
    except InsufficientUserAuthenticationError as error:
        return error.acr_values
    return None
