"""Whether the process lives, and whether it can serve."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from labelwright import __version__
from labelwright.domain.platform import Platform
from labelwright.errors import Unavailable


async def healthz(_: Request) -> Response:
    """The process lives."""
    return JSONResponse({"status": "ok", "version": __version__})


async def readyz(request: Request) -> Response:
    """Database, disk and files can be written, and the server is not stopping."""
    platform: Platform = request.app.state.platform
    if platform.stopping.is_set() or platform.store.closing:
        return JSONResponse({"status": "stopping"}, 503)
    failing = await platform.readiness.failing(platform)
    if failing:
        return JSONResponse(
            {"status": "unavailable", "failing": list(failing)},
            503,
            {"retry-after": str(Unavailable.retry_after)},
        )
    return JSONResponse({"status": "ready", "version": __version__})
