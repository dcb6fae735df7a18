"""Opens documents: PDF files are opened page by page, other documents are pictures of pages."""

from typing import Any

from labelwright.tasktypes.attachment_readers import InvalidContent, NotDisplayable
from labelwright.tasktypes.media.found import EMPTY, MediumInput, OpenedMedium
from labelwright.tasktypes.media.pictures import open_picture

NO_PDF = "The file is no PDF document that can be read."
ENCRYPTED = "The PDF document can be opened only with a password."
NO_PAGES = "The PDF document has no pages."

_TAIL = 4096
"""Bytes at the end of a PDF file that have to hold its end."""

_HEADER_WITHIN = 1024
"""Bytes at the start of a file within which its header may be."""

_MAX_PAGES = 10_000
"""Pages that are opened."""


def open_pdf(given: MediumInput) -> OpenedMedium:
    """Open a PDF file, and each of its pages.

    Raises:
        InvalidContent: it is none, cut off, encrypted, or without pages.
    """
    if not given.path.stat().st_size:
        raise InvalidContent(EMPTY)
    import pypdfium2

    try:
        document: Any = pypdfium2.PdfDocument(given.path)
    except (pypdfium2.PdfiumError, ValueError, OSError) as error:
        code = getattr(error, "err_code", None)
        if code == 4 or "password" in str(error).lower():
            raise NotDisplayable(ENCRYPTED) from error
        raise InvalidContent(NO_PDF) from error
    try:
        if not _ends(given):
            raise InvalidContent(NO_PDF)
        count = len(document)
        if not count:
            raise InvalidContent(NO_PAGES)
        for number in range(min(count, _MAX_PAGES)):
            page = document[number]
            page.get_size()
            page.close()
    except pypdfium2.PdfiumError as error:
        raise InvalidContent(NO_PDF) from error
    finally:
        document.close()
    return OpenedMedium("application/pdf")


def _ends(given: MediumInput) -> bool:
    """Whether the end of the file is there: readers mend files that are cut off, and lose pages."""
    with given.path.open("rb") as file:
        end = file.seek(0, 2)
        file.seek(max(0, end - _TAIL))
        return b"%%EOF" in file.read()


def _begins_late(given: MediumInput) -> bool:
    """Whether the header of a PDF file stands behind other bytes, where readers look for it, too."""
    with given.path.open("rb") as file:
        return b"%PDF-" in file.read(_HEADER_WITHIN)


def open_document(given: MediumInput) -> OpenedMedium:
    """Open a PDF file, or the picture of a page.

    Raises:
        InvalidContent: it is neither.
    """
    if given.mime_type == "application/pdf" or (given.mime_type[:6] != "image/" and _begins_late(given)):
        return open_pdf(given)
    return open_picture(given, pages=True)
