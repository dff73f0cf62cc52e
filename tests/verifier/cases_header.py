"""Cases of the header and of what may not be hidden: RFC 9901 7.1 step 2.1, SD-JWT VC sections 2.2.1 and 2.2.2.3."""

from __future__ import annotations

import json

from case_builder import Cases, disclose, sd

from idp.documents.sd_jwt.encoding import b64url_encode

EDITED = "n----"


def algorithms(c: Cases) -> None:
    jwt, shown = c.shown()
    body, tail = jwt.split(".")[1], "~".join([*shown, ""])
    x5c = c.world.police.x5c
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


def types(c: Cases) -> None:
    for label, kind in {"jwt": "JWT", "old": "vc+sd-jwt", "kb": "kb+jwt", "case": "DC+SD-JWT", "media": None}.items():
        change = {"typ": kind or "application/dc+sd-jwt"}
        c.bad(f"typ-{label}", "SD-JWT VC 2.2.1", c.signed(header=change), "wrong_type", EDITED)


def hidden(c: Cases) -> None:
    for claim in ("iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"):
        value = {"vct#integrity": "sha256-x", "aka_vcts": ["urn:x"]}.get(claim, c.world.claims().get(claim))
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


ALL = (algorithms, types, hidden)
