"""Where V2 is, and how it is reached."""

from __future__ import annotations

import copy
import logging
import os
import platform
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import urllib3

if TYPE_CHECKING:
    from typing import Self

HOST = "https://api.scale.com"
ServerVariablesT = dict[str, str]


class Configuration:
    """Settings of an `ApiClient`. They may be changed at any time and hold for the next call.

    What is left as it is here follows the `scaleapi.ScaleClient`, where there is one.

    Args:
        host: Base URL without ``/v2``; None is Scale's own.
        api_key: Kept for programs that set it; V2 has no such scheme.
        api_key_prefix: Kept likewise.
        username: For HTTP Basic, used without `access_token`.
        password: For HTTP Basic.
        access_token: The API key.
        server_index: Which of `get_host_settings` `host` reads; None when `host` is given.
        server_variables: Kept for programs that set it.
        server_operation_index: Kept likewise.
        server_operation_variables: Kept likewise.
        ignore_operation_servers: Kept likewise.
        ssl_ca_cert: Path of a CA bundle.
        retries: Tries after the first; None for the client's own number.
        debug: Whether calls are logged (logger ``scaleapi``).
    """

    _default: ClassVar[Configuration | None] = None

    def __init__(
        self,
        host: str | None = None,
        api_key: dict[str, str] | None = None,
        api_key_prefix: dict[str, str] | None = None,
        username: str | None = None,
        password: str | None = None,
        access_token: str | None = None,
        server_index: int | None = None,
        server_variables: ServerVariablesT | None = None,
        server_operation_index: dict[int, int] | None = None,
        server_operation_variables: dict[int, ServerVariablesT] | None = None,
        ignore_operation_servers: bool = False,
        ssl_ca_cert: str | None = None,
        retries: int | None = None,
        *,
        debug: bool | None = None,
    ) -> None:
        self._base_path = HOST if host is None else host
        self.server_index = 0 if server_index is None and host is None else server_index
        self.server_operation_index = server_operation_index or {}
        self.server_variables = server_variables or {}
        self.server_operation_variables = server_operation_variables or {}
        self.ignore_operation_servers = ignore_operation_servers
        self.temp_folder_path: str | None = None
        self.api_key = api_key or {}
        self.api_key_prefix = api_key_prefix or {}
        self.refresh_api_key_hook: Callable[[Configuration], None] | None = None
        self.username = username
        self.password = password
        self.access_token = access_token
        self.logger = {"package_logger": logging.getLogger("scaleapi")}
        self.logger_stream_handler: logging.Handler | None = None
        self.logger_file_handler: logging.FileHandler | None = None
        self.logger_format = "%(asctime)s %(levelname)s %(message)s"
        self._logger_file: str | None = None
        self._debug = False
        if debug is not None:
            self.debug = debug
        self.verify_ssl = True
        self.ssl_ca_cert = ssl_ca_cert
        self.cert_file: str | None = None
        self.key_file: str | None = None
        self.assert_hostname: bool | None = None
        self.tls_server_name: str | None = None
        self.connection_pool_maxsize = (os.cpu_count() or 1) * 5
        self.proxy: str | None = None
        self.proxy_headers: Mapping[str, str] | None = None
        self.safe_chars_for_path_param = ""
        self.retries = retries
        self.client_side_validation = True
        self.socket_options: Any = None
        self.datetime_format = "%Y-%m-%dT%H:%M:%S.%f%z"
        self.date_format = "%Y-%m-%d"

    def __repr__(self) -> str:
        return f"{type(self).__name__}(host={self.host!r})"

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        # Loggers and their handlers are the process's.
        shared = {"logger", "logger_file_handler", "logger_stream_handler"}
        made = self.__class__.__new__(self.__class__)
        memo[id(self)] = made
        for name, value in self.__dict__.items():
            made.__dict__[name] = value if name in shared else copy.deepcopy(value, memo)
        return made

    @classmethod
    def set_default(cls, default: Configuration | None) -> None:
        """Sets what `get_default` returns."""
        cls._default = default

    @classmethod
    def get_default_copy(cls) -> Configuration:
        """An earlier name of `get_default`."""
        return cls.get_default()

    @classmethod
    def get_default(cls) -> Configuration:
        """The configuration of clients that are made without one."""
        if cls._default is None:
            cls._default = cls()
        return cls._default

    @property
    def logger_file(self) -> str | None:
        """A file to which the log goes as well."""
        return self._logger_file

    @logger_file.setter
    def logger_file(self, value: str | None) -> None:
        self._logger_file = value
        if value:
            self.logger_file_handler = logging.FileHandler(value)
            self.logger_file_handler.setFormatter(self.logger_formatter)
            for logger in self.logger.values():
                logger.addHandler(self.logger_file_handler)

    @property
    def debug(self) -> bool:
        """Whether calls are logged. Headers and bodies never are: the key is among them."""
        return self._debug

    @debug.setter
    def debug(self, value: bool) -> None:
        self._debug = value
        for logger in self.logger.values():
            logger.setLevel(logging.DEBUG if value else logging.WARNING)

    @property
    def logger_format(self) -> str:
        """The format of the lines in `logger_file`."""
        return self._logger_format

    @logger_format.setter
    def logger_format(self, value: str) -> None:
        self._logger_format = value
        self.logger_formatter = logging.Formatter(value)

    def get_api_key_with_prefix(self, identifier: str, alias: str | None = None) -> str | None:
        """A key of `api_key`, after its prefix; None if there is none."""
        if self.refresh_api_key_hook is not None:
            self.refresh_api_key_hook(self)
        key = self.api_key.get(identifier) or (self.api_key.get(alias) if alias is not None else None)
        prefix = self.api_key_prefix.get(identifier)
        return f"{prefix} {key}" if key and prefix else key

    def get_basic_auth_token(self) -> str | None:
        """The ``Authorization`` header for `username` and `password`."""
        headers = urllib3.make_headers(basic_auth=f"{self.username or ''}:{self.password or ''}")
        return headers.get("authorization")

    def auth_settings(self) -> dict[str, dict[str, str | None]]:
        """The schemes that are set up, with the headers that they send."""
        schemes: dict[str, dict[str, str | None]] = {}
        header: dict[str, str | None] = {"in": "header", "key": "Authorization"}
        if self.username is not None and self.password is not None:
            schemes["basicAuth"] = {"type": "basic", **header, "value": self.get_basic_auth_token()}
        if self.access_token is not None:
            schemes["bearerAuth"] = {"type": "bearer", **header, "value": f"Bearer {self.access_token}"}
        return schemes

    def to_debug_report(self) -> str:
        """System, Python and versions, as text."""
        return (
            "Python SDK Debug Report:\n"
            f"OS: {platform.system().lower()}\n"
            f"Python Version: {platform.python_version()}\n"
            "Version of the API: 0.0.1\n"
            "SDK Package Version: 1.0.0"
        )

    def get_host_settings(self) -> list[dict[str, Any]]:
        """The hosts of the description: one."""
        return [{"url": HOST, "description": "No description provided"}]

    def get_host_from_settings(
        self,
        index: int | None,
        variables: ServerVariablesT | None = None,  # noqa: ARG002  # the one host has none
        servers: list[dict[str, Any]] | None = None,
    ) -> str:
        """The host of an index; the given one for None.

        Raises:
            ValueError: There is no host of that index.
        """
        if index is None:
            return self._base_path
        hosts = self.get_host_settings() if servers is None else servers
        try:
            return str(hosts[index]["url"])
        except IndexError:
            raise ValueError(f"there are {len(hosts)} hosts, and none has the index {index}") from None

    @property
    def host(self) -> str:
        """The base URL, without ``/v2``."""
        return self.get_host_from_settings(self.server_index, self.server_variables)

    @host.setter
    def host(self, value: str) -> None:
        self._base_path = value
        self.server_index = None
