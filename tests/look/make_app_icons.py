"""Makes the icons of the app on the phone from our mark, with the word MOCK across it. Run it after a change:

PYTHONPATH=tests/support python tests/look/make_app_icons.py
"""

from __future__ import annotations

from pathlib import Path

from chromium import chromium

IDP = Path(__file__).parent.parent.parent / "idp"
# file: size in pixels, and how much of it the mark takes (a maskable icon is cropped to its middle)
ICONS = {
    "icon-192.png": (192, 1.0),
    "icon-512.png": (512, 1.0),
    "mask-512.png": (512, 0.72),
    "touch-180.png": (180, 1.0),
}
PAGE = """<body style="margin:0;width:{size}px;height:{size}px;display:grid;place-items:center;background:{ground}">
<div style="position:relative;width:{inner}px;height:{inner}px">{mark}
<b style="position:absolute;left:0;right:0;bottom:9%;background:#ffe08a;color:#2c2300;text-align:center;
font:600 {font}px/1.5 'DejaVu Sans',sans-serif;letter-spacing:.06em">MOCK</b></div></body>"""


def main() -> None:
    mark = (IDP / "static/mark.svg").read_text(encoding="utf-8")
    with chromium() as browser:
        for name, (size, part) in ICONS.items():
            inner = round(size * part)
            page = browser.new_page(viewport={"width": size, "height": size})
            ground = "transparent" if part == 1.0 else "#0b4f5c"
            page.set_content(PAGE.format(size=size, inner=inner, ground=ground, mark=mark, font=round(inner * 0.11)))
            page.screenshot(path=IDP / "static/app" / name, omit_background=True)


if __name__ == "__main__":
    main()
