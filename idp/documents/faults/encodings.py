"""Faults of reading: texts that two readers understand differently (RFC 7515, RFC 8259, RFC 9901 section 4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from joserfc.jwk import ECKey

from idp.documents.faults.forging import encoded, signed
from idp.documents.faults.maker import Maker
from idp.documents.faults.plan import Edit, Payload, Plan
from idp.documents.sd_jwt.encoding import b64url_encode

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_LONG = 1_100_000
_DEEP = 5_000
_MANY = 3_000


def _payload(change: Callable[[bytes], bytes]) -> Maker:
    """Other bytes for the payload, rightly signed."""

    def write(header: Payload, payload: Payload, key: ECKey) -> str:
        return signed(header, change(encoded(payload)), key)

    return lambda _: Plan(write=write)


def _header(change: Callable[[bytes], bytes]) -> Maker:
    def write(header: Payload, payload: Payload, key: ECKey) -> str:
        return signed(change(encoded(header)), payload, key)

    return lambda _: Plan(write=write)


def _with(member: str) -> Callable[[bytes], bytes]:
    """One more member, as text, at the end of the object."""
    return lambda data: data[:-1] + b"," + member.encode() + b"}"


def _with_first(member: str) -> Callable[[bytes], bytes]:
    return lambda data: b"{" + member.encode() + b"," + data[1:]


def _edit(edit: Edit) -> Maker:
    return lambda _: Plan(edit=edit)


def _in_signature(change: Edit) -> Maker:
    """The signature part written otherwise, for the same bytes."""

    def edit(text: str) -> str:
        jwt, tilde, rest = text.partition("~")
        start, dot, signature = jwt.rpartition(".")
        return start + dot + change(signature) + tilde + rest

    return _edit(edit)


def _loose(signature: str) -> str:
    """The four bits that 64 bytes leave over set, which a lenient decoder throws away."""
    return signature[:-1] + _ALPHABET[_ALPHABET.index(signature[-1]) | 1]


def _ordinary(header: Payload, payload: Payload, key: ECKey) -> str:
    """The ordinary base64 alphabet in the header, where a value makes it differ."""
    start, _, rest = signed({**header, "x": "ÿþ?>~~~ýü>>>???"}, payload, key).partition(".")
    return start.replace("-", "+").replace("_", "/") + "." + rest


def _json_both(text: str) -> str:
    """Flattened and general serialization at once: which signature counts?"""
    jwt, *disclosures = text.split("~")
    protected, payload, signature = jwt.split(".")
    one = {"protected": protected, "signature": signature, "header": {"disclosures": disclosures[:-1]}}
    return json.dumps({"payload": payload, "signatures": [one], **one})


MAKERS: Mapping[str, Maker] = {
    "duplicate-member": _payload(_with_first('"exp":1')),
    "duplicate-header-member": _header(_with_first('"alg":"none"')),
    "number-not-a-number": _payload(_with('"x":NaN')),
    "number-infinite": _payload(_with('"x":1e999')),
    "json-trailing-data": _payload(lambda data: data + b"{}"),
    "json-byte-order-mark": _payload(lambda data: b"\xef\xbb\xbf" + data),
    "json-utf-16": _payload(lambda data: data.decode().encode("utf-16")),
    "json-not-utf-8": _payload(lambda data: data[:-1] + b',"x":"\xff"}'),
    "json-lone-surrogate": _payload(_with('"x":"\\ud800"')),
    "json-array": _payload(lambda data: b"[" + data + b"]"),
    "json-deep": _payload(_with('"x":' + "[" * _DEEP + "]" * _DEEP)),
    "base64-padding": _in_signature(lambda part: part + "=="),
    "base64-loose-bits": _in_signature(_loose),
    "base64-ordinary": lambda _: Plan(write=_ordinary),
    "base64-line-break": _in_signature(lambda part: part[:20] + "\n" + part[20:]),
    "four-sections": _in_signature(lambda part: part + "." + part),
    "no-tilde": _edit(lambda text: text.partition("~")[0]),
    "empty-disclosure": _edit(lambda text: text + "~"),
    "trailing-data": _edit(lambda text: text.replace("~", " ~", 1)),
    "too-long": _edit(lambda text: text + b64url_encode(bytes(_LONG)) + "~"),
    "too-many-disclosures": _edit(lambda text: text + "WyJzIiwieCIsMV0~" * _MANY),
    "json-serialization-both": lambda _: Plan(after=_json_both),
}
