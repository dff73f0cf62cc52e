"""The operators' pages of the registry with a stand-in for the officers, and a browser at them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from flask import Blueprint, Flask, Response, request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.oauth.blueprints import create_blueprints
from idp.oauth.ports import Operator
from tests.oauth.conftest import IDP, Provider, _sign_in_blueprint

TYPES = ("urn:vn-mock:pid:1", "urn:vn-mock:health-book:1")


class Desk:
    """Stands for the officers: lets the operator in while `present`, and checks the form's token."""

    def __init__(self, provider: Provider) -> None:
        self.web, self.present = provider.services.web, True

    def protect(self, blueprint: Blueprint) -> Blueprint:
        blueprint.before_request(self._check)
        return blueprint

    def admitted(self) -> Operator | Response:
        return Operator("officer-1", "Đỗ Văn Kết") if self.present else Response("sign in first", 401)

    def render(self, template: str, status: int, **context: Any) -> Response:
        return self.web.render(template, status, officer=None, officer_csrf="right", role=None, may=set(), **context)

    def _check(self) -> Response | None:
        wrong = request.method == "POST" and request.form.get("csrf_token") != "right"
        return Response("form expired", 400) if wrong else None


class Pages:
    """A browser at the registry."""

    def __init__(self, provider: Provider) -> None:
        self.provider, self.desk, self.sent = provider, Desk(provider), 0
        app = Flask("idp", root_path=str(IDP))
        app.testing = True
        provider.services.web.init_app(app)
        services = replace(provider.services, operators=self.desk, document_types=TYPES)
        # the sign-in page too: from here on the provider's own addresses are built from this application's
        for blueprint in [*create_blueprints(services), _sign_in_blueprint(services, provider.page)]:
            app.register_blueprint(blueprint)
        self.browser: FlaskClient = app.test_client()

    def get(self, path: str, lang: str = "en") -> TestResponse:
        return self.browser.get(f"{path}{'&' if '?' in path else '?'}lang={lang}")

    def post(self, path: str, **fields: Any) -> TestResponse:
        """As from a form that was just shown, unless `once` says which."""
        self.sent += 1
        return self.browser.post(
            f"{path}?lang=en", data={"csrf_token": "right", "once": f"form-{self.sent}", **fields}
        )

    def typed(self, path: str) -> dict[str, Any]:
        """The fields of the page's first form, as a browser would send them untouched."""
        page = self.get(path).text.split("<form", 2)[1].split("</form>", 1)[0]
        found: dict[str, Any] = {}
        for tag in re.findall(r"<input[^>]*>", page):
            of = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            if of.get("type") not in ("checkbox", "radio", "hidden"):
                found[of["name"]] = of.get("value", "")
            elif " checked" in tag:
                found.setdefault(of["name"], []).append(of["value"])
        for name, content in re.findall(r'<textarea id="(\w+)".*?>(.*?)</textarea>', page, re.DOTALL):
            found[name] = content.replace("&#34;", '"')
        for name, content in re.findall(r'<select id="(\w+)".*?>(.*?)</select>', page, re.DOTALL):
            found[name] = re.search(r'value="([^"]*)" selected', content + ' value="" selected')[1]  # type: ignore[index]
        return found


def problem(answer: TestResponse) -> tuple[str, str]:
    """The field that is wrong, and what stands beside it."""
    field = re.search(r'data-testid="registry-wrong">([^<]*)<', answer.text)
    assert field, answer.text
    beside = re.search(
        rf'id="{field[1]}-error">.*?<span>(.*?)</span>|field-error">.*?<span>(.*?)</span>', answer.text
    )
    return field[1], (beside[1] or beside[2]) if beside else ""
