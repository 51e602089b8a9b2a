"""Drawing a picture anew, so that nothing but the picture is kept: no place, no camera, no hidden parts."""

import io
import struct
from dataclasses import dataclass

from PIL import Image, ImageOps

FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2000
"""In pixels; larger pictures are made smaller."""


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept."""

    content: bytes
    media_type: str
    width: int
    height: int


def draw_anew(content: bytes) -> Picture:
    """The same picture without anything else that was in the file, upright, at most 2000 pixels long.

    Of moving pictures the first is taken. ValueError for what is no whole PNG, JPEG or WebP, or is too large.
    """
    try:
        with Image.open(io.BytesIO(content), formats=list(FORMATS)) as found:
            kind = found.format or ""
            if found.width * found.height > MOST_PIXELS:
                raise ValueError("too many pixels")
            upright = ImageOps.exif_transpose(found)
            is_see_through = kind != "JPEG" and (upright.mode in ("LA", "RGBA", "PA") or "transparency" in upright.info)
            drawn = upright.convert("RGBA" if is_see_through else "RGB")
    except (OSError, SyntaxError, EOFError, struct.error, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError(str(error)) from None
    drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # A new sheet: what Pillow carries along from a file would be written again.
    clean = Image.new(drawn.mode, drawn.size)
    clean.paste(drawn)
    out = io.BytesIO()
    clean.save(out, kind, **({"optimize": True} if kind == "PNG" else {"quality": 85}))
    return Picture(out.getvalue(), FORMATS[kind], clean.width, clean.height)
