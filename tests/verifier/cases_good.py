"""Cases that verify: files at a counter, presentations, selections and the other serializations."""

from __future__ import annotations

import json

from case_builder import PROOF, Cases, disclose, sd
from verifier_world import PERSON

from idp.documents.sd_jwt.encoding import b64url_encode
from idp.documents.sd_jwt.selecting import present


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


def writing_styles(c: Cases) -> None:
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


def json_forms(c: Cases) -> None:
    whole = c.world.document()
    header, payload, signature = whole.split("~")[0].split(".")
    flat = {"payload": payload, "protected": header, "signature": signature}
    disclosures = whole.split("~")[1:-1]
    c.good("good-json-flattened", "8.2", json.dumps(flat | {"header": {"disclosures": disclosures}}))
    signed = {"protected": header, "signature": signature, "header": {"disclosures": disclosures, "kid": "a"}}
    other = {"protected": header, "signature": signature, "header": {"kid": "b"}}
    c.good("good-json-general", "8.3", json.dumps({"payload": payload, "signatures": [signed, other]}))
    bound = c.world.bound(whole)
    unprotected = {"disclosures": disclosures, "kb_jwt": bound.rpartition("~")[2]}
    c.good(
        "good-json-key-bound",
        "8.1: kb_jwt, sd_hash over the compact form",
        json.dumps(flat | {"header": unprotected}),
        "yyyyx",
        key_binding=PROOF,
    )


ALL = (good, writing_styles, json_forms)
