"""`mock-vneid seed`: make what is missing: keys, tables, test citizens, their documents, the seeded clients."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from idp.cli import ports
from idp.cli.database import shown
from idp.cli.provision import provision
from idp.config import Config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--personas", metavar="FILE", help="TOML file of test citizens, instead of IDP_PERSONAS")


def run(args: argparse.Namespace, config: Config) -> int:
    if args.personas:
        config = replace(config, personas=Path(args.personas))
    for folder in (config.data_dir, config.keys_dir):
        ports.agree(folder, config.addresses)
    made = provision(config)
    count = len(made.personas.personas)
    print(f"MÔ PHỎNG / MOCK: {count} test citizens in {shown(config.database_url)}")
    return 0
