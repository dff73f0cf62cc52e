"""Cases of Disclosures and digests: RFC 9901 sections 4.1, 4.2 and 7.1 steps 2.4 to 5."""

from __future__ import annotations

from case_builder import Cases, disclose, element, sd

from idp.documents.sd_jwt.encoding import b64url_encode

NAME = disclose("s1", "full_name", "Trần Văn Thử")
PAIR = disclose("s", "x")
PARENT = disclose("s2", "extra", {"_sd": sd(NAME)})


def bad(c: Cases, label: str, rule: str, code: str, shown: list[str], **payload: object) -> None:
    text = c.signed(shown, **({"full_name": None} | payload))
    c.bad(label, rule, text, code, "n----")


def wrong_shapes(c: Cases) -> None:
    for label, content in {
        "one": ["s"],
        "four": ["s", "a", "b", "c"],
        "salt": [1, "a", "b"],
        "name": ["s", 2, "b"],
        "null-salt": [None, "b"],
    }.items():
        one = disclose(*content)
        bad(c, f"disclosure-{label}", "4.2.1, 4.2.2", "disclosure_malformed", [one], _sd=sd(one))
    text = b64url_encode(b'{"0":"s","1":"a"}')
    bad(c, "disclosure-object", "4.2.1: an array", "disclosure_malformed", [text], _sd=sd(text))
    bad(c, "disclosure-element-in-object", "7.1 3.3.2.1", "disclosure_malformed", [PAIR], _sd=sd(PAIR))
    bad(c, "disclosure-property-in-array", "7.1 3.3.3.1", "disclosure_malformed", [NAME], names=[element(NAME)])
    for reserved in ("_sd", "...", "_sd_alg"):
        one = disclose("s", reserved, [])
        bad(
            c,
            f"reserved-{reserved.strip('_').replace('...', 'dots')}",
            "7.1 3.3.2.2",
            "reserved_claim_name",
            [one],
            _sd=sd(one),
        )


def collisions(c: Cases) -> None:
    clash = disclose("s", "criminal_status", "cleared")
    bad(c, "collision-with-clear", "7.1 3.3.2.3", "claim_collision", [clash], _sd=sd(clash))
    twice = [disclose("s1", "full_name", "A"), disclose("s2", "full_name", "B")]
    bad(c, "collision-of-two", "7.1 3.3.2.3", "claim_collision", twice, _sd=sd(*twice))
    inner = disclose("s", "ward", "x")
    bad(
        c,
        "collision-nested",
        "7.1 3.3.2.3 at its level",
        "claim_collision",
        [inner],
        address={"ward": "y", "_sd": sd(inner)},
    )


def repeated_digests(c: Cases) -> None:
    bad(c, "digest-twice", "7.1 4", "duplicate_digest", [NAME], _sd=sd(NAME, NAME))
    bad(c, "digest-twice-unused", "7.1 4: a decoy too", "duplicate_digest", [], _sd=sd(NAME, NAME))
    bad(c, "digest-twice-nested", "7.1 4", "duplicate_digest", [NAME], _sd=sd(NAME), address={"_sd": sd(NAME)})
    bad(c, "digest-twice-array", "7.1 4", "duplicate_digest", [PAIR], names=[element(PAIR), element(PAIR)])
    bad(
        c,
        "digest-twice-recursive",
        "7.1 4: via Disclosures",
        "duplicate_digest",
        [NAME, PARENT],
        _sd=sd(NAME, PARENT),
    )


def unreferenced(c: Cases) -> None:
    bad(c, "disclosure-twice", "4: not more than once", "duplicate_disclosure", [NAME, NAME], _sd=sd(NAME))
    bad(c, "unreferenced", "7.1 5", "unreferenced_disclosure", [NAME])
    bad(c, "unreferenced-child", "4.2.6: without its parent", "unreferenced_disclosure", [NAME], _sd=sd(PARENT))
    jwt, found = c.shown()
    changed = disclose("s", "full_name", "Kẻ Mạo Danh")
    c.bad("edited-disclosure", "9.2", "~".join([jwt, changed, *found, ""]), "unreferenced_disclosure", "n----")


def misplaced(c: Cases) -> None:
    places = {
        "sd-text": {"_sd": "abc"},
        "sd-numbers": {"_sd": [1]},
        "sd-object": {"address": {"_sd": {}}},
        "dots": {"...": "abc"},
        "dots-nested": {"address": {"...": "abc"}},
        "dots-company": {"names": [{"...": "abc", "x": 1}]},
        "dots-number": {"names": [{"...": 1}]},
        "sd-alg-nested": {"address": {"_sd_alg": "sha-256"}},
    }
    for label, payload in places.items():
        bad(c, f"misplaced-{label}", "4.1 item 7, 4.1.1, 4.2.4", "misplaced_digest", [], **payload)
    hidden = disclose("s", "extra", {"_sd": "abc"})
    bad(c, "misplaced-in-disclosure", "4.1 item 7, inside a Disclosure", "misplaced_digest", [hidden], _sd=sd(hidden))
    for label, value in {"unknown": "md5", "truncated": "sha-256-32", "case": "SHA-256", "number": 256}.items():
        bad(c, f"hash-{label}", "7.1 2.4", "hash_algorithm_not_supported", [], _sd_alg=value)


ALL = (wrong_shapes, collisions, repeated_digests, unreferenced, misplaced)
