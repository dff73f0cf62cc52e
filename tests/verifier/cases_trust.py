"""Cases of dates, and of trust lists that are themselves not good (own format)."""

from __future__ import annotations

from datetime import timedelta

from case_builder import Cases
from verifier_world import HEALTH, HOSPITAL, NOW, RECORD, Authority, World, stamp

UNSIGNED = "-----"
OUT = "yyn--"
DAY = timedelta(days=1)


def dates(c: Cases) -> None:
    w = c.world
    later, earlier = stamp(NOW + DAY), stamp(NOW - DAY)
    c.bad("not-before", "RFC 7519 4.1.5", w.document(nbf=later), "not_yet_valid", OUT)
    c.bad("issued-in-future", "RFC 7519 4.1.6", w.document(iat=later, nbf=None), "not_yet_valid", OUT)
    c.bad("expired", "RFC 7519 4.1.4", w.document(exp=earlier), "expired", OUT)
    c.bad(
        "expired-and-revoked",
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


ALL = (dates, trust_lists)
