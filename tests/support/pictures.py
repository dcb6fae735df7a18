"""Small pictures made from nothing."""

import io

from PIL import Image


def png(width: int, height: int, colour: tuple[int, int, int] = (128, 128, 128)) -> bytes:
    """A PNG of one colour."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "PNG")
    return file.getvalue()
