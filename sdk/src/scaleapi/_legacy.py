"""Names and habits of the releases 0.x, 1.x and early 2.x, kept for programs written against them.

One table says what is deprecated; everything here warns through it, and ``docs/reference/deprecations.md`` is written
from it. The current classes inherit from the mix-ins below and know nothing else about the past.
"""

from __future__ import annotations

import re
import sys
import urllib.parse
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

C = TypeVar("C", bound=Callable[..., Any])

TASK_TYPES: Final = (
    """annotation audiotranscription categorization comparison cuboidannotation datacollection imageannotation
    lineannotation namedentityrecognition pointannotation polygonannotation segmentannotation transcription
    textcollection documenttranscription videoannotation videoboxannotation videoplaybackannotation
    videocuboidannotation"""
).split()
"""The task types that release 1.0.4 knew."""

SCALE_ENDPOINT: Final = "https://api.scale.com/v1/"
DEFAULT_LIMIT: Final = 100
DEFAULT_OFFSET: Final = 0


@dataclass(frozen=True, slots=True)
class Deprecation:
    """One old name.

    Attributes:
        old: As programs write it.
        releases: The releases that had it.
        new: What to write instead.
        note: What is different, if anything.
    """

    old: str
    releases: str
    new: str
    note: str = ""


DEPRECATIONS: Final = (
    Deprecation("ScaleClient.fetch_task", "0.x, 1.x", "ScaleClient.get_task"),
    Deprecation("ScaleClient.create_<type>_task", "0.x, 1.x", "ScaleClient.create_task"),
    Deprecation("ScaleClient.list_batches", "0.4, 1.x", "ScaleClient.batches"),
    Deprecation("ScaleClient.get_projet", "1.0.0–1.0.2", "ScaleClient.get_project"),
    Deprecation("ScaleClient._getrequest", "0.x, 1.x", "ScaleClient.api.get_request"),
    Deprecation(
        "ScaleClient._postrequest",
        "0.x, 1.x",
        "ScaleClient.api.post_request",
        "An empty payload is sent as {}.",
    ),
    Deprecation("ScaleClient.api_key", "0.x, 1.x", "ScaleClient.api.api_key"),
    Deprecation(
        "ScaleClient._headers", "1.0.4", "source=", "What the headers would be; changing them does nothing."
    ),
    Deprecation("user_agent_extension=", "1.0.4", "source="),
    Deprecation("create_project(type=)", "1.x", "create_project(task_type=)"),
    Deprecation("create_project(self_serve=)", "2.0.5–2.2", "create_project(rapid=)"),
    Deprecation("create_batch(instruction_batch=)", "2.1–2.3", "create_batch(calibration_batch=)"),
    Deprecation("tasks(offset=)", "0.x, 1.x", "tasks(next_token=)"),
    Deprecation("Task.param_dict", "0.x, 1.x", "Task.as_dict()"),
    Deprecation("Task.client", "0.x, 1.x", "the client itself"),
    Deprecation("Task.<name of a parameter>", "0.x, 1.x", 'Task.params["<name>"]'),
    Deprecation("Batch.param_dict", "0.4, 1.x", "Batch.as_dict()"),
    Deprecation("Batch.client", "0.4, 1.x", "the client itself"),
    Deprecation(
        "Batch.pending",
        "0.4, 1.x",
        "Batch.tasks_pending",
        "Fetched on first use; 1.x fetched it for every batch.",
    ),
    Deprecation("Batch.completed", "0.4, 1.x", "Batch.tasks_completed", "See Batch.pending."),
    Deprecation("Batch.error", "0.4, 1.x", "Batch.tasks_error", "See Batch.pending."),
    Deprecation("Batch.canceled", "0.4, 1.x", "Batch.tasks_canceled", "See Batch.pending."),
    Deprecation(
        'Batch["<key>"]',
        "0.x",
        "Batch.as_dict()",
        "Batch.finalize() returned a dictionary in those releases.",
    ),
    Deprecation("Project.param_dict", "1.x", "Project.as_dict()"),
    Deprecation("Project.client", "1.x", "the client itself"),
    Deprecation(
        'Project["<key>"]',
        "1.x",
        "Project.as_dict()",
        "projects() and update_project() returned dictionaries.",
    ),
    Deprecation("scaleapi.TASK_TYPES", "0.x, 1.x", "scaleapi.TaskType"),
    Deprecation(
        "scaleapi.SCALE_ENDPOINT",
        "0.x, 1.x",
        "ScaleClient(api_instance_url=)",
        "Setting it still moves new clients.",
    ),
    Deprecation(
        "scaleapi.api.SCALE_ENDPOINT",
        "2.0, 2.1",
        "ScaleClient(api_instance_url=)",
        "As scaleapi.SCALE_ENDPOINT.",
    ),
    Deprecation("scaleapi.DEFAULT_LIMIT", "0.x, 1.x", "the server's default"),
    Deprecation("scaleapi.DEFAULT_OFFSET", "0.x, 1.x", "the server's default"),
    Deprecation("scaleapi.quote_string", "1.x", "scaleapi.Api.quote_string"),
    Deprecation(
        "TaskType.CruiseControl", "2.18.2", "TaskType.Federal2dVideoAnnotation", "An alias; no warning."
    ),
    Deprecation(
        "scaleapi.exceptions.ScaleDuplicateTask",
        "2.0, 2.1",
        "ScaleDuplicateResource",
        "An alias; no warning.",
    ),
)
"""Everything that is kept for old programs only."""

