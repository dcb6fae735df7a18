"""The generated reference of the client library: from its signatures and docstrings."""

import enum
import inspect
import re
from collections.abc import Iterator

from scripts.docs_markdown import page, prose, table

import scaleapi
from scaleapi import exceptions
from scaleapi.aio import AsyncScaleClient

INTRO = (
    "What `import scaleapi` gives. `scaleapi.aio.AsyncScaleClient` has the same methods, awaited; what walks over"
    " pages is looped over with `async for`. Names of earlier releases are among the"
    " [deprecated names](deprecations.md), the types of requests in `scaleapi.params`, and what else differs from the"
    " official client in [the client's own page](../../sdk/README.md)."
)
SECTIONS = {
    "Args": "Arguments",
    "Attributes": "Attributes",
    "Returns": "Returns",
    "Yields": "Yields",
    "Raises": "Raises",
}
RESULTS = frozenset({"Returns", "Yields"})
"""Sections of sentences."""


def pages() -> dict[str, str]:
    """The page by its path from the root."""
    parts = [
        "## The clients",
        _described("scaleapi.ScaleClient", scaleapi.ScaleClient),
        _described("scaleapi.aio.AsyncScaleClient", AsyncScaleClient),
        "## Methods of the clients",
        *(_described(name, method) for name, method in methods(scaleapi.ScaleClient)),
        "## Functions",
        *(_described(f"scaleapi.{name}", thing) for name, thing in public() if inspect.isfunction(thing)),
        "## Objects",
        *_objects(),
        "## Enumerations",
        *_enumerations(),
        "## Exceptions",
        table(("exception", "base", "when"), _exceptions()),
    ]
    return {"docs/reference/sdk.md": page("The client library", "sdk/src/scaleapi", INTRO, parts)}


def methods(owner: type) -> Iterator[tuple[str, object]]:
    """What users call, base classes included, without what is there for old programs only."""
    for name in dir(owner):
        method = inspect.getattr_static(owner, name)
        module = getattr(method, "__module__", "")
        if not name.startswith("_") and inspect.isfunction(method) and module != "scaleapi._legacy":
            yield name, method


def public() -> Iterator[tuple[str, object]]:
    """The names of the package."""
    return ((name, getattr(scaleapi, name)) for name in scaleapi.__all__)


def _objects() -> Iterator[str]:
    clients = (scaleapi.ScaleClient, AsyncScaleClient)
    for name, thing in public():
        if not inspect.isclass(thing) or issubclass(thing, enum.Enum | BaseException) or thing in clients:
            continue
        yield _described(name, thing)
        for called, method in methods(thing):
            # What an object has from a base class is told there, or is a list's.
            if called in vars(thing) and method.__doc__:
                yield f"#### `{called}{_signature(method)}`\n\n{_text(inspect.getdoc(method) or '')}"


def _enumerations() -> Iterator[str]:
    for name, thing in public():
        if inspect.isclass(thing) and issubclass(thing, enum.Enum):
            members = [(f"`{member}`", f"`{one.value}`") for member, one in thing.__members__.items()]
            heading = f"### {name}\n\n{_text(inspect.getdoc(thing) or '')}"
            yield f"{heading}\n\n{table(('member', 'value'), members)}"


def _exceptions() -> Iterator[tuple[str, str, str]]:
    for name, thing in vars(exceptions).items():
        if inspect.isclass(thing) and issubclass(thing, exceptions.ScaleException):
            first = (inspect.getdoc(thing) or "").partition("\n")[0]
            yield f"`{name}`", f"`{thing.__base__.__name__}`", _text(first)


def _described(name: str, thing: object) -> str:
    shown = name.rpartition(".")[2]
    code = f"```python\n{shown}{_signature(thing)}\n```"
    return f"### {name}\n\n{code}\n\n{_text(inspect.getdoc(thing) or '')}"


class _Bare(str):
    """A postponed annotation, shown without quotes."""

    __slots__ = ()
    __repr__ = str.__str__


def _signature(thing: object) -> str:
    """Parameters and result, without ``self`` and what only catches mistakes."""
    signature = inspect.signature(thing)  # type: ignore[arg-type]
    own = [one for one in signature.parameters.values() if one.name not in {"self", "illegal"}]
    shown = [one.replace(annotation=_bare(one.annotation)) for one in own]
    text = str(signature.replace(parameters=shown, return_annotation=_bare(signature.return_annotation)))
    # Markers of what was not given would be shown with their places in memory.
    return re.sub(r"<[\w.]+ object at 0x[0-9a-f]+>", "…", text)


def _bare(annotation: object) -> object:
    return _Bare(annotation.replace("'", "")) if isinstance(annotation, str) else annotation


def _text(docstring: str) -> str:
    """A Google docstring as Markdown: sections with names become lists."""
    done: list[str] = []
    section = None
    for line in docstring.splitlines():
        if line.removesuffix(":") in SECTIONS and line.endswith(":"):
            section = SECTIONS[line.removesuffix(":")]
            done += [f"*{section}*", ""]
        elif section and line.startswith("    "):
            name, colon, rest = line.strip().partition(": ")
            if section in RESULTS or line.startswith("     "):
                if done[-1]:
                    done[-1] += f" {line.strip()}"
                else:
                    done.append(line.strip())
            else:
                named = colon and re.fullmatch(r"[*\w]+", name)
                done.append(f"- `{name}`: {rest}" if named else f"- {line.strip()}")
        else:
            section = section if not line.strip() else None
            done.append(line)
    return prose("\n".join(done)).strip()
