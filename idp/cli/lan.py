"""`mock-vneid demo --lan`: provider and portal over TLS under the machine's own name or address in its network.

A real phone needs both: a QR code that names localhost reaches no phone, and browsers give the camera and WebCrypto
to secure contexts only (W3C Secure Contexts).
"""

from __future__ import annotations

import io
import ipaddress
import socket
import sys
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import qrcode
from cryptography.hazmat.primitives import hashes

from idp import pki
from idp.cli.errors import CommandError
from idp.config import LOOPBACK, Config

#: Reserved for documentation (RFC 5737): nothing is sent there, only the way out is asked for.
ELSEWHERE = ("192.0.2.1", 9)
EVERYWHERE = "0.0.0.0"  # noqa: S104 - the point of --lan


@dataclass(frozen=True)
class Lan:
    """How others in the network reach this machine. `name` is `address` where it has no name that they know."""

    name: str
    address: str


def find(wanted: str) -> Lan:
    """The machine's name and address; `wanted` is what the person named, or empty. Raises CommandError."""
    if wanted:
        return Lan(wanted, _resolved(wanted))
    address = _own_address()
    name = f"{socket.gethostname().split('.')[0].lower()}.local"  # what mDNS calls it (RFC 6762)
    try:
        return Lan(name if _resolved(name) == address else address, address)
    except CommandError:
        return Lan(address, address)


def settings(config: Config, lan: Lan) -> Config:
    """The demo's settings with the network's addresses in them. Raises CommandError where those were set by hand."""
    if config.issuer != f"http://localhost:{config.port}":
        raise CommandError("--lan makes the address itself: unset IDP_ISSUER, or name a host with --lan NAME")
    if config.portal_url != f"http://localhost:{config.portal_port}":
        raise CommandError("--lan makes the address itself: unset PORTAL_URL, or name a host with --lan NAME")
    return replace(
        config,
        host=EVERYWHERE if config.host in LOOPBACK else config.host,
        issuer=f"https://{lan.name}:{config.port}",
        portal_url=f"https://{lan.name}:{config.portal_port}",
        # The wallet answers the portal at its registered address, which is a private one here.
        private_networks=(*config.private_networks, f"{lan.address}/32"),
    )


def certificate(config: Config, lan: Lan, now: datetime) -> tuple[Path, Path]:
    """Certificate and key, signed by the mock root, for the name and the address alike."""
    names = {lan.name, lan.address, "localhost", "127.0.0.1", "::1"}
    return pki.server_certificate(config.keys_dir, sorted(names), now)


def portal_environment(config: Config) -> dict[str, str]:
    """What the portal is told: where it listens, with the provider's own certificate, and whom it trusts."""
    base = config.keys_dir / "tls" / "server"
    return {
        "PORTAL_HOST": config.host,
        "PORTAL_TLS_CERTIFICATE": str(base.with_suffix(".pem")),
        "PORTAL_TLS_KEY": str(base.with_suffix(".key")),
        "PORTAL_CA_BUNDLE": str(config.keys_dir / "root.pem"),
    }


def instructions(config: Config) -> str:
    """How a phone comes to trust the certificate, and the portal's address as a QR code."""
    root = config.keys_dir / "root.pem"
    fingerprint = pki.root(config.keys_dir).certificate.fingerprint(hashes.SHA256()).hex(":").upper()
    return f"""
  Điện thoại / phone           {config.issuer}/app   (MÔ PHỎNG ứng dụng định danh / MOCK e-ID app)

  Để điện thoại tin chứng chỉ, chép {root} sang điện thoại (cáp, thư), rồi:
  For a phone to trust the certificate, copy {root} to it (cable, mail), then:
    Android  Settings > Security > Encryption & credentials > Install a certificate > CA certificate
    iPhone   open it; Settings > General > VPN & Device Management > Install; then
             Settings > General > About > Certificate Trust Settings > turn it on
  SHA-256 {fingerprint}
  Chỉ cài trên máy để thử và gỡ đi sau đó: ai có khóa của chứng chỉ này giả được mọi trang web trên máy ấy.
  On test devices only, and remove it afterwards: whoever has its key can pretend to be any site to that device.
  Máy tính dùng để quét cũng cần tin chứng chỉ này. / The computer's browser needs to trust it too.

{picture(config.portal_url)}"""


def picture(text: str) -> str:
    """A QR code made of half blocks. A dark terminal is assumed: light modules are drawn, dark ones left out."""
    code = qrcode.QRCode(border=2)
    code.add_data(text)
    drawn = io.StringIO()
    code.print_ascii(out=drawn, invert=True)
    return drawn.getvalue()


def printable(text: str) -> str:
    """Without what the terminal's encoding cannot show."""
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)


def _resolved(name: str) -> str:
    """An IPv4 address of this name. Raises CommandError."""
    try:
        return str(socket.getaddrinfo(name, None, socket.AF_INET, socket.SOCK_STREAM)[0][4][0])
    except (OSError, UnicodeError) as error:
        raise CommandError(f"--lan {name}: no machine of this name or IPv4 address is known here") from error


def _own_address() -> str:
    """Where this machine would call others from. Raises CommandError."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ELSEWHERE)
            found = str(probe.getsockname()[0])
        except OSError as error:
            raise CommandError("--lan: this machine is in no network; connect it, or name it: --lan NAME") from error
    if ipaddress.ip_address(found).is_loopback:
        raise CommandError("--lan: this machine is in no network; connect it, or name it: --lan NAME")
    return found
