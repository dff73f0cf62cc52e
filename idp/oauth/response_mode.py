"""Response modes: how the answer travels (OAuth 2.0 Multiple Response Types 2.1, Form Post 1.0, JARM 2.3)."""

from __future__ import annotations

from collections.abc import Sequence

from idp.oauth.errors import ServerPageError

DEFAULT = "query"  # of response_type=code
PLAIN = ("query", "fragment", "form_post")
SIGNED = ("jwt", "query.jwt", "fragment.jwt", "form_post.jwt")
MODES = (*PLAIN, *SIGNED)


def of(given: Sequence[str], redirect_uri: str) -> str:
    """The mode that is asked for. Raises ServerPageError.

    Core 3.1.2.6: where it cannot be understood, nobody knows how to tell the client, so the person is told.
    """
    mode = given[0] if given else DEFAULT
    if len(given) > 1 or mode not in MODES:
        raise ServerPageError("oauth.wrong_response_mode", description="The response_mode is not supported.")
    if carrier(mode) == "form_post" and not redirect_uri.startswith(("https:", "http:")):
        raise ServerPageError("oauth.wrong_response_mode", description="A form can be posted to a web address only.")
    return mode


def carrier(mode: str) -> str:
    """Query, fragment or form_post; JARM 2.3.4: `jwt` is the default of the response type."""
    return DEFAULT if mode == "jwt" else mode.removesuffix(".jwt")


def is_signed(mode: str) -> bool:
    return mode in SIGNED
