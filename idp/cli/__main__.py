"""`python -m idp.cli` is `mock-vneid`."""

from __future__ import annotations

import sys

from idp.cli.main import main

sys.exit(main())
