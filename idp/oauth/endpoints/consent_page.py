"""The consent page: who asks, why, what (each claim with its present value), for how long, in this order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Response

from idp.i18n import format_date, format_datetime
from idp.oauth.authorization import Ask, Browser
from idp.oauth.consent import OFFLINE, REMEMBERED_FOR
from idp.oauth.ports import OAuthServices
from idp.oauth.tokens import GRANT_LIFETIME

Words = Callable[..., str]
WORDED_FOR_ACTING = ("openid", "identity", "vnconnect_compat")


@dataclass(frozen=True)
class Line:
    """One claim as the page shows it; a `masked` value is shown when asked for."""

    name: str
    label: str
    value: str
    masked: bool = False


def render_consent(services: OAuthServices, ask: Ask, browser: Browser, form_targets: tuple[str, ...]) -> Response:
    page, web = ask.page, services.web
    assert page is not None  # noqa: S101 - the consent step comes with its page
    return web.render(
        "oauth/consent.html",
        form_targets=form_targets,
        request_id=ask.pending.id,
        shown=page.hash,
        service=page.name,
        origin=page.origin,
        client=ask.client,
        purposes=[(scope, web.t(_purpose(scope, acting=page.acting_for is not None))) for scope in page.scopes],
        organisation=page.values.get("acting_for"),
        lines=lines(page.values, web.t, browser.lang),
        missing=[web.t(f"oauth.claim.{name}") for name in page.missing],
        offline=OFFLINE in page.scopes,
        offline_days=GRANT_LIFETIME.days,
        remembered_days=REMEMBERED_FOR.days,
    )


def _purpose(scope: str, *, acting: bool) -> str:
    return f"oauth.scope_acting.{scope}" if acting and scope in WORDED_FOR_ACTING else f"oauth.scope.{scope}"


def lines(values: Mapping[str, object], words: Words, lang: str) -> list[Line]:
    """The claims in words."""
    return [
        Line(name, words(f"oauth.claim.{name}"), _value(name, value, words, lang), name == "personal_id_number")
        for name, value in values.items()
    ]


def _value(name: str, value: object, words: Words, lang: str) -> str:
    if isinstance(value, bool):
        return words("oauth.value.yes" if value else "oauth.value.no")
    if name == "gender" and value in ("female", "male"):
        return words(f"oauth.value.{value}")
    if name == "birthdate":
        return format_date(str(value), lang)
    if name == "updated_at" and isinstance(value, int | float):
        return format_datetime(datetime.fromtimestamp(value, UTC), lang)
    if name == "identity_level":
        return words("oauth.value.level", level=value)
    if name == "acting_for" and isinstance(value, Mapping):
        return words("oauth.value.acting_for", name=value["name"], number=value["organisation_number"])
    if name == "act":
        return words("oauth.value.act", role=words(f"oauth.role.{value}"))
    if isinstance(value, Mapping):
        return str(value.get("formatted") or ", ".join(str(part) for part in value.values() if part))
    return ", ".join(str(part) for part in value) if isinstance(value, list | tuple) else str(value)
