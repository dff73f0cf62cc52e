"""Cases of the holder's proof and of the person: RFC 9901 sections 4.3 and 7.3."""

from __future__ import annotations

from datetime import timedelta

from case_builder import PERSON, PROOF, Cases
from joserfc.jwk import ECKey, OKPKey
from verifier_world import AUDIENCE, NONCE, NOW, World, new_key, stamp

from idp.documents.sd_jwt.disclosures import digest
from idp.documents.sd_jwt.encoding import b64url_encode, json_encode
from idp.documents.sd_jwt.jws import sign
from idp.documents.sd_jwt.selecting import present

STOLEN = "yy-n-"


class Proofs:
    """One document and any proof for it."""

    def __init__(self, c: Cases) -> None:
        self.c, self.document = c, c.world.document()

    def make(
        self, *, header: dict[str, object] | None = None, key: ECKey | None = None, over: str = "", **claims: object
    ) -> str:
        payload = {
            "iat": stamp(NOW),
            "aud": AUDIENCE,
            "nonce": NONCE,
            "sd_hash": digest(over or self.document),
        } | claims
        payload = {name: value for name, value in payload.items() if value is not None}
        return self.document + sign({"typ": "kb+jwt"} | (header or {}), payload, key or self.c.world.holder)

    def bad(self, label: str, rule: str, code: str, text: str) -> None:
        self.c.bad(f"proof-{label}", rule, text, code, STOLEN, key_binding=PROOF)


def presence(c: Cases) -> None:
    p, w = Proofs(c), c.world
    p.bad("missing", "7.3 2", "key_binding_missing", p.document)
    p.bad("stripped", "9.5: an attacker strips the KB-JWT", "key_binding_missing", w.bound().rpartition("~")[0] + "~")
    c.bad(
        "proof-unexpected",
        "4: who expects an SD-JWT sees that the last part is empty",
        w.bound(p.document),
        "key_binding_unexpected",
        "yy---",
    )


def freshness(c: Cases) -> None:
    p = Proofs(c)
    p.bad("old", "7.3 5.5", "key_binding_stale", p.make(iat=stamp(NOW - timedelta(seconds=361))))
    p.bad("from-future", "7.3 5.5", "key_binding_stale", p.make(iat=stamp(NOW + timedelta(seconds=61))))
    p.bad("its-own-exp", "7.3 5.8", "key_binding_stale", p.make(exp=stamp(NOW - timedelta(seconds=61))))
    p.bad("its-own-nbf", "7.3 5.8", "key_binding_stale", p.make(nbf=stamp(NOW + timedelta(seconds=61))))
    c.good(
        "good-proof-old-enough",
        "7.3 5.5: within age and leeway",
        p.make(iat=stamp(NOW - timedelta(seconds=359))),
        "yyyyx",
        key_binding=PROOF,
    )


def transaction(c: Cases) -> None:
    p, document = Proofs(c), c.world.document()
    p.bad("other-audience", "7.3 5.6", "key_binding_wrong_audience", p.make(aud="https://other.example"))
    p.bad("audience-array", "4.3: a single string", "key_binding_wrong_audience", p.make(aud=[AUDIENCE]))
    p.bad("audience-longer", "7.3 5.6: exact", "key_binding_wrong_audience", p.make(aud=AUDIENCE + "/"))
    p.bad("no-audience", "4.3", "key_binding_wrong_audience", p.make(aud=None))
    p.bad("other-nonce", "7.3 5.6", "key_binding_wrong_nonce", p.make(nonce="another"))
    p.bad("nonce-number", "4.3: a string", "key_binding_wrong_nonce", p.make(nonce=5))
    p.bad("no-nonce", "4.3", "key_binding_wrong_nonce", p.make(nonce=None))
    p.bad("other-document", "7.3 5.7", "key_binding_wrong_hash", p.make(over=document))
    p.bad("other-selection", "9.10", "key_binding_wrong_hash", p.make(over=present(p.document, [("full_name",)])))
    p.bad("no-hash", "4.3", "key_binding_wrong_hash", p.make(sd_hash=None))
    p.bad("hash-over-kb", "4.3.1: over the SD-JWT", "key_binding_wrong_hash", p.make(over=p.document[:-1]))


