"""The holder's Key Binding JWT (RFC 9901 section 4.3)."""

from __future__ import annotations

from datetime import datetime

from joserfc.jwk import ECKey, OKPKey

from idp.documents.sd_jwt.disclosures import digest
from idp.documents.sd_jwt.errors import CannotBind
from idp.documents.sd_jwt.jws import sign
from idp.documents.sd_jwt.parsing import parse

TYPE = "kb+jwt"


def bind(presentation: str, *, holder_key: ECKey | OKPKey, audience: str, nonce: str, issued_at: datetime) -> str:
    """Append a Key Binding JWT for this audience and nonce: an SD-JWT+KB.

    `audience` is the asking party's whole `client_id` (OpenID4VP 1.0, Annex B.3.6). Raises `CannotBind` when
    one is there already.
    """
    parsed = parse(presentation)
    if parsed.key_binding_jwt is not None:
        raise CannotBind("it is bound already")
    bare = parsed.without_key_binding
    payload = {
        "iat": int(issued_at.timestamp()),
        "aud": audience,
        "nonce": nonce,
        "sd_hash": digest(bare, parsed.hash_name),  # 4.3.1
    }
    return bare + sign({"typ": TYPE}, payload, holder_key)
