"""A gallery of all macros in both apps, served with the strict Content-Security-Policy of the real pages."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import qrcode
import qrcode.image.svg
from flask import Flask, Response, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined

from idp.i18n import Catalogue, format_date, format_datetime, format_id_number
from idp.page_problems import tell_at_top, told_at_top

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
APPS = ("idp", "demo_client")
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class FakeAccount:
    display_name: str
    acting_for: str = ""


def qr_svg() -> str:
    out = io.BytesIO()
    qrcode.make("https://example.test/mock", image_factory=qrcode.image.svg.SvgPathImage, border=0).save(out)
    return out.getvalue().decode().split("?>", 1)[1].strip()


def make_app(name: str) -> Flask:
    """An app with the templates, texts and static files of `name`, and fakes for what the real edge gives."""
    folder = ROOT / name
    catalogue = Catalogue.load(folder / "translations")
    app = Flask("gallery", static_folder=str(folder / "static"))
    app.jinja_env.loader = ChoiceLoader(
        [FileSystemLoader(Path(__file__).parent / "templates"), FileSystemLoader(folder / "templates")]
    )
    app.jinja_env.undefined = StrictUndefined

    def lang() -> str:
        return request.args.get("lang", "vi")

    app.jinja_env.globals.update(
        t=lambda key, **values: catalogue.text(key, lang(), **values),
        static_url=lambda path: f"/static/{path}",
        tell_at_top=tell_at_top,
        told_at_top=told_at_top,
    )
    app.jinja_env.filters.update(
        date=lambda value: format_date(value, lang()),
        datetime=lambda value: format_datetime(value, lang()),
        id_number=format_id_number,
    )

    def page(template: str, **context: Any) -> str:
        account = FakeAccount("Nguyễn Thị Thuỳ Dương") if request.args.get("who") else None
        return render_template(
            template,
            lang=lang(),
            csrf_token=lambda: "token-of-the-session",
            page_account=account,
            sign_out_url="/sign-out",
            sign_in_url="/sign-in",
            switch_language_url=f"{request.path}?lang={'en' if lang() == 'vi' else 'vi'}",
            **context,
        )

    app.add_url_rule("/gallery", "gallery", lambda: page("gallery.html", qr_svg=qr_svg()))
    app.add_url_rule(
        "/error",
        "error",
        lambda: page(
            "error.html",
            status=404,
            code="invalid_request",
            reference="a1b2c3d4",
            **{part: catalogue.text(f"common.http_404.{part}", lang()) for part in ("title", "what", "why", "todo")},
        ),
    )
    if name == "idp":
        app.add_url_rule(
            "/", "home", lambda: page("home.html", personas_url="/personas", trust_list_url="/trust-list")
        )

    @app.after_request
    def strict(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CSP
        return response

    return app


@pytest.fixture(scope="session")
def gallery_of() -> Callable[[str], Flask]:
    """The gallery app of `idp` or `demo_client`, made once each."""
    made: dict[str, Flask] = {}

    def get(name: str) -> Flask:
        if name not in made:
            made[name] = make_app(name)
        return made[name]

    return get
