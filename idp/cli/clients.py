"""`mock-vneid clients add|list|renew-secret`: relying parties. A secret is printed once and kept hashed."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from idp.cli.database import opened
from idp.cli.errors import CommandError
from idp.clock import SystemClock
from idp.config import Config
from idp.db import Database
from idp.documents.document_types import document_types
from idp.oauth import clients
from idp.oauth.client_metadata import AUTH_METHODS, ClientMetadataError
from idp.oauth.client_registration import ClientRegistration
from idp.oauth.demo_clients import renew_secret
from idp.oauth.models import Client

# option -> field of ClientRegistration that takes it as many times as it is given, and what it is
REPEATED = {
    "redirect-uri": ("redirect_uris", "where a sign-in may come back to, compared character by character"),
    "post-logout-redirect-uri": ("post_logout_redirect_uris", "where a sign-out may come back to"),
    "request-uri": ("request_uris", "where the wallet fetches requests; ending in / it admits one random segment"),
    "response-uri": ("response_uris", "where the wallet sends its answer"),
    "document-type": ("document_types", "a vct that it may ask the wallet for"),
    "contact": ("contacts", "an e-mail address of its people"),
    "default-acr-value": ("default_acr_values", "level asked for where a request names none"),
}
ACTIONS = {
    "add": "register a client",
    "list": "list the registered clients",
    "renew-secret": "make a new secret for a client; the old one ends at once",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    made = {name: actions.add_parser(name, help=text, description=text) for name, text in ACTIONS.items()}
    for each in made.values():
        each.add_argument("--json", action="store_true", help="as JSON, for machines")
    _add_options(made["add"])
    made["renew-secret"].add_argument("client_id", help="as `clients list` shows it")


def run(args: argparse.Namespace, config: Config) -> int:
    """Raises CommandError where a client or a value is refused."""
    with opened(config) as db:
        return {"add": _add, "list": _list, "renew-secret": _renew}[args.action](db, args)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name-vi", required=True, help="the service's name in Vietnamese")
    parser.add_argument("--name-en", required=True, help="the service's name in English")
    parser.add_argument("--client-id", help="an identifier of your own; one is made where this is left out")
    parser.add_argument("--application-type", choices=("web", "native"), default="web", help="(%(default)s)")
    method, algorithm = "client_secret_basic", "RS256"
    parser.add_argument("--auth-method", choices=AUTH_METHODS, default=method, help="at /token (%(default)s)")
    parser.add_argument("--id-token-alg", choices=("RS256", "ES256"), default=algorithm, help="(%(default)s)")
    parser.add_argument("--scope", default="openid profile identity", help="scopes it may ask for (%(default)s)")
    parser.add_argument("--jwks", type=Path, help="file with its public JWK Set, for private_key_jwt and the wallet")
    parser.add_argument("--sector-identifier", help="needed where the redirect URIs are on several hosts")
    parser.add_argument("--client-uri", help="its home page")
    parser.add_argument("--policy-uri", help="its page on personal data")
    parser.add_argument("--tos-uri", help="its terms")
    parser.add_argument("--default-max-age", type=int, help="seconds a sign-in may be old")
    parser.add_argument("--no-pkce", action="store_true", help="accept requests without PKCE (old clients; weaker)")
    for option, (_, text) in REPEATED.items():
        needed = option == "redirect-uri"
        parser.add_argument(f"--{option}", action="append", default=[], required=needed, help=f"{text}; repeatable")


def _add(db: Database, args: argparse.Namespace) -> int:
    try:
        with db.begin() as session:
            registered = clients.register(session, _registration(args), SystemClock().now())
    except ClientMetadataError as error:
        raise CommandError(f"not registered: {error} ({error.code})") from error
    if args.no_pkce:
        print(f"warning: {registered.client_id} is {clients.NO_PKCE}", file=sys.stderr)
    return _told(registered.client_id, registered.client_secret, args)


def _renew(db: Database, args: argparse.Namespace) -> int:
    try:
        with db.begin() as session:
            secret = renew_secret(session, args.client_id)
    except KeyError as error:
        raise CommandError(f"no client {args.client_id!r} with a secret; see mock-vneid clients list") from error
    return _told(args.client_id, secret, args)


def _told(client_id: str, secret: str | None, args: argparse.Namespace) -> int:
    if args.json:
        print(json.dumps({"client_id": client_id, "client_secret": secret}))
        return 0
    print(f"client_id      {client_id}")
    if secret:
        print(f"client_secret  {secret}   (shown this once; only its hash is kept)")
    return 0


def _registration(args: argparse.Namespace) -> ClientRegistration:
    known = {kind.vct for kind in document_types()}
    for vct in args.document_type:
        if vct not in known:
            raise CommandError(f"--document-type: no type {vct!r}; known are {', '.join(sorted(known))}")
    offline = "offline_access" in args.scope.split()
    repeated: dict[str, Any] = {
        field: tuple(getattr(args, option.replace("-", "_"))) for option, (field, _) in REPEATED.items()
    }
    return ClientRegistration(
        client_name_vi=args.name_vi,
        client_name_en=args.name_en,
        client_id=args.client_id,
        application_type=args.application_type,
        token_endpoint_auth_method=args.auth_method,
        id_token_signed_response_alg=args.id_token_alg,
        scope=args.scope,
        grant_types=("authorization_code", "refresh_token") if offline else ("authorization_code",),
        jwks=_read_jwks(args.jwks),
        sector_identifier=args.sector_identifier,
        client_uri=args.client_uri,
        policy_uri=args.policy_uri,
        tos_uri=args.tos_uri,
        default_max_age=args.default_max_age,
        require_pkce=not args.no_pkce,
        **repeated,
    )


def _read_jwks(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"--jwks: cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise CommandError(f"--jwks: {path} is not JSON") from error
    if not isinstance(document, dict):
        raise CommandError(f"--jwks: {path} must hold a JWK Set, an object with the member keys")
    return document


def _list(db: Database, args: argparse.Namespace) -> int:
    with db.read() as session:
        found = clients.list_all(session)
        if args.json:
            print(json.dumps([clients.metadata(client) for client in found], ensure_ascii=False, indent=2))
        else:
            print(_table(list(found)) if found else "no client is registered; see mock-vneid clients add --help")
    return 0


def _table(found: list[Client]) -> str:
    blocks = []
    for client in found:
        pkce = "" if client.require_pkce else "  NO PKCE"
        head = f"{client.client_id}  {client.client_name_vi} / {client.client_name_en}{pkce}"
        how = f"{client.application_type}, {client.token_endpoint_auth_method}, {client.id_token_signed_response_alg}"
        rows = (how, client.scope, *client.redirect_uris)
        blocks.append("\n".join((head, *(f"    {row}" for row in rows))))
    return "\n".join(blocks)
