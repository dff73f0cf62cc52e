"""A clerk at the portal's counter: what she is handed, what the page says, and the receipt of it."""

from __future__ import annotations

import re
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from flask.testing import FlaskClient
from portal_browser import World
from portal_documents import CONTENT, RECORD, status_uri

from idp import pki
from idp.documents.offline import code, receipt
from idp.documents.offline.portrait import portrait

MEDIA_TYPE = "application/verification-receipt+jwt"


def offline_code(world: World, keys_dir: Path, **changes: object) -> str:
    issuer = pki.issuer(keys_dir, "police-ministry")
    key = issuer.key.private_key
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    now = int(world.clock.now().timestamp())
    claims = {
        "iss": pki.issuer_profiles()["police-ministry"].uri, "iat": now, "nbf": now, "exp": now + 90 * 86400,
        "vct": RECORD, "status": {"status_list": {"idx": 7, "uri": status_uri("police-ministry")}},
        "full_name": "Nguyễn Thị Mai Lan", "birthdate": "1990-03-14", "sex": "female",
        **CONTENT[RECORD], "date_of_issuance": "2026-11-01", "issuing_authority": "Bộ Công an (MÔ PHỎNG)", **changes,
    }  # fmt: skip
    claims = {name: value for name, value in claims.items() if value is not None}
    return code.write(claims, portrait("lan"), key, bytes.fromhex(pki.key_identifier(issuer.certificate)))


def check(world: World, clerk: FlaskClient, text: str) -> str:
    answer = world.post("/clerk/counter", {"document": text}, clerk)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def verdict(page: str) -> str:
    found = re.search(r'class="verdict verdict-(\w+)"', page)
    assert found
    return found[1]


def kept_receipt(world: World, clerk: FlaskClient, page: str) -> receipt.Receipt:
    """As an auditor reads it, with the keys the portal publishes."""
    found = re.search(r'href="(/clerk/receipts/[^"]+)"[^>]*data-testid="receipt-save"', page)
    assert found
    answer = clerk.get(found[1])
    assert answer.content_type == MEDIA_TYPE
    keys = world.app.test_client().get("/receipt-keys").get_json()
    assert "d" not in keys["keys"][0]
    return receipt.read(answer.get_data(as_text=True), keys)
