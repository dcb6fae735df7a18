"""Whether the process lives, and whether it can serve."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from labelwright import __version__
from labelwright.domain.platform import Platform
from labelwright.store import Reader


async def healthz(_: Request) -> Response:
    """The process lives."""
    return JSONResponse({"status": "ok", "version": __version__})


async def _one(db: Reader) -> object:
    return await db.one("SELECT COUNT(*) FROM environment")


async def readyz(request: Request) -> Response:
    """The database answers and the server is not stopping."""
    platform: Platform = request.app.state.platform
    if platform.stopping.is_set() or platform.store.closing:
        return JSONResponse({"status": "stopping"}, 503)
    await platform.read(_one)
    return JSONResponse({"status": "ready", "version": __version__})
