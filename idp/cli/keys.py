"""`mock-vneid keys`: make what is missing, rotate the provider's signing keys, write the offline copies."""

from __future__ import annotations

import argparse
import json
from datetime import datetime

from idp.cli import ports, sandbox
from idp.cli.errors import CommandError
from idp.clock import SystemClock
from idp.config import Config

ACTIONS = {
    "init": "make every key, certificate and the trust list where missing; renew what is near its end",
    "rotate": "let the next signing keys take over once clients have them; the old ones stay published a day",
    "revoke": "put a certificate for PDF files or time stamps on the root's revocation list, and make another",
    "list": "the keys that sign tokens: which one signs, which is next, until when the old ones are published",
    "export": "write trust list and status lists to the key folder, for checking documents without a network",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    made = {name: actions.add_parser(name, help=text, description=text) for name, text in ACTIONS.items()}
    made["list"].add_argument("--json", action="store_true", help="as JSON, for machines")
    made["revoke"].add_argument("owner", metavar="OWNER", help="an issuer's id, or time-stamp-authority")
    made["revoke"].add_argument("--reason", default="keyCompromise", help="as RFC 5280 names it (keyCompromise)")
    made["rotate"].add_argument("--now", action="store_true", help="do not wait until clients have the new keys")
    made["rotate"].add_argument(
        "--compromised", action="store_true", help="as --now, and withdraw the old keys: what they signed is refused"
    )


def run(args: argparse.Namespace, config: Config) -> int:
    """Raises CommandError where keys are missing or unusable."""
    from idp.certificates import KeysMissing
    from idp.keyset import KeySetError

    actions = {"init": _init, "rotate": _rotate, "revoke": _revoke, "list": _list, "export": _export}
    if args.action != "init":
        sandbox.need_keys(config)
    try:
        actions[args.action](config, args)
    except (KeysMissing, KeySetError) as error:
        raise CommandError(str(error)) from error
    return 0


def _init(config: Config, _args: argparse.Namespace) -> None:
    from idp import pki, revocation, trust_list

    now = SystemClock().now()
    pki.init(config.keys_dir, now, config.issuer)
    trust_list.current(config.keys_dir, config.issuer, now)
    revocation.current(config.keys_dir, now)
    print(f"MÔ PHỎNG / MOCK keys are in {config.keys_dir}; verifiers pin {config.keys_dir / 'root.pem'}")


def _rotate(config: Config, args: argparse.Namespace) -> None:
    from idp import key_rotation

    now = SystemClock().now()
    done = key_rotation.rotate(config.keys_dir, now, at_once=args.now, compromised=args.compromised)
    if done.used_from > now:
        print(
            f"the published keys sign from {_when(done.used_from)} on, when clients have them; no restart is needed"
        )
    else:
        print("the published keys sign from now on; the next ones are published already")
    if done.withdrawn:
        print(f"withdrawn: {', '.join(done.withdrawn)}")


def _revoke(config: Config, args: argparse.Namespace) -> None:
    from idp import paper_certificates, pki, revocation

    if args.reason not in revocation.REASONS:
        raise CommandError(f"--reason is one of {', '.join(revocation.REASONS)}")
    if args.owner == paper_certificates.TIME_STAMPER:
        found = paper_certificates.time_stamper(config.keys_dir)
    elif args.owner in pki.issuer_profiles():
        found = paper_certificates.signer(config.keys_dir, args.owner)
    else:
        raise CommandError(f"OWNER is {paper_certificates.TIME_STAMPER} or one of {', '.join(pki.issuer_profiles())}")
    revocation.revoke(config.keys_dir, found.certificate, SystemClock().now(), args.reason)
    print(f"revoked: {found.certificate.serial_number:x} ({args.reason})")
    _init(config, args)


def _list(config: Config, args: argparse.Namespace) -> None:
    from idp.keyset import FILE, read, states

    now = SystemClock().now()
    rows = [
        {
            "kid": one.entry.kid,
            "alg": one.entry.alg,
            "state": one.state if one.until is None or now < one.until else "withdrawn",
            "published_at": _when(one.entry.published_at),
            "used_from": one.entry.used_from and _when(one.entry.used_from),
            "published_until": one.until and _when(one.until),
        }
        for one in states(read(config.keys_dir / FILE), now)
    ]
    if args.json:
        print(json.dumps(rows, indent=2))
        return
    for row in rows:
        until = f", published until {row['published_until']}" if row["published_until"] else ""
        since = f"signs from {row['used_from']}" if row["used_from"] else "signs after the next rotation"
        print(f"{row['alg']:<6} {row['state']:<9} {row['kid']:<20} {since}{until}")


def _when(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _export(config: Config, _args: argparse.Namespace) -> None:
    from idp import revocation, trust_list
    from idp.db import Database
    from idp.documents.issuers import Issuers
    from idp.documents.status_tokens import StatusTokens

    sandbox.need(config)
    ports.agree(config.keys_dir, config.addresses)
    now = SystemClock().now()
    trust_list.current(config.keys_dir, config.issuer, now)
    revocation.current(config.keys_dir, now)
    db = Database(config.database_url)
    try:
        with db.read() as session:
            StatusTokens(Issuers(config.keys_dir), config.issuer, config.keys_dir).export(session, now, anew=True)
    finally:
        db.dispose()
    print(f"trust list, revocation list and status lists are in {config.keys_dir}")
