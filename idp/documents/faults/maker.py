"""A maker: from the world, where all is right, to the plan of a document in which one thing is wrong."""

from __future__ import annotations

from collections.abc import Callable

from idp.documents.faults.plan import Plan
from idp.documents.faults.world import World

Maker = Callable[[World], Plan]
