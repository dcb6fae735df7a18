"""What the frames of a video have to hold: images."""

import io
from collections.abc import Mapping

from labelwright.tasktypes.contents import ContentReader, InvalidContent

FRAME = "video_frame"


def read(data: bytes) -> None:
    """Look into a frame; its size is kept with every attachment.

    Raises:
        InvalidContent: it is no image that can be read.
    """
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as image:
            image.verify()
    except Image.DecompressionBombError:
        raise InvalidContent("The image has too many pixels.") from None
    except (OSError, ValueError, SyntaxError, EOFError):
        raise InvalidContent("The file is no image that can be read.") from None


CONTENT_READERS: Mapping[str, ContentReader] = {FRAME: ContentReader(read)}
