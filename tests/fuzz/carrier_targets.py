"""More targets: offline codes and their pictures, signed PDF files, bundles, receipts and imported health records.

Each is made when it is asked for: their libraries and keys take a while. What a signature would stop is signed first.
"""

from __future__ import annotations

import base64
import io
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import base45
from fuzz_target import Target
from offline_world import Codes, packed
from verifier_world import NOW, stamp

from idp.documents.faults.forging import encoded, signed
from idp.documents.offline import deflate, images, receipt
from idp.documents.offline.bundle import TYPE as BUNDLE
from idp.documents.offline.bundle import TrustBundle, root_in
from idp.documents.verifier import cbor
from idp.documents.verifier.certificates import subject_key_identifier
from idp.documents.verifier.errors import VerificationError

CODES = Codes()
WORLD = CODES.world
HEALTH = Path(__file__).parent.parent / "documents" / "health"
PDF_NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


#: More is refused when it is unpacked; to pack more takes us long.
PACKED = 8_192


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _code() -> Target:
    return Target(lambda data: CODES.verify(_text(data)), (VerificationError,), CODES.text().encode())


def _base45() -> Target:
    """Whatever is in Base45, unpacked and taken apart."""
    seed = base45.b45decode(CODES.text())
    return Target(
        lambda data: CODES.verify(base45.b45encode(data).decode("ascii")), (VerificationError,), bytes(seed)
    )


def _cose() -> Target:
    return Target(lambda data: CODES.verify(packed(data[:PACKED])), (VerificationError,), CODES.signed())


def _claims() -> Target:
    """As a trusted issuer's software might write them."""
    return Target(lambda data: CODES.verify(CODES.resigned(data[:PACKED])), (VerificationError,), CODES.parts()[2])


def _header() -> Target:
    payload, seed = CODES.payload(), CODES.parts()[0]
    return Target(lambda data: CODES.verify(CODES.signed_parts(data[:PACKED], payload)), (VerificationError,), seed)


def _cbor() -> Target:
    def read(data: bytes) -> None:
        value = cbor.decode(data)
        try:
            again = cbor.encode(value)
        except ValueError as error:
            raise AssertionError(f"read, but not written: {data.hex()}") from error
        assert again == data, f"a second encoding was taken: {data.hex()}"

    return Target(read, (VerificationError,), CODES.parts()[2])


def _deflate() -> Target:
    def read(data: bytes) -> None:
        assert deflate.pack(deflate.unpack(data, 4096)) == data, "a second packing was taken"

    return Target(read, (deflate.NotPacked,), base45.b45decode(CODES.text()))


def _picture() -> Target:
    import qrcode

    out = io.BytesIO()
    qrcode.make("HELLO", box_size=2).save(out)
    return Target(images.text_of, (images.NoCode,), out.getvalue())


def _bundle_payload() -> dict[str, object]:
    return {
        "iat": stamp(NOW - timedelta(hours=1)), "exp": stamp(NOW + timedelta(hours=9)), "root": _root(),
        "trust_list": WORLD.trust_text(), "status_lists": [WORLD.status_token()],
        "type_metadata": [],
    }  # fmt: skip


def _root() -> str:
    from verifier_world import base64_der

    return base64_der(WORLD.root.certificate)


def _in_bundle(payload: bytes) -> str:
    header = {"alg": "ES256", "typ": BUNDLE, "kid": subject_key_identifier(WORLD.root.certificate)}
    return signed(header, payload, WORLD.root.key)


def _bundle() -> Target:
    def read(data: bytes) -> None:
        TrustBundle.load(_in_bundle(data), root=WORLD.root.certificate, now=NOW)

    return Target(read, (VerificationError,), encoded(_bundle_payload()))


def _bundle_text() -> Target:
    def read(data: bytes) -> None:
        root_in(_text(data))
        TrustBundle.load(_text(data), root=WORLD.root.certificate, now=NOW)

    return Target(read, (VerificationError,), _in_bundle(encoded(_bundle_payload())).encode())


def _receipt() -> Target:
    """Its text, and what a counter's key set may hold."""
    key = WORLD.police.key
    content = {"iss": "https://portal.example", "jti": "KT-1", "iat": stamp(NOW), "verdict": "good",
               "document": receipt.document_hash("x")}  # fmt: skip
    keys: Mapping[str, object] = {"keys": [{**key.as_dict(private=False), "kid": key.thumbprint(), "use": "sig"}]}
    return Target(
        lambda data: receipt.read(_text(data), keys).is_of("x"),
        (receipt.ReceiptError,),
        receipt.make(content, key).encode(),
    )


