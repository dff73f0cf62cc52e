"""Cases of status lists: Token Status List draft, sections 4 to 8."""

from __future__ import annotations

import zlib
from datetime import timedelta

from case_builder import Cases
from verifier_world import NOW, STATUS_URI, World, stamp

from idp.documents.sd_jwt.encoding import b64url_encode
from idp.documents.verifier.status import encode_status_list

DAY = timedelta(days=1)


def bad(c: Cases, label: str, rule: str, code: str, token: str, letter: str = "-", text: str | None = None) -> None:
    text = text or c.world.document()
    c.bad(f"status-{label}", f"Token Status List {rule}", text, code, f"yy{letter}ux", status=token)


def values(c: Cases) -> None:
    w = c.world
    bad(c, "revoked", "7.1", "revoked", w.status_token({3: 1}), "n")
    bad(c, "revoked-one-bit", "7.1", "revoked", w.status_token({3: 1}, bits=1), "n")
    bad(c, "suspended", "7.1", "suspended", w.status_token({3: 2}), "n")
    bad(c, "superseded", "7.1, own meaning of 0x03", "superseded", w.status_token({3: 3}), "n")
    bad(c, "application-specific", "7.1", "status_not_understood", w.status_token({3: 0x0C}, bits=4))
    bad(c, "reserved", "7.1", "status_not_understood", w.status_token({3: 0x20}, bits=8))
    c.bad(
        "status-list-missing",
        "8.3: no list for this document",
        w.document(status={"status_list": {"idx": 3, "uri": "https://police.example/status/2"}}),
        "status_unknown",
        "yy-ux",
    )


def freshness(c: Cases) -> None:
    """Past `ttl` the document is genuine and its status that of another hour; unreachable is no status at all."""
    w = c.world
    old = w.status_token(iat=stamp(NOW - timedelta(hours=2)))
    c.good("good-status-past-ttl", "Token Status List 8.3 4d: the caller's policy", w.document(), "yyoux", status=old)
    revoked = w.status_token({3: 1}, iat=stamp(NOW - timedelta(hours=2)))
    bad(c, "past-ttl-and-revoked", "8.3: revoked stays revoked", "revoked", revoked, "n")
    c.bad(
        "status-list-unreachable", "8.3 2", w.document(), "status_list_unreachable", "yy-ux",
        status=None, unreachable=True,
    )  # fmt: skip


def references(c: Cases) -> None:
    w = c.world
    for label, claim in {
        "mechanism": {"other": {}},
        "text": "valid",
        "negative": {"status_list": {"idx": -1, "uri": STATUS_URI}},
        "bool": {"status_list": {"idx": True, "uri": STATUS_URI}},
        "no-uri": {"status_list": {"idx": 3}},
    }.items():
        bad(c, f"claim-{label}", "6.2", "status_not_understood", w.status_token(), text=w.document(status=claim))
    far = w.document(status={"status_list": {"idx": 64, "uri": STATUS_URI}})
    bad(c, "index-out-of-range", "8.3 6", "status_index_out_of_range", w.status_token(), text=far)


def tokens(c: Cases) -> None:
    w = c.world
    bad(c, "other-type", "5.1", "status_list_malformed", w.status_token(header={"typ": "JWT"}))
    bad(c, "other-subject", "8.3 4a", "status_list_malformed", w.status_token(sub="https://police.example/status/9"))
    bad(c, "no-expiry", "own rule: exp required", "status_list_malformed", w.status_token(exp=None))
    bad(c, "no-iat", "5.1", "status_list_malformed", w.status_token(iat=None))
    bad(c, "bad-ttl", "5.1: positive", "status_list_malformed", w.status_token(ttl=0))
    bad(c, "expired", "8.3 4c", "status_list_expired", w.status_token(exp=stamp(NOW)))
    bad(c, "from-future", "5.1", "status_list_not_yet_valid", w.status_token(iat=stamp(NOW + DAY)))
    bad(c, "other-issuer", "11.3", "status_list_not_trusted", w.status_token(issuer=w.hospital))
    bad(c, "other-root", "11.3", "status_list_not_trusted", w.status_token(issuer=World().police))
    edited = w.status_token().rpartition(".")
    other = w.status_token({3: 1}).rpartition(".")[2]
    bad(c, "other-signature", "5.1", "status_list_not_trusted", f"{edited[0]}.{other}")
    bad(c, "no-certificate", "11.3", "status_list_not_trusted", w.status_token(header={"x5c": None}))
    bad(c, "garbage", "5.1", "status_list_malformed", "not.a.token")


def lists(c: Cases) -> None:
    w = c.world
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
        bad(c, f"list-{label}", "4.2, 8.3 5", "status_list_malformed", w.status_token(status_list=entry))


ALL = (values, freshness, references, tokens, lists)