def form(c: Cases) -> None:
    p = Proofs(c)
    p.bad("no-iat", "4.3", "key_binding_malformed", p.make(iat=None))
    p.bad("iat-text", "RFC 7519 2", "key_binding_malformed", p.make(iat="now"))
    p.bad("type-jwt", "7.3 5.4", "key_binding_wrong_type", p.make(header={"typ": "JWT"}))
    p.bad("type-long", "4.3: kb+jwt itself", "key_binding_wrong_type", p.make(header={"typ": "application/kb+jwt"}))
    p.bad("other-key", "7.3 5.3", "key_binding_signature_invalid", p.make(key=new_key()))
    p.bad("issuer-key", "7.3 5.1: the key in cnf", "key_binding_signature_invalid", p.make(key=c.world.police.key))
    p.bad("not-a-jwt", "4.3", "key_binding_malformed", p.document + "abc")
    p.bad("crit", "RFC 7515 4.1.11", "key_binding_malformed", p.make(header={"crit": ["x"], "x": 1}))
    good = p.make().rpartition("~")[2].split(".")
    for label, algorithm in {"none": "none", "hs256": "HS256", "es384": "ES384", "ed25519": "Ed25519"}.items():
        header = b64url_encode(json_encode({"typ": "kb+jwt", "alg": algorithm}))
        text = f"{p.document}{header}.{good[1]}.{good[2]}"
        p.bad(f"alg-{label}", "7.3 5.2", "key_binding_algorithm_not_allowed", text)


def holder_keys(c: Cases) -> None:
    w = c.world

    def bad(label: str, cnf: object, code: str = "key_binding_malformed") -> None:
        document = w.document(cnf=cnf)
        c.bad(f"holder-{label}", "7.3 5.1", w.bound(document), code, STOLEN, key_binding=PROOF)

    public = w.holder.as_dict(private=False)
    bad("no-cnf", None)
    bad("by-reference", {"kid": "1"})
    bad("private-key", {"jwk": w.holder.as_dict(private=True)})
    bad("symmetric", {"jwk": {"kty": "oct", "k": "AAAA"}})
    bad("off-curve", {"jwk": public | {"x": public["y"]}})
    bad("no-y", {"jwk": {"kty": "EC", "crv": "P-256", "x": public["x"]}})
    bad("for-encryption", {"jwk": public | {"use": "enc"}}, "key_binding_algorithm_not_allowed")
    for name, key in {"ed25519": OKPKey.generate_key("Ed25519"), "p-384": new_key("P-384")}.items():
        other = World(root=w.root, holder=key)
        other.police = w.police
        c.good(
            f"good-holder-{name}",
            "7.3 5.2: a holder key of another kind",
            other.bound(other.document()),
            "yyyyx",
            key_binding=PROOF,
        )


def persons(c: Cases) -> None:
    w = c.world
    c.bad(
        "person-other", "the document of another person", w.document(), "wrong_person", "yy-un", person="065199000124"
    )
    shown = present(w.document(), [("full_name",)])
    c.bad("person-not-shown", "the number is not disclosed", shown, "person_not_disclosed", "yy-un", person=PERSON)
    number = w.document(personal_id_number=65199000123)
    c.bad(
        "person-number", "a number has lost its leading zero", number, "person_not_disclosed", "yy-un", person=PERSON
    )
    c.bad(
        "person-padded",
        "compared exactly",
        w.document(personal_id_number=f"{PERSON} "),
        "wrong_person",
        "yy-un",
        person=PERSON,
    )
    c.bad(
        "person-bound",
        "a genuine proof, the wrong person",
        w.bound(),
        "wrong_person",
        "yy-yn",
        key_binding=PROOF,
        person="065199000124",
    )
    c.bad(
        "revoked-bound",
        "revoked is told apart from forged",
        w.bound(),
        "revoked",
        "yynyy",
        key_binding=PROOF,
        person=PERSON,
        status=w.status_token({3: 1}),
    )


ALL = (presence, freshness, transaction, form, holder_keys, persons)
