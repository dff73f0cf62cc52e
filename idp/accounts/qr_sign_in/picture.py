"""The QR code as a picture."""

from __future__ import annotations

import base64

from idp.accounts.qr_sign_in import modules

QUIET = 4  # modules around the code (ISO/IEC 18004 5.3.8)


def data_url(text: str) -> str:
    """A `data:` address of the code as SVG, which the page's policy admits for pictures."""
    return "data:image/svg+xml;base64," + base64.b64encode(_svg(text).encode()).decode("ascii")


def _svg(text: str) -> str:
    """One stroke for the whole code: each row's dark modules in runs of eight at most."""
    size, rows = modules.rows(text.encode())
    whole = size + 2 * QUIET
    paths = ("".join([_RUNS[each] for each in row]) for row in rows)
    lines = (f"M{QUIET} {number}.5{path}" for number, path in enumerate(paths, QUIET))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}mm" height="{whole}mm" viewBox="0 0 {whole} {whole}" '
        f'shape-rendering="crispEdges"><path stroke="#000" d="{"".join(lines)}"/></svg>'
    )


def _runs(bits: int) -> str:
    """Eight modules as SVG path data: `h` draws, `m` passes over."""
    path, row = "", f"{bits:08b}"
    while row:
        length = len(row) - len(row.lstrip(row[0]))
        path += f"h{length}" if row[0] == "1" else f"m{length} 0"
        row = row[length:]
    return path


_RUNS = tuple(map(_runs, range(256)))
