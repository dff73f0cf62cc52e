"""Whatever the factors: a level is never given for less, and one more factor never makes it less."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from idp import acr
from idp.acr import LEVELS, METHODS, achieved, counted, level_of, satisfies, summed_up, up_to

KNOWN = st.sets(st.sampled_from(sorted(METHODS)))
UNKNOWN = st.sets(
    st.text(max_size=8).filter(lambda text: text not in METHODS)
    | st.sampled_from(["mfa", "PWD", "pwd ", "kba", "sms", "geo", "rba", "wia", "mca", "tel"])
)
STRONG = LEVELS[2].one_of


def number(amr: set[str]) -> int:
    level = level_of(achieved(amr))
    assert level is not None
    return level.number


@given(KNOWN, KNOWN)
def test_one_more_factor_never_makes_less(some: set[str], more: set[str]) -> None:
    """The level is monotone in the set of factors."""
    assert number(some | more) >= max(number(some), number(more))


@given(KNOWN, UNKNOWN)
def test_unknown_methods_add_nothing(known: set[str], unknown: set[str]) -> None:
    """Neither a name that is not in the table nor the summary "mfa" changes a level."""
    assert achieved(known | unknown) == achieved(known)


@given(st.lists(st.sampled_from([*sorted(METHODS), "mfa"])))
def test_order_and_repetition_do_not_matter(methods: list[str]) -> None:
    """The same factor twice is one factor."""
    assert achieved(methods) == achieved(set(methods)) == achieved(reversed(methods)) == achieved(methods * 2)
    assert achieved(summed_up(methods)) == achieved(methods)


@given(KNOWN)
def test_what_a_level_takes(amr: set[str]) -> None:
    """Level 2 takes two methods; level 3 two kinds of factor, one of them a biometric or a key."""
    found = counted(amr)
    if number(amr) >= 2:
        assert len(found) >= 2
    if number(amr) == 3:
        assert len(set(found.values())) >= 2
        assert STRONG & set(found)


@given(st.sampled_from(sorted(METHODS)), UNKNOWN)
def test_one_factor_is_level_one(method: str, unknown: set[str]) -> None:
    """No single factor, whatever stands beside it that we do not know, is more than level 1."""
    assert number({method} | unknown) == 1


@given(KNOWN)
def test_user_verification_without_a_key_is_nothing(amr: set[str]) -> None:
    """ "user" is a device's word: without the device's key it counts for nothing."""
    without_key = amr - {"hwk", "swk"}
    assert achieved(without_key | {"user"}) == achieved(without_key - {"user"})


@given(KNOWN)
def test_mfa_says_two_kinds(amr: set[str]) -> None:
    """The summary "mfa" stands exactly where more than one kind of factor was used (RFC 8176)."""
    assert ("mfa" in summed_up(amr)) == (len(set(counted(amr).values())) > 1)


@given(KNOWN, st.text(max_size=20))
def test_a_session_satisfies_only_what_it_reached(amr: set[str], other: str) -> None:
    """A session satisfies its own level and those below; a value that is none of ours, never."""
    have = achieved(amr)
    for level in LEVELS:
        reached = level.number <= number(amr)
        assert satisfies(have, level.urn) is satisfies(have, level.alias) is reached
        assert (level.urn in up_to(have)) is reached
    if acr.level_of(other) is None:
        assert not satisfies(have, other)
        assert not satisfies(other, have)
        assert up_to(other) == ()
