"""What is remembered from one verification to the next makes nothing acceptable that was not so without it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from test_verifier_cases import CASES, attempt
from verifier_world import AUDIENCE, HEALTH, NONCE, NOW, POLICE, RECORD, STATUS_URI, World, new_key, stamp

from idp.documents.sd_jwt import jws
from idp.documents.sd_jwt.errors import SdJwtError
from idp.documents.sd_jwt.parsing import parse
from idp.documents.verifier import certificates, key_binding, status, trust
from idp.documents.verifier.answers import Answer
from idp.documents.verifier.document import VerifiedDocument
from idp.documents.verifier.errors import (
    CertificateExpired,
    Expired,
    IssuerNotTrusted,
    KeyBindingSignatureInvalid,
    Revoked,
    RootNotUsable,
    SignatureInvalid,
    StatusListExpired,
    StatusListNotTrusted,
    Suspended,
    TrustListExpired,
    TrustListNotTrusted,
    TrustListRollback,
    TypeNotAllowedForIssuer,
    VerificationError,
)
from idp.documents.verifier.key_binding import NO_KEY_BINDING
from idp.documents.verifier.memory import Remembered
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.trust import TrustList
from idp.documents.verifier.verify import verify

LATER = stamp(NOW + timedelta(days=3_000))
CACHES = (
    certificates._chain, certificates._life, certificates.subject_key_identifier, certificates.uris,
    trust._is_authority, trust._entries, trust._verified, jws._known_header, key_binding._point,
)  # fmt: skip


def verdict(text: str, world: World, **changes: object) -> VerifiedDocument:
    options = {"trust": world.trust(exp=LATER), "now": NOW, "key_binding": NO_KEY_BINDING} | changes
    return verify(text, **options)  # type: ignore[arg-type]


def forget() -> None:
    for cache in CACHES:
        cache.cache_clear()
    status._JWTS.forget()


def test_each_case_cold_and_warm() -> None:
    """Every case of the catalogue, with nothing remembered and with itself remembered: the same to the word."""
    for name in CASES:
        forget()
        cold, warm = attempt(name), attempt(name)
        assert str(cold) == str(warm), name
        assert cold[0] == warm[0], name


def test_expired_since(world: World) -> None:
    """The dates of a document are compared each time."""
    text = world.document()
    assert verdict(text, world).answers.intact is Answer.YES
    with pytest.raises(Expired):
        verdict(text, world, now=NOW + timedelta(days=81))


def test_certificate_past_its_validity(world: World) -> None:
    """A chain that was good is asked for its dates at every use, whichever of its parts ends first."""
    short = world.issuer("Police", POLICE, start=NOW - timedelta(days=20), end=NOW + timedelta(days=5))
    known = world.trust(exp=LATER, issuers=[short.entry(RECORD)])
    text = world.document(issuer=short)
    for _ in range(2):
        assert verdict(text, world, trust=known).answers.trusted is Answer.YES
    for moment in (NOW + timedelta(days=5, seconds=1), NOW - timedelta(days=21)):
        with pytest.raises(CertificateExpired):
            verdict(text, world, trust=known, now=moment)
    early = world.document(issuer=short, iat=stamp(NOW - timedelta(days=21)))
    with pytest.raises(CertificateExpired):
        verdict(early, world, trust=known)


def test_other_trust_list(world: World) -> None:
    """Whom to trust is read in the list at hand: struck off, or without this type, is refused at once."""
    text = world.document()
    verdict(text, world)
    with pytest.raises(IssuerNotTrusted):
        verdict(text, world, trust=world.trust(version=8, issuers=[world.hospital.entry(RECORD)]))
    with pytest.raises(TypeNotAllowedForIssuer):
        verdict(text, world, trust=world.trust(version=8, issuers=[world.police.entry(HEALTH)]))
    assert verdict(text, world).trust_list_version == 7


def test_other_root(world: World) -> None:
    """A chain is remembered under its root: under another, of the same name even, it leads nowhere."""
    text, other = world.document(), World()
    verdict(text, world)
    foreign = other.trust(issuers=[world.police.entry(RECORD)])
    with pytest.raises(IssuerNotTrusted):
        verdict(text, world, trust=foreign)


def test_same_identifier_other_key(world: World) -> None:
    """A certificate that calls its key as a known one is called is not taken for it."""
    verdict(world.document(), world)
    key, ski = new_key(), bytes.fromhex(certificates.subject_key_identifier(world.police.chain[0]))
    false = world.issuer("Police", POLICE, key, ski=ski)
    with pytest.raises(IssuerNotTrusted):
        verdict(world.document(issuer=false), world)


def test_edited_after_a_good_one(world: World) -> None:
    """Header and chain are known, the signature is checked nevertheless."""
    text = world.document()
    verdict(text, world)
    head, payload, rest = text.split(".", 2)
    edited = f"{head}.{payload[:40]}{'A' if payload[40] != 'A' else 'B'}{payload[41:]}.{rest}"
    with pytest.raises((SignatureInvalid, VerificationError)) as caught:
        verdict(edited, world)
    assert caught.value.code in {"signature_invalid", "malformed"}
    other = world.document().split("~")[0].rpartition(".")[2]
    with pytest.raises(SignatureInvalid):
        verdict(f"{head}.{payload}.{other}~{text.split('~', 1)[1]}", world)


def test_a_read_header_is_the_callers_own(world: World) -> None:
    """Who changes what was read does not change what is read next."""
    text = world.document()
    header = parse(text).header
    header["x5c"].clear()  # type: ignore[attr-defined]
    header["typ"] = "other"  # type: ignore[index]
    assert parse(text).header == {"alg": "ES256", "typ": "dc+sd-jwt", "x5c": world.police.x5c}


def test_revoked_since(world: World) -> None:
    """A new list speaks at once, and the remembered one does not come back for it."""
    text, before, after = world.document(), world.status_token(), world.status_token({3: 1})
    for _ in range(2):
        assert verdict(text, world, status=StatusLists({STATUS_URI: before})).answers.good
        with pytest.raises(Revoked):
            verdict(text, world, status=StatusLists({STATUS_URI: after}))
        with pytest.raises(Suspended):
            verdict(text, world, status=StatusLists({STATUS_URI: world.status_token({3: 2})}))


def test_status_list_too_old_since(world: World) -> None:
    """`ttl` and `exp` are held against the time of each use."""
    text, lists = world.document(), StatusLists({STATUS_URI: world.status_token(iat=stamp(NOW), ttl=60)})
    assert verdict(text, world, status=lists).answers.in_force is Answer.YES
    assert verdict(text, world, status=lists, now=NOW + timedelta(minutes=2)).answers.in_force is Answer.OUTDATED
    with pytest.raises(StatusListExpired):
        verdict(text, world, status=lists, now=NOW + timedelta(hours=23))


def test_status_list_of_another_issuer(world: World) -> None:
    """A list that is good for its own issuer's documents says nothing of another's."""
    lists = StatusLists({STATUS_URI: world.status_token(issuer=world.hospital)})
    theirs = world.document(issuer=world.hospital, iss=world.hospital.uri, vct=HEALTH)
    assert verdict(theirs, world, status=lists).answers.in_force is Answer.YES
    with pytest.raises(StatusListNotTrusted):
        verdict(world.document(), world, status=lists)
    with pytest.raises(StatusListNotTrusted):  # and its issuer may be struck off
        verdict(world.document(), world, status=lists, trust=world.trust(issuers=[world.police.entry(RECORD)]))


def test_status_list_signed_by_an_expired_certificate(world: World) -> None:
    """The list's own chain has dates as well."""
    short = world.issuer("Police", POLICE, end=NOW + timedelta(hours=2))
    known = world.trust(exp=LATER, issuers=[short.entry(RECORD), world.police.entry(RECORD)])
    lists = StatusLists({STATUS_URI: world.status_token(issuer=short)})
    assert verdict(world.document(), world, trust=known, status=lists).answers.in_force is Answer.YES
    with pytest.raises(StatusListNotTrusted):
        verdict(world.document(), world, trust=known, status=lists, now=NOW + timedelta(hours=3))


