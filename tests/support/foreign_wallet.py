"""A wallet that is not ours: it answers the portal's request with whatever it is given (OpenID4VP 1.0 section 8)."""

from __future__ import annotations

import base64
import json
import urllib.request
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwe, jws
from joserfc.jwk import ECKey
from live import Demo

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def asked(wallet_address: str) -> dict[str, Any]:
    """The request object behind a wallet address or QR code, its signature not looked at."""
    uri = parse_qs(urlsplit(wallet_address).query)["request_uri"][0]
    with OPENER.open(uri, timeout=30) as response:
        read = jws.extract_compact(response.read())
    claims: dict[str, Any] = json.loads(read.payload or b"")
    return claims


def answer(demo: Demo, request: dict[str, Any], document: str) -> None:
    """Post `document` for the first credential asked for; encrypted where the request wants it so."""
    credential = request["dcql_query"]["credentials"][0]["id"]
    token, state = {credential: [document]}, request["state"]
    form = {"state": state, "vp_token": json.dumps(token)}
    if request["response_mode"] == "direct_post.jwt":
        form = {"response": _encrypted(demo, {"state": state, "vp_token": token})}
    with OPENER.open(request["response_uri"], urlencode(form).encode(), timeout=30) as response:
        assert response.status == 200


def _encrypted(demo: Demo, answer: dict[str, Any]) -> str:
    keys = json.loads((demo.keys_dir / "portal" / "client-keys.json").read_text(encoding="utf-8"))["keys"]
    key = ECKey.import_key(next(one for one in keys if one["use"] == "enc"))
    header = {"alg": "ECDH-ES", "enc": "A128GCM", "kid": key.kid}
    return jwe.encrypt_compact(header, json.dumps(answer).encode(), key)


def edited(document: str, part: str) -> str:
    """The same document with one character of its words changed, in payload or disclosure, or of its signature."""
    token, *disclosures = document.split("~")
    header, payload, signature = token.split(".")
    if part == "payload":
        words = _decoded(payload)
        payload = _encoded(words.replace('"vct":"urn:', '"vct":"urm:').replace('"vct": "urn:', '"vct": "urm:'))
        assert words != _decoded(payload)
    elif part == "signature":
        signature = ("A" if signature[0] != "A" else "B") + signature[1:]
    else:
        index = next(at for at, one in enumerate(disclosures) if '"full_name"' in _decoded(one))
        words = _decoded(disclosures[index])
        disclosures[index] = _encoded(f"{words[:-3]}{'x' if words[-3] != 'x' else 'y'}{words[-2:]}")
    return "~".join([".".join((header, payload, signature)), *disclosures])


def _decoded(part: str) -> str:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode() if part else ""


def _encoded(words: str) -> str:
    return base64.urlsafe_b64encode(words.encode()).rstrip(b"=").decode()
