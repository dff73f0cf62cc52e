"""Makes the documents' line pattern, and the portal's copies of what both apps share. Run it after a change:

python tests/look/make_assets.py
"""

from __future__ import annotations

import json
import math
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
IDP, PORTAL = ROOT / "idp", ROOT / "demo_client"

SHARED = (
    "templates/components.html",
    "templates/error.html",
    "translations/components.toml",
    "static/icons.svg",
    "static/braid.svg",
    "static/pattern-lines.svg",
    "static/pattern-mark.svg",
    "static/css/fonts.css",
    "static/css/layout.css",
    "static/css/forms.css",
    "static/css/components.css",
    "static/css/documents.css",
    "static/css/print.css",
    "static/js/copy.js",
    "static/js/print-page.js",
    "static/js/qr-camera.js",
    "static/js/submit-once.js",
    *(f"static/vendor/qr/{file.name}" for file in sorted((IDP / "static/vendor/qr").iterdir())),
    *(f"static/fonts/{name}" for name in ("OFL.txt", "README.md")),
    *(f"static/fonts/{file.name}" for file in sorted((IDP / "static/fonts").glob("*.woff2"))),
)

WIDTH, HEIGHT = 640, 400


def wave(amplitude: float, length: float, phase: float, *, swell: float, step: int = 5) -> str:
    """A line across the card: a sine whose height itself swells and falls, as the lines of a guilloche do."""
    points = []
    for x in range(-20, WIDTH + 21, step):
        envelope = 1 + swell * math.sin(2 * math.pi * x / WIDTH + phase)
        points.append((x, amplitude * envelope * math.sin(2 * math.pi * x / length + phase)))
    first = f"M{points[0][0]} {points[0][1]:.1f}"
    return f"{first}L" + "".join(f" {x} {y:.1f}" for x, y in points[1:])


def family(name: str, spacing: float, offset: float = 0) -> str:
    """The same line over and over, one below the other."""
    count = int((HEIGHT + 80) / spacing)
    return "".join(f'<use href="#{name}" y="{-40 + offset + spacing * k:g}"/>' for k in range(count))


def mark_paths() -> str:
    """The outlines of MÔ PHỎNG and MOCK (Be Vietnam Pro SemiBold), rising, at the right where no crop cuts."""
    outlines: dict[str, str] = json.loads((HERE / "mark_outline.json").read_text(encoding="utf-8"))
    places = {"MÔ PHỎNG": "translate(236 196)", "MOCK": "translate(404 276)"}
    return "".join(
        f'<path transform="rotate(-9 430 220) {place} scale(.66)" d="{outlines[word]}"/>'
        for word, place in places.items()
    )


def pattern_lines() -> str:
    """Two families of thin lines, absent where the mark is."""
    return _svg(
        f'<path id="a" d="{wave(15, 160, 0, swell=0.6)}"/><path id="b" d="{wave(15, 160, math.pi, swell=0.6)}"/>'
        f'<mask id="m"><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>{mark_paths()}</mask>',
        f'<g mask="url(#m)" fill="none" stroke="#000" stroke-width=".7">{family("a", 11)}{family("b", 11)}</g>',
    )


def pattern_mark() -> str:
    """Inside the letters the weave changes: one family, flatter, closer, heavier, so that the words are legible."""
    return _svg(
        f'<path id="a" d="{wave(2.5, 160, 0, swell=0.6)}"/><clipPath id="c">{mark_paths()}</clipPath>',
        f'<g clip-path="url(#c)" fill="none" stroke="#000" stroke-width="1.2">{family("a", 4.4)}</g>',
    )


def _svg(definitions: str, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' preserveAspectRatio="xMaxYMid slice">'
        f"<defs>{definitions}</defs>{body}</svg>\n"
    )


def main() -> None:
    (IDP / "static/pattern-lines.svg").write_text(pattern_lines(), encoding="utf-8")
    (IDP / "static/pattern-mark.svg").write_text(pattern_mark(), encoding="utf-8")
    for path in SHARED:
        (PORTAL / path).parent.mkdir(parents=True, exist_ok=True)
        (PORTAL / path).write_bytes((IDP / path).read_bytes())


if __name__ == "__main__":
    main()
