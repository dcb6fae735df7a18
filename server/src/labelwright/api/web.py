"""Serves the built web app: hashed assets for a year, the page itself never from a cache."""

import mimetypes
from pathlib import Path

from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from labelwright.api import errors
from labelwright.errors import NotFound

CSP = (
    "default-src 'self'; img-src * data: blob:; media-src * blob:; style-src 'self' 'unsafe-inline';"
    " frame-src https: http:; worker-src 'self' blob:; object-src 'none'; base-uri 'self';"
    " frame-ancestors 'none'; form-action 'self'"
)
"""Pictures and films may come from the customer's hosts; code only from here."""

HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
}
NO_API = "There is nothing at this path. The API is below /v1 and /v2; clients of V1 need an address that ends in /v1."
"""For programs whose address lacks its end: a page of the app with 200 would be read as JSON."""

NOT_BUILT = "The web app is not built. Run `make setup` (or `npm run build` in web/).\n"


def _no_api() -> Response:
    answer = errors.api_error(NotFound(NO_API, field="path"))
    return Response(answer.body, answer.status, media_type="application/json")


class WebApp:
    """An ASGI application for the files of the built app.

    Args:
        root: the folder with ``index.html``.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        response = self._response(scope["method"], scope["path"], dict(scope["headers"]))
        await response(scope, receive, send)

    def _response(self, method: str, path: str, headers: dict[bytes, bytes]) -> Response:
        # Browsers ask for pages as text/html, also with what a proxy's log-in makes them send.
        program = b"authorization" in headers and b"text/html" not in headers.get(b"accept", b"")
        if method not in {"GET", "HEAD"}:
            return _no_api() if program else PlainTextResponse("Method not allowed\n", 405)
        try:
            wanted = (self.root / path.lstrip("/")).resolve()
            inside = wanted.is_relative_to(self.root) and wanted.is_file()
        except (OSError, ValueError):
            return PlainTextResponse("Not found\n", 404)  # no file can have such a name
        if inside and wanted.name != "index.html" and wanted.suffix != ".gz":
            return self._file(
                wanted,
                headers,
                "public, max-age=31536000, immutable" if "assets" in wanted.parts else "public, max-age=3600",
            )
        if path.startswith("/assets/"):
            return PlainTextResponse("Not found\n", 404)
        return _no_api() if program else self._index(headers)

    def _index(self, headers: dict[bytes, bytes]) -> Response:
        index = self.root / "index.html"
        if not index.is_file():
            return PlainTextResponse(NOT_BUILT, 503)
        return self._file(index, headers, "no-cache")

    @staticmethod
    def _file(path: Path, headers: dict[bytes, bytes], cache: str) -> Response:
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        extra = {**HEADERS, "cache-control": cache, "vary": "accept-encoding"}
        packed = path.with_name(path.name + ".gz")
        if b"gzip" in headers.get(b"accept-encoding", b"") and packed.is_file():
            return FileResponse(packed, media_type=kind, headers={**extra, "content-encoding": "gzip"})
        return FileResponse(path, media_type=kind, headers=extra)
