"""Every setting: from ``LABELWRIGHT_<NAME>`` in the environment, or from the command line."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from labelwright import urls

MEGABYTE = 1 << 20
_PREFIX = "LABELWRIGHT_"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator can choose.

    Attributes:
        data: folder of the embedded database, the files and the log of a demo.
        host: address to listen on.
        port: port to listen on; 0 takes a free one.
        database_url: ``postgresql://…``; empty means the embedded database in ``data``.
        blob_url: where files lie (``s3://bucket/prefix?region=…&endpoint=…``, ``gs://…``, ``az://…``, or a folder);
            empty means ``data/files``.
        trusted_proxies: comma-separated networks of proxies whose ``X-Forwarded-For`` says where a log-in comes from.
        secure_cookies: send the session cookie over https only; switch on behind TLS.
        file_limit: largest upload in bytes (wire/files §2: 80 MB).
        body_limit: largest JSON body in bytes.
        bodies_limit: bytes of JSON bodies in memory at once, of all requests together; one key or person may use half.
        metadata_limit: largest metadata of a task or batch in bytes (wire/tasks §1: 10 KB).
        tag_limit: most tags of one task.
        reserve_seconds: how long a prefetched task stays reserved without a heartbeat.
        lease_seconds: how long an opened task stays with its labeler without a heartbeat.
        session_hours: how long a log-in lasts.
        public_url: where people and callbacks' receivers reach this server; empty means ``http://host:port``.
        jobs: whether this process also delivers callbacks and fetches attachments; off when workers do.
        fetch_attachments: whether live tasks' attachments are fetched and kept, so that nobody depends on their host.
        attachment_limit: largest attachment in bytes.
        attachment_timeout: seconds that fetching one attachment may take.
        scratch_limit: most bytes of attachments and imports that one process keeps on disk while they are fetched and
            unpacked; the others wait. The largest attachment always finds room.
        attachment_workers: attachments fetched at once; a quarter of them at most from one host.
        attachment_folders: comma-separated folders of this machine that ``file://`` attachments may name.
        attachment_buckets: comma-separated buckets or prefixes whose objects attachments may name, read with this
            server's own credentials (``s3://bucket/prefix``, ``gs://…``, ``az://…``,
            ``https://account.blob.core.windows.net/container``).
        secure_responses: hand out answers only behind ``response_url``, never within the task.
        mail_url: how mail is sent, ``smtp://user:password@host:587`` or ``smtps://…``; ``console:`` prints it;
            empty sends none.
        mail_from: the sender of mail.
        invitation_hours: how long an invitation's link is good for.
        rate_limit: requests a second that each API key may make on average; 0 means as many as it likes.
        rate_burst: requests that a key may make at once before ``rate_limit`` holds it back.
        request_timeout: seconds that a client may take for a request's head, and as many for its body beyond what
            4 KB a second need.
        callback_timeout: seconds that a callback receiver has to answer.
        callback_workers: deliveries under way at once.
        callback_per_host: deliveries under way at once to one host that answers; one that does not gets fewer.
        allow_hosts: comma-separated hosts and networks that callbacks and attachments may name although private.
        frame_hosts: comma-separated hosts whose pages may be shown within instructions and other texts, such as
            ``docs.google.com``, or ``*.example.org`` for every host below it; frames of other hosts become links.
        model_source: who answers in conversations: ``echo`` says the prompt again, ``recorded`` reads ``model_file``,
            ``openai`` asks the OpenAI-compatible endpoint at ``model_base_url``.
        model_base_url: that endpoint, up to and without ``/chat/completions`` (``https://host/v1``).
        model_api_key: the key that the endpoint gets as a bearer token; empty sends none.
        model_file: recorded answers, a JSON file ``{"model": {"prompt": "answer"}}``.
        model_timeout: seconds that a model may take for one answer.
        log_level: ``debug``, ``info``, ``warning`` or ``error``.
    """

    data: Path = Path("labelwright-data")
    host: str = "127.0.0.1"
    port: int = 8000
    database_url: str = ""
    blob_url: str = ""
    secure_cookies: bool = False
    trusted_proxies: str = "127.0.0.0/8,::1/128"
    file_limit: int = 80 * MEGABYTE
    body_limit: int = 20 * MEGABYTE
    bodies_limit: int = 128 * MEGABYTE
    metadata_limit: int = 10 * 1024
    tag_limit: int = 5
    reserve_seconds: int = 180
    lease_seconds: int = 600
    session_hours: int = 24 * 7
    public_url: str = ""
    jobs: bool = True
    fetch_attachments: bool = True
    attachment_limit: int = 1024 * MEGABYTE
    attachment_timeout: float = 120.0
    scratch_limit: int = 2048 * MEGABYTE
    attachment_workers: int = 32
    attachment_folders: str = ""
    attachment_buckets: str = ""
    secure_responses: bool = False
    mail_url: str = ""
    mail_from: str = "Labelwright <labelwright@localhost>"
    invitation_hours: int = 24 * 7
    rate_limit: float = 0.0
    rate_burst: int = 20
    request_timeout: float = 30.0
    callback_timeout: float = 20.0
    callback_workers: int = 256
    callback_per_host: int = 16
    allow_hosts: str = ""
    frame_hosts: str = "docs.google.com,drive.google.com"
    model_source: str = "echo"
    model_base_url: str = ""
    model_api_key: str = ""
    model_file: str = ""
    model_timeout: float = 60.0
    log_level: str = "info"

    def __repr__(self) -> str:
        # The URLs of the database and of the mail server may hold passwords.
        return f"Settings(data={str(self.data)!r}, host={self.host!r}, port={self.port!r}, …)"

    @property
    def base_url(self) -> str:
        """The server's address without a slash at its end."""
        written = self.public_url if self.public_url.isascii() else urls.parse(self.public_url).wire
        return written.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """Private hosts that callbacks and attachments may name.

        Loopback counts while only loopback reaches this server, as far as it knows: it listens there, and
        ``public_url`` does not say that it is reached from elsewhere.
        """
        listed = parts(self.allow_hosts)
        if self.host in LOOPBACK and (not self.public_url or urlsplit(self.base_url).hostname in LOOPBACK):
            return (*listed, "127.0.0.0/8", "::1/128")
        return listed