def _receipt_payload() -> Target:
    key = WORLD.police.key
    keys: Mapping[str, object] = {"keys": [{**key.as_dict(private=False), "kid": "1"}]}
    header = {"alg": "ES256", "typ": receipt.TYPE, "kid": "1"}
    seed = {"iss": "a", "jti": "b", "iat": 1, "verdict": "good", "document": receipt.document_hash("x")}
    return Target(
        lambda data: receipt.read(signed(header, data, key), keys).is_of("x"), (receipt.ReceiptError,), encoded(seed)
    )


def _summary() -> Target:
    from health_support import FACILITIES

    from idp.documents.health import ips_reading
    from idp.documents.health.errors import HealthRecordError

    seed = (HEALTH / "bundle-minimal.json").read_bytes()
    return Target(lambda data: ips_reading.read(data, FACILITIES), (HealthRecordError,), seed, len(seed) + 512)


def _tables() -> Target:
    from health_support import FACILITIES

    from idp.documents.health import insurance_reading
    from idp.documents.health.errors import HealthRecordError

    seed = (HEALTH / "two-visits.xml").read_bytes()
    return Target(
        lambda data: insurance_reading.read([data], FACILITIES), (HealthRecordError,), seed, len(seed) + 512
    )


def _table() -> Target:
    """One table packed in base64, as most hospitals send them."""
    from health_support import FACILITIES

    from idp.documents.health import insurance_reading
    from idp.documents.health.errors import HealthRecordError

    whole = (HEALTH / "two-visits.xml").read_bytes()
    start = whole.index(b"<NOIDUNGFILE>") + len(b"<NOIDUNGFILE>")
    end = whole.index(b"</NOIDUNGFILE>")

    def read(data: bytes) -> None:
        insurance_reading.read([whole[:start] + base64.b64encode(data) + whole[end:]], FACILITIES)

    return Target(read, (HealthRecordError,), whole[start:end].strip())


@cache
def _papers() -> tuple[object, bytes]:
    from pdf_world import Forge, World

    from idp import pki

    world = World(Path(tempfile.mkdtemp(prefix="mock-vneid-fuzz-keys-")), PDF_NOW)
    pki.init(world.keys_dir, world.now)
    return world, Forge(world).make()


def _pdf() -> Target:
    world, seed = _papers()
    return Target(lambda data: world.verify(data), (VerificationError,), seed, len(seed) + 512)  # type: ignore[attr-defined]


def _pdf_signature() -> Target:
    """The CMS object, with the time stamp in it."""
    from idp.documents.pdf import signed_data, time_stamp_check
    from idp.documents.pdf.container import split

    def read(data: bytes) -> None:
        time_stamp_check.check_time_stamp(signed_data.read(data, "data", "v1"))

    seed = split(_papers()[1]).signature
    return Target(read, (signed_data.NotStrict, VerificationError), seed, len(seed) + 256)


def _pdf_contents() -> Target:
    """As pyHanko reads it, once a trusted issuer's signature let it through."""
    from idp.documents.pdf.contents import read_contents

    seed = _papers()[1]
    return Target(read_contents, (VerificationError,), seed, len(seed) + 512)


def _revocations() -> Target:
    from idp import pki, revocation
    from idp.documents.pdf.revocation_check import RevocationLists

    world, _ = _papers()
    keys_dir = world.keys_dir  # type: ignore[attr-defined]
    root = pki.root(keys_dir).certificate
    seed = revocation.current(keys_dir, PDF_NOW)
    return Target(lambda data: RevocationLists(root, [data]), (VerificationError,), seed)


CARRIERS: Mapping[str, Callable[[], Target]] = {
    "code": _code,
    "code-base45": _base45,
    "code-cose": _cose,
    "code-header": _header,
    "code-claims": _claims,
    "code-cbor": _cbor,
    "code-deflate": _deflate,
    "code-picture": _picture,
    "trust-bundle": _bundle_text,
    "trust-bundle-payload": _bundle,
    "receipt": _receipt,
    "receipt-payload": _receipt_payload,
    "health-summary": _summary,
    "insurance-file": _tables,
    "insurance-table": _table,
    "pdf": _pdf,
    "pdf-signature": _pdf_signature,
    "pdf-contents": _pdf_contents,
    "revocation-list": _revocations,
}
