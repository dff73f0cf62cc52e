"""Making the trust bundle: root, trust list, all status lists and types in one file that the mock root signs."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from joserfc import jws

from idp import pki, trust_list
from idp.documents import type_metadata
from idp.documents.offline.bundle import TYPE
from idp.documents.verifier.trust import TrustList


def make(keys_dir: Path, issuer: str, status_lists: Sequence[str], now: datetime) -> str:
    """The bundle as a compact JWS. It ends when its trust list does; each status list has an end of its own.

    Raises pki.KeysMissing.
    """
    root = pki.root(keys_dir)
    trust_text = trust_list.current(keys_dir, issuer, now)
    trust = TrustList.load(trust_text, root=root.certificate, now=now)
    header = {"alg": "ES256", "typ": TYPE, "kid": pki.key_identifier(root.certificate)}
    payload = {
        "iss": issuer,
        "iat": int(now.timestamp()),
        "exp": int(trust.expires_at.timestamp()),
        "root": base64.b64encode(root.certificate.public_bytes(Encoding.DER)).decode("ascii"),
        "trust_list": trust_text,
        "status_lists": list(status_lists),
        "type_metadata": type_metadata.texts(),
    }
    return jws.serialize_compact(header, json.dumps(payload), root.key, algorithms=["ES256"])
