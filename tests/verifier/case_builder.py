"""How a verification case is described and written as a folder; see `make_cases.py`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from verifier_world import AUDIENCE, DISCLOSABLE, NONCE, NOW, PERSON, STATUS_URI, World

from idp.documents.sd_jwt.disclosures import digest
from idp.documents.sd_jwt.encoding import b64url_encode
from idp.documents.sd_jwt.jws import sign

ORDER = ("intact", "trusted", "in_force", "holder", "person")
LETTERS = {"y": "yes", "n": "no", "o": "outdated", "-": "not_checked", "u": "not_proven", "x": "not_asked"}

NO_PROOF = None
PROOF = {"audience": AUDIENCE, "nonce": NONCE, "max_age": 300}


@dataclass
class Case:
    """One case. `answers` has a letter for each answer in ORDER: y, n, o outdated, - not checked, u unproven,
    x not asked."""

    name: str
    rule: str
    text: str
    answers: str
    code: str | None = None
    status: str | None = None
    key_binding: Mapping[str, object] | None = NO_PROOF
    person: str | None = None
    vct: Sequence[str] | None = None
    now: datetime = NOW
    claims: Mapping[str, object] | None = None
    trust: str | None = None
    root: x509.Certificate | None = None
    minimum_version: int | None = None
    unreachable: bool = False


@dataclass
class Cases:
    """Collects cases over one world."""

    world: World = field(default_factory=World)
    found: list[Case] = field(default_factory=list)

    def good(self, name: str, rule: str, text: str, answers: str = "yyyux", **more: object) -> None:
        more.setdefault("status", self.world.status_token())
        self.found.append(Case(name, rule, text, answers, None, **more))  # type: ignore[arg-type]

    def bad(self, name: str, rule: str, text: str, code: str, answers: str, **more: object) -> None:
        more.setdefault("status", self.world.status_token())
        self.found.append(Case(name, rule, text, answers, code, **more))  # type: ignore[arg-type]

    # What a broken document is made of.

    def signed(
        self, disclosures: Sequence[str] = (), *, header: Mapping[str, object] | None = None, **changes: object
    ) -> str:
        """A document with exactly this payload (on top of the usual claims) and these Disclosures."""
        header = {"typ": "dc+sd-jwt", "x5c": self.world.police.x5c} | dict(header or {})
        jwt = sign(header, self.world.claims(**changes), self.world.police.key)
        return "~".join([jwt, *disclosures, ""])

    def signed_bytes(self, payload: bytes, header: bytes | None = None) -> str:
        """A document whose payload and header are these very bytes, rightly signed."""
        plain = {"alg": "ES256", "typ": "dc+sd-jwt", "x5c": self.world.police.x5c}
        head = b64url_encode(header if header is not None else json.dumps(plain).encode())
        return self.sign_input(f"{head}.{b64url_encode(payload)}") + "~"

    def sign_input(self, signing_input: str) -> str:
        from joserfc.jws import default_registry

        model = default_registry.algorithms["ES256"]
        return f"{signing_input}.{b64url_encode(model.sign(signing_input.encode(), self.world.police.key))}"

    def payload_json(self, **changes: object) -> str:
        return json.dumps(self.world.claims(**changes))

    def shown(self, disclosable: object = DISCLOSABLE, **changes: object) -> tuple[str, list[str]]:
        """The signed part and the Disclosures of an ordinary document."""
        jwt, *disclosures = self.world.document(disclosable=disclosable, **changes).split("~")  # type: ignore[arg-type]
        return jwt, disclosures[:-1]


def disclose(*content: object) -> str:
    """A Disclosure with any content."""
    return b64url_encode(json.dumps(list(content)).encode())


def sd(*disclosures: str, hash_name: str = "sha-256") -> list[str]:
    """Digests, for an `_sd`."""
    return [digest(one, hash_name) for one in disclosures]


def element(disclosure: str) -> dict[str, str]:
    """The placeholder of an array element."""
    return {"...": digest(disclosure)}


def write(case: Case, folder: Path, world: World) -> None:
    """Write one folder, self-contained."""
    target = folder / case.name
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    root = case.root or world.root.certificate
    (target / "input.txt").write_text(case.text, encoding="utf-8")
    (target / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (target / "trust-list.jwt").write_text(case.trust or world.trust_text(), encoding="ascii")
    if case.status is not None:
        (target / "status-list.jwt").write_text(case.status, encoding="ascii")
    (target / "expectations.json").write_text(_expectations(case), encoding="utf-8")


def _expectations(case: Case) -> str:
    expectations = {
        "rule": case.rule,
        "now": case.now.isoformat(),
        "key_binding": case.key_binding,
        "person": case.person,
        "vct": case.vct,
        "status_uri": STATUS_URI if case.status is not None or case.unreachable else None,
        "minimum_version": case.minimum_version,
        "outcome": case.code or "verified",
        "answers": {name: LETTERS[letter] for name, letter in zip(ORDER, case.answers, strict=True)},
    }
    if case.unreachable:
        expectations["unreachable"] = True
    if case.claims is not None:
        expectations["claims"] = case.claims
    return json.dumps(expectations, ensure_ascii=False, indent=2) + "\n"


Describe = Callable[[Cases], None]
__all__ = ["NOW", "PERSON", "PROOF", "Case", "Cases", "Describe", "disclose", "element", "sd", "write"]
