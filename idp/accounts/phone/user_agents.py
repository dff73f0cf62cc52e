"""A first name for a device, from what its browser says of itself; the person may write another."""

from __future__ import annotations

# The first that fits: Android says Linux too, an iPad says Mac.
KINDS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac", "Mac"))
UNKNOWN = {"vi": "Điện thoại", "en": "Phone"}


def device_name(user_agent: str, language: str) -> str:
    """For example "Android", or "Phone" where nothing is known."""
    return next((name for mark, name in KINDS if mark in user_agent), UNKNOWN[language])
