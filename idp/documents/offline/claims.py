"""What a code says: CWT claims (RFC 8392), MOSIP's Claim 169 for the person, and our own claim for the document.

Claim 169 (IANA CWT registry, specification 1.2.2): 3 language, 4 full name, 8 birth date, 9 gender, 62 face. It has
no place for a document, and leaves status to the Token Status List (claim 65535). So the document stands in a claim
of private use (RFC 8392 section 9.1.1): 1 its type, 2 what nobody may hold back of it, by claim name.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping

from idp.documents.offline.limits import MAX_PORTRAIT
from idp.documents.verifier import cbor
from idp.documents.verifier.errors import Malformed, MissingClaim

ISS, EXP, NBF, IAT = 1, 4, 5, 6
IDENTITY_DATA, STATUS, DOCUMENT = 169, 65535, -65537
LANGUAGE, FULL_NAME, BIRTHDATE, GENDER, FACE = 3, 4, 8, 9, 62
DATA, FORMAT, SUBFORMAT = 0, 1, 2
IMAGE, PNG = 0, 0
VCT, SHOWN = 1, 2
VIETNAMESE = "vie"
GENDERS = {"male": 1, "female": 2}
PORTRAIT = "portrait"
_PORTRAIT_URL = "data:image/png;base64,"
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: Claims that have a place of their own: among those of the document they would be said twice.
RESERVED = frozenset(
    {"iss", "iat", "nbf", "exp", "vct", "vct#integrity", "cnf", "status", "sub", "aud"}
    | {"full_name", "birthdate", "sex", PORTRAIT}
)


def write(claims: Mapping[str, object], portrait: bytes) -> bytes:
    """The payload for these claims, named as in the document. Raises `KeyError` where one that is needed lacks,
    `ValueError` where one cannot be written."""
    person = {
        LANGUAGE: VIETNAMESE,
        FULL_NAME: claims["full_name"],
        BIRTHDATE: str(claims["birthdate"]).replace("-", ""),
        GENDER: GENDERS[str(claims["sex"])],
        FACE: [{DATA: portrait, FORMAT: IMAGE, SUBFORMAT: PNG}],
    }
    return cbor.encode(
        {
            ISS: claims["iss"],
            EXP: claims["exp"],
            NBF: claims["nbf"],
            IAT: claims["iat"],
            IDENTITY_DATA: person,
            STATUS: claims["status"],
            DOCUMENT: {
                VCT: claims["vct"],
                SHOWN: {name: value for name, value in claims.items() if name not in RESERVED},
            },
        }
    )


def read(payload: bytes) -> dict[str, object]:
    """The claims by the names they have in the document. Raises `Malformed`, `MissingClaim`.

    Whether each has a sensible value is asked where it is used: dates and status as in every document.
    """
    told = _map(cbor.decode(payload), {ISS, EXP, NBF, IAT, IDENTITY_DATA, STATUS, DOCUMENT}, "claims")
    document = _map(_needed(told, DOCUMENT), {VCT, SHOWN}, "document")
    shown = document.get(SHOWN)
    if not isinstance(shown, dict) or not all(isinstance(name, str) and name not in RESERVED for name in shown):
        raise Malformed("what the document says has names, and none that stands elsewhere")
    technical = {"iss": ISS, "exp": EXP, "nbf": NBF, "iat": IAT, "status": STATUS}
    claims: dict[str, object] = {name: told[key] for name, key in technical.items() if key in told}
    claims["vct"] = _text(document, VCT)
    return {**claims, **_person(_needed(told, IDENTITY_DATA)), **shown}


def portrait_of(claims: Mapping[str, object]) -> bytes:
    """The picture itself, of claims that were read."""
    return base64.b64decode(str(claims[PORTRAIT]).removeprefix(_PORTRAIT_URL))


def _person(value: object) -> dict[str, object]:
    told = _map(value, {LANGUAGE, FULL_NAME, BIRTHDATE, GENDER, FACE}, "identity data")
    day = _text(told, BIRTHDATE)
    if len(day) != 8 or not (day.isascii() and day.isdigit()):
        raise Malformed("the date of birth is YYYYMMDD")
    gender = _needed(told, GENDER)
    sex = next((name for name, number in GENDERS.items() if number is gender or number == gender), None)
    if sex is None or isinstance(gender, bool):
        raise Malformed("no gender of the table")
    return {
        "full_name": _text(told, FULL_NAME),
        "birthdate": f"{day[:4]}-{day[4:6]}-{day[6:]}",
        "sex": sex,
        PORTRAIT: _face(_needed(told, FACE)),
    }


def _face(value: object) -> str:
    """One picture, as an address that a page's policy admits for pictures; PNG, so that it is no other content."""
    if not isinstance(value, list) or len(value) != 1:
        raise Malformed("one picture of the face")
    face = _map(value[0], {DATA, FORMAT, SUBFORMAT}, "face")
    data = face.get(DATA)
    if not isinstance(data, bytes) or len(data) > MAX_PORTRAIT or not data.startswith(_PNG_SIGNATURE):
        raise Malformed("the face is a small PNG picture")
    if face.get(FORMAT) != IMAGE or face.get(SUBFORMAT) != PNG:
        raise Malformed("the face is a picture of another kind than it says")
    return _PORTRAIT_URL + base64.b64encode(data).decode("ascii")


def _map(value: object, known: set[int], what: str) -> Mapping[int, object]:
    if not isinstance(value, dict) or set(value) - known:
        raise Malformed(f"{what}: not a map of what is known here")
    return value


def _text(told: Mapping[int, object], key: int) -> str:
    value = _needed(told, key)
    if not isinstance(value, str) or not value:
        raise Malformed("a text that is needed is none")
    return value


def _needed(told: Mapping[int, object], key: int) -> object:
    if key not in told:
        raise MissingClaim("a claim that every code holds")
    return told[key]