def test_trust_list_read_again(world: World) -> None:
    """The same text under another root, at another time, or beside a newer one, is another question."""
    text, root = world.trust_text(), world.root.certificate
    TrustList.load(text, root=root, now=NOW)
    with pytest.raises(TrustListExpired):
        TrustList.load(text, root=root, now=NOW + timedelta(days=31))
    with pytest.raises(TrustListRollback):
        TrustList.load(text, root=root, now=NOW, minimum_version=8)
    with pytest.raises(TrustListNotTrusted):
        TrustList.load(text, root=World().root.certificate, now=NOW)
    with pytest.raises(RootNotUsable):
        TrustList.load(text, root=root, now=NOW + timedelta(days=366 * 40))
    place = text.index(".") + 30
    with pytest.raises(VerificationError):
        TrustList.load(text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :], root=root, now=NOW)


def test_two_roots_and_many_threads() -> None:
    """A chain that threads share is asked for its life under each one's own root."""
    one, other = World(), World()
    chain, begin = certificates.read_chain({"x5c": one.police.x5c}), NOW

    def ask(turn: int) -> bool:
        root = (one, other)[turn % 2].root.certificate
        try:
            certificates.validate_chain(chain, root=root, now=begin, signed_at=begin)
        except IssuerNotTrusted:
            return turn % 2 == 1
        return turn % 2 == 0

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(200)))


