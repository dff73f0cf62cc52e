"""A printed sheet as a telephone sees it: turned, small, out of focus, badly lit, grainy, packed as JPEG."""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image, ImageEnhance, ImageFilter


def photographs(paper: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    """What a reader must bear; sizes in pixels of a module are those of a telephone held over the sheet."""
    sheet = paper.convert("L")
    large = sheet.resize((sheet.width * 2, sheet.height * 2), Image.Resampling.BICUBIC)
    turned = large.rotate(7, expand=True, fillcolor=128, resample=Image.Resampling.BICUBIC)
    yield "turned", turned
    yield "upside down", large.rotate(178, expand=True, fillcolor=128)
    yield "out of focus", turned.filter(ImageFilter.GaussianBlur(1.2))
    yield "smaller", large.resize((int(large.width * 0.8), int(large.height * 0.8)), Image.Resampling.BILINEAR)
    dark = ImageEnhance.Contrast(ImageEnhance.Brightness(turned).enhance(0.55)).enhance(0.5)
    yield "in the dark", dark
    yield "grainy", Image.blend(turned, Image.effect_noise(turned.size, 90), 0.25)
    yield (
        "grainy and out of focus",
        Image.blend(turned.filter(ImageFilter.GaussianBlur(0.9)), Image.effect_noise(turned.size, 60), 0.2),
    )
    packed = io.BytesIO()
    dark.save(packed, "JPEG", quality=35)
    yield "packed hard", Image.open(packed)
    yield (
        "askew",
        turned.transform(
            turned.size,
            Image.Transform.QUAD,
            (0, 0, 60, turned.height, turned.width - 40, turned.height - 30, turned.width, 20),
            resample=Image.Resampling.BICUBIC,
            fillcolor=128,
        ),
    )