_BY_NAME: Final = {entry.old: entry for entry in DEPRECATIONS}
_CREATOR: Final = re.compile(r"create_([a-z0-9]+)_task\Z")


def warn(old: str, *, stacklevel: int = 3) -> None:
    """Tells the caller of the caller about an old name.

    Args:
        old: Its key in `DEPRECATIONS`.
        stacklevel: Which caller, as for `warnings.warn` from here.
    """
    entry = _BY_NAME[old]
    warnings.warn(
        f"{entry.old} is deprecated: use {entry.new}", DeprecationWarning, stacklevel=stacklevel + 1
    )


def renamed(call: C, names: Mapping[str, str]) -> C:
    """Lets a function take keyword arguments by the names that earlier releases had.

    Args:
        call: The function.
        names: Old name to present name; the same name twice for one that is only discouraged.
    """

    def translated(*args: Any, **kwargs: Any) -> Any:
        for old, new in names.items():
            if old in kwargs:
                warn(f"{call.__name__}({old}=)", stacklevel=4)
                kwargs[new] = kwargs.pop(old)
        return call(*args, **kwargs)

    return translated  # type: ignore[return-value]  # its parameters are those of `call`, and the old ones


def endpoint() -> str | None:
    """The base URL that a program has set as ``scaleapi.SCALE_ENDPOINT`` or ``scaleapi.api.SCALE_ENDPOINT``."""
    for module in ("scaleapi", "scaleapi.api"):
        url = vars(sys.modules[module]).get("SCALE_ENDPOINT") if module in sys.modules else None
        if url:
            return str(url)
    return None


def module_attribute(module: str, name: str) -> Any:
    """The old constants of a module, for its ``__getattr__``.

    Raises:
        AttributeError: There never was such a name.
    """
    found: dict[str, Any] = {"SCALE_ENDPOINT": SCALE_ENDPOINT}
    if module == "scaleapi":
        found |= {
            "TASK_TYPES": TASK_TYPES,
            "DEFAULT_LIMIT": DEFAULT_LIMIT,
            "DEFAULT_OFFSET": DEFAULT_OFFSET,
            "quote_string": partial(urllib.parse.quote, safe=""),
        }
    if name not in found:
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    warn(f"{module}.{name}")
    return found[name]