def test_holders_key_known_and_another() -> None:
    """A key that is remembered proves nothing for who has another one."""
    world = World()
    text = world.document()
    proof = key_binding.ExpectedKeyBinding(AUDIENCE, NONCE, timedelta(minutes=5))
    for _ in range(2):
        assert verdict(world.bound(text), world, key_binding=proof).answers.holder is Answer.YES
        world.holder, held = new_key(), world.holder
        with pytest.raises(KeyBindingSignatureInvalid):
            verdict(world.bound(text), world, key_binding=proof)
        world.holder = held


def test_memory_is_bounded() -> None:
    """By entries and by letters; the least used goes first, and a refusal is not kept."""
    made: list[str] = []
    remembered = Remembered(lambda text: made.append(text) or text.upper(), entries=3, letters=10)
    assert [remembered(text) for text in ("aa", "bb", "aa", "cc", "dd", "aa")] == ["AA", "BB", "AA", "CC", "DD", "AA"]
    assert made == ["aa", "bb", "cc", "dd"]
    remembered("e" * 9)
    assert len(remembered) == 1
    remembered("f" * 11)
    assert len(remembered) == 0
    assert all(cache.cache_info().maxsize for cache in CACHES)
    with pytest.raises(SdJwtError):
        jws.parse_jws("e30.e30")


def test_refusals_are_not_remembered() -> None:
    """What failed is tried again."""
    answers = iter((ValueError, None))

    def once(text: str) -> str:
        if (error := next(answers)) is not None:
            raise error
        return text

    remembered = Remembered(once, entries=3, letters=10)
    with pytest.raises(ValueError):  # noqa: PT011 - the one above
        remembered("a")
    assert remembered("a") == "a"


def test_many_threads(world: World) -> None:
    """Good and bad documents at once, from memory that is emptied meanwhile: each gets its own verdict."""
    good, known = world.document(), world.trust()
    bad = world.document(issuer=world.hospital)
    lists = [StatusLists({STATUS_URI: world.status_token({3: value})}) for value in (0, 1)]
    codes = ("in force", "revoked", "issuer_mismatch", "issuer_mismatch")

    def one(turn: int) -> str:
        if turn % 7 == 0:
            forget()
        try:
            verdict((good, bad)[turn // 2 % 2], world, trust=known, status=lists[turn % 2])
        except VerificationError as error:
            return error.code
        return "in force"

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(one, range(200)))
    assert found == [codes[turn % 4] for turn in range(200)]
