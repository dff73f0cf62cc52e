"""Cases of the format: RFC 9901 sections 4, 7.1 and 8, RFC 7515, SD-JWT VC section 2.2."""

from __future__ import annotations

import json

from case_builder import PROOF, Cases, disclose, element, sd
from verifier_world import PERSON

from idp.documents.sd_jwt.encoding import b64url_decode, b64url_encode
from idp.documents.sd_jwt.selecting import present

CUT = "-----"  # nothing could be said
EDITED = "n----"  # not intact


def good(c: Cases) -> None:
    w = c.world
    whole = w.document()
    c.good("good-document", "A whole document, as a file at a counter", whole, person=PERSON, answers="yyyuy")
    c.good("good-presentation", "A key-bound presentation", w.bound(whole), "yyyyx", key_binding=PROOF)
    c.good("good-without-status-list", "Without a status list: not checked, never good", whole, "yy-ux", status=None)
    c.good("good-without-status-claim", "A document without a status: not checked", w.document(status=None), "yy-ux")
    c.good("good-trailing-newline", "A file may end with a newline", whole + "\n")
    c.good("good-nothing-disclosable", "SD-JWT VC 2.2.2.5: no _sd at all", w.document(disclosable=[]))
    claims = {"personal_id_number": PERSON, "address": {"ward": "Cửa Nam", "province": "Hà Nội"}, "names": []}
    chosen = present(whole, [("personal_id_number",), ("address", "province")])
    c.good("good-selection", "4.2.6: a nested claim brings its parent along", chosen, claims=claims)
    c.good(
        "good-one-element",
        "7.1 3.4: elements not disclosed are left out",
        present(whole, [("names", 1)]),
        claims={"names": ["Mẫn"]},
    )
    long = [disclose("s1", "full_name", "Trần Văn Thử")]
    c.good(
        "good-sha-512",
        "4.1.1: another strong hash",
        c.signed(long, _sd=sd(*long, hash_name="sha-512"), _sd_alg="sha-512", full_name=None),
        claims={"full_name": "Trần Văn Thử"},
    )
    c.good("good-empty-sd", "4.2.4.1: _sd may be empty", c.signed(_sd=[]))
    spaced = b64url_encode(b'["s",\n "full_name", "Tr\\u1ea7n"]')
    c.good(
        "good-spaced-disclosure",
        "4.2.1: JSON of a Disclosure is not canonicalized",
        c.signed([spaced], _sd=sd(spaced), full_name=None),
        claims={"full_name": "Trần"},
    )
    header, payload, signature = whole.split("~")[0].split(".")
    flat = {"payload": payload, "protected": header, "signature": signature}
    disclosures = whole.split("~")[1:-1]
    c.good("good-json-flattened", "8.2", json.dumps(flat | {"header": {"disclosures": disclosures}}))
    signed = {"protected": header, "signature": signature, "header": {"disclosures": disclosures, "kid": "a"}}
    other = {"protected": header, "signature": signature, "header": {"kid": "b"}}
    c.good("good-json-general", "8.3", json.dumps({"payload": payload, "signatures": [signed, other]}))
    bound = w.bound(whole)
    unprotected = {"disclosures": disclosures, "kb_jwt": bound.rpartition("~")[2]}
    c.good(
        "good-json-key-bound",
        "8.1: kb_jwt, sd_hash over the compact form",
        json.dumps(flat | {"header": unprotected}),
        "yyyyx",
        key_binding=PROOF,
    )


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


