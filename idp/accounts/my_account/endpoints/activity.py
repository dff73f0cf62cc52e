"""My activity: five years of it, searched, read page by page, and taken along as a file."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, make_response, request, url_for

from idp.accounts.my_account import export
from idp.accounts.my_account.activity import Activity, BadPeriod, Filter, kept_since, kinds, read_filter
from idp.accounts.my_account.endpoints.common import ONE_FACTOR, TWO_FACTORS, Home, Visitor
from idp.accounts.my_account.wording import Wording
from idp.accounts.officers import roles

FIELDS = ("q", "kind", "since", "until")
COLUMNS = ("at", "kind", "what", "service", "details", "event", "mock")
LARGEST_ID = 2**31 - 1


def register(blueprint: Blueprint, home: Home) -> None:
    pages = ActivityPages(home)
    blueprint.add_url_rule("/activity", "activity", pages.show, methods=["GET"])
    blueprint.add_url_rule("/activity/export", "export", pages.ask_export, methods=["GET"])
    blueprint.add_url_rule("/activity/export.csv", "export_csv", pages.as_csv, methods=["GET"])
    blueprint.add_url_rule("/activity/export.json", "export_json", pages.as_json, methods=["GET"])


class ActivityPages:
    def __init__(self, home: Home) -> None:
        self.home, self.web = home, home.web

    def show(self) -> Response:
        visitor = self._enter("my_account.activity", ONE_FACTOR)
        if isinstance(visitor, Response):
            return visitor
        before = _number(request.args.get("before"))
        try:
            wanted, error = self._filter(), ""
        except BadPeriod as bad:
            wanted, error = Filter(), bad.field
        lines, more = ([], False) if error else self._activity(visitor).page(wanted, before, self.home.now())
        return self.web.render(
            "my_account/activity.html", HTTPStatus.BAD_REQUEST if error else HTTPStatus.OK, lines=lines,
            asked=_asked(), wrong=error, options=self._options(), first=before is None,
            kept_since=kept_since(self.home.now()),
            older=_address("my_account.activity", before=lines[-1].id) if more else "",
            export_url=_address("my_account.export"),
        )  # fmt: skip

    def ask_export(self) -> Response:
        """A page of its own, since the way back from a missing factor must not end at a download."""
        visitor = self._enter("my_account.export", TWO_FACTORS)
        if isinstance(visitor, Response):
            return visitor
        return self.web.render("my_account/export.html", asked=_asked())

    def as_csv(self) -> Response:
        def text(activity: Activity, wanted: Filter) -> str:
            header = [self.web.t(f"my_account.column.{name}") for name in COLUMNS]
            return export.as_csv(activity.all(wanted, self.home.now()), header)

        return self._file("csv", "text/csv; charset=utf-8", text)

    def as_json(self) -> Response:
        def text(activity: Activity, wanted: Filter) -> str:
            now = self.home.now()
            return export.as_json(activity.all(wanted, now), now, self.web.language())

        return self._file("json", "application/json", text)

    # --- parts ---------------------------------------------------------------------------------------
    def _options(self) -> list[tuple[str, str]]:
        return [(kind, self.web.t(f"my_account.kind.{kind}")) for kind in kinds()]

    def _file(self, form: str, media_type: str, text: export.Writer) -> Response:
        visitor = self._enter("my_account.export", TWO_FACTORS)
        if isinstance(visitor, Response):
            return visitor
        try:
            body = text(self._activity(visitor), self._filter())
        except BadPeriod:
            return self.web.problem(HTTPStatus.BAD_REQUEST, "common.http_400")
        now, details = self.home.now(), {"format": form, "address": self.web.client_address()}
        with self.home.db.begin() as session:
            self.home.audit.record(
                session, event="account.activity_exported", subject=visitor.subject, client_id=None,
                details=details, now=now,
            )  # fmt: skip
        response = make_response(body.encode())
        response.headers["Content-Type"] = media_type
        response.headers["Content-Disposition"] = f'attachment; filename="mock-vneid-activity.{form}"'
        response.headers["Cache-Control"] = "no-store"
        return response

    def _enter(self, page: str, level: str) -> Visitor | Response:
        return self.home.enter(_address(page), level)

    def _activity(self, visitor: Visitor) -> Activity:
        services = self.home.services
        wording = Wording(
            self.web.catalogue, services.events, self.web.language(), roles.purposes(), services.document_names
        )
        return Activity(services, visitor.subject, wording)

    def _filter(self) -> Filter:
        """Raises BadPeriod."""
        given = {name: request.args.get(name, "") for name in FIELDS}
        return read_filter(given["q"], given["kind"], given["since"], given["until"])


def _asked() -> dict[str, str]:
    """The filter as it stands in the address."""
    return {name: request.args[name][:100] for name in FIELDS if request.args.get(name)}


def _address(page: str, **more: Any) -> str:
    """The page, asked the same."""
    values: dict[str, Any] = {**_asked(), **more}
    return url_for(page, **values)


def _number(text: str | None) -> int | None:
    found = int(text) if text and text.isascii() and text.isdigit() and len(text) <= 10 else None
    return min(found, LARGEST_ID) if found is not None else None
