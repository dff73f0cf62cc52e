"""The QR code of a sign-in page is the one that ISO/IEC 18004 gives for its text, whoever draws it."""

from __future__ import annotations

import base64
import re
import secrets

import pytest
import zxingcpp
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError
from qrcode.main import QRCode
from qrcode.util import QRData

from idp.accounts.qr_sign_in import codes, modules, picture

# Around the ends of versions 1 to 4, the first with a version number in it (7), the first with a long count (10),
# and one with blocks of two lengths.
LENGTHS = (1, 14, 15, 26, 27, 42, 43, 53, 62, 63, 84, 85, 106, 107, 122, 123, 180, 181, 213, 214, 400)
RUN = re.compile(r"M(\d+) (\d+)\.5|([hm])(\d+)")
SCALE = 4


def _drawn(url: str) -> Image.Image:
    """What a browser makes of the path, in pixels."""
    head, _, body = url.partition(",")
    assert head == "data:image/svg+xml;base64"
    svg = base64.b64decode(body).decode()
    size = int(re.findall(r'viewBox="0 0 (\d+) \1"', svg)[0])
    image = Image.new("L", (size, size), 255)
    column = row = 0
    for x, y, command, length in RUN.findall(svg.partition(' d="')[2]):
        if x:
            column, row = int(x), int(y)
            continue
        if command == "h":
            image.paste(0, (column, row, column + int(length), row + 1))
        column += int(length)
    return image.resize((size * SCALE, size * SCALE), Image.Resampling.NEAREST)


@pytest.mark.parametrize("length", LENGTHS)
def test_every_module_is_where_the_library_puts_it(length: int) -> None:
    for data in (secrets.token_bytes(length), b"\xff" * length):
        code = QRCode(error_correction=ERROR_CORRECT_M, mask_pattern=modules.MASK, border=0)
        code.add_data(QRData(data, mode=4))
        code.make()
        size, rows = modules.rows(data)
        found = ["".join(f"{each:08b}" for each in row) for row in rows]
        assert [row[:size] for row in found] == ["".join("01"[bool(m)] for m in r) for r in code.get_matrix()]


@pytest.mark.parametrize("issuer", ["http://localhost:5000", "https://dinh-danh-dien-tu.thu-nghiem.example:8443"])
def test_a_reader_reads_the_address(issuer: str) -> None:
    for _ in range(5):
        text = codes.address(issuer, codes.new_code())
        found = zxingcpp.read_barcodes(_drawn(picture.data_url(text)))
        assert [each.text for each in found] == [text]


def test_letters_beyond_ascii_are_read() -> None:
    found = zxingcpp.read_barcodes(_drawn(picture.data_url("Định danh điện tử")))
    assert [each.text for each in found] == ["Định danh điện tử"]


def test_a_text_that_no_code_holds_is_refused() -> None:
    with pytest.raises((DataOverflowError, ValueError)):
        picture.data_url("x" * 3000)