def unreadable(c: Cases) -> None:
    w = c.world
    jwt, (first, *rest) = c.shown()
    header, payload, signature = jwt.split(".")
    tail = "~".join([first, *rest, ""])
    for name, text in {
        "empty": "",
        "prose": "Giấy khai sinh",
        "no-tilde": jwt,
        "two-sections": f"{header}.{payload}~{tail}",
        "four-sections": f"{jwt}.{signature}~{tail}",
        "unsigned": f"{header}.{payload}.~{tail}",
    }.items():
        c.bad(f"shape-{name}", "4: the shape of an SD-JWT", text, "not_a_document", CUT)

    def bad(name: str, rule: str, text: str) -> None:
        c.bad(f"malformed-{name}", rule, text, "malformed", EDITED)

    bad("padding", "RFC 7515 2: no padding", f"{jwt}~{first}=~")
    bad("loose-bits", "RFC 4648 3.5: bits left over must be zero", f"{jwt}~{_loosen(first)}~")
    bad("loose-bits-signature", "the same in the signature", f"{header}.{payload}.{_loosen(signature)}~{tail}")
    bad("standard-base64", "RFC 7515 2: the URL-safe alphabet", f"{header}.{payload}.+{signature[1:]}~{tail}")
    bad("space", "no white space within", f"{jwt}~ {tail}")
    bad("empty-disclosure", "4: a Disclosure is not empty", f"{jwt}~~{tail}")
    bad("cut", "a text cut short", f"{header}.{payload[:-7]}.{signature}~{tail}")
    plain = c.payload_json()
    bad("duplicate-name", "RFC 7519 4: claim names are unique", c.signed_bytes(f'{{"vct":"x",{plain[1:]}'.encode()))
    bad("duplicate-inner", "... at any depth", c.signed_bytes(f'{{"a":{{"b":1,"b":2}},{plain[1:]}'.encode()))
    bad("duplicate-header", "RFC 7515 4", c.signed_bytes(plain.encode(), b'{"alg":"ES256","alg":"ES256"}'))
    bad("nan", "RFC 8259 6", c.signed_bytes(f'{{"a":NaN,{plain[1:]}'.encode()))
    bad("infinite", "RFC 8259 6", c.signed_bytes(f'{{"a":1e999,{plain[1:]}'.encode()))
    bad("huge-number", "numbers beyond reason", c.signed_bytes(f'{{"a":{"9" * 5000},{plain[1:]}'.encode()))
    bad("surrogate", "RFC 8259 8.2: unpaired surrogate", c.signed_bytes(f'{{"a":"\\ud800",{plain[1:]}'.encode()))
    bad("utf-16", "RFC 8259 8.1: UTF-8", c.signed_bytes(plain.encode("utf-16")))
    bad("bom", "RFC 8259 8.1: no byte order mark", c.signed_bytes(plain.encode("utf-8-sig")))
    bad("latin-1", "RFC 8259 8.1: UTF-8", c.signed_bytes(f'{{"a":"é",{plain[1:]}'.encode("latin-1")))
    bad("deep", "nesting", c.signed_bytes(f'{{"a":{"[" * 40 + "]" * 40},{plain[1:]}'.encode()))
    bad("very-deep", "nesting", c.signed_bytes(f'{{"a":{"[" * 5000 + "]" * 5000},{plain[1:]}'.encode()))
    bad("array", "RFC 7519 7.2: a JSON object", c.signed_bytes(b"[]"))
    bad("crit", "RFC 7515 4.1.11", c.signed(header={"crit": ["exp"], "exp": 1}))
    nested = disclose("s0", "x", 1)
    chain = [nested]
    for level in range(1, 40):
        nested = disclose(f"s{level}", "x", {"_sd": sd(nested)})
        chain.append(nested)
    bad("deep-recursion", "nesting through recursive Disclosures", c.signed(chain, _sd=sd(nested)))
    c.bad("edited-signature", "7.1 2.2", f"{header}.{payload}.{_turn(signature)}~{tail}", "signature_invalid", EDITED)
    edited = json.loads(b64url_decode(payload)) | {"criminal_status": "cleared"}
    forged = f"{header}.{b64url_encode(json.dumps(edited).encode())}.{signature}~{tail}"
    c.bad("edited-payload", "7.1 2.2", forged, "signature_invalid", EDITED)
    other = w.hospital.key
    c.bad("signed-by-other-key", "7.1 2.3", _resigned(c, other), "signature_invalid", EDITED)


