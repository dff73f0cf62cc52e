"""Who is signed in, for the header of every page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PageAccount:
    """Who is signed in, as the page header shows it, and the organisation that she acts for."""

    display_name: str
    acting_for: str = ""
