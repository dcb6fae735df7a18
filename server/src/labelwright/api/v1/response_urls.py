"""V1's secure response addresses (wire/tasks §4.9)."""

import msgspec

from labelwright.api.endpoint import Answer, Call, Endpoint
from labelwright.api.v1 import urls
from labelwright.domain import answer_files, response_urls


class SignedQuery(msgspec.Struct, frozen=True):
    """A signature and until when it holds, in milliseconds."""

    until: str = ""
    signature: str = ""


async def redirect(call: Call) -> Answer:
    """Send the caller on to a signed address of the response."""
    task_id, response_id = call.path["task_id"], call.path["uuid"]
    until, signature = await response_urls.sign(call.platform, call.program.env, task_id, response_id)
    place = f"/v1/task/{task_id}/response/{response_id}?until={until}&signature={signature}"
    location = urls.base(call) + place
    headers = [(b"location", location.encode()), (b"cache-control", b"no-store")]
    return Answer(b"Found", 302, b"text/plain; charset=utf-8", headers)


async def serve(call: Call) -> Answer:
    """Return the response behind a signed address."""
    query = call.query(SignedQuery)
    text = await response_urls.read(
        call.platform, call.path["task_id"], call.path["uuid"], query.until, query.signature
    )
    shown = answer_files.shown(call.platform, text, urls.base(call))
    return Answer(shown.encode(), headers=[(b"cache-control", b"no-store")])


ENDPOINTS = (
    Endpoint(
        "GET",
        "/task/{task_id}/response_url/{uuid}",
        redirect,
        "Redirect to a short-lived address of a task's response",
        errors=(404,),
        status=302,
    ),
    Endpoint(
        "GET",
        "/task/{task_id}/response/{uuid}",
        serve,
        "Return a response",
        query=SignedQuery,
        needs_key=False,
        listed=False,
    ),
)
