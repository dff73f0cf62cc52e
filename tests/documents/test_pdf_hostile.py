"""Hostile PDF files cost nothing: what never proves to be signed reaches no PDF parser."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
from pdf_world import World

from idp.documents.pdf.der import MAX_DEPTH, NotDer, require_der
from idp.documents.verifier.errors import VerificationError
from tests.conftest import NOW

REFUSALS = {"pdf_malformed", "pdf_not_signed", "pdf_several_signatures", "pdf_changed_after_signing"}


@pytest.fixture(scope="module")
def world(_made_keys: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(Path(shutil.copytree(_made_keys, tmp_path_factory.mktemp("pdf") / "keys")), NOW)


HOSTILE = {
    "deep-arrays": b"%PDF-1.7\n" + b"[" * 1_000_000,
    "deep-and-signed": b"%PDF-1.7\n" + b"<<" * 500_000 + b"/ByteRange [0 10 20 1000000]",
    "many-ranges": b"%PDF-1.7\n" + b"/ByteRange [0 1 2 3] " * 100_000,
    "long-number": b"%PDF-1.7\n/ByteRange [0 " + b"9" * 1_000_000 + b" 1 1]",
    "spaces": b"%PDF-1.7\n/ByteRange" + b" " * 1_000_000,
    "range-over-nothing": b"%PDF-1.7\n/ByteRange [0 0 0 0]",
    "range-backwards": b"%PDF-1.7\n/ByteRange [0 30 10 28]         ",
}


def nested(depth: int, size: int = 30_000) -> bytes:
    """A file whose signature is one SEQUENCE in another."""
    inner = b""
    for _ in range(depth):
        inner = b"\x30\x82" + len(inner).to_bytes(2, "big") + inner
    held = (inner + bytes(size))[:size].hex().upper().encode()
    head = b"%PDF-1.7\n/Contents "
    body = head + b"<" + held + b">"
    for length in range(1, 200):
        tail = b"/ByteRange [0 %d %d %d]" % (len(head), len(body), length)
        if len(tail) == length:
            return body + tail
    raise AssertionError


@pytest.mark.parametrize("name", [*HOSTILE, "nested-signature"])
def test_a_hostile_file_is_refused_at_once(world: World, name: str) -> None:
    """No PDF parser sees it: it never proves to be signed. A second of work would be a hundred times too much."""
    data = nested(5000) if name == "nested-signature" else HOSTILE[name]
    before = time.process_time()
    with pytest.raises(VerificationError) as caught:
        world.verify(data)
    assert caught.value.code in REFUSALS
    assert time.process_time() - before < 1


DER = {
    "indefinite-length": b"\x30\x80\x00\x00",
    "long-form-of-a-short-length": b"\x04\x81\x01x",
    "leading-zero-in-a-length": b"\x04\x82\x00\x80" + bytes(128),
    "longer-than-what-it-stands-in": b"\x30\x03\x04\x05x",
    "something-behind": b"\x04\x01xy",
    "filled-up-with-zeros": b"\x30\x05\x04\x01x\x00\x00",
    "long-tag": b"\x1f\x81\x01\x00",
    "nothing": b"",
    "one-octet": b"\x30",
    "cut-off": b"\x30\x82\x01",
}


@pytest.mark.parametrize("name", DER)
def test_only_der_is_read(name: str) -> None:
    """X.690 10.1: one encoding a value."""
    with pytest.raises(NotDer):
        require_der(DER[name])


def test_depth_has_an_end() -> None:
    """As deep as allowed, and one deeper."""
    value = b"\x04\x01x"
    for _ in range(MAX_DEPTH):
        value = b"\x30" + bytes([len(value)]) + value
    require_der(value)
    with pytest.raises(NotDer):
        require_der(b"\x30" + bytes([len(value)]) + value)
