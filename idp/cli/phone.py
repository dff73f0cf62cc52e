"""`mock-vneid phone`: the simulated phone, called over HTTP; one call finishes a sign-in by QR."""

from __future__ import annotations

import argparse
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from idp.cli.errors import CommandError
from idp.config import Config

ACTIONS = {
    "approve": "scan, pick the right number, approve",
    "refuse": "scan and refuse",
    "not-me": "scan and say: not me (ends it, locks the account, signs out its browsers)",
    "scan": "scan and print what the phone would show",
    "expire": "end the request as if its 120 seconds were over",
}
TIMEOUT = 15  # seconds
HTTP_NOT_FOUND = 404


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "\n".join(f"{name:<8} {text}" for name, text in ACTIONS.items())
    parser.add_argument("action", choices=ACTIONS, metavar="ACTION", help=", ".join(ACTIONS))
    parser.add_argument("code", help="address in the QR code, the code alone, or the 8 letters and digits to type")
    parser.add_argument("--person", metavar="NUMBER", help="personal identification number of a test citizen")
    parser.add_argument("--passcode", help="have her passcode checked too (default: taken to be right)")
    parser.add_argument("--number", type=int, help="pick this number (default: the right one)")
    parser.add_argument("--issuer", help="the provider's address (default: that of CODE, else of the settings)")


def run(args: argparse.Namespace, config: Config) -> int:
    """0 where it was done, 1 where the provider refused. Raises CommandError."""
    if args.person is None and args.action != "expire":
        raise CommandError(f"--person is missing: whose phone shall {args.action}? mock-vneid personas lists them")
    given = {"code": args.code, "person": args.person, "passcode": args.passcode, "number": args.number}
    body = {name: value for name, value in given.items() if value is not None}
    status, answer = _call(_issuer(args, config), args.action.replace("-", "_"), body, config)
    print(json.dumps(answer, ensure_ascii=False, indent=2 if args.action == "scan" else None))
    return 0 if status == 200 and answer.get("state") != "wrong_number" else 1


def _issuer(args: argparse.Namespace, config: Config) -> str:
    parts = urlsplit(args.issuer or args.code)
    if parts.scheme in ("http", "https") and parts.netloc:
        return f"{parts.scheme}://{parts.netloc}"
    if args.issuer:
        raise CommandError(f"--issuer is {args.issuer}: write http(s)://HOST:PORT")
    return config.issuer


def _call(issuer: str, action: str, body: Mapping[str, object], config: Config) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(  # noqa: S310 - http(s) only, see _issuer
        f"{issuer}/mock/phone/{action}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _https(config))
    try:
        with opener.open(request, timeout=TIMEOUT) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, _refusal(error, issuer)
    except OSError as error:
        raise CommandError(f"{issuer} does not answer: {getattr(error, 'reason', error)}") from error


def _refusal(error: urllib.error.HTTPError, issuer: str) -> dict[str, Any]:
    try:
        found = json.load(error)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        if error.code == HTTP_NOT_FOUND:
            raise CommandError(f"{issuer} has no simulated phone: start it with --mock-phone or IDP_MOCK_PHONE=1")
        raise CommandError(f"{issuer} answered {error.code}")
    return found


def _https(config: Config) -> urllib.request.HTTPSHandler:
    """Certificates of the mock root are good too: `--tls` and `--lan` have one."""
    context, root = ssl.create_default_context(), config.keys_dir / "root.pem"
    if root.is_file():
        context.load_verify_locations(root)
    return urllib.request.HTTPSHandler(context=context)
