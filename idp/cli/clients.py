"""`mock-vneid clients ACTION`: relying parties. A secret is printed once and kept hashed; every act is recorded."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from idp import outbound, pki
from idp.audit.store import AuditLog
from idp.cli import client_options, client_words, sandbox
from idp.cli.database import opened
from idp.cli.errors import CommandError
from idp.clock import SystemClock
from idp.config import Config
from idp.db import Database
from idp.documents.document_types import document_types
from idp.oauth import client_document, client_metadata, clients, initial_access_tokens, lenient, sectors
from idp.oauth.client_metadata import ClientMetadataError
from idp.oauth.client_metadata_forms import SCOPE_CHOICES
from idp.oauth.client_registration import ClientRegistration
from idp.oauth.registry import NoSecret, Registry, UnknownClient

SCOPE = "openid profile identity"  # of a client that is added without one
ACTIONS = {
    "add": "register a client",
    "list": "list the registered clients",
    "show": "show one client whole; --json gives the form that --from takes",
    "edit": "change what is registered of a client",
    "renew-secret": "make a new secret for a client; the old one ends at once",
    "disable": "stop a client: from now on it is nobody, with all its tokens",
    "enable": "let a stopped client work again",
    "remove": "remove a client, with all that was consented and granted to it",
    "token": "make an initial access token, by which a client may register itself",
}
FIRST = ("add", "token")  # may make the database, where there are keys
WHERE = "It works on a sandbox that is there: `seed`, `keys init`, `serve` or `demo` make it"
AFTER_KEYS = "; after `keys init` alone, `clients add` and `clients token` make the database"
LIST = "see .venv/bin/mock-vneid clients list"
TIMES = ("client_id_issued_at", "disabled_at")
OF_ONE = ("show", "edit", "renew-secret", "disable", "enable", "remove")


class ShortUsage(argparse.ArgumentParser):
    """A mistake is told in two lines: sixty options above it would hide it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"usage: {self.prog} [OPTIONS]   (--help lists them)\n{self.prog}: error: {message}\n")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=ShortUsage)
    made = {
        name: actions.add_parser(
            name, help=text, description=text, epilog=f"{WHERE}{AFTER_KEYS if name in FIRST else ''}."
        )
        for name, text in ACTIONS.items()
    }
    parser.epilog = f"{WHERE}{AFTER_KEYS}."
    for each in made.values():
        each.add_argument("--json", action="store_true", help="as JSON, for machines")
    for name in OF_ONE:
        made[name].add_argument("client", metavar="client_id", help="as `clients list` shows it")
    client_options.add_options(made["add"])
    client_options.add_options(made["edit"])
    made["edit"].add_argument("--clear", action="append", default=[], metavar="FIELD", help="back to its default")
    made["remove"].add_argument("--yes", action="store_true", help="do not ask")
    _add_token_options(made["token"])


def run(args: argparse.Namespace, config: Config) -> int:
    """Raises CommandError where a client or a value is refused."""
    # Between `keys init` and the first `seed` there are keys alone: who registers there has said where.
    (sandbox.need_keys if args.action in FIRST else sandbox.need)(config)
    with opened(config) as db:
        return _Clients(db, args, config).run()


def _add_token_options(parser: argparse.ArgumentParser) -> None:
    scope = initial_access_tokens.SCOPE
    parser.add_argument("--label", default="clients token", help="whom it is for (%(default)s)")
    parser.add_argument("--uses", type=int, default=1, help="how many clients it registers (%(default)s)")
    parser.add_argument("--days", type=int, default=7, help="how long it is good (%(default)s)")
    parser.add_argument(
        "--scope",
        default=scope,
        help=f"the most its clients may ask for (%(default)s); of {', '.join(SCOPE_CHOICES)}",
    )


