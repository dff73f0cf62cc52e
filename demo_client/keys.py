"""The portal's own keys: one signs requests and client assertions, one decrypts answers; and the pinned root."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from demo_client.config import ConfigError
from idp.documents.verifier.certificates import load_pem
from idp.documents.verifier.errors import CertificateMalformed


@dataclass(frozen=True)
class PortalKeys:
    """Both are P-256: `signing` (`use: sig`, ES256) and `encryption` (`use: enc`, ECDH-ES)."""

    signing: ECKey
    encryption: ECKey


def load_keys(path: Path) -> PortalKeys:
    """Read the private JWK set. Raises ConfigError that says how to make one."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["keys"]
        keys = {entry["use"]: ECKey.import_key(entry) for entry in entries}
        return PortalKeys(keys["sig"], keys["enc"])
    except OSError as error:
        raise ConfigError(f"PORTAL_KEYS: cannot read {path}; run `.venv/bin/mock-vneid keys init` first") from error
    except (ValueError, KeyError, TypeError, JoseError) as error:
        raise ConfigError(f"PORTAL_KEYS: {path} is not a JWK set with a `sig` and an `enc` key") from error


def load_root(path: Path) -> x509.Certificate:
    """Read the root certificate that trust lists are checked with. Raises ConfigError."""
    try:
        return load_pem(path.read_bytes())
    except OSError as error:
        raise ConfigError(f"PORTAL_ROOT: cannot read {path}; run `.venv/bin/mock-vneid keys init` first") from error
    except CertificateMalformed as error:
        raise ConfigError(f"PORTAL_ROOT: {path} is not a PEM certificate") from error
