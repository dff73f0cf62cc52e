"""Cases of trust, dates and status: SD-JWT VC 2.5, RFC 5280, HAIP 6.1.1, Token Status List 8.3."""

from __future__ import annotations

import base64
import zlib
from datetime import timedelta

from case_builder import Cases
from cryptography import x509
from verifier_world import (
    HEALTH,
    HOSPITAL,
    NOW,
    POLICE,
    RECORD,
    STATUS_URI,
    Authority,
    Issuer,
    World,
    certify,
    new_key,
    stamp,
)

from idp.documents.sd_jwt.encoding import b64url_encode
from idp.documents.verifier.status import encode_status_list

FOREIGN = "yn---"
UNSIGNED = "-----"
OUT = "yyn--"
DAY = timedelta(days=1)


def chains(c: Cases) -> None:
    w = c.world

    def bad(label: str, rule: str, code: str, issuer: Issuer, answers: str = FOREIGN, **more: object) -> None:
        listed = more.pop("listed", None)
        trust = w.trust_text(issuers=[listed.entry(RECORD)]) if isinstance(listed, Issuer) else None
        c.bad(label, rule, w.document(issuer=issuer), code, answers, trust=trust, **more)

    for label, x5c in {
        "missing": None,
        "text": "abc",
        "empty": [],
        "garbage": ["AAAA"],
        "urlsafe": ["_-__"],
        "numbers": [1],
        "long": w.police.x5c * 4,
    }.items():
        header = {"x5c": x5c} if x5c is not None else {"x5c": None}
        c.bad(f"x5c-{label}", "RFC 7515 4.1.6", w.document(header=header), "certificate_malformed", UNSIGNED)
    url = base64.urlsafe_b64encode(base64.b64decode(w.police.x5c[0])).decode().replace("=", "")
    c.bad(
        "x5c-base64url",
        "RFC 7515 4.1.6: not base64url",
        w.document(header={"x5c": [url + "_"]}),
        "certificate_malformed",
        UNSIGNED,
    )

    other = World()
    bad("chain-other-root", "SD-JWT VC 2.5", "issuer_not_trusted", other.police)
    c.bad(
        "chain-with-root",
        "HAIP 6.1.1: without the trust anchor",
        w.document(issuer=Issuer("", POLICE, w.police.key, (*w.police.chain, w.root.certificate))),
        "issuer_not_trusted",
        FOREIGN,
    )
    key = new_key()
    own = Issuer("Own", POLICE, key, (certify("Own", key, "Own", key, uri=POLICE),))
    bad("chain-self-signed", "HAIP 6.1.1: not self-signed", "issuer_not_trusted", own, listed=own)
    bad("issuer-not-listed", "trust list", "issuer_not_trusted", w.issuer("New", "https://new.example/issuer"))
    thief = new_key()
    ski = bytes.fromhex(str(w.police.entry()["ski"]))
    bad(
        "issuer-borrowed-ski",
        "the listed key itself must match",
        "issuer_not_trusted",
        Issuer("Thief", POLICE, thief, (w.root.certify("Thief", thief, uri=POLICE, ski=ski),)),
    )
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
    bad("chain-gap", "RFC 5280 6.1: no path", "issuer_not_trusted", short, listed=leaf)
    stray = Issuer("Stray", POLICE, w.police.key, (*w.police.chain, middle.certificate))
    bad("chain-stray", "RFC 7515 4.1.6: each certifies the one before", "issuer_not_trusted", stray)
    plain_key, under_key = new_key(), new_key()
    plain = Authority(plain_key, w.root.certify("Plain", plain_key, uri=POLICE))
    under = Issuer("Under", POLICE, under_key, (plain.certify("Under", under_key, uri=POLICE), plain.certificate))
    bad("chain-through-no-authority", "RFC 5280 6.1.4 (k)", "issuer_not_trusted", under, listed=under)
    for label, options in {
        "leaf-is-authority": {"authority": True},
        "leaf-may-not-sign": {"may_sign": False},
        "leaf-unknown-critical": {"extra": x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\5\0")},
    }.items():
        one = w.issuer("Odd", POLICE, **options)
        bad(f"chain-{label}", "RFC 5280 4.2", "issuer_not_trusted", one, listed=one)
    for label, options in {"expired": {"end": NOW - DAY}, "not-yet": {"start": NOW - 5 * DAY}}.items():
        one = w.issuer("Old", POLICE, **options)
        bad(f"certificate-{label}", "valid now and when it signed", "certificate_expired", one, listed=one)
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
    bad("iss-not-in-certificate", "iss agrees with the certificate", "issuer_mismatch", renamed)
    big = new_key("P-384")
    strong = w.issuer("Strong", POLICE, big)
    c.good(
        "good-es384",
        "an issuer on P-384",
        w.document(issuer=strong),
        trust=w.trust_text(issuers=[strong.entry(RECORD), w.police.entry()]),
    )


def dates(c: Cases) -> None:
    w = c.world
    later, earlier = stamp(NOW + DAY), stamp(NOW - DAY)
    c.bad("not-before", "RFC 7519 4.1.5", w.document(nbf=later), "not_yet_valid", OUT)
    c.bad("issued-in-future", "RFC 7519 4.1.6", w.document(iat=later, nbf=None), "not_yet_valid", OUT)
    c.bad("expired", "RFC 7519 4.1.4", w.document(exp=earlier), "expired", OUT)
    c.bad(
        "expired-though-valid",
        "Token Status List 7.1: expiry comes before status",
        w.document(exp=earlier),
        "expired",
        OUT,
        status=w.status_token({3: 1}),
    )
    c.bad("expired-just-now", "RFC 7519 4.1.4: on or after", w.document(exp=stamp(NOW) - 60), "expired", OUT)
    c.good("good-leeway", "clocks differ by up to the leeway", w.document(exp=stamp(NOW) - 59))
    for label, value in {"text": "2030-01-01", "bool": True, "far": 10**15, "negative": -1}.items():
        c.bad(f"exp-{label}", "RFC 7519 2: NumericDate", w.document(exp=value), "missing_claim", "y-n--")
    c.bad("exp-missing", "9.7: it may have been held back", w.document(exp=None), "missing_claim", "y-n--")
    c.bad("iat-missing", "9.7: required for validity", w.document(iat=None), "missing_claim", "y-n--")
    c.bad("aud-other", "RFC 7519 4.1.3", w.document(aud="https://other.example"), "wrong_audience", OUT)
    c.bad("vct-not-asked", "another type than asked", w.document(), "wrong_document_type", "yy---", vct=[HEALTH])


def status(c: Cases) -> None:
    w = c.world
    document = w.document()

    def bad(label: str, rule: str, code: str, token: str, letter: str = "-", text: str = document) -> None:
        c.bad(f"status-{label}", f"Token Status List {rule}", text, code, f"yy{letter}ux", status=token)

    bad("revoked", "7.1", "revoked", w.status_token({3: 1}), "n")
    bad("revoked-one-bit", "7.1", "revoked", w.status_token({3: 1}, bits=1), "n")
    bad("suspended", "7.1", "suspended", w.status_token({3: 2}), "n")
    bad("application-specific", "7.1", "status_not_understood", w.status_token({3: 3}))
    bad("reserved", "7.1", "status_not_understood", w.status_token({3: 0x20}, bits=8))
    c.bad(
        "status-list-missing",
        "8.3: no list for this document",
        w.document(status={"status_list": {"idx": 3, "uri": "https://police.example/status/2"}}),
        "status_unknown",
        "yy-ux",
    )
    for label, claim in {
        "mechanism": {"other": {}},
        "text": "valid",
        "negative": {"status_list": {"idx": -1, "uri": STATUS_URI}},
        "bool": {"status_list": {"idx": True, "uri": STATUS_URI}},
        "no-uri": {"status_list": {"idx": 3}},
    }.items():
        bad(f"claim-{label}", "6.2", "status_not_understood", w.status_token(), text=w.document(status=claim))
    far = w.document(status={"status_list": {"idx": 64, "uri": STATUS_URI}})
    bad("index-out-of-range", "8.3 6", "status_index_out_of_range", w.status_token(), text=far)
    bad("other-type", "5.1", "status_list_malformed", w.status_token(header={"typ": "JWT"}))
    bad("other-subject", "8.3 4a", "status_list_malformed", w.status_token(sub="https://police.example/status/9"))
    bad("no-expiry", "own rule: exp required", "status_list_malformed", w.status_token(exp=None))
    bad("no-iat", "5.1", "status_list_malformed", w.status_token(iat=None))
    bad("bad-ttl", "5.1: positive", "status_list_malformed", w.status_token(ttl=0))
    bad("expired", "8.3 4c", "status_list_stale", w.status_token(exp=stamp(NOW)))
    bad("from-future", "5.1", "status_list_stale", w.status_token(iat=stamp(NOW + DAY)))
    bad("other-issuer", "11.3", "status_list_not_trusted", w.status_token(issuer=w.hospital))
    bad("other-root", "11.3", "status_list_not_trusted", w.status_token(issuer=World().police))
    edited = w.status_token().rpartition(".")
    other = w.status_token({3: 1}).rpartition(".")[2]
    bad("other-signature", "5.1", "status_list_not_trusted", f"{edited[0]}.{other}")
    bad("no-certificate", "11.3", "status_list_not_trusted", w.status_token(header={"x5c": None}))
    bad("garbage", "5.1", "status_list_malformed", "not.a.token")
    packed = encode_status_list(bytes(64), 2)
    bomb = b64url_encode(zlib.compress(bytes(30_000_000), 9))
    for label, entry in {
        "bits-three": {"bits": 3, "lst": packed},
        "bits-bool": {"bits": True, "lst": packed},
        "no-list": {"bits": 2},
        "not-zlib": {"bits": 2, "lst": "AAAA"},
        "text": "x",
        "cut-short": {"bits": 2, "lst": packed[:-4]},
        "something-after": {"bits": 2, "lst": packed + "AAAA"},
        "zip-bomb": {"bits": 2, "lst": bomb},
    }.items():
        bad(f"list-{label}", "4.2, 8.3 5", "status_list_malformed", w.status_token(status_list=entry))


def trust_lists(c: Cases) -> None:
    w = c.world
    document, other = w.document(), World()

    def bad(label: str, rule: str, code: str, **more: object) -> None:
        c.bad(f"trust-list-{label}", rule, document, code, UNSIGNED, **more)

    bad("other-root", "signed by the pinned root", "trust_list_not_trusted", trust=other.trust_text())
    bad("other-key", "signed by the pinned root", "trust_list_not_trusted", trust=w.trust_text(key=other.root.key))
    bad("expired", "own rule", "trust_list_expired", trust=w.trust_text(exp=stamp(NOW)))
    bad("from-future", "own rule", "trust_list_expired", trust=w.trust_text(iat=stamp(NOW + DAY)))
    bad("rollback", "own rule", "trust_list_rollback", minimum_version=8)
    bad("other-type", "RFC 8725 3.11", "trust_list_malformed", trust=w.trust_text(header={"typ": "JWT"}))
    bad("garbage", "own format", "trust_list_malformed", trust="x.y.z")
    police = w.police.entry(RECORD)
    for label, changes in {
        "no-exp": {"exp": None},
        "no-version": {"version": 0},
        "version-bool": {"version": True},
        "issuers-object": {"issuers": {}},
        "no-name": {"issuers": [police | {"name": "x"}]},
        "no-types": {"issuers": [police | {"vct": RECORD}]},
        "twice": {"issuers": [police, police]},
        "ski-other": {"issuers": [police | {"ski": "00"}]},
        "iss-other": {"issuers": [police | {"iss": HOSPITAL}]},
        "certificate-garbage": {"issuers": [police | {"certificate": "AAAA"}]},
    }.items():
        bad(label, "own format", "trust_list_malformed", trust=w.trust_text(**changes))
    no_root = w.police.chain[0]
    bad("root-is-none", "RFC 5280 4.2.1.9", "root_not_usable", root=no_root)
    old = Authority.root("Old", end=NOW - DAY)
    bad("root-expired", "valid now", "root_not_usable", root=old.certificate, trust=World(root=old).trust_text())


ALL = (chains, dates, status, trust_lists)
