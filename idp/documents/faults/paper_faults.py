"""Faults of a signed PDF (ETSI EN 319 142-1, ISO 32000-2, RFC 3161, RFC 5280): altered, or made by others."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from idp.documents.faults import chains, contents, disclosing, lists, signatures
from idp.documents.faults import paper_certificates as papers
from idp.documents.faults.forging import new_key
from idp.documents.faults.maker import Maker
from idp.documents.faults.paper_plan import PaperPlan, Stamping
from idp.documents.faults.papers import paper
from idp.documents.faults.plan import Plan, document
from idp.documents.faults.world import Subject, World
from idp.documents.pdf.container import split
from idp.documents.pdf.names import ATTACHMENT, RELATIONSHIP
from idp.paper_certificates import signer as signer_of

PaperMaker = Callable[[World], PaperPlan]
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_RANGE = re.compile(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]")


def _based(maker: Maker) -> PaperMaker:
    """The signed page is good, the document in it is not."""
    return lambda world: PaperPlan(base=maker(world))


def _edited(edit: Callable[[bytes], bytes]) -> PaperMaker:
    """A good file, altered on its way."""
    return lambda _: PaperPlan(edit=edit)


# --- altered ------------------------------------------------------------------------------------------------


def _page_edited(data: bytes) -> bytes:
    """One octet of the first page's text, which is compressed."""
    place = data.index(b"stream\n") + 60
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def _title_edited(data: bytes) -> bytes:
    return data.replace(b"/Title", b"/Titel", 1)


def _data_edited(world: World) -> PaperPlan:
    """One letter of the document in the file."""
    text = document(world, Plan())[:40].encode()
    return PaperPlan(edit=lambda data: _flipped(data, data.index(text[:20]) + 30))


def _flipped(data: bytes, place: int) -> bytes:
    return data[:place] + (b"A" if data[place : place + 1] != b"A" else b"B") + data[place + 1 :]


def _transplanted(other: Callable[[World], PaperPlan]) -> PaperMaker:
    """The issuer's own signature, taken off her file and put into another one."""

    def make(world: World) -> PaperPlan:
        return PaperPlan(edit=lambda good: _with_signature(paper(world, other(world)), split(good).signature))

    return make


def _with_signature(data: bytes, signature: bytes) -> bytes:
    start, end = _hole(data)
    return data[:start] + b"<" + signature.hex().upper().encode().ljust(end - start - 2, b"0") + b">" + data[end:]


def _hole(data: bytes) -> tuple[int, int]:
    found = _RANGE.search(data)
    assert found is not None  # noqa: S101
    return int(found[1]), int(found[2])


def _somebody(world: World) -> Subject:
    """Another person's document of the same type, as good as hers."""
    number = f"{(int(world.subject.person) + 1) % 10**12:012}"
    changes = {"personal_id_number": number, "full_name": "Nguyễn Văn Khác"}
    return replace(world.subject, claims={**world.subject.claims, **changes})


def _page_of_another(world: World) -> PaperPlan:
    return PaperPlan(page=_somebody(world))


def _data_of_another(world: World) -> PaperPlan:
    return PaperPlan(base=Plan(subject=_somebody(world)))


def _data_of_another_type(world: World) -> PaperPlan:
    return PaperPlan(base=Plan(subject=world.other))


def _appended(data: bytes) -> bytes:
    return data + b"\n% MOCK\n"


def _continued(data: bytes) -> bytes:
    from idp.documents.faults.paper_writing import continued

    return continued(data)


def _without_revocations(data: bytes) -> bytes:
    from idp.documents.faults.paper_writing import without_revocations

    return without_revocations(data)


def _countersigned(world: World) -> PaperPlan:
    from idp.documents.faults.paper_writing import countersigned

    return PaperPlan(edit=lambda data: countersigned(data, papers.signer(world)))


def _stretched(data: bytes) -> bytes:
    """Something is appended, and the range told to reach over it; the range is signed itself."""
    found = _RANGE.search(data)
    assert found is not None  # noqa: S101
    return data[: found.start(3)] + b"%d" % (int(found[3]) + 10) + data[found.end(3) :] + b"%" * 10


def _widened(data: bytes) -> bytes:
    """The hole for the signature is made to hold more: what stands there is covered by nothing."""
    found = _RANGE.search(data)
    assert found is not None  # noqa: S101
    narrower = b"%d" % (int(found[1]) - 30)
    return data[: found.start(1)] + narrower.rjust(len(found[1])) + data[found.end(1) :]


def _in_the_room(data: bytes) -> bytes:
    """The room behind the signature is not covered: it holds zeros, and must hold nothing else."""
    end = _hole(data)[1]
    return data[: end - 2] + b"1" + data[end - 1 :]


def _zeros(data: bytes) -> bytes:
    return _with_signature(data, b"\0")


# --- made by others, or wrongly -----------------------------------------------------------------------------


def _signed_by(make: Callable[[World], object]) -> PaperMaker:
    return lambda world: PaperPlan(signer=make(world))  # type: ignore[arg-type]


def _stamped(**options: object) -> PaperMaker:
    return lambda _: PaperPlan(stamping=Stamping(**options))  # type: ignore[arg-type]


