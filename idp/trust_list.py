"""The signed trust list: which issuer certificate may sign which document type (own format, see docs/documents.md).

Signed by the mock root, which verifiers pin out of band. Kept in the key folder and made anew when half of its
life is over or an issuer changed; every new one has a greater version, so that an old one can be told.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc import jws
from joserfc.errors import JoseError

from idp import key_files, paper_certificates, pki

TYPE = "trust-list+jwt"
MEDIA_TYPE = f"application/{TYPE}"
LIFETIME = timedelta(days=7)
FILE = "trust-list.jwt"


def current(keys_dir: Path, issuer: str, now: datetime) -> str:
    """The trust list as a compact JWS; `issuer` is the address of the provider that publishes it.

    Raises pki.KeysMissing.
    """
    found = _found(keys_dir, issuer, now)
    if found is None:
        with key_files.locked(keys_dir):
            found = _found(keys_dir, issuer, now) or _make(keys_dir, issuer, now)
    return found


def _found(keys_dir: Path, issuer: str, now: datetime) -> str | None:
    token, payload = _read(keys_dir)
    fresh = payload.get("iat", 0) <= now.timestamp() < payload.get("exp", 0) - LIFETIME.total_seconds() / 2
    same = payload.get("iss") == issuer and payload.get("issuers") == _entries(keys_dir)
    return token if fresh and same else None


def _read(keys_dir: Path) -> tuple[str, dict[str, Any]]:
    """The list on file and what it says; empty where there is none that this root signed."""
    try:
        token = (keys_dir / FILE).read_text(encoding="ascii")
        read = jws.deserialize_compact(token, pki.root(keys_dir).key, algorithms=["ES256"])
        return token, dict(json.loads(read.payload))
    except (FileNotFoundError, UnicodeDecodeError, JoseError, ValueError):
        return "", {}


def _make(keys_dir: Path, issuer: str, now: datetime) -> str:
    root = pki.root(keys_dir)
    # No certificate in the header: the pinned root is the signer, `kid` only says which root that is.
    header = {"alg": "ES256", "typ": TYPE, "kid": pki.key_identifier(root.certificate)}
    payload = {
        "iss": issuer,
        "version": int(_read(keys_dir)[1].get("version", 0)) + 1,
        "iat": int(now.timestamp()),
        "exp": int((now + LIFETIME).timestamp()),
        "issuers": _entries(keys_dir),
    }
    token = jws.serialize_compact(header, json.dumps(payload, ensure_ascii=False), root.key, algorithms=["ES256"])
    key_files.write(keys_dir / FILE, token.encode("ascii"), key_files.PUBLIC)
    return token


def _entries(keys_dir: Path) -> list[Mapping[str, object]]:
    return [_entry(keys_dir, profile) for profile in pki.issuer_profiles().values()]


def _entry(keys_dir: Path, profile: pki.IssuerProfile) -> Mapping[str, object]:
    certificate = pki.issuer(keys_dir, profile.id).certificate
    return {
        "name": dict(profile.name),
        "ski": pki.key_identifier(certificate),
        "iss": profile.uri,
        "certificate": _text(certificate),
        # What signs PDF files of the same types, and nothing else.
        "pdf_certificate": _text(paper_certificates.signer(keys_dir, profile.id).certificate),
        "vct": sorted(profile.vct),
    }


def _text(certificate: x509.Certificate) -> str:
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode("ascii")
