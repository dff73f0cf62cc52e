"""What is constant in a page is put into its template once, for each language; nothing else is."""

from __future__ import annotations

import pytest
from flask import Flask
from jinja2 import DictLoader

from idp import templating
from idp.addresses import page_url
from idp.i18n import Catalogue

MESSAGES = {
    "said": {"vi": "Tiếng Việt & <b>", "en": "English & <b>"},
    "name": {"vi": "Chào {name}", "en": "Hello {name}"},
}
FILES = {
    "base.html": '<title>{% block title %}{{ t("said") }}{% endblock %}</title>{% include "part.html" %}',
    "part.html": '{% import "macros.html" as m %}{{ m.shout() }} {{ t("name", name=who) }}',
    "macros.html": '{% macro shout() %}{{ t("said") }}{% endmacro %}',
    "page.html": '{% extends "base.html" %}',
    "varied.html": '{{ t("sa" ~ "id") }} {{ t(key) }} {{ static_url("a.css") }} {{ static_url(file) }}',
    "shape.html": '{{ t("said") }}',
}


class Said(dict[str, int]):
    """How often each was asked for while a page was drawn."""

    def count(self, key: str) -> None:
        self[key] = self.get(key, 0) + 1


@pytest.fixture
def said() -> Said:
    return Said()


@pytest.fixture
def app(said: Said) -> Flask:
    app = Flask(__name__)
    app.jinja_loader = DictLoader(FILES)
    catalogue = Catalogue(MESSAGES)
    templating.use(app, catalogue, lambda path: f"/static/{path}?v=1")

    def t(key: str, **values: object) -> str:
        said.count(key)
        return catalogue.text(key, "en", **values)

    def static_url(path: str) -> str:
        said.count(path)
        return f"/static/{path}?v=1"

    app.jinja_env.globals.update(t=t, static_url=static_url)
    return app


def drawn(app: Flask, name: str, language: str, **context: object) -> str:
    with app.app_context():
        return app.jinja_env.get_template(templating.name_in(language, name)).render(**context)


@pytest.mark.parametrize(("language", "text"), [("vi", "Tiếng Việt"), ("en", "English")])
def test_a_page_and_all_that_it_takes_in(app: Flask, said: Said, language: str, text: str) -> None:
    """Escaped as at any other time; what a value goes into is still asked for."""
    page = drawn(app, "page.html", language, who="<Lan>")
    assert page == f"<title>{text} &amp; &lt;b&gt;</title>{text} &amp; &lt;b&gt; Hello &lt;Lan&gt;"
    assert said == {"name": 1}


def test_what_varies(app: Flask, said: Said) -> None:
    page = drawn(app, "varied.html", "en", key="said", file="b.css")
    assert page == "English &amp; &lt;b&gt; English &amp; &lt;b&gt; /static/a.css?v=1 /static/b.css?v=1"
    assert said == {"said": 2, "b.css": 1}


def test_a_template_of_no_language(app: Flask, said: Said) -> None:
    """Nothing is put into it."""
    with app.app_context():
        assert app.jinja_env.get_template("shape.html").render() == "English &amp; &lt;b&gt;"
    assert said == {"said": 1}


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("/plain", {}),
        ("/plain", {"request": "a b&c", "none": None}),
        ("/one/<name>", {"name": "a-B_9"}),
        ("/one/<name>/two/<other>", {"name": "a", "other": "b"}),
        ("/one/<name>", {"name": "a/b?c đ"}),
        ("/one/<name>", {"name": "a", "more": "b"}),
        ("/one/<string(length=2):name>", {"name": "ab"}),
        ("/one/<path:name>", {"name": "a/b"}),
        ("/one/<int:name>", {"name": 7}),
        ("/one/<name>", {"name": "a", "_external": True}),
    ],
)
def test_addresses_are_those_of_flask(rule: str, values: dict[str, object]) -> None:
    app = Flask(__name__)
    app.add_url_rule(rule, "it", lambda **_parts: "")
    with app.test_request_context("/"):
        from flask import url_for

        for _ in range(2):
            assert page_url(app)("it", **values) == url_for("it", **values)  # type: ignore[arg-type]


def test_a_message_that_is_not_there() -> None:
    """A message that a page names and no catalogue holds is found when it is compiled."""
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"page.html": '{{ t("nothing") }}'})
    templating.use(app, Catalogue(MESSAGES), str)
    with app.app_context(), pytest.raises(Exception, match="no message 'nothing' in 'vi'"):
        app.jinja_env.get_template(templating.name_in("vi", "page.html"))