class LegacyClient:
    """What clients of earlier releases had besides today's methods."""

    api: Any

    if not TYPE_CHECKING:
        # Unseen by type checkers: they should go on finding misspelt methods.

        def __getattr__(self, name: str) -> Any:
            creator = _CREATOR.match(name)
            if creator is None:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            warn("ScaleClient.create_<type>_task")
            return partial(type(self).create_task, self, creator[1])

    @property
    def api_key(self) -> str:
        """The key."""
        warn("ScaleClient.api_key")
        return str(self.api.api_key)

    @property
    def _headers(self) -> dict[str, str]:
        warn("ScaleClient._headers")
        agent: str = self.api._generate_useragent(self.api._source)
        return {"Content-Type": "application/json", "User-Agent": agent}

    def _getrequest(self, endpoint: str, params: Mapping[str, Any] | None = None) -> Any:
        warn("ScaleClient._getrequest")
        return self.api.get_request(endpoint, params)

    def _postrequest(self, endpoint: str, payload: Any = None) -> Any:
        warn("ScaleClient._postrequest")
        return self.api.post_request(endpoint, payload or {})

    def fetch_task(self, task_id: str) -> Any:
        """The name of `get_task` in the releases 0.x and 1.x."""
        warn("ScaleClient.fetch_task")
        return self.get_task(task_id)  # type: ignore[attr-defined]

    def list_batches(self, **kwargs: Any) -> Any:
        """The name of `batches` in the releases 0.4 and 1.x."""
        warn("ScaleClient.list_batches")
        return self.batches(**kwargs)  # type: ignore[attr-defined]

    def get_projet(self, project_name: str) -> Any:
        """The name of `get_project` in the releases 1.0.0 to 1.0.2."""
        warn("ScaleClient.get_projet")
        return self.get_project(project_name)  # type: ignore[attr-defined]


class LegacyModel:
    """What objects of earlier releases had besides today's attributes."""

    _json: Any
    _client: Any
    _noun: ClassVar[str]

    @property
    def param_dict(self) -> dict[str, Any]:
        """The resource as the JSON object the server sent."""
        warn(f"{self._noun}.param_dict")
        return dict(self._json)

    @property
    def client(self) -> Any:
        """The client it came from."""
        warn(f"{self._noun}.client")
        return self._client


class LegacyDict(LegacyModel):
    """What was a plain dictionary in earlier releases."""

    def __getitem__(self, key: str) -> Any:
        warn(f'{self._noun}["<key>"]')
        return self._json[key]

    def __contains__(self, key: object) -> bool:
        return key in self._json

    def __iter__(self) -> Iterator[str]:
        warn(f'{self._noun}["<key>"]')
        return iter(self._json)

    def keys(self) -> Any:
        """The keys of the JSON object."""
        warn(f'{self._noun}["<key>"]')
        return self._json.keys()

    def get(self, key: str, default: Any = None) -> Any:
        """A value of the JSON object."""
        warn(f'{self._noun}["<key>"]')
        return self._json.get(key, default)


class LegacyTask(LegacyModel):
    """`Task` as it was in the releases 0.x and 1.x: parameters are attributes too."""

    _noun = "Task"

    def _parameter(self, name: str) -> Any:
        """A parameter of the task.

        Raises:
            KeyError: The task has no such parameter.
        """
        found = self.__dict__["_json"]["params"][name]
        warn("Task.<name of a parameter>", stacklevel=4)
        return found


class LegacyBatch(LegacyDict):
    """`Batch` as it was in the releases 0.4 and 1.x: it knows its counts."""

    _noun = "Batch"

    def _counted(self, name: str) -> int | None:
        warn(f"Batch.{name}", stacklevel=4)
        attribute = f"tasks_{name}"
        if getattr(self, attribute) is None and self._client is not None:
            self.get_status()  # type: ignore[attr-defined]
        found: int | None = getattr(self, attribute)
        return found

    @property
    def pending(self) -> int | None:
        """Number of pending tasks."""
        return self._counted("pending")

    @property
    def completed(self) -> int | None:
        """Number of completed tasks."""
        return self._counted("completed")

    @property
    def error(self) -> int | None:
        """Number of tasks in error."""
        return self._counted("error")

    @property
    def canceled(self) -> int | None:
        """Number of canceled tasks."""
        return self._counted("canceled")


class LegacyProject(LegacyDict):
    """`Project` as it was in the releases 1.x: listings and updates gave dictionaries."""

    _noun = "Project"
