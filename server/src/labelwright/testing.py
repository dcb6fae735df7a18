"""A whole platform for one test: real HTTP on a free port, an empty database, gone afterwards."""

import asyncio
import atexit
import shutil
import tempfile
import threading
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

from labelwright.domain import accounts
from labelwright.domain.platform import Platform
from labelwright.settings import Settings


@cache
def _template() -> Path:
    """A migrated, empty database; made once for the process, since migrating takes longer than all the rest."""
    from labelwright.store import migrations

    folder = Path(tempfile.mkdtemp(prefix="labelwright-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    migrations.upgrade(folder, None)
    return folder


class ScaleServer:
    """A running platform with a live and a test key.

    Attributes:
        url: ``http://127.0.0.1:<port>``.
        api_instance_url: What clients of Scale's API are given: the URL with ``/v1``.
        live_key: An API key of the live world.
        test_key: An API key of the test world, where tasks are completed at once.
        platform: The platform, to look behind the API.

    Args:
        settings: Settings of the server, by name; attachments are not fetched unless ``fetch_attachments`` says so.
    """

    def __init__(self, **settings: Any) -> None:
        self._given = {"fetch_attachments": False, **settings}
        self._ready = threading.Event()
        self._broken: BaseException | None = None
        self._thread = threading.Thread(target=self._serve, name="labelwright", daemon=True)

    def __enter__(self) -> "ScaleServer":
        self._folder = Path(tempfile.mkdtemp(prefix="labelwright-"))
        self._data = self._folder / "data"
        shutil.copytree(_template(), self._data)
        self._thread.start()
        self._ready.wait()
        if self._broken is not None:
            raise RuntimeError("the server did not start") from self._broken
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def api_instance_url(self) -> str:
        """What clients of Scale's API are given."""
        return f"{self.url}/v1"

    def _serve(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseException as error:
            self._broken = error
            self._ready.set()
            raise

    async def _main(self) -> None:
        import uvicorn

        from labelwright.api.connection import configuration
        from labelwright.app import make_app, open_platform

        self._loop = asyncio.get_running_loop()
        settings = Settings(data=self._data, port=0, log_level="error", **self._given)
        self.platform: Platform = await open_platform(settings)
        self.live_key = await accounts.create_key(self.platform, "live")
        self.test_key = await accounts.create_key(self.platform, "test")
        app = make_app(settings, platform=self.platform)
        ready, platform = self._ready, self.platform

        class Announced(uvicorn.Server):
            async def startup(self, sockets: list[Any] | None = None) -> None:
                await super().startup(sockets)
                served.url = f"http://127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}"
                ready.set()

            async def shutdown(self, sockets: list[Any] | None = None) -> None:
                platform.stopping.set()
                await super().shutdown(sockets)

        served = self
        self.url = ""
        self._server = Announced(configuration(app, settings.request_timeout, port=0))
        await self._server.serve()
        await self.platform.store.close()

    def person(self, email: str, password: str, role: str = "labeler") -> str:
        """Adds somebody who can log in to the web app; returns the e-mail address."""
        made = accounts.create_person(self.platform, email, role, password)
        asyncio.run_coroutine_threadsafe(made, self._loop).result()
        return email
