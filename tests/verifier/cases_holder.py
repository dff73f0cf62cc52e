"""Cases of the holder's proof and of the person: RFC 9901 sections 4.3 and 7.3."""

from __future__ import annotations

from datetime import timedelta

from case_builder import PERSON, PROOF, Cases
from joserfc.jwk import OKPKey
from verifier_world import AUDIENCE, NONCE, NOW, World, new_key, stamp

from idp.documents.sd_jwt.disclosures import digest
from idp.documents.sd_jwt.encoding import b64url_encode, json_encode
from idp.documents.sd_jwt.jws import sign
from idp.documents.sd_jwt.selecting import present

STOLEN = "yy-n-"


def proofs(c: Cases) -> None:
    w = c.world
    document = w.document()

    def proof(
        *, header: dict[str, object] | None = None, key: object = None, over: str = document, **claims: object
    ) -> str:
        payload = {"iat": stamp(NOW), "aud": AUDIENCE, "nonce": NONCE, "sd_hash": digest(over)} | claims
        payload = {name: value for name, value in payload.items() if value is not None}
        return document + sign({"typ": "kb+jwt"} | (header or {}), payload, key or w.holder)  # type: ignore[arg-type]

    def bad(label: str, rule: str, code: str, text: str, answers: str = STOLEN) -> None:
        c.bad(f"proof-{label}", rule, text, code, answers, key_binding=PROOF)

    bad("missing", "7.3 2", "key_binding_missing", document)
    bad("stripped", "9.5: an attacker strips the KB-JWT", "key_binding_missing", w.bound().rpartition("~")[0] + "~")
    c.bad(
        "proof-unexpected",
        "4: who expects an SD-JWT sees that the last part is empty",
        w.bound(document),
        "key_binding_unexpected",
        "yy---",
    )
    bad("old", "7.3 5.5", "key_binding_stale", proof(iat=stamp(NOW - timedelta(seconds=361))))
    bad("from-future", "7.3 5.5", "key_binding_stale", proof(iat=stamp(NOW + timedelta(seconds=61))))
    bad("its-own-exp", "7.3 5.8", "key_binding_stale", proof(exp=stamp(NOW - timedelta(seconds=61))))
    bad("its-own-nbf", "7.3 5.8", "key_binding_stale", proof(nbf=stamp(NOW + timedelta(seconds=61))))
    c.good(
        "good-proof-old-enough",
        "7.3 5.5: within age and leeway",
        proof(iat=stamp(NOW - timedelta(seconds=359))),
        "yyyyx",
        key_binding=PROOF,
    )
    bad("other-audience", "7.3 5.6", "key_binding_wrong_audience", proof(aud="https://other.example"))
    bad("audience-array", "4.3: a single string", "key_binding_wrong_audience", proof(aud=[AUDIENCE]))
    bad("audience-longer", "7.3 5.6: exact", "key_binding_wrong_audience", proof(aud=AUDIENCE + "/"))
    bad("no-audience", "4.3", "key_binding_wrong_audience", proof(aud=None))
    bad("other-nonce", "7.3 5.6", "key_binding_wrong_nonce", proof(nonce="another"))
    bad("nonce-number", "4.3: a string", "key_binding_wrong_nonce", proof(nonce=5))
    bad("no-nonce", "4.3", "key_binding_wrong_nonce", proof(nonce=None))
    bad("other-document", "7.3 5.7", "key_binding_wrong_hash", proof(over=w.document()))
    bad("other-selection", "9.10", "key_binding_wrong_hash", proof(over=present(document, [("full_name",)])))
    bad("no-hash", "4.3", "key_binding_wrong_hash", proof(sd_hash=None))
    bad("hash-over-kb", "4.3.1: over the SD-JWT", "key_binding_wrong_hash", proof(over=document[:-1]))
    bad("no-iat", "4.3", "key_binding_malformed", proof(iat=None))
    bad("iat-text", "RFC 7519 2", "key_binding_malformed", proof(iat="now"))
    bad("type-jwt", "7.3 5.4", "key_binding_wrong_type", proof(header={"typ": "JWT"}))
    bad("type-long", "4.3: kb+jwt itself", "key_binding_wrong_type", proof(header={"typ": "application/kb+jwt"}))
    bad("other-key", "7.3 5.3", "key_binding_signature_invalid", proof(key=new_key()))
    bad("issuer-key", "7.3 5.1: the key in cnf", "key_binding_signature_invalid", proof(key=w.police.key))
    bad("not-a-jwt", "4.3", "key_binding_malformed", document + "abc")
    bad("crit", "RFC 7515 4.1.11", "key_binding_malformed", proof(header={"crit": ["x"], "x": 1}))
    good = proof().rpartition("~")[2].split(".")
    for label, algorithm in {"none": "none", "hs256": "HS256", "es384": "ES384", "ed25519": "Ed25519"}.items():
        header = b64url_encode(json_encode({"typ": "kb+jwt", "alg": algorithm}))
        text = f"{document}{header}.{good[1]}.{good[2]}"
        bad(f"alg-{label}", "7.3 5.2", "key_binding_algorithm_not_allowed", text)


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


ALL = (proofs, holder_keys, persons)
