"""Faults of what an offline code says: its claims (RFC 8392), the person (Claim 169), the document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from idp.documents.faults import contents
from idp.documents.faults.codes import Claims, CodePlan, message
from idp.documents.faults.world import NoSuchPlace, World
from idp.documents.offline import claims as told
from idp.documents.offline import cose

CodeMaker = Callable[[World], CodePlan]
_CTI = 7
_DAY = timedelta(days=1)


def steps(**changed: Any) -> CodeMaker:
    """Other steps than usual."""
    return lambda _: CodePlan(**changed)


def _claims(change: Callable[[Claims], object]) -> CodeMaker:
    """The issuer signs other claims."""
    return lambda _: CodePlan(claims=change)


def _with(key: int, value: object) -> CodeMaker:
    return _claims(lambda claims: {**claims, key: value})


def _without(key: int) -> CodeMaker:
    return _claims(lambda claims: {name: value for name, value in claims.items() if name != key})


def _person(**changes: object) -> CodeMaker:
    """The issuer signs another person's data; None takes a member away."""
    return _claims(lambda claims: changed_person(claims, changes))


_PERSON = {"name": told.FULL_NAME, "birthdate": told.BIRTHDATE, "gender": told.GENDER, "face": told.FACE}


def changed_person(claims: Claims, changes: Mapping[str, object]) -> Claims:
    """Other data of the person; None takes a member away."""
    held = claims[told.IDENTITY_DATA]
    assert isinstance(held, dict)  # noqa: S101
    merged = held | {_PERSON[name]: value for name, value in changes.items()}
    return {**claims, told.IDENTITY_DATA: {key: value for key, value in merged.items() if value is not None}}


def _shown(change: Callable[[dict[str, object]], dict[str, object]]) -> CodeMaker:
    def changed(claims: Claims) -> Claims:
        document = claims[told.DOCUMENT]
        assert isinstance(document, dict)  # noqa: S101
        return {**claims, told.DOCUMENT: {**document, told.SHOWN: change(document[told.SHOWN])}}

    return _claims(changed)


def _without_decisive(world: World) -> CodePlan:
    """What the type lets nobody hold back is left out, and signed so."""
    decisive = [one.name for one in world.subject.kind.claims if one.path == (one.name,) and one.sd == "never"
                and one.mandatory and one.name not in told.RESERVED and one.name in world.subject.claims]  # fmt: skip
    if not decisive:
        raise NoSuchPlace("this type has nothing that must be shown")
    return _shown(lambda shown: {name: value for name, value in shown.items() if name != decisive[-1]})(world)


def altered(change: Callable[[Claims], object]) -> CodeMaker:
    """Somebody changes the claims under the old signature, and packs them well."""

    def edit(data: bytes) -> bytes:
        import cbor2

        protected, unprotected, payload, signed = cbor2.loads(data[len(cose.PREFIX) :])
        body = cbor2.dumps(change(cbor2.loads(payload)), canonical=True)
        return message(protected, unprotected, body, signed)

    return steps(edit=edit)


def _not_deterministic(payload: bytes) -> bytes:
    """A map of indefinite length: the same claims, written otherwise."""
    return b"\xbf" + payload[1:] + b"\xff"


def _key_twice(payload: bytes) -> bytes:
    """`iss` twice: some readers take the first, some the last."""
    return bytes([payload[0] + 1]) + b"\x01\x61x" + payload[1:]


def _moved(name: str, by: timedelta) -> CodeMaker:
    return lambda world: CodePlan(base=contents.moved(name, by)(world))


def mapping(value: object) -> Claims:
    """The claims, for a change of them."""
    assert isinstance(value, dict)  # noqa: S101
    return value


MAKERS: Mapping[str, CodeMaker] = {
    "qr-not-deterministic": steps(payload=_not_deterministic),
    "qr-key-twice": steps(payload=_key_twice),
    "qr-claims-with-more": steps(payload=lambda payload: payload + b"\0"),
    "qr-claim-unknown": _with(_CTI, b"id"),
    "qr-exp-missing": _without(told.EXP),
    "qr-iat-missing": _without(told.IAT),
    "qr-nbf-missing": _without(told.NBF),
    "qr-exp-text": _with(told.EXP, "2099-12-31"),
    "qr-exp-float": _with(told.EXP, 1.5e9),
    "qr-iss-missing": _without(told.ISS),
    "qr-person-missing": _without(told.IDENTITY_DATA),
    "qr-document-missing": _without(told.DOCUMENT),
    "qr-status-missing": _without(told.STATUS),
    "qr-status-mechanism-unknown": _with(told.STATUS, {"identifier_list": {}}),
    "qr-name-missing": _person(name=None),
    "qr-name-twice": _shown(lambda shown: {**shown, "full_name": "Nguyễn Văn Khác"}),
    "qr-birthdate-iso": _person(birthdate="1990-03-14"),
    "qr-gender-unknown": _person(gender=7),
    "qr-photo-missing": _person(face=None),
    "qr-photo-svg": _person(face=[{told.DATA: b"<svg/>", told.FORMAT: told.IMAGE, told.SUBFORMAT: told.PNG}]),
    "qr-decisive-claim-missing": _without_decisive,
    "qr-expired": _moved("exp", -_DAY),
    "qr-not-yet-valid": _moved("nbf", _DAY),
    "qr-issued-in-the-future": _moved("iat", _DAY),
}
