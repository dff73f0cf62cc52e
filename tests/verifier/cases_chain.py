"""Cases of the issuer's certificate chain and authority: SD-JWT VC 2.5 and 7, RFC 5280, HAIP 6.1.1."""

from __future__ import annotations

import base64
from datetime import timedelta

from case_builder import Cases
from cryptography import x509
from verifier_world import HEALTH, HOSPITAL, NOW, POLICE, RECORD, Authority, Issuer, World, certify, new_key

FOREIGN = "yn---"
UNSIGNED = "-----"
DAY = timedelta(days=1)


def bad(c: Cases, label: str, rule: str, code: str, issuer: Issuer, listed: Issuer | None = None) -> None:
    trust = c.world.trust_text(issuers=[listed.entry(RECORD)]) if listed else None
    c.bad(label, rule, c.world.document(issuer=issuer), code, FOREIGN, trust=trust)


def unreadable(c: Cases) -> None:
    w = c.world
    for label, x5c in {
        "missing": None,
        "text": "abc",
        "empty": [],
        "garbage": ["AAAA"],
        "urlsafe": ["_-__"],
        "numbers": [1],
        "long": w.police.x5c * 4,
    }.items():
        header = {"x5c": x5c}
        c.bad(f"x5c-{label}", "RFC 7515 4.1.6", w.document(header=header), "certificate_malformed", UNSIGNED)
    url = base64.urlsafe_b64encode(base64.b64decode(w.police.x5c[0])).decode().replace("=", "")
    c.bad(
        "x5c-base64url",
        "RFC 7515 4.1.6: not base64url",
        w.document(header={"x5c": [url + "_"]}),
        "certificate_malformed",
        UNSIGNED,
    )


def strangers(c: Cases) -> None:
    w = c.world
    other = World()
    bad(c, "chain-other-root", "SD-JWT VC 2.5", "issuer_not_trusted", other.police)
    c.bad(
        "chain-with-root",
        "HAIP 6.1.1: without the trust anchor",
        w.document(issuer=Issuer("", POLICE, w.police.key, (*w.police.chain, w.root.certificate))),
        "issuer_not_trusted",
        FOREIGN,
    )
    key = new_key()
    own = Issuer("Own", POLICE, key, (certify("Own", key, "Own", key, uri=POLICE),))
    bad(c, "chain-self-signed", "HAIP 6.1.1: not self-signed", "issuer_not_trusted", own, listed=own)
    bad(c, "issuer-not-listed", "trust list", "issuer_not_trusted", w.issuer("New", "https://new.example/issuer"))
    thief = new_key()
    ski = bytes.fromhex(str(w.police.entry()["ski"]))
    bad(
        c,
        "issuer-borrowed-ski",
        "the listed key itself must match",
        "issuer_not_trusted",
        Issuer("Thief", POLICE, thief, (w.root.certify("Thief", thief, uri=POLICE, ski=ski),)),
    )


def paths(c: Cases) -> None:
    w = c.world
    ca_key, leaf_key = new_key(), new_key()
    middle = Authority(ca_key, w.root.certify("Middle", ca_key, authority=True))
    leaf = Issuer("Below", POLICE, leaf_key, (middle.certify("Below", leaf_key, uri=POLICE), middle.certificate))
    c.good(
        "good-intermediate",
        "RFC 7515 4.1.6: a chain to the root",
        w.document(issuer=leaf),
        trust=w.trust_text(issuers=[leaf.entry(RECORD)]),
        status=w.status_token(issuer=leaf),
    )
    short = Issuer("Below", POLICE, leaf_key, leaf.chain[:1])
    bad(c, "chain-gap", "RFC 5280 6.1: no path", "issuer_not_trusted", short, listed=leaf)
    stray = Issuer("Stray", POLICE, w.police.key, (*w.police.chain, middle.certificate))
    bad(c, "chain-stray", "RFC 7515 4.1.6: each certifies the one before", "issuer_not_trusted", stray)
    plain_key, under_key = new_key(), new_key()
    plain = Authority(plain_key, w.root.certify("Plain", plain_key, uri=POLICE))
    under = Issuer("Under", POLICE, under_key, (plain.certify("Under", under_key, uri=POLICE), plain.certificate))
    bad(c, "chain-through-no-authority", "RFC 5280 6.1.4 (k)", "issuer_not_trusted", under, listed=under)


def certificates(c: Cases) -> None:
    w = c.world
    for label, options in {
        "leaf-is-authority": {"authority": True},
        "leaf-may-not-sign": {"may_sign": False},
        "leaf-unknown-critical": {"extra": x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\5\0")},
    }.items():
        one = w.issuer("Odd", POLICE, **options)
        bad(c, f"chain-{label}", "RFC 5280 4.2", "issuer_not_trusted", one, listed=one)
    for label, options in {"expired": {"end": NOW - DAY}, "not-yet": {"start": NOW - 5 * DAY}}.items():
        one = w.issuer("Old", POLICE, **options)
        bad(c, f"certificate-{label}", "valid now and when it signed", "certificate_expired", one, listed=one)


def authority(c: Cases) -> None:
    w = c.world
    c.bad("type-not-allowed", "SD-JWT VC 7.7", w.document(vct=HEALTH), "type_not_allowed_for_issuer", FOREIGN)
    c.bad(
        "type-not-allowed-aka",
        "SD-JWT VC 7.7: aka_vcts gives no right",
        w.document(vct=HEALTH, aka_vcts=[RECORD]),
        "type_not_allowed_for_issuer",
        FOREIGN,
    )
    c.bad("iss-other", "SD-JWT VC 7.3", w.document(iss=HOSPITAL), "issuer_mismatch", FOREIGN)
    c.bad("iss-missing", "own profile: iss is required", w.document(iss=None), "missing_claim", FOREIGN)
    c.bad("vct-missing", "SD-JWT VC 2.2.2.1", w.document(vct=None), "missing_claim", FOREIGN)
    renamed = Issuer("Renamed", POLICE, w.police.key, (w.root.certify("Renamed", w.police.key, uri=HOSPITAL),))
    bad(c, "iss-not-in-certificate", "iss agrees with the certificate", "issuer_mismatch", renamed)
    big = new_key("P-384")
    strong = w.issuer("Strong", POLICE, big)
    c.good(
        "good-es384",
        "an issuer on P-384",
        w.document(issuer=strong),
        trust=w.trust_text(issuers=[strong.entry(RECORD), w.police.entry()]),
    )


ALL = (unreadable, strangers, paths, certificates, authority)
