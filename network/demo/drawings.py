"""Drawings for the practices of the demonstration, made here so that no photograph of anybody is needed."""

import io
import math

from PIL import Image, ImageDraw

PAPER, INK = "#f6f1e7", "#3d3a4b"
COLOURS = ("#c8553d", "#588b8b", "#f28f3b", "#2d3047")


def draw_circle_of_seats(seats: int = 12) -> io.BytesIO:
    """Seats around a table, seen from above."""
    image = Image.new("RGB", (1200, 800), PAPER)
    pen = ImageDraw.Draw(image)
    pen.ellipse((420, 220, 780, 580), fill="#e4d5b7", outline=INK, width=6)
    for seat in range(seats):
        angle = 2 * math.pi * seat / seats
        x, y = 600 + 290 * math.cos(angle), 400 + 290 * math.sin(angle)
        pen.ellipse((x - 48, y - 48, x + 48, y + 48), fill=COLOURS[seat % 2], outline=INK, width=4)
    out = io.BytesIO()
    image.save(out, "PNG")
    out.seek(0)
    return out


def draw_blocks() -> io.BytesIO:
    """City blocks with a dot in each for its captain."""
    image = Image.new("RGB", (1200, 800), PAPER)
    pen = ImageDraw.Draw(image)
    for row in range(3):
        for column in range(4):
            x, y = 60 + column * 280, 50 + row * 245
            pen.rectangle((x, y, x + 240, y + 200), fill="#dfe5e2", outline=INK, width=4)
            pen.ellipse((x + 95, y + 75, x + 145, y + 125), fill=COLOURS[(row + column) % 4], outline=INK, width=4)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    out.seek(0)
    return out
