"""The only place where the parts are joined."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from labelwright.api import app as app_api
from labelwright.api import files as file_api
from labelwright.api import v1, v2
from labelwright.api.asgi_app import ApiApp, needs_json
from labelwright.api.auth import by_key, by_session
from labelwright.api.bodies import Budget
from labelwright.api.errors import api_error, app_error
from labelwright.api.health import healthz, readyz
from labelwright.api.rate_limits import RateLimiter
from labelwright.api.v1 import render, urls
from labelwright.api.web import WebApp
from labelwright.clock import Clock, SystemClock
from labelwright.domain import answer_files
from labelwright.domain.accounts import KeyRing, ensure_account
from labelwright.domain.platform import Platform
from labelwright.file_permissions import make_folder
from labelwright.ids import new_secret
from labelwright.jobs import deliveries, editors, leases, mail, model_sources
from labelwright.jobs.attachments import AttachmentWorker
from labelwright.jobs.callbacks import CallbackWorker
from labelwright.jobs.fetching import Sources
from labelwright.jobs.guard import Guard, WebhookSender
from labelwright.settings import Settings
from labelwright.startup import StartupError
from labelwright.store import Store, Tx, accounts, open_store
from labelwright.store.blobs import Blobs
from labelwright.store.connect import plain_error
from labelwright.store.rows import Batch, Environment, Task

WEB_ROOT = Path(__file__).parent / "webapp"


def callback_body(
    platform: Platform, env: Environment, subject: Task | Batch, by_status: Mapping[str, int]
) -> bytes:
    """What a callback says, in V1's words."""
    if isinstance(subject, Task):
        place = urls.response_url(platform, platform.settings.base_url, subject)
        shown = answer_files.shown_task(platform, subject, platform.settings.base_url)
        return render.task_callback(shown, env, place)
    return render.batch_callback(subject, by_status)


async def open_platform(settings: Settings, clock: Clock | None = None) -> Platform:
    """Open the store and everything beside it; the schema has to be there (``migrations.upgrade``).

    Raises:
        ValueError: a setting of the source of model answers is wrong.
        StartupError: the database or the file store cannot be used.
    """
    clock = clock or SystemClock()
    source = model_sources.make_source(settings)
    where = settings.data, settings.database_url or None
    store: Store = open_store(*where)

    async def prepare(tx: Tx) -> str:
        # First what two processes that start together on PostgreSQL cannot both insert: the second one waits for the
        # first, and sees its account.
        key = await accounts.secret(tx, "signing", new_secret(""))
        await ensure_account(tx, clock.now())
        return key

    with plain_error(*where):
        make_folder(settings.data)
        await store.start()
        key = await store.write(prepare)
    try:
        blobs = Blobs(settings.blob_url or str(settings.data / "files"))
    except (OSError, ValueError) as error:
        await store.close()
        raise StartupError(f"The file store cannot be used: {error}.") from error
    return Platform(store, blobs, clock, settings, key.encode(), Sources(settings), source)


class Jobs:
    """What can wait, for one process: ``serve`` and ``worker`` start the same.

    Args:
        platform: an open platform.

    Raises:
        ValueError: a setting that only jobs read is wrong.
    """

    def __init__(self, platform: Platform) -> None:
        settings = platform.settings
        self._platform = platform
        self._courier = WebhookSender(
            Guard(settings.allowed_hosts), settings.callback_timeout, settings.callback_workers
        )
        self.attachments = AttachmentWorker(platform)
        self.callbacks = CallbackWorker(platform, self._courier, mail.make_sender(settings), callback_body)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Every job runs while the block does; what is under way at its end is finished."""
        loops = (
            self.callbacks.run(),
            self.attachments.run(),
            leases.run(self._platform),
            editors.run(self._platform),
            deliveries.run(self._platform),
        )
        started = [asyncio.create_task(loop) for loop in loops]
        try:
            yield
        finally:
            for job in started:
                job.cancel()
            await asyncio.gather(*started, return_exceptions=True)

    async def close(self) -> None:
        """Close what the jobs hold open."""
        await self._courier.close()


def api_apps(platform: Platform) -> Mapping[str, ApiApp]:
    """The doors of the house, by the first part of their paths."""
    keys = by_key(KeyRing(platform))
    people = by_session(platform)
    settings = platform.settings
    limits = (
        RateLimiter(platform.clock, settings.rate_limit, settings.rate_burst)
        if settings.rate_limit > 0
        else None
    )
    total = max(settings.bodies_limit, settings.body_limit)
    budget = Budget(total, max(total // 2, settings.body_limit))
    return {
        "v1": ApiApp(platform, "/v1", v1.ENDPOINTS, keys, api_error, budget, limits=limits),
        "v2": ApiApp(platform, "/v2", v2.ENDPOINTS, keys, api_error, budget, limits=limits),
        "api": ApiApp(platform, "/api", app_api.ENDPOINTS, people, app_error, budget, needs_json),
        "files": ApiApp(platform, "/files", file_api.ENDPOINTS, people, app_error, budget),
    }


class Server(Starlette):
    """The whole server as one ASGI application: Starlette, with a short way to the doors."""

    doors: Mapping[str, ApiApp]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live one life."""
        if scope["type"] == "http":
            # Starlette's routing costs as much as reading and checking a task; doors have their own.
            door = self.doors.get(scope["path"].partition("/")[2].partition("/")[0])
            if door is not None:
                await door(scope, receive, send)
                return
        await super().__call__(scope, receive, send)


def make_app(
    settings: Settings, clock: Clock | None = None, *, jobs: bool = True, platform: Platform | None = None
) -> Server:
    """Build the whole server.

    Args:
        settings: what the operator chose.
        clock: the time; the machine's by default.
        jobs: whether what can wait is looked after in this process.
        platform: an open platform, which the caller closes; opened and closed with the app by default.
    """

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        opened = platform or await open_platform(settings, clock)
        app.state.platform = opened
        app.doors = api_apps(opened)
        app.state.jobs = Jobs(opened)
        try:
            async with app.state.jobs.running() if jobs else contextlib.nullcontext():
                yield
        finally:
            await app.state.jobs.close()
            if platform is None:
                await opened.store.close()

    routes = [Route("/healthz", healthz), Route("/readyz", readyz), Mount("/", WebApp(WEB_ROOT))]
    app = Server(lifespan=lifespan, routes=routes)
    return app
