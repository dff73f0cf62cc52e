"""`mock-vneid serve`: the provider alone, over HTTP on loopback or HTTPS."""

from __future__ import annotations

import argparse
import gc
import ssl
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from idp.cli.errors import CommandError
from idp.cli.ports import ensure_free
from idp.config import Config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, help="instead of IDP_PORT")
    parser.add_argument("--provisioned", action="store_true", help="keys, tables and test citizens are there already")
    parser.add_argument(
        "--tls",
        nargs="*",
        metavar="FILE",
        help="serve HTTPS: with CERTIFICATE.pem KEY.pem, or alone with a certificate signed by the mock root",
    )


def run(args: argparse.Namespace, config: Config) -> int:
    gc.disable()  # until the server is made: imports leave next to no garbage, and looking for it takes an eighth
    if args.port is not None:
        config = _on_port(config, args.port)
    if args.tls is not None and not config.secure:
        raise CommandError(f"IDP_ISSUER is {config.issuer}: with --tls it must begin with https")
    ensure_free(config.host, config.port, host_key="IDP_HOST", port_key="IDP_PORT or --port")
    if not args.provisioned:
        from idp.cli.provision import provision

        provision(config)
    tls = _certificate(args.tls, config)
    if not args.provisioned:
        print(f"MÔ PHỎNG / MOCK e-ID provider: {config.issuer}", flush=True)
    from idp.serving import Server

    Server(lambda: create(config), config.host, config.port, tls).run()
    return 0


def create(config: Config):  # type: ignore[no-untyped-def]
    """The provider, for a server that forks once it is there."""
    from idp import logs
    from idp.app import create_app

    logs.configure(config.log_level)
    app = create_app(config)
    app.before_request(app.extensions["mock_vneid_courier"].ensure_running)
    app.extensions["mock_vneid_db"].dispose()  # a connection must not be shared with the worker that is forked next
    return app


def _on_port(config: Config, port: int) -> Config:
    """Move the port, and with it an issuer that nobody set."""
    if not 1 <= port <= 65535:
        raise CommandError("--port must be a whole number from 1 to 65535")
    own = config.issuer == f"{urlsplit(config.issuer).scheme}://localhost:{config.port}"
    issuer = f"{urlsplit(config.issuer).scheme}://localhost:{port}" if own else config.issuer
    return replace(config, port=port, issuer=issuer)


def _certificate(files: list[str] | None, config: Config) -> tuple[Path, Path] | None:
    if files is None:
        return None
    if len(files) == 2:
        pair = Path(files[0]), Path(files[1])
        for path in pair:
            if not path.is_file():
                raise CommandError(f"--tls: no file {path}")
        _check(*pair)
        return pair
    if files:
        raise CommandError("--tls takes no file, or CERTIFICATE.pem and KEY.pem")
    from idp import pki
    from idp.clock import SystemClock

    host = urlsplit(config.issuer).hostname or "localhost"
    return pki.server_certificate(config.keys_dir, (host, "localhost", "127.0.0.1", "::1"), SystemClock().now())


def _check(certificate: Path, key: Path) -> None:
    """Complain before the server starts, not at each connection."""
    try:
        # A password given here keeps OpenSSL from asking for one at the terminal.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
    except (ssl.SSLError, OSError) as error:
        raise CommandError(
            f"--tls: {certificate} and {key} must be a certificate (chain) and its own private key, as PEM without "
            f"a password: {error.strerror or error}"
        ) from error
