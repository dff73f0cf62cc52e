"""`python -m idp.documents.verifier` is `mock-vneid verify`, without names for the fields."""

from __future__ import annotations

import sys

from idp.documents.verifier.command import main

sys.exit(main(sys.argv[1:]))
