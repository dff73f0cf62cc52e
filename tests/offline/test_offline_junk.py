"""Junk at a counter: what begins as one of our carriers is a damaged document, everything else is none.

By the beginning alone, so that the words a clerk reads do not hang on where a text happens to break.
"""

from __future__ import annotations

import base45
import pytest
from refused_codes import CODES, WORLD
from verifier_world import NOW

from idp.documents.offline import readers
from idp.documents.verifier.errors import VerificationError
from idp.documents.verifier.key_binding import NO_KEY_BINDING

JWT = WORLD.document().partition("~")[0]
CODE = CODES.text()
#: What is handed over: what it is told to be. A PDF without its signature says that.
CASES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "not_a_document"),
    "white space": (b" \r\n\t", "not_a_document"),
    "a word": (b"HELLO WORLD", "not_a_document"),
    "a number": (b"065190000101", "not_a_document"),
    "prose": ("Giấy khai sinh".encode(), "not_a_document"),
    "prose with tildes": (b"a~b~c~", "not_a_document"),
    "three sections of nothing": (b"a.b.c~d~", "not_a_document"),
    "an address": (b"https://example.org/eyJ?x=NCF", "not_a_document"),
    "octets": (bytes(range(256)), "not_a_document"),
    "UTF-16": (JWT.encode("utf-16"), "not_a_document"),
    "JSON of something else": (b'{"name": "Lan"}', "not_a_document"),
    "no JSON": (b"{payload: x", "not_a_document"),
    "a list": (b'["payload"]', "not_a_document"),
    "a page of the web": (b"<html><p>eyJ</p></html>", "not_a_document"),
    "a zip": (b"PK\x03\x04" + bytes(30), "not_a_document"),
    "something before a PDF": (b"\n%PDF-1.7", "not_a_document"),
    "the European health code": (b"HC1:" + CODE.encode(), "not_a_document"),
    "Base45 of something else": (base45.b45encode(b"Ministry of nothing"), "not_a_document"),
    "a code in small letters": (CODE.lower().encode(), "not_a_document"),
    "three letters of a document": (b"eyJ", "malformed"),
    "half a document": (WORLD.document()[:200].encode(), "malformed"),
    "its signed part alone": (JWT.encode(), "malformed"),
    "two sections": (b"eyJ.eyJ~x~", "malformed"),
    "a document with a letter of another script": (f"{JWT}ế~".encode(), "malformed"),
    "a document broken in lines": (f"{JWT[:80]}\n{JWT[80:]}~".encode(), "malformed"),
    "a document longer than any": (JWT.encode() + b"~a" * 600_000, "malformed"),
    "JSON of a document, cut": (b' {"payload": "eyJ', "malformed"),
    "JSON of a document, empty": (b'{"signatures": []}', "malformed"),
    "three letters of a code": (b"NCF", "malformed"),
    "half a code": (CODE[: len(CODE) // 2].encode(), "malformed"),
    "a code broken in lines": (f"{CODE[:60]}\r\n{CODE[60:]}".encode(), "malformed"),
    "a code with a small letter": (f"{CODE[:60]}x{CODE[61:]}".encode(), "malformed"),
    "two codes": (2 * CODE.encode(), "malformed"),
    "a code longer than any": (CODE.encode() + b"0" * 9000, "malformed"),
    "five letters of a PDF": (b"%PDF-", "pdf_not_signed"),
    "half a PDF": (b"%PDF-1.7\n" + bytes(500), "pdf_not_signed"),
}


@pytest.mark.parametrize("name", CASES)
def test_by_its_beginning(name: str) -> None:
    data, code = CASES[name]
    with pytest.raises(VerificationError) as caught:
        readers.verify_given(readers.read(data), trust=WORLD.trust(), now=NOW, key_binding=NO_KEY_BINDING)
    assert caught.value.code == code