class _Clients:
    """One run of the command."""

    def __init__(self, db: Database, args: argparse.Namespace, config: Config) -> None:
        self.db, self.args, self.now = db, args, SystemClock().now()
        self.registry = Registry(AuditLog.from_file(config.keys_dir / pki.AUDIT_KEY), by="command")
        self.outbound = outbound.of(config)
        self.switches: Sequence[str] = ()  # that were asked for

    def run(self) -> int:
        acts: Mapping[str, Callable[[], int]] = {
            "add": self.add, "list": self.list, "show": self.show, "edit": self.edit, "renew-secret": self.renew,
            "disable": self.disable, "enable": self.enable, "remove": self.remove, "token": self.token,
        }  # fmt: skip
        try:
            return acts[self.args.action]()
        except ClientMetadataError as error:
            raise CommandError(client_options.told(error, self.args.action, self.switches)) from error
        except UnknownClient as error:
            raise CommandError(f"no client {self.args.client!r}; {LIST}") from error

    def add(self) -> int:
        asked = client_options.registration(self.args, ClientRegistration("", "", ()))
        wanted = _with_defaults(asked.registration, asked.named)
        vouched = self._vouched(wanted, asked.mistakes)
        with self.db.begin() as session:
            made = self.registry.add(session, wanted, self.now, vouched)
        _warn(made.client_id, wanted)
        return self._told(made.client_id, made.client_secret)

    def edit(self) -> int:
        with self.db.read() as session:
            present = client_document.of(self.registry.find(session, self.args.client))
        asked = client_options.registration(self.args, _cleared(present, self.args.clear))
        wanted = asked.registration
        if not (asked.named or asked.mistakes or self.args.clear):
            raise CommandError("nothing to change was named: see .venv/bin/mock-vneid clients edit --help")
        vouched = self._vouched(wanted, asked.mistakes)
        with self.db.begin() as session:
            made = self.registry.change(session, self.args.client, wanted, self.now, vouched)
            after = client_document.of(self.registry.find(session, self.args.client))
        _warn(made.client_id, wanted)
        return self._told(made.client_id, made.client_secret, client_words.changes(present, after))

    def renew(self) -> int:
        with self.db.begin() as session:
            try:
                secret = self.registry.renew_secret(session, self.args.client, self.now)
            except (NoSecret, UnknownClient) as error:
                wanted = self.args.client
                raise CommandError(f"no client {wanted!r} with a secret; {LIST}") from error
        return self._told(self.args.client, secret)

    def disable(self) -> int:
        with self.db.begin() as session:
            was = self.registry.find(session, self.args.client).disabled_at
            self.registry.disable(session, self.args.client, self.now)
        return self._told(
            self.args.client, None, [f"disabled       {'since ' + client_words.day(was) if was else 'from now on'}"]
        )

    def enable(self) -> int:
        with self.db.begin() as session:
            was = self.registry.find(session, self.args.client).disabled_at
            self.registry.enable(session, self.args.client, self.now)
        told = (
            f"from now on; it was disabled since {client_words.day(was)}"
            if was
            else "as it was: it had not been disabled"
        )
        return self._told(self.args.client, None, [f"enabled        {told}"])

    def remove(self) -> int:
        with self.db.begin() as session:
            self.registry.find(session, self.args.client)
        if not self.args.yes and not _sure(self.args.client):
            raise CommandError("nothing is removed: give --yes, or write the client's identifier when asked")
        with self.db.begin() as session:
            self.registry.remove(session, self.args.client, self.now)
        return self._told(self.args.client, None)

    def token(self) -> int:
        args = self.args
        with self.db.begin() as session:
            made = self.registry.make_token(
                session, args.label, args.scope, args.uses, timedelta(days=args.days), self.now
            )
        if args.json:
            until = int(made.expires_at.timestamp())
            print(json.dumps({"initial_access_token": made.token, "id": made.id, "expires_at": until}))
        else:
            print(f"initial_access_token  {made.token}   (shown this once; only its hash is kept)")
            print(f"good until            {client_words.day(made.expires_at)}, for {args.uses} client(s)")
        return 0

    def show(self) -> int:
        with self.db.read() as session:
            client = self.registry.find(session, self.args.client)
            document, registration = clients.metadata(client), client_document.of(client)
            sector = client.sector_identifier
        if self.args.json:
            print(json.dumps(document, ensure_ascii=False, indent=2))
            return 0
        times = {
            name: client_words.day(datetime.fromtimestamp(document[name], UTC)) for name in TIMES if name in document
        }
        switches = {"lenient": lenient.switches(registration)}
        for name, value in (document | times | switches | {"sector": sector}).items():
            print(f"{name:<45} {client_words.shown(value)}")
        return 0

    def list(self) -> int:
        with self.db.read() as session:
            found = clients.list_all(session)
            if self.args.json:
                print(json.dumps([clients.metadata(client) for client in found], ensure_ascii=False, indent=2))
            else:
                print(
                    client_words.table(found)
                    if found
                    else "no client is registered; see .venv/bin/mock-vneid clients add --help"
                )
        return 0

    def _vouched(self, wanted: ClientRegistration, found: Sequence[ClientMetadataError]) -> sectors.Vouched | None:
        """What its sector's document says. Raises ClientMetadataError with every mistake there is."""
        self.switches, mistakes, vouched = wanted.lenient, list(found), None
        known = set(document_types().vcts)
        if not set(wanted.document_types) <= known:
            mistakes.append(ClientMetadataError("document_types", f"known are {', '.join(sorted(known))}"))
        try:
            vouched = sectors.fetch(self.outbound, wanted)
        except ClientMetadataError as error:
            mistakes.extend(error.all)
        if mistakes:
            client_metadata.completed(wanted, mistakes)
        return vouched

    def _told(self, client_id: str, secret: str | None, more: Sequence[str] = ()) -> int:
        if self.args.json:
            print(json.dumps({"client_id": client_id, "client_secret": secret}))
            return 0
        print(f"client_id      {client_id}")
        for line in more:
            print(line)
        if secret:
            print(f"client_secret  {secret}   (shown this once; only its hash is kept)")
        return 0


def _with_defaults(wanted: ClientRegistration, named: frozenset[str]) -> ClientRegistration:
    """The command's own, where nothing was said: useful scopes, and the grant that offline access needs."""
    if "scope" not in named:
        wanted = replace(wanted, scope=SCOPE)
    if "grant_types" not in named and "offline_access" in wanted.scope.split():
        wanted = replace(wanted, grant_types=("authorization_code", "refresh_token"))
    return wanted


def _cleared(present: ClientRegistration, names: Sequence[str]) -> ClientRegistration:
    plain = ClientRegistration("", "", ())
    for name in names:
        if name not in client_document.FIELDS or name == "client_id":
            raise CommandError(f"--clear: no field is called {name!r}; see .venv/bin/mock-vneid clients show")
    names = (*names, "require_pkce") if "lenient" in names else names  # where no-pkce is kept
    return replace(present, **{name: getattr(plain, name) for name in names})


def _warn(client_id: str, wanted: ClientRegistration) -> None:
    """One line a switch; no-pkce has two names."""
    for switch in lenient.switches(wanted):
        print(f"warning: {client_id}: {switch}: {lenient.SWITCHES[switch]['en']}", file=sys.stderr)


def _sure(client_id: str) -> bool:
    """Asked on a terminal only: a script says --yes."""
    if not sys.stdin.isatty():
        return False
    return input(f"write {client_id} to remove it with all that it was granted: ") == client_id
