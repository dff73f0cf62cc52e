"""Which format a record is in, told from its first characters, and the reader of each, imported when it is used."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

from idp.documents.health.errors import UnknownFormat
from idp.documents.health.facilities import Facilities
from idp.documents.health.record import Record

IPS, INSURANCE = "ips", "insurance-xml"
FORMATS = (IPS, INSURANCE)
#: UTF-8 and UTF-16 byte order marks, and white space before the first sign.
_BEFORE = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"


def sniff(files: Sequence[bytes]) -> str:
    """JSON begins with a brace, XML with a bracket. Raises UnknownFormat."""
    starts = {data.lstrip(_BEFORE)[:1] for data in files}
    if starts == {b"{"}:
        return IPS
    if starts == {b"<"}:
        return INSURANCE
    raise UnknownFormat("", "neither a FHIR Bundle (JSON) nor insurance tables (XML); say which with --format")


def read(name: str, files: Sequence[bytes], facilities: Facilities) -> Record:
    """Raises HealthRecordError."""
    if name == INSURANCE:
        insurance = importlib.import_module("idp.documents.health.insurance_reading")
        found: Record = insurance.read(files, facilities)
        return found
    if len(files) != 1:
        raise UnknownFormat("", "a summary is one file; several files are for insurance tables")
    summary = importlib.import_module("idp.documents.health.ips_reading")
    found = summary.read(files[0], facilities)
    return found
