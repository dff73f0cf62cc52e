"""Every case folder: input, trust, time and expectations in; the named outcome and the five answers out."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from idp.documents.verifier.document import VerifiedDocument, thaw
from idp.documents.verifier.errors import ERRORS, VerificationError
from idp.documents.verifier.key_binding import NO_KEY_BINDING, ExpectedKeyBinding
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.trust import TrustList
from idp.documents.verifier.verify import verify

FOLDER = Path(__file__).parent / "cases"
CASES = sorted(path.name for path in FOLDER.iterdir())


def expectations(name: str) -> dict[str, object]:
    return json.loads((FOLDER / name / "expectations.json").read_text(encoding="utf-8"))


def run(name: str) -> VerifiedDocument:
    """Verify as the case says."""
    folder, wanted = FOLDER / name, expectations(name)
    now = datetime.fromisoformat(wanted["now"])
    trust = TrustList.load(
        (folder / "trust-list.jwt").read_text(encoding="ascii"),
        root=x509.load_pem_x509_certificate((folder / "root.pem").read_bytes()),
        now=now,
        minimum_version=wanted["minimum_version"],
    )
    proof = wanted["key_binding"]
    status = folder / "status-list.jwt"
    return verify(
        (folder / "input.txt").read_text(encoding="utf-8"),
        trust=trust,
        now=now,
        key_binding=NO_KEY_BINDING
        if proof is None
        else ExpectedKeyBinding(proof["audience"], proof["nonce"], timedelta(seconds=proof["max_age"])),
        person=wanted["person"],
        vct=wanted["vct"],
        status=_lists(wanted, status),
    )


def _lists(wanted: dict[str, object], file: Path) -> StatusLists | None:
    if wanted.get("unreachable"):
        return StatusLists({}, unreachable={wanted["status_uri"]})
    return StatusLists({wanted["status_uri"]: file.read_text(encoding="ascii")}) if file.exists() else None


@pytest.mark.parametrize("name", CASES)
def test_case(name: str) -> None:
    """The outcome and each answer are the expected ones."""
    wanted = expectations(name)
    outcome, found = attempt(name)
    assert (outcome, _words(found)) == (wanted["outcome"], wanted["answers"])
    if isinstance(found, VerifiedDocument):
        claims = thaw(found.claims)
        assert {key: claims[key] for key in wanted.get("claims", {})} == wanted.get("claims", {})


def attempt(name: str) -> tuple[str, VerifiedDocument | VerificationError]:
    """The outcome's code with what carries the answers."""
    try:
        return "verified", run(name)
    except VerificationError as error:
        return error.code, error


def _words(found: VerifiedDocument | VerificationError) -> dict[str, str]:
    return {name: answer.value for name, answer in vars(found.answers).items()}


def test_every_refusal_has_a_case() -> None:
    """No refusal exists that no case sees."""
    assert {expectations(name)["outcome"] for name in CASES} == {*ERRORS, "verified"}


def test_only_verified_documents_are_good() -> None:
    """`good` is true for none that is refused or whose status was not checked."""
    good = {name for name in CASES if expectations(name)["outcome"] == "verified" and run(name).answers.good}
    assert {name for name in CASES if name.startswith("good-")} - good == {
        "good-without-status-list",
        "good-without-status-claim",
        "good-status-past-ttl",
    }