_POSITIVE = (1, 2**53)
_HOURS = (1, 24 * 366 * 10)
_SECONDS = (0.001, 24 * 3600.0)
RANGES: Mapping[str, tuple[float, float]] = {
    "port": (0, 65535),
    "file_limit": _POSITIVE,
    "body_limit": _POSITIVE,
    "bodies_limit": _POSITIVE,
    "metadata_limit": (0, 2**53),
    "tag_limit": (0, 2**53),
    "reserve_seconds": (0, 24 * 3600),
    "lease_seconds": (0, 24 * 3600),
    "session_hours": _HOURS,
    "attachment_limit": _POSITIVE,
    "attachment_timeout": _SECONDS,
    "attachment_workers": (1, 10_000),
    "scratch_limit": _POSITIVE,
    "invitation_hours": _HOURS,
    "rate_limit": (0, 1e9),
    "rate_burst": (1, 2**53),
    "request_timeout": _SECONDS,
    "callback_timeout": _SECONDS,
    "callback_workers": (1, 10_000),
    "callback_per_host": (1, 10_000),
    "model_timeout": _SECONDS,
}
"""The least and the largest value of each number."""

LOG_LEVELS = ("debug", "info", "warning", "error")


def _check(settings: Settings) -> None:
    """Refuse values that no server can work with."""
    for name, (least, most) in RANGES.items():
        if not least <= getattr(settings, name) <= most:
            raise ValueError(f"bad setting: {name} must be between {least:g} and {most:.16g}")
    if settings.log_level.lower() not in LOG_LEVELS:
        raise ValueError(f"bad setting: log_level must be one of {', '.join(LOG_LEVELS)}")
    if not settings.host.strip():
        raise ValueError("bad setting: host must not be empty")
    # Without the value: the URL of a database may hold a password.
    if settings.database_url and not _is_database_url(settings.database_url):
        raise ValueError("bad setting: database_url must be postgresql://user:password@host:port/name")
    for folder in parts(settings.attachment_folders):
        if not Path(folder).is_absolute():
            raise ValueError(f"bad setting: attachment_folders must be absolute paths, and {folder} is none")


def _is_database_url(value: str) -> bool:
    try:
        # The port is read for its ValueError: it may be no number.
        return value.startswith("postgresql://") and urlsplit(value).port != 0
    except ValueError:
        return False


def parts(text: str) -> tuple[str, ...]:
    """The parts of a comma-separated setting."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def load(environ: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Read the settings; arguments that are not None win over the environment.

    Raises:
        ValueError: a setting has a value that it cannot have; the message names it.
    """
    environ = os.environ if environ is None else environ
    found: dict[str, Any] = {}
    for name in Settings.__struct_fields__:
        value = given.get(name)
        if value is None:
            value = environ.get(f"{_PREFIX}{name.upper()}")
        if value is not None:
            found[name] = Path(value) if name == "data" else value
    try:
        settings = msgspec.convert(found, Settings, strict=False, dec_hook=lambda _, value: value)
    except msgspec.ValidationError as error:
        what, _, where = str(error).rpartition(" - at `$.")
        name = where.removesuffix("`")
        if name not in Settings.__struct_fields__:
            raise ValueError(f"bad setting: {error}") from error
        raise ValueError(
            f"bad setting: {name} ({_PREFIX}{name.upper()}): {what[:1].lower()}{what[1:]}"
        ) from error
    _check(settings)
    if settings.public_url:
        _check_public_url(settings.public_url)
    return settings


def unknown(environ: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Variables that are named like a setting and are none: most likely one that is misspelt."""
    environ = os.environ if environ is None else environ
    known = {f"{_PREFIX}{name.upper()}" for name in Settings.__struct_fields__}
    return tuple(sorted(name for name in environ if name.startswith(_PREFIX) and name not in known))


def _check_public_url(url: str) -> None:
    try:
        if urls.parse(url).user_info is not None:
            raise urls.InvalidUrl("it has a user")
    except urls.InvalidUrl as error:
        raise ValueError(f"bad setting: public_url is no address that can be used: {error}") from error
