"""A folder of faulty documents, with everything that a verifier needs and what it must answer (`manifest.json`)."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from idp.documents.faults import qr_picture
from idp.documents.faults.catalogue import Fault, made
from idp.documents.faults.plan import Made, status_list
from idp.documents.faults.world import NoSuchPlace, World

MANIFEST = "manifest.json"
ROOT, TRUST_LIST, HOLDER = "root.pem", "trust-list.jwt", "holder.jwk"

_README = """# Giấy tờ có lỗi (MÔ PHỎNG / MOCK)

Mỗi giấy tờ ở đây có đúng một lỗi: tệp `.sd-jwt`, mã QR (`.qr.txt` là chữ của mã, `.qr.png` là ảnh để quét), hoặc tệp
PDF có chữ ký. `none`, `qr-none` và `pdf-none` thì không có lỗi. `manifest.json` ghi lỗi gì, và hệ thống kiểm tra phải
trả lời thế nào. Không tệp nào là giấy tờ thật.

Each document here has exactly one fault: a file `.sd-jwt`, a QR code (`.qr.txt` its text, `.qr.png` its picture,
where one can hold it) or a signed PDF. `none`, `qr-none` and `pdf-none` have none. `manifest.json` says what is wrong
and what a verifier must answer. Nothing here is a real document.

- `root.pem`, `trust-list.jwt`, `status/`: what to check with; a fault of a list has a list of its own beside it.
- `holder.jwk`: the private key that the documents are bound to, for presentations of your own.
- `verify` in the manifest: the arguments of `mock-vneid` that show our own answer, in this folder.
"""
SUFFIXES = {"sd_jwt": "sd-jwt", "code": "qr.txt", "pdf": "pdf"}


@dataclass(frozen=True)
class Entry:
    """One fault made: what was wrong with it, and its texts."""

    fault: Fault
    made: Made


def entries(world: World, wanted: Iterable[Fault]) -> tuple[list[Entry], list[str]]:
    """The documents with these faults, and the names of those that this document has no place for."""
    found, passed_over = [], []
    for fault in wanted:
        try:
            found.append(Entry(fault, made(fault, world)))
        except NoSuchPlace:
            passed_over.append(fault.name)
    return found, passed_over


def write(folder: Path, world: World, found: Iterable[Entry]) -> None:
    """Write all of it; files of the same names are replaced."""
    (folder / "status").mkdir(parents=True, exist_ok=True)
    (folder / ROOT).write_bytes(_pem(world.root.certificate))
    (folder / TRUST_LIST).write_text(world.trust_list, encoding="ascii")
    for issuer_id in sorted({world.subject.issuer_id, world.other.issuer_id}):
        (folder / "status" / f"{issuer_id}.jwt").write_text(status_list(world, issuer_id), encoding="ascii")
    (folder / HOLDER).write_text(json.dumps(world.holder.as_dict(private=True), indent=2), encoding="ascii")
    (folder / "README.md").write_text(_README, encoding="utf-8")
    rows = [_write_one(folder, world, entry) for entry in found]
    text = json.dumps(_manifest(world, rows), ensure_ascii=False, indent=2)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def inline(world: World, found: Iterable[Entry]) -> dict[str, object]:
    """The same in one piece, texts instead of files."""
    rows = []
    for entry in found:
        texts = {
            **_content(entry.made),
            "trust_list": entry.made.trust_list,
            "status_lists": dict(entry.made.status_lists),
        }
        rows.append({**described(entry.fault), **_expectations(entry.made), **texts})
    secret = {"root": _pem(world.root.certificate).decode("ascii"), "holder": world.holder.as_dict(private=True)}
    return {**_manifest(world, rows), **secret}


def _content(made: Made) -> dict[str, str]:
    """A text as it stands, other files in base64."""
    if made.carrier == "pdf":
        return {"base64": base64.b64encode(made.data).decode("ascii")}
    return {"text": made.text}


def described(fault: Fault) -> dict[str, object]:
    """A fault without a document."""
    return {
        "fault": fault.name,
        "carrier": fault.carrier,
        "wrong": dict(fault.wrong),
        "clause": fault.clause,
        "attack": fault.attack,
        "accept": fault.verdict == "accepted",
        "expected": {"verdict": fault.verdict, "code": fault.code, "code_where_fetched": fault.fetched},
    }


def _write_one(folder: Path, world: World, entry: Entry) -> dict[str, object]:
    name, one = entry.fault.name, entry.made
    file = f"{name}.{SUFFIXES[one.carrier]}"
    (folder / file).write_bytes(one.data)
    lists = {}
    for uri, text in one.status_lists.items():
        lists[uri] = _list_file(folder, name, world, text, entry)
    trust = TRUST_LIST
    if one.trust_list != world.trust_list:
        trust = f"{name}.trust-list.jwt"
        (folder / trust).write_text(one.trust_list, encoding="ascii")
    files: dict[str, object] = {"file": file, "trust_list": trust, "status_lists": lists}
    if one.carrier == "code":
        files["picture"] = _picture_file(folder, name, one.text)
    arguments = _arguments(world, one, files, sorted(set(lists.values())))
    return {**described(entry.fault), **_expectations(one), **files, "verify": arguments}


def _picture_file(folder: Path, name: str, text: str) -> str | None:
    """As a telephone's camera meets it; None where no QR code holds so much."""
    try:
        picture = qr_picture.png(text)
    except qr_picture.TooMuch:
        return None
    (folder / f"{name}.qr.png").write_bytes(picture)
    return f"{name}.qr.png"


def _list_file(folder: Path, name: str, world: World, text: str, entry: Entry) -> str:
    """The common list, or one of its own where the fault lies there."""
    if not entry.made.own_status_list:
        issuer_id = next(one for one in world.issuers.profiles if world.status_uri(one) in entry.made.status_lists)
        return f"status/{issuer_id}.jwt"
    (folder / f"{name}.status-list.jwt").write_text(text, encoding="ascii")
    return f"{name}.status-list.jwt"


def _expectations(one: Made) -> dict[str, object]:
    """What the verifier is asked to hold it against."""
    binding = one.binding
    return {
        "person": one.person,
        "vct": one.vct,
        "audience": binding.audience if binding else None,
        "nonce": binding.nonce if binding else None,
        "minimum_version": one.minimum_version,
    }


def _arguments(world: World, one: Made, files: Mapping[str, object], lists: list[str]) -> list[str]:
    arguments = ["verify", str(files["file"]), "--root", ROOT, "--trust-list", str(files["trust_list"])]
    arguments += ["--status", *lists] if lists else []
    arguments += ["--person", one.person] if one.person is not None else []
    arguments += ["--vct", one.vct, "--at", world.now.isoformat()]
    if one.binding is not None:
        arguments += ["--audience", one.binding.audience, "--nonce", one.binding.nonce]
    if one.minimum_version is not None:
        arguments += ["--minimum-version", str(one.minimum_version)]
    return arguments


def _manifest(world: World, rows: list[dict[str, object]]) -> dict[str, object]:
    return {
        "mock": True,
        "made_at": world.now.isoformat(),
        "type": world.subject.kind.id,
        "vct": world.subject.kind.vct,
        "person": world.subject.person,
        "root": ROOT,
        "holder": HOLDER,
        "documents": rows,
    }


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)
