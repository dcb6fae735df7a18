"""Amounts and dates as documents write them (wire/task-types-documents §1.4)."""

import re
from datetime import date

from labelwright.tasktypes.wire.numbers import is_number

_AMOUNT = re.compile(r"\d(?:[\d.,'\u2019\u00a0\u202f ]*\d)?")
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_GROUP = 3
_CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₽": "RUB"}
_CODE = re.compile(r"\b[A-Z]{3}\b")


def amount(text: str, lang: str) -> tuple[str, float, str | None] | None:
    """Read an amount of money.

    In English the point comes before decimals; elsewhere the last sign does, unless three digits follow a
    single kind of it.

    Args:
        text: as transcribed.
        lang: of the document, in BCP 47.

    Returns:
        The digits as written, the number, and the code of its currency, if one is there; None when there is
        not exactly one number.
    """
    found = _AMOUNT.findall(text)
    if len(found) != 1:
        return None
    written = found[0]
    before = text[: text.index(written)]
    whole, decimals = _split(written, lang)
    digits = re.sub(r"\D", "", whole)
    number = float(f"{digits}.{decimals or 0}")
    negative = before.rstrip(" $€£¥₹₩₽").endswith(("-", "−", "("))
    currency = next((code for sign, code in _CURRENCIES.items() if sign in text), None)
    named = _CODE.search(text)
    if named is not None:
        currency = named.group()
    if not is_number(number):
        return None
    return ("-" if negative else "") + written, -number if negative else number, currency


def _split(written: str, lang: str) -> tuple[str, str]:
    if lang.lower().partition("-")[0] == "en":
        whole, _, decimals = written.partition(".")
        # A second point can only separate groups.
        return (written, "") if "." in decimals or "," in decimals else (whole, decimals)
    last = max(written.rfind("."), written.rfind(","))
    if last < 0:
        return written, ""
    kinds = {sign for sign in written if sign in ".,"}
    decimals = written[last + 1 :]
    only_groups = len(kinds) == 1 and (written.count(written[last]) > 1 or len(decimals) == _GROUP)
    return (written, "") if only_groups else (written[:last], decimals)


def year_first(text: str) -> date | None:
    """Read a date that begins with its year; other orders cannot be told apart."""
    found = _YEAR_FIRST.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        return None
