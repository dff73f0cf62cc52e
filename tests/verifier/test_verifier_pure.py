"""The verifier stands alone: what it loads, what it needs, what it promises."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime, timedelta

import pytest
from verifier_world import AUDIENCE, NONCE, NOW, RECORD, World

from idp.documents.sd_jwt import errors as codec
from idp.documents.verifier import document as document_module
from idp.documents.verifier.answers import Answer, Answers
from idp.documents.verifier.document import thaw
from idp.documents.verifier.errors import (
    ERRORS,
    StatusListMalformed,
    TrustListExpired,
    TrustListMalformed,
    VerificationError,
)
from idp.documents.verifier.key_binding import NO_KEY_BINDING, ExpectedKeyBinding
from idp.documents.verifier.messages import WORDS, refusal, word
from idp.documents.verifier.refusals import REFUSALS
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.trust import TrustList
from idp.documents.verifier.verify import verify

PURE = """
import sys
import idp.documents.verifier.verify, idp.documents.verifier.command
loaded = {name.split(".")[0] for name in sys.modules}
ours = {name for name in sys.modules if name == "idp" or name.startswith("idp.")}
print(sorted(loaded & {"flask", "sqlalchemy", "authlib", "requests", "alembic", "argon2", "sd_jwt", "jwcrypto"}))
print(sorted(name for name in ours if not name.startswith(("idp.documents.verifier", "idp.documents.sd_jwt"))))
"""


def test_loads_nothing_else() -> None:
    """Borders: no web framework, no database, no other part of the provider."""
    done = subprocess.run([sys.executable, "-c", PURE], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "['idp', 'idp.documents']"]


def test_key_binding_must_be_said() -> None:
    """RFC 9901 9.5: what is expected is never inferred, so the argument has no default."""
    with pytest.raises(TypeError):
        verify("x", trust=None, now=NOW)  # type: ignore[call-arg, arg-type]


@pytest.mark.parametrize(
    "given", [{"audience": ""}, {"nonce": ""}, {"max_age": timedelta()}, {"max_age": timedelta(seconds=-1)}]
)
def test_an_expectation_that_checks_nothing(given: dict[str, object]) -> None:
    """An empty audience or nonce, or no age, would compare with nothing."""
    options = {"audience": AUDIENCE, "nonce": NONCE, "max_age": timedelta(minutes=1)} | given
    with pytest.raises(ValueError, match="not empty"):
        ExpectedKeyBinding(**options)  # type: ignore[arg-type]


def test_naive_time_is_refused(world: World) -> None:
    """A time without its offset could be hours off."""
    with pytest.raises(ValueError, match="aware"):
        verify(world.document(), trust=world.trust(), now=datetime(2026, 11, 24), key_binding=NO_KEY_BINDING)
    with pytest.raises(ValueError, match="aware"):
        TrustList.load(world.trust_text(), root=world.root.certificate, now=datetime(2026, 11, 24))


def test_a_kept_trust_list_expires(world: World) -> None:
    """A list loaded in time is not good for ever in a long-running process."""
    with pytest.raises(TrustListExpired):
        verify(world.document(), trust=world.trust(), now=NOW + timedelta(days=31), key_binding=NO_KEY_BINDING)


def test_time_may_be_given_in_any_zone(world: World) -> None:
    """The same moment written with another offset gives the same verdict."""
    from datetime import timezone

    now = NOW.astimezone(timezone(timedelta(hours=7)))
    assert verify(world.document(), trust=world.trust(), now=now, key_binding=NO_KEY_BINDING).vct == RECORD


def test_status_list_held_longer_than_its_ttl(world: World) -> None:
    """Token Status List 8.3 step 4d: counted from when it was fetched; past its ttl it is told so and is not good."""
    uri = "https://police.example/status/1"
    for minutes, outdated in ((59, False), (61, True)):
        status = StatusLists({uri: world.status_token()}, {uri: NOW - timedelta(minutes=minutes)})
        found = verify(world.document(), trust=world.trust(), now=NOW, key_binding=NO_KEY_BINDING, status=status)
        assert found.status == ("outdated" if outdated else "valid")
        assert found.answers.good is not outdated
        assert found.status_list is not None
        assert found.status_list.held == timedelta(minutes=minutes)


def test_of_several_status_lists_the_newest_counts(world: World) -> None:
    """An old copy beside a new one does not bring a revoked document back."""
    old = world.status_token(iat=int((NOW - timedelta(hours=5)).timestamp()))
    new = world.status_token({3: 1})
    for texts in ([old, new], [new, old]):
        with pytest.raises(VerificationError, match="revoked"):
            verify(
                world.document(),
                trust=world.trust(),
                now=NOW,
                key_binding=NO_KEY_BINDING,
                status=StatusLists.of(texts),
            )


@pytest.mark.parametrize("text", ["", "a.b.c", "ă.b.c", "x" * 2_000_001])
def test_status_lists_of_garbage(text: str) -> None:
    """What is no token is refused when read."""
    with pytest.raises(StatusListMalformed):
        StatusLists.of([text])


def test_trust_list_of_any_size(world: World) -> None:
    """A trust list beyond reason is not even decoded."""
    with pytest.raises(TrustListMalformed):
        TrustList.load("x" * 1_000_001, root=world.root.certificate, now=NOW)


def test_claims_are_read_only(world: World) -> None:
    """A verified document cannot be changed after the fact."""
    found = verify(world.document(), trust=world.trust(), now=NOW, key_binding=NO_KEY_BINDING)
    with pytest.raises(TypeError):
        found.claims["full_name"] = "x"  # type: ignore[index]
    with pytest.raises(TypeError):
        found.claims["address"]["ward"] = "x"  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        found.vct = "x"  # type: ignore[misc]
    assert isinstance(found.claims["names"], tuple)
    assert json.loads(json.dumps(thaw(found.claims)))["names"] == ["Mẫu", "Mẫn"]
    assert document_module.freeze({}) == {}


def test_times_of_the_verified_document(world: World) -> None:
    """Times are aware and in UTC."""
    found = verify(world.document(), trust=world.trust(), now=NOW, key_binding=NO_KEY_BINDING)
    assert (found.issued_at, found.expires_at) == (NOW - timedelta(days=10), NOW + timedelta(days=80))
    assert found.valid_from.tzinfo is UTC
    assert found.issuer.name_en == "Police (MOCK)"
    assert found.trust_list_version == 7


def test_good_needs_every_answer() -> None:
    """Only YES is good; the holder may stay unproven and the person unasked when the caller said so."""
    best = Answers(Answer.YES, Answer.YES, Answer.YES, Answer.NOT_PROVEN, Answer.NOT_ASKED)
    assert best.good
    for name in ("intact", "trusted", "in_force"):
        for answer in set(Answer) - {Answer.YES}:
            assert not replace(best, **{name: answer}).good
    for name in ("holder", "person"):
        for answer in (Answer.NO, Answer.NOT_CHECKED):
            assert not replace(best, **{name: answer}).good


def test_every_refusal_is_said_in_both_languages() -> None:
    """Each code has a sentence in Vietnamese and in English, and no sentence is without a code."""
    assert set(REFUSALS) == set(ERRORS)
    for code in ERRORS:
        vi, en = refusal(code, "vi"), refusal(code, "en")
        assert vi != en
        assert min(len(vi), len(en)) > 30
        assert vi.endswith(".")
        assert en.endswith(".")


def test_every_refusal_of_the_codec_has_a_class() -> None:
    """What reading may raise reaches a caller as a refusal with the same code."""
    writing = {"no_such_claim", "path_mismatch", "cannot_issue", "cannot_bind"}
    reading = {one.code for one in codec.SdJwtError.__subclasses__()} - writing
    assert reading <= set(ERRORS)


def test_every_text_of_the_command_has_both_languages() -> None:
    """Both languages fill in the same values."""
    import string

    for vi, en in WORDS.values():
        assert vi
        assert en
        assert [one[1] for one in string.Formatter().parse(vi)] == [one[1] for one in string.Formatter().parse(en)]
    assert word("verdict.refused", "vi", reason="x") == "TỪ CHỐI: x"


def test_errors_hold_no_claim_values(world: World) -> None:
    """What goes into a log names no person."""
    with pytest.raises(VerificationError) as caught:
        verify(world.document(), trust=world.trust(), now=NOW, key_binding=NO_KEY_BINDING, person="065000000000")
    assert "065" not in str(caught.value)


def test_packages_are_typed() -> None:
    """PEP 561."""
    from pathlib import Path

    assert Path(str(document_module.__file__)).with_name("py.typed").exists()
