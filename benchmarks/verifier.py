"""Issuing and verifying as a share of the bare ES256 operations they need, beside PyPI `sd-jwt`, `openvc-core` and
npm `@sd-jwt/sd-jwt-vc`, in one run, the rounds interleaved.

    python benchmarks/verifier.py [rounds]

Ten Disclosures, ES256 issuer and holder keys, a Key Binding JWT; 32 documents with a holder key each, in turn. The
limits are what `cryptography` alone takes to sign these very documents, and to verify their two signatures, keys and
signatures made ready. CPU time, one thread. The peers get the issuer's key handed over and know neither
certificates nor trust lists; ours reads the chain in each document and asks the trust list.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib.metadata import version
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "verifier"))

import least
import least_compiled
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from jwcrypto.jwk import JWK
from openvc.keys import P256SigningKey
from openvc.proof.sd_jwt import SdJwtVcProofSuite
from sd_jwt.common import SDObj
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier
from verifier_world import AUDIENCE, NONCE, NOW, RECORD, World, new_key, stamp

from idp.documents.sd_jwt import jws
from idp.documents.sd_jwt.jws import parse_jws
from idp.documents.sd_jwt.parsing import parse
from idp.documents.sd_jwt.vc import issue_vc
from idp.documents.verifier import certificates, key_binding, status, trust
from idp.documents.verifier.key_binding import ExpectedKeyBinding
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.trust import TrustList
from idp.documents.verifier.verify import verify

ROOT = Path(__file__).parent.parent
DOCUMENTS, TIMES = 32, 160
FIELDS = {f"field_{number}": f"giá trị {number}" for number in range(10)}
PATHS = [(name,) for name in FIELDS]
PROOF = ExpectedKeyBinding(AUDIENCE, NONCE, timedelta(minutes=5))
ES256 = ECDSA(hashes.SHA256())
SIGN, VERIFY = "limit: one signature made", "limit: two signatures verified"

Operation = Callable[[], object]


def claims(world: World, *, with_status: bool = True) -> dict[str, object]:
    absent = dict.fromkeys(("personal_id_number", "full_name", "address", "names", "criminal_status"))
    return world.claims(**absent, **({} if with_status else {"status": None})) | FIELDS


def documents(world: World, *, with_status: bool = True) -> list[str]:
    """Presentations of documents that have a holder key each."""
    made = []
    for _ in range(DOCUMENTS):
        world.holder = new_key()
        content = claims(world, with_status=with_status)
        made.append(world.bound(issue_vc(content, disclosable=PATHS, key=world.police.key, chain=world.police.chain)))
    return made


def limits(world: World, texts: list[str]) -> dict[str, Operation]:
    """What the signatures alone take."""
    private, public = world.police.key.private_key, world.police.key.public_key
    pairs, inputs = [], []
    for text in texts:
        parsed = parse(text)
        bound, point = parse_jws(parsed.key_binding_jwt or ""), parsed.payload["cnf"]["jwk"]  # type: ignore[index]
        holder = type(world.police.key).import_key(point).public_key
        pairs.append(
            [(public, _der(parsed.jwt), parsed.jwt.signing_input), (holder, _der(bound), bound.signing_input)]
        )
        inputs.append(parsed.jwt.signing_input)
    turns, other = count(), count()

    def both() -> None:
        for key, signature, data in pairs[next(turns) % DOCUMENTS]:
            key.verify(signature, data, ES256)

    return {SIGN: lambda: private.sign(inputs[next(other) % DOCUMENTS], ES256), VERIFY: both}


def _der(token: jws.UnverifiedJws) -> bytes:
    return encode_dss_signature(int.from_bytes(token.signature[:32]), int.from_bytes(token.signature[32:]))


def forget() -> None:
    """Whatever the verifier remembers."""
    remembered = (
        certificates._chain, certificates._life, certificates.subject_key_identifier, certificates.uris,
        trust._is_authority, trust._entries, trust._verified, jws._known_header, key_binding._point,
    )  # fmt: skip
    for cache in remembered:
        cache.cache_clear()
    status._JWTS.forget()


def ours(world: World, texts: list[str]) -> dict[str, Operation]:
    content, known, list_text = claims(world), world.trust(), world.trust_text()
    lists, root = StatusLists.of([world.status_token()]), world.root.certificate
    turns = count()

    def text() -> str:
        return texts[next(turns) % DOCUMENTS]

    def strangers() -> None:
        key_binding._point.cache_clear()
        verify(text(), trust=known, now=NOW, key_binding=PROOF)

    def cold() -> None:
        forget()
        fresh = TrustList.load(list_text, root=root, now=NOW)
        verify(text(), trust=fresh, now=NOW, key_binding=PROOF, status=lists)

    return {
        "issue: ours": lambda: issue_vc(content, disclosable=PATHS, key=world.police.key, chain=world.police.chain),
        "verify: ours, chain and trust list": lambda: verify(text(), trust=known, now=NOW, key_binding=PROOF),
        "verify: ours, chain and trust list, holder not known": strangers,
        "verify: ours, status list too": lambda: verify(
            text(), trust=known, now=NOW, key_binding=PROOF, status=lists
        ),
        "verify: ours, all of it, nothing remembered": cold,
    }


def without_signatures(operation: Operation) -> Operation:
    """What is left of ours when the signatures are not looked at: no verification, only where the time goes."""

    def stripped() -> None:
        modules = (sys.modules[verify.__module__], key_binding)
        for module in modules:
            module.verify_signature = lambda *_: None  # type: ignore[attr-defined]
        try:
            operation()
        finally:
            for module in modules:
                module.verify_signature = jws.verify_signature  # type: ignore[attr-defined]

    return stripped


def python_peers(world: World, texts: list[str]) -> dict[str, Operation]:
    content = claims(world)
    issuer = JWK.from_json(json.dumps(world.police.key.as_dict(private=True)))
    theirs = {SDObj(name) if name in FIELDS else name: value for name, value in content.items()}
    extra = {"typ": "dc+sd-jwt", "x5c": world.police.x5c}
    suite, public = SdJwtVcProofSuite(), world.police.key.as_dict(private=False)
    signing = P256SigningKey.from_jwk(world.police.key.as_dict(private=True), "key")
    turns, other = count(), count()
    return {
        "issue: sd-jwt": lambda: SDJWTIssuer(dict(theirs), issuer, extra_header_parameters=extra).sd_jwt_issuance,
        "issue: openvc-core": lambda: suite.issue(
            content, signing_key=signing, disclosable=list(FIELDS), vct=RECORD, x5c=world.police.x5c
        ),
        "verify: sd-jwt": lambda: SDJWTVerifier(
            texts[next(turns) % DOCUMENTS], lambda *_: issuer, AUDIENCE, NONCE
        ).get_verified_payload(),
        "verify: openvc-core": lambda: suite.verify(
            texts[next(other) % DOCUMENTS],
            public_key_jwk=public,
            audience=AUDIENCE,
            nonce=NONCE,
            require_key_binding=True,
            check_temporal=False,
            now=NOW,
        ),
    }


@contextmanager
def node_peer(world: World) -> Iterator[Callable[[str], float]]:
    """Microseconds of CPU that one operation of the Node peer takes."""
    message = {
        "issuerKey": world.police.key.as_dict(private=True),
        "issuerPublic": world.police.key.as_dict(private=False),
        "claims": claims(world, with_status=False),
        "frame": {"_sd": list(FIELDS)},
        "header": {"x5c": world.police.x5c},
        "texts": documents(world, with_status=False),
        "nonce": NONCE,
        "now": stamp(NOW),
    }
    command = ["node", str(ROOT / "tests" / "node" / "scripts" / "sd_jwt_bench.mjs")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        to, answers = process.stdin, process.stdout
        assert to is not None
        assert answers is not None

        def ask(line: object) -> None:
            to.write(json.dumps(line) + "\n")
            to.flush()

        def micros(what: str) -> float:
            ask({"what": what, "times": TIMES})
            return float(json.loads(answers.readline())["micros"]) / TIMES

        ask(message)
        for what in ("issue", "verify"):
            micros(what)  # compiled by then
        yield micros
        to.close()


def micros(operation: Operation) -> float:
    start = time.process_time_ns()
    for _ in range(TIMES):
        operation()
    return (time.process_time_ns() - start) / 1_000 / TIMES


def main(rounds: int) -> None:
    world = World()
    texts = documents(world)
    measured = (
        limits(world, texts)
        | least.floors(world.police.key, texts, FIELDS)
        | least_compiled.floors(world.police.key, texts, FIELDS)
        | ours(world, texts)
        | python_peers(world, texts)
    )
    chain = "verify: ours, chain and trust list"
    measured[f"{chain}, without the signatures"] = without_signatures(measured[chain])
    found: dict[str, list[float]] = {}
    with node_peer(world) as node:
        everything = {name: (lambda operation=operation: micros(operation)) for name, operation in measured.items()}
        everything["issue: @sd-jwt/sd-jwt-vc (Node)"] = lambda: node("issue")
        everything["verify: @sd-jwt/sd-jwt-vc (Node)"] = lambda: node("verify")
        for _ in range(rounds):
            for name, measure in everything.items():
                found.setdefault(name, []).append(measure())
    _print(found, rounds)


def _print(found: dict[str, list[float]], rounds: int) -> None:
    names = ("cryptography", "msgspec", "pybase64", "sd-jwt", "openvc-core")
    print(f"{rounds} rounds, load {os.getloadavg()[0]:.1f};", ", ".join(f"{name} {version(name)}" for name in names))
    print("| | CPU µs | share of the limit | lowest to highest |\n|---|---|---|---|")
    for name, each in sorted(found.items()):
        limit = found[SIGN if name.startswith("issue") or name == SIGN else VERIFY]
        shares = sorted(100 * bare / one for bare, one in zip(limit, each, strict=True))
        middle = f"{statistics.median(each):.0f} | {statistics.median(shares):.0f} %"
        print(f"| {name} | {middle} | {shares[0]:.0f} to {shares[-1]:.0f} % |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
