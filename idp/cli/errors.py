"""The one error that commands raise for the person who called them."""

from __future__ import annotations


class CommandError(Exception):
    """What a command could not do, in one line, with what to do instead."""
