"""An ECDSA signature from one of its two forms into the other: R and S side by side (RFC 7518 section 3.4), and the
ASN.1 that `cryptography` speaks (RFC 3279 section 2.2.3). For P-256 and P-384, whose lengths fit into one byte.
"""

from __future__ import annotations


def der_signature(signature: bytes) -> bytes:
    """`ECDSA-Sig-Value` in DER. Zero stays zero, which no key has ever signed."""
    half = len(signature) // 2
    r, s = signature[:half].lstrip(b"\0"), signature[half:].lstrip(b"\0")
    if not r or r[0] > 127:  # the first bit is the sign
        r = b"\0" + r
    if not s or s[0] > 127:
        s = b"\0" + s
    return b"\x30%c\x02%c%b\x02%c%b" % (len(r) + len(s) + 4, len(r), r, len(s), s)


def raw_signature(der: bytes, half: int) -> bytes:
    """R and S, `half` bytes each, of DER that a key just made."""
    end = 4 + der[3]
    r, s = der[4:end].lstrip(b"\0"), der[end + 2 :].lstrip(b"\0")
    return r.rjust(half, b"\0") + s.rjust(half, b"\0")
