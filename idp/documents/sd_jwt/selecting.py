"""What a holder does with a document: look into it, select from it (RFC 9901 section 7.2)."""

from __future__ import annotations

from collections.abc import Iterable

from idp.documents.sd_jwt.errors import CannotBind, NoSuchClaim
from idp.documents.sd_jwt.parsing import UnverifiedSdJwt, compact, parse
from idp.documents.sd_jwt.paths import ClaimsPath, resolve
from idp.documents.sd_jwt.processing import ConcretePath, Processed, process


def claims_of(sd_jwt: str) -> dict[str, object]:
    """The processed payload with every enclosed Disclosure in place. Verifies no signature.

    For the wallet's own documents, verified when they came in; never for deciding anything.
    """
    return process(parse(sd_jwt)).claims


def disclosable_paths(sd_jwt: str) -> tuple[ConcretePath, ...]:
    """The place of every enclosed Disclosure, outer ones before inner ones."""
    return tuple(located.path for located in process(parse(sd_jwt)).located)


def present(sd_jwt: str, paths: Iterable[ClaimsPath]) -> str:
    """Keep the Disclosures needed for these paths: their parents, and all that lies inside them.

    Indexes count in the whole document as issued (SD-JWT VC 5.6.1.2). Raises `NoSuchClaim` for a path
    that selects nothing, `PathMismatch` for one that does not fit, `CannotBind` for an SD-JWT+KB.
    """
    parsed, processed = _bare(sd_jwt)
    wanted = _wanted(processed, paths)
    kept = tuple(disclosure for disclosure in parsed.disclosures if disclosure.text in wanted)
    return compact(parsed.jwt.text, kept)


def _bare(sd_jwt: str) -> tuple[UnverifiedSdJwt, Processed]:
    parsed = parse(sd_jwt)
    if parsed.key_binding_jwt is not None:  # 7.2: a holder who receives one MUST reject it
        raise CannotBind("a presentation made for somebody is not selected from again")
    return parsed, process(parsed)


def _wanted(processed: Processed, paths: Iterable[ClaimsPath]) -> set[str]:
    wanted: set[str] = set()
    for path in paths:
        places = resolve(processed.claims, path)
        if not places:
            raise NoSuchClaim(f"nothing at {list(path)}")
        for located in processed.located:
            if any(_related(located.path, place) for place in places):
                wanted |= {located.disclosure.text, *located.parents}
    return wanted


def _related(one: ConcretePath, other: ConcretePath) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]
