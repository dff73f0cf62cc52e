"""Cases of the format: RFC 9901 sections 4 and 8, RFC 7515, RFC 8259."""

from __future__ import annotations

import json

from case_builder import Cases, disclose, sd

from idp.documents.sd_jwt.encoding import b64url_decode, b64url_encode
from idp.documents.sd_jwt.jws import sign

CUT = "-----"  # nothing could be said
EDITED = "n----"  # not intact


def json_serialization(c: Cases) -> None:
    jwt, disclosures = c.shown()
    header, payload, signature = jwt.split(".")
    flat = {"payload": payload, "protected": header, "signature": signature}
    one = {"protected": header, "signature": signature, "header": {"disclosures": disclosures}}

    def bad(name: str, rule: str, value: object) -> None:
        c.bad(f"json-{name}", rule, json.dumps(value), "malformed", EDITED)

    bad("both-forms", "RFC 7515 7.2.2", flat | {"signatures": [one]})
    bad("no-signatures", "8.3", {"payload": payload, "signatures": []})
    bad("late-disclosures", "8.3: MUST NOT be in a following header", {"payload": payload, "signatures": [one, one]})
    bad("header-not-object", "RFC 7515 7.2.1", flat | {"header": []})
    bad("disclosures-not-array", "8.1", flat | {"header": {"disclosures": disclosures[0]}})
    bad("kb-not-string", "8.1", flat | {"header": {"disclosures": disclosures, "kb_jwt": None}})
    bad("header-twice", "RFC 7515 7.2.1: disjoint", flat | {"header": {"typ": "dc+sd-jwt"}})
    bad("no-payload", "RFC 7515 7.2.1", {"protected": header, "signature": signature})


def shapes(c: Cases) -> None:
    jwt, (first, *rest) = c.shown()
    header, payload, signature = jwt.split(".")
    tail = "~".join([first, *rest, ""])
    for name, text in {"empty": "", "prose": "Giấy khai sinh"}.items():
        c.bad(f"shape-{name}", "4: the shape of an SD-JWT", text, "not_a_document", CUT)
    for name, text in {
        "no-tilde": jwt,
        "two-sections": f"{header}.{payload}~{tail}",
        "four-sections": f"{jwt}.{signature}~{tail}",
        "unsigned": f"{header}.{payload}.~{tail}",
    }.items():
        c.bad(f"shape-{name}", "4: the shape of an SD-JWT", text, "malformed", EDITED)


def malformed(c: Cases, name: str, rule: str, text: str) -> None:
    c.bad(f"malformed-{name}", rule, text, "malformed", EDITED)


def base64url(c: Cases) -> None:
    jwt, (first, *rest) = c.shown()
    header, payload, signature = jwt.split(".")
    tail = "~".join([first, *rest, ""])
    malformed(c, "padding", "RFC 7515 2: no padding", f"{jwt}~{first}=~")
    malformed(c, "loose-bits", "RFC 4648 3.5: bits left over must be zero", f"{jwt}~{_loosen(first)}~")
    malformed(
        c, "loose-bits-signature", "the same in the signature", f"{header}.{payload}.{_loosen(signature)}~{tail}"
    )
    malformed(
        c, "standard-base64", "RFC 7515 2: the URL-safe alphabet", f"{header}.{payload}.+{signature[1:]}~{tail}"
    )
    malformed(c, "space", "no white space within", f"{jwt}~ {tail}")
    malformed(c, "empty-disclosure", "4: a Disclosure is not empty", f"{jwt}~~{tail}")
    malformed(c, "cut", "a text cut short", f"{header}.{payload[:-7]}.{signature}~{tail}")


def json_text(c: Cases) -> None:
    plain = c.payload_json()
    malformed(
        c, "duplicate-name", "RFC 7519 4: claim names are unique", c.signed_bytes(f'{{"vct":"x",{plain[1:]}'.encode())
    )
    inner = f'{{"a":{{"b":1,"b":2}},{plain[1:]}'
    malformed(c, "duplicate-inner", "... at any depth", c.signed_bytes(inner.encode()))
    malformed(c, "duplicate-header", "RFC 7515 4", c.signed_bytes(plain.encode(), b'{"alg":"ES256","alg":"ES256"}'))
    malformed(c, "nan", "RFC 8259 6", c.signed_bytes(f'{{"a":NaN,{plain[1:]}'.encode()))
    malformed(c, "infinite", "RFC 8259 6", c.signed_bytes(f'{{"a":1e999,{plain[1:]}'.encode()))
    malformed(c, "huge-number", "numbers beyond reason", c.signed_bytes(f'{{"a":{"9" * 5000},{plain[1:]}'.encode()))
    malformed(
        c, "surrogate", "RFC 8259 8.2: unpaired surrogate", c.signed_bytes(f'{{"a":"\\ud800",{plain[1:]}'.encode())
    )
    malformed(c, "utf-16", "RFC 8259 8.1: UTF-8", c.signed_bytes(plain.encode("utf-16")))
    malformed(c, "bom", "RFC 8259 8.1: no byte order mark", c.signed_bytes(plain.encode("utf-8-sig")))
    malformed(c, "latin-1", "RFC 8259 8.1: UTF-8", c.signed_bytes(f'{{"a":"é",{plain[1:]}'.encode("latin-1")))
    malformed(c, "deep", "nesting", c.signed_bytes(f'{{"a":{"[" * 40 + "]" * 40},{plain[1:]}'.encode()))
    malformed(c, "very-deep", "nesting", c.signed_bytes(f'{{"a":{"[" * 5000 + "]" * 5000},{plain[1:]}'.encode()))
    malformed(c, "array", "RFC 7519 7.2: a JSON object", c.signed_bytes(b"[]"))
    malformed(c, "crit", "RFC 7515 4.1.11", c.signed(header={"crit": ["exp"], "exp": 1}))


def nesting(c: Cases) -> None:
    nested = disclose("s0", "x", 1)
    chain = [nested]
    for level in range(1, 40):
        nested = disclose(f"s{level}", "x", {"_sd": sd(nested)})
        chain.append(nested)
    malformed(c, "deep-recursion", "nesting through recursive Disclosures", c.signed(chain, _sd=sd(nested)))


def edited(c: Cases) -> None:
    jwt, shown = c.shown()
    header, payload, signature = jwt.split(".")
    tail = "~".join([*shown, ""])
    c.bad("edited-signature", "7.1 2.2", f"{header}.{payload}.{_turn(signature)}~{tail}", "signature_invalid", EDITED)
    changed = json.loads(b64url_decode(payload)) | {"criminal_status": "cleared"}
    forged = f"{header}.{b64url_encode(json.dumps(changed).encode())}.{signature}~{tail}"
    c.bad("edited-payload", "7.1 2.2", forged, "signature_invalid", EDITED)
    foreign = sign({"typ": "dc+sd-jwt", "x5c": c.world.police.x5c}, c.world.claims(), c.world.hospital.key) + "~"
    c.bad("signed-by-other-key", "7.1 2.3", foreign, "signature_invalid", EDITED)


def _loosen(text: str) -> str:
    """The same bytes written with a bit left over; needs a length that leaves some."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert len(text) % 4, "no bits are left over"
    return text[:-1] + letters[letters.index(text[-1]) ^ 1]


def _turn(signature: str) -> str:
    return ("A" if signature[0] != "A" else "B") + signature[1:]


ALL = (json_serialization, shapes, base64url, json_text, nesting, edited)
