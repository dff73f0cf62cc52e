"""Which parameters of the present request are not UTF-8: looked at before Werkzeug reads them, which changes them."""

from __future__ import annotations

from flask import request

from idp.oauth import utf8

FORM = "application/x-www-form-urlencoded"


def unreadable() -> tuple[str, ...]:
    """Their names: of a posted form, else of the query. Raises RequestEntityTooLarge."""
    if request.method != "POST":
        return utf8.unreadable(request.query_string)
    return utf8.unreadable(request.get_data()) if request.mimetype == FORM else ()