def disclosures(c: Cases) -> None:
    clear = {"full_name": None}
    name = disclose("s1", "full_name", "Trần Văn Thử")

    def bad(label: str, rule: str, code: str, shown: list[str], **payload: object) -> None:
        c.bad(label, rule, c.signed(shown, **(clear | payload)), code, EDITED)

    for label, content in {
        "one": ["s"],
        "four": ["s", "a", "b", "c"],
        "salt": [1, "a", "b"],
        "name": ["s", 2, "b"],
        "null-salt": [None, "b"],
    }.items():
        one = disclose(*content)
        bad(f"disclosure-{label}", "4.2.1, 4.2.2", "disclosure_malformed", [one], _sd=sd(one))
    text = b64url_encode(b'{"0":"s","1":"a"}')
    bad("disclosure-object", "4.2.1: an array", "disclosure_malformed", [text], _sd=sd(text))
    pair = disclose("s", "x")
    bad("disclosure-element-in-object", "7.1 3.3.2.1", "disclosure_malformed", [pair], _sd=sd(pair))
    bad("disclosure-property-in-array", "7.1 3.3.3.1", "disclosure_malformed", [name], names=[element(name)])
    for reserved in ("_sd", "...", "_sd_alg"):
        one = disclose("s", reserved, [])
        bad(
            f"reserved-{reserved.strip('_').replace('...', 'dots')}",
            "7.1 3.3.2.2",
            "reserved_claim_name",
            [one],
            _sd=sd(one),
        )
    clash = disclose("s", "criminal_status", "cleared")
    bad("collision-with-clear", "7.1 3.3.2.3", "claim_collision", [clash], _sd=sd(clash))
    twice = [disclose("s1", "full_name", "A"), disclose("s2", "full_name", "B")]
    bad("collision-of-two", "7.1 3.3.2.3", "claim_collision", twice, _sd=sd(*twice))
    inner = disclose("s", "ward", "x")
    bad(
        "collision-nested",
        "7.1 3.3.2.3 at its level",
        "claim_collision",
        [inner],
        address={"ward": "y", "_sd": sd(inner)},
    )
    bad("digest-twice", "7.1 4", "duplicate_digest", [name], _sd=sd(name, name))
    bad("digest-twice-unused", "7.1 4: a decoy too", "duplicate_digest", [], _sd=sd(name, name))
    bad("digest-twice-nested", "7.1 4", "duplicate_digest", [name], _sd=sd(name), address={"_sd": sd(name)})
    bad("digest-twice-array", "7.1 4", "duplicate_digest", [pair], names=[element(pair), element(pair)])
    parent = disclose("s2", "extra", {"_sd": sd(name)})
    bad("digest-twice-recursive", "7.1 4: via Disclosures", "duplicate_digest", [name, parent], _sd=sd(name, parent))
    bad("disclosure-twice", "4: not more than once", "duplicate_disclosure", [name, name], _sd=sd(name))
    bad("unreferenced", "7.1 5", "unreferenced_disclosure", [name])
    bad("unreferenced-child", "4.2.6: without its parent", "unreferenced_disclosure", [name], _sd=sd(parent))
    jwt, found = c.shown()
    changed = disclose("s", "full_name", "Kẻ Mạo Danh")
    c.bad("edited-disclosure", "9.2", "~".join([jwt, changed, *found, ""]), "unreferenced_disclosure", EDITED)
    misplaced = {
        "sd-text": {"_sd": "abc"},
        "sd-numbers": {"_sd": [1]},
        "sd-object": {"address": {"_sd": {}}},
        "dots": {"...": "abc"},
        "dots-nested": {"address": {"...": "abc"}},
        "dots-company": {"names": [{"...": "abc", "x": 1}]},
        "dots-number": {"names": [{"...": 1}]},
        "sd-alg-nested": {"address": {"_sd_alg": "sha-256"}},
    }
    for label, payload in misplaced.items():
        bad(f"misplaced-{label}", "4.1 item 7, 4.1.1, 4.2.4", "misplaced_digest", [], **payload)
    hidden = disclose("s", "extra", {"_sd": "abc"})
    bad("misplaced-in-disclosure", "4.1 item 7, inside a Disclosure", "misplaced_digest", [hidden], _sd=sd(hidden))
    for label, value in {"unknown": "md5", "truncated": "sha-256-32", "case": "SHA-256", "number": 256}.items():
        bad(f"hash-{label}", "7.1 2.4", "hash_algorithm_not_supported", [], _sd_alg=value)


def header(c: Cases) -> None:
    w = c.world
    jwt, shown = c.shown()
    body, tail = jwt.split(".")[1], "~".join([*shown, ""])
    x5c = w.police.x5c
    for label, algorithm in {
        "none": "none",
        "none-case": "NonE",
        "hs256": "HS256",
        "rs256": "RS256",
        "es384": "ES384",
        "missing": None,
        "number": 5,
        "ed25519": "Ed25519",
        "es256k": "ES256K",
    }.items():
        plain = {"alg": algorithm, "typ": "dc+sd-jwt", "x5c": x5c}
        plain = {key: value for key, value in plain.items() if value is not None}
        signed = c.sign_input(f"{b64url_encode(json.dumps(plain).encode())}.{body}")
        c.bad(f"alg-{label}", "7.1 2.1, RFC 8725 3.1", f"{signed}~{tail}", "algorithm_not_allowed", EDITED)
    for label, kind in {"jwt": "JWT", "old": "vc+sd-jwt", "kb": "kb+jwt", "case": "DC+SD-JWT", "media": None}.items():
        change = {"typ": kind or "application/dc+sd-jwt"}
        c.bad(f"typ-{label}", "SD-JWT VC 2.2.1", c.signed(header=change), "wrong_type", EDITED)
    for claim in ("iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"):
        value = {"vct#integrity": "sha256-x", "aka_vcts": ["urn:x"]}.get(claim, w.claims().get(claim))
        one = disclose("s", claim, value)
        c.bad(
            f"hidden-{claim.replace('#', '-')}",
            "SD-JWT VC 2.2.2.3",
            c.signed([one], **{claim: None, "_sd": sd(one)}),
            "claim_not_disclosable",
            EDITED,
        )
    part = disclose("s", "idx", 3)
    c.bad(
        "hidden-status-idx",
        "SD-JWT VC 2.2.2.3: nor sub-claims",
        c.signed([part], status={"status_list": {"uri": "https://police.example/status/1", "_sd": sd(part)}}),
        "claim_not_disclosable",
        EDITED,
    )


def _loosen(text: str) -> str:
    """The same bytes written with a bit left over; needs a length that leaves some."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert len(text) % 4, "no bits are left over"
    return text[:-1] + letters[letters.index(text[-1]) ^ 1]


def _turn(signature: str) -> str:
    return ("A" if signature[0] != "A" else "B") + signature[1:]


def _resigned(c: Cases, key: object) -> str:
    from idp.documents.sd_jwt.jws import sign

    return sign({"typ": "dc+sd-jwt", "x5c": c.world.police.x5c}, c.world.claims(), key) + "~"  # type: ignore[arg-type]


ALL = (good, json_serialization, unreadable, disclosures, header)
