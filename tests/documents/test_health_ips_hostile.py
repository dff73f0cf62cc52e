"""HL7 International Patient Summary: bytes and references that mean harm, each to its own end, and soon."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from health_support import FACILITIES, data, history, published, resource

from idp.documents.health import ips_reading
from idp.documents.health.errors import NotASummary, TooLarge, Unreadable


@pytest.mark.parametrize(
    ("hostile", "error"),
    [
        (b"", Unreadable),
        (b"{", Unreadable),
        (b"[]", NotASummary),
        (b'{"resourceType": "Patient"}', NotASummary),
        (b'{"resourceType": "Bundle", "resourceType": "Bundle"}', Unreadable),
        (b'{"resourceType": "Bundle", "total": NaN}', Unreadable),
        (b'{"resourceType": "Bundle", "x": "\xff"}', Unreadable),
        (b'{"resourceType": "Bundle", "a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", Unreadable),
        (b'{"resourceType": "Bundle", "a": ' + b'{"b":' * 40 + b"1" + b"}" * 41, Unreadable),
        (b'{"resourceType": "Bundle", "total": ' + b"9" * 5000 + b"}", Unreadable),
        (b'{"resourceType": "Bundle", "type": "document", "total": 1e999999}', Unreadable),
        (b'{"resourceType": "Bundle", "type": "document", "language": "' + b"a" * 2**20 + b'"}', NotASummary),
        (b" " * (4 * 2**20 + 1), TooLarge),
        (b'{"resourceType": "Bundle", "type": "document", "entry": [' + b"{}," * 2_000 + b"{}]}", TooLarge),
        (b'{"resourceType": "Bundle", "type": "document", "entry": [{"resource": {"resourceType": 7}}]}', Unreadable),
    ],
    ids=[
        "empty", "cut", "list", "patient", "twice", "nan", "bytes", "deep", "deeper-than-32", "digits", "exponent",
        "megabyte", "size", "entries", "type",
    ],
)  # fmt: skip
def test_hostile_bytes(hostile: bytes, error: type[Exception]) -> None:
    """Each ends in its own refusal, and soon."""
    with pytest.raises(error):
        ips_reading.read(hostile, FACILITIES)


def test_references_in_a_ring() -> None:
    """A panel of itself, a long chain of panels, a role that is its own practitioner: each comes to an end."""
    bundle = published("bundle-01")
    panel = resource(bundle, "Observation", 4)
    panel["hasMember"].append({"reference": f"urn:uuid:{panel['id']}"})
    links = [f"urn:uuid:00000000-0000-4000-8000-{index:012d}" for index in range(1_500)]
    for url, following in zip(links, [*links[1:], links[0]], strict=True):
        link = {**panel, "id": url[-36:], "hasMember": [{"reference": following}]}
        bundle["entry"].append({"fullUrl": url, "resource": link})
    panel["hasMember"].append({"reference": links[0]})
    assert len(history(bundle)["results"]) == len(history(published("bundle-01"))["results"])
    other = published("bundle-no-info-required-sections")
    role = resource(other, "PractitionerRole")
    role["practitioner"] = {"reference": f"PractitionerRole/{role['id']}"}
    resource(other, "Immunization")["performer"] = [{"actor": {"reference": f"PractitionerRole/{role['id']}"}}]
    assert "place" not in history(other)["immunizations"][0]


def test_it_needs_the_library_only_when_it_reads() -> None:
    """The reader's own module brings in neither the models nor pydantic."""
    told = "import sys, json, idp.documents.health.ips_reading; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert [one for one in json.loads(done.stdout) if one.partition(".")[0] in ("fhir", "pydantic")] == []


def test_bytes_with_a_mark_before_them() -> None:
    assert ips_reading.read(b"\xef\xbb\xbf" + data(published("bundle-minimal")), FACILITIES).patients[0].names