def _stamped_by(make: Callable[[World], object], at: timedelta = timedelta()) -> PaperMaker:
    return lambda world: PaperPlan(stamping=Stamping(authority=make(world), at=at))  # type: ignore[arg-type]


def _listed(make: Callable[[World], tuple[bytes, ...]]) -> PaperMaker:
    return lambda world: PaperPlan(revocation_lists=make(world))


def _attached(*names: tuple[str, str]) -> PaperMaker:
    return lambda _: PaperPlan(attachments=names)


def _self_signed(world: World) -> object:
    from idp.certificates import Credentials

    key = new_key()
    return Credentials(key, chains.certificate(world, key, None))


MAKERS: Mapping[str, PaperMaker] = {
    "pdf-none": lambda _: PaperPlan(),
    "pdf-page-edited": _edited(_page_edited),
    "pdf-title-edited": _edited(_title_edited),
    "pdf-data-edited": _data_edited,
    "pdf-page-of-another": _transplanted(_page_of_another),
    "pdf-data-of-another": _transplanted(_data_of_another),
    "pdf-data-of-another-type": _transplanted(_data_of_another_type),
    "pdf-signature-zero": _edited(_zeros),
    "pdf-appended": _edited(_appended),
    "pdf-continued": _edited(_continued),
    "pdf-revocations-removed": _edited(_without_revocations),
    "pdf-second-signature": _countersigned,
    "pdf-range-stretched": _edited(_stretched),
    "pdf-range-with-a-gap": _edited(_widened),
    "pdf-room-used": _edited(_in_the_room),
    "pdf-cut": _edited(lambda data: data[:-7]),
    "pdf-something-before": _edited(lambda data: b"\n" + data),
    "pdf-unsigned": lambda _: PaperPlan(unsigned=True),
    "pdf-sha-1": lambda _: PaperPlan(digest="sha1"),
    "pdf-untrusted-root": _signed_by(lambda w: papers.signs(w, root=papers.foreign_root(w), own_key=False)),
    "pdf-self-signed": _signed_by(_self_signed),
    "pdf-signer-not-listed": _signed_by(lambda w: papers.signs(w, own_key=False)),
    "pdf-signer-expired": _signed_by(lambda w: papers.signs(w, life=(-2 * _DAY, -_HOUR))),
    "pdf-signer-not-committed": _signed_by(lambda w: papers.signs(w, commits=False)),
    "pdf-signed-with-the-key-for-data": _signed_by(lambda w: w.issuers.credentials(w.subject.issuer_id)),
    "pdf-signed-by-time-stamper": _signed_by(papers.stamper),
    "pdf-other-issuer": _signed_by(lambda w: signer_of(w.keys_dir, w.another_issuer())),
    "pdf-signer-revoked": _listed(lambda w: (papers.revocation_list(w, papers.signer(w)),)),
    "pdf-revocations-missing": _listed(lambda _: ()),
    "pdf-revocations-ended": _listed(lambda w: (papers.revocation_list(w, begins=-8 * _DAY, ends=-_DAY),)),
    "pdf-revocations-of-another-root": _listed(
        lambda w: (papers.revocation_list(w, root=papers.foreign_root(w)),)
    ),
    "pdf-time-stamp-missing": _stamped(absent=True),
    "pdf-time-stamp-of-something-else": _stamped(over=b"something else"),
    "pdf-time-stamp-in-the-future": _stamped(at=_DAY),
    "pdf-time-stamp-before-its-certificate": _stamped(at=-3 * 365 * _DAY),
    "pdf-time-stamp-by-untrusted-root": _stamped_by(
        lambda w: papers.stamps(w, root=papers.foreign_root(w), own_key=False)
    ),
    "pdf-time-stamp-by-issuer": _stamped_by(papers.signer),
    "pdf-time-stamp-expired": _stamped_by(lambda w: papers.stamps(w, life=(-_DAY, -_HOUR)), at=-12 * _HOUR),
    "pdf-time-stamp-revoked": _listed(lambda w: (papers.revocation_list(w, papers.stamper(w)),)),
    "pdf-data-missing": _attached(),
    "pdf-data-twice": _attached((ATTACHMENT, RELATIONSHIP), (f"{ATTACHMENT}.txt", RELATIONSHIP)),
    "pdf-data-by-another-name": _attached(("other.sd-jwt", RELATIONSHIP)),
    "pdf-data-supplement": _attached((ATTACHMENT, "/Supplement")),
    # the document in the file
    **{f"pdf-with-{name}": _based(contents.MAKERS[name]) for name in (
        "expired", "revoked", "suspended", "superseded", "wrong-holder", "vct-confusion")},
    **{f"pdf-with-{name}": _based(signatures.MAKERS[name]) for name in ("tampered", "alg-none", "hmac-confusion")},
    **{f"pdf-with-{name}": _based(chains.MAKERS[name]) for name in ("untrusted-root", "signer-expired")},
    **{f"pdf-with-{name}": _based(lists.MAKERS[name]) for name in ("stale-status", "status-list-ended")},
    "pdf-with-hidden-decisive-claim": _based(disclosing.MAKERS["hidden-decisive-claim"]),
}  # fmt: skip
