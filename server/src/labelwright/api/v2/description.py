"""The description of V2 itself (wire/v2-requests §1)."""

from functools import cache

from labelwright.api.endpoint import Answer, Call, Endpoint


@cache
def _document() -> bytes:
    # Imported late: the contract is written from the table that this endpoint is in.
    from labelwright.api.contract import text, v2_contract

    return text(v2_contract()).encode()


async def get(call: Call) -> Answer:
    """Return the contract of V2."""
    del call
    return Answer(_document())


ENDPOINTS = (
    Endpoint("GET", "/openapi", get, "Return the description of this API", needs_key=False, listed=False),
)
