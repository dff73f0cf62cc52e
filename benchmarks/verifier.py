"""Issuing and verifying beside PyPI `sd-jwt`, in one run, the rounds interleaved.

    python benchmarks/verifier.py [rounds]

One thread; ten Disclosures, ES256 issuer and holder keys, a Key Binding JWT. `sd-jwt` checks two signatures, the
digests and the key binding. The row "same checks" does as much with our codec; "whole" is `verify()`, which adds
the certificate chain, the trust list, dates and the status list: three signatures more.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "verifier"))

from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier
from verifier_world import AUDIENCE, NONCE, NOW, World

from idp.documents.sd_jwt.issuing import issue
from idp.documents.sd_jwt.jws import verify_signature
from idp.documents.sd_jwt.parsing import parse
from idp.documents.sd_jwt.processing import process
from idp.documents.verifier.key_binding import ExpectedKeyBinding, check_key_binding
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.verify import verify

SECONDS = 0.4  # for one measurement
FIELDS = {f"field_{number}": f"giá trị {number}" for number in range(10)}
PATHS = [(name,) for name in FIELDS]
PROOF = ExpectedKeyBinding(AUDIENCE, NONCE, timedelta(minutes=5))


def operations(world: World) -> dict[str, Callable[[], object]]:
    """What is measured, by name."""
    claims = world.claims(personal_id_number=None, full_name=None, address=None, names=None) | FIELDS
    header = {"typ": "dc+sd-jwt", "x5c": world.police.x5c}
    text = world.bound(issue(claims, disclosable=PATHS, key=world.police.key, header=header))
    trust, status = world.trust(), StatusLists.of([world.status_token()])
    issuer = JWK.from_json(json.dumps(world.police.key.as_dict(private=True)))
    theirs = {SDObj(name) if name in FIELDS else name: value for name, value in claims.items()}
    extra = {"typ": "dc+sd-jwt", "x5c": world.police.x5c}

    def same_checks() -> None:
        parsed = parse(text)
        verify_signature(parsed.jwt, world.police.key)
        check_key_binding(parsed, process(parsed).claims, PROOF, now=NOW, leeway=timedelta())

    return {
        "issue, sd-jwt": lambda: SDJWTIssuer(dict(theirs), issuer, extra_header_parameters=extra).sd_jwt_issuance,
        "issue, ours": lambda: issue(claims, disclosable=PATHS, key=world.police.key, header=header),
        "verify, sd-jwt": lambda: SDJWTVerifier(text, lambda *_: issuer, AUDIENCE, NONCE).get_verified_payload(),
        "verify, ours, same checks": same_checks,
        "verify, ours, without status": lambda: verify(text, trust=trust, now=NOW, key_binding=PROOF),
        "verify, ours, whole": lambda: verify(text, trust=trust, now=NOW, key_binding=PROOF, status=status),
    }


def rate(operation: Callable[[], object]) -> float:
    """Operations a second."""
    done, start = 0, time.perf_counter()
    while (passed := time.perf_counter() - start) < SECONDS:
        operation()
        done += 1
    return done / passed


def main(rounds: int) -> None:
    measured = operations(World())
    found: dict[str, list[float]] = {name: [] for name in measured}
    for _ in range(rounds):
        for name, operation in measured.items():
            found[name].append(rate(operation))
    for name, rates in found.items():
        print(f"{name:<30} median {statistics.median(rates):7.0f}/s   min {min(rates):7.0f}   max {max(rates):7.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
