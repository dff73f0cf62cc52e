"""A browser in two words, from what it says of itself: enough to know one's own again, and no proof of anything."""

from __future__ import annotations

# The first that fits: nearly all of them call themselves Chrome and Safari as well, Android says Linux too.
PRODUCTS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("coc_coc", "Cốc Cốc"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = ("iPhone", "iPad", "Android", "Windows", "Mac", "CrOS", "Linux")


def browser_name(user_agent: str) -> str:
    """For example "Chrome · Windows"; what cannot be told is left as it is."""
    product = next((name for mark, name in PRODUCTS if mark in user_agent), "")
    system = next((name for name in SYSTEMS if name in user_agent), "")
    return " · ".join(part for part in (product, system) if part) or user_agent
