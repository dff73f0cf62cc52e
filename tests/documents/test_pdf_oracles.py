"""The same files in the eyes of others: pyHanko's own validators, OpenSSL for signature and time stamp."""

from __future__ import annotations

import asyncio
import io
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, crl
from cryptography.hazmat.primitives.serialization import Encoding
from pdf_world import Forge, World, apart
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.ades import ades_with_time_validation
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer

from idp import pki
from idp.documents.pdf import signing
from idp.documents.pdf.container import split
from idp.documents.pdf.errors import PdfError
from tests.conftest import NOW


@pytest.fixture(scope="module")
def world(_made_keys: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(Path(shutil.copytree(_made_keys, tmp_path_factory.mktemp("pdf") / "keys")), NOW)


@pytest.fixture(scope="module")
def good(world: World) -> bytes:
    return world.printed()


def root(world: World) -> Any:
    return signing._certificate(pki.root(world.keys_dir).certificate)


def context(world: World, data: bytes) -> ValidationContext:
    """The pinned root and what the file itself carries, at the time of the test; no fetching."""
    held = DocumentSecurityStore.read_dss(PdfFileReader(io.BytesIO(data)))
    return ValidationContext(
        trust_roots=[root(world)],
        crls=[crl.CertificateList.load(one.get_object().data) for one in held.crls],
        other_certs=list(held.load_certs()),
        moment=NOW,
        revocation_mode="require",
        allow_fetching=False,
    )


def test_pyhanko_finds_it_whole_and_trusted(world: World, good: bytes) -> None:
    """Coverage, integrity, chain, time stamp and revocation, by its general validator."""
    (signature,) = PdfFileReader(io.BytesIO(good), strict=True).embedded_signatures
    status = apart(validate_pdf_signature, signature, context(world, good), context(world, good))
    assert status.bottom_line, status.pretty_print_details()
    assert (status.intact, status.valid, status.trusted) == (True, True, True)
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert status.modification_level == ModificationLevel.NONE
    assert status.timestamp_validity is not None
    assert status.timestamp_validity.timestamp == NOW


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> World:
    """pyHanko's long-term validation asks the clock what proves to exist when: this world is of the real now."""
    made = World(tmp_path_factory.mktemp("today") / "keys", datetime.now(UTC).replace(microsecond=0))
    pki.init(made.keys_dir, made.now)
    return made


def ades(world: World, data: bytes) -> Any:
    """Validation with time of ETSI EN 319 102-1 (5.5), with what the file holds for it and nothing else."""
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=[root(world)]),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )
    reader = PdfFileReader(io.BytesIO(data), strict=True)
    (signature,) = reader.embedded_signatures
    spec = SignatureValidationSpec(
        cert_validation_policy=policy,
        revinfo_gathering_policy=RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY),
        local_knowledge=held_in(reader),
    )
    digest = signature.compute_digest()
    return apart(
        lambda: asyncio.run(ades_with_time_validation(signature.signed_data, validation_spec=spec, raw_digest=digest))
    )


def held_in(reader: PdfFileReader) -> LocalKnowledge:
    if "/DSS" not in reader.root:
        return LocalKnowledge()
    store = DocumentSecurityStore.read_dss(reader)
    lists = [CRLContainer(crl.CertificateList.load(one.get_object().data)) for one in store.crls]
    return LocalKnowledge(known_crls=lists, known_certs=list(store.load_certs()))


def test_pyhanko_passes_it_as_long_term(today: World) -> None:
    """B-LT: what is needed to validate is in the file."""
    result = ades(today, today.printed())
    assert result.ades_subindic == AdESPassed.OK, (result.ades_subindic, result.failure_msg)
    assert result.best_signature_time == today.now


@pytest.mark.parametrize("forged", ["no-revocation-list", "edited"])
def test_pyhanko_refuses_what_we_refuse(today: World, forged: str) -> None:
    """The oracle is no yes-man."""
    edited = forged == "edited"
    data = today.printed().replace(b"eyJ", b"eyK", 1) if edited else Forge(today, revocation_list=False).make()
    assert ades(today, data).ades_subindic != AdESPassed.OK
    with pytest.raises(PdfError):
        today.verify(data, status=None)


def openssl(*arguments: str, folder: Path) -> str:
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, cwd=folder)
    return done.stdout + done.stderr


def test_openssl_verifies_signature_and_time_stamp(world: World, good: bytes, tmp_path: Path) -> None:
    """The CMS object over what it covers; the RFC 3161 token over the signature value."""
    container = split(good)
    (tmp_path / "root.pem").write_bytes(pki.root(world.keys_dir).certificate.public_bytes(Encoding.PEM))
    (tmp_path / "covered").write_bytes(container.covered)
    (tmp_path / "signature").write_bytes(container.signature)
    told = openssl(
        "cms", "-verify", "-inform", "DER", "-in", "signature", "-content", "covered", "-binary", "-CAfile",
        "root.pem", "-purpose", "any", "-attime", str(int(NOW.timestamp())), "-out", "out", folder=tmp_path,
    )  # fmt: skip
    assert "successful" in told, told
    signer = cms.ContentInfo.load(container.signature)["content"]["signer_infos"][0]
    (tmp_path / "value").write_bytes(signer["signature"].native)
    (tmp_path / "token").write_bytes(signer["unsigned_attrs"][0]["values"][0].dump())
    told = openssl(
        "ts", "-verify", "-in", "token", "-token_in", "-data", "value", "-CAfile", "root.pem", "-attime",
        str(int(NOW.timestamp())), folder=tmp_path,
    )  # fmt: skip
    assert "Verification: OK" in told, told
