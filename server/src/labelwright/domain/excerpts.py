"""Excerpts: the first words of an instruction that is written in HTML or markdown."""

import html
import re

EXCERPT = 160
"""Characters of an excerpt."""

WITHOUT_TEXT = "…"
"""The excerpt of an instruction without words in it: pictures, or a page that is embedded."""

_READ = 20_000
"""Characters of the instruction that are looked at."""

_UNREAD = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|title|head|template|noscript)\b.*?(?:</\1\s*>|\Z)", re.I | re.S
)
_TAG = re.compile(r"</?[a-z!](?:[^<>\"']|\"[^\"]*\"|'[^']*')*(?:>|\Z)", re.I)
_HTML = re.compile(r"</?[a-z!]", re.I)


def excerpt(text: str) -> str:
    """Return the beginning of an instruction, without elements of HTML; markdown stays as it is."""
    head = text[:_READ]
    if not _HTML.search(head):
        return head[:EXCERPT]
    words = _TAG.sub(" ", _UNREAD.sub(" ", head))
    return " ".join(html.unescape(words).split())[:EXCERPT] or WITHOUT_TEXT
