"""The pages of ``docs/reference/task-types``: one for each type that the registry finds, and an index.

Sources: the models and docstrings of ``tasktypes/<family>``, its examples, its sample answers, its scores.
"""

import inspect
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
from scripts.docs_markdown import Schema, bounds, described, page, prose, snake, table, type_text

from labelwright.tasktypes.base import TaskType
from labelwright.tasktypes.examples import BadAnswer, examples_of
from labelwright.tasktypes.registry import task_types

ROOT = Path(__file__).parent.parent
FOLDER = "docs/reference/task-types"
SOURCE = "server/src/labelwright/tasktypes"
WIDTH = 100
LONGEST = 160
"""Characters of a text that examples show: files inside an answer are longer."""

SHARED = "../rest-v1.md#newtask"
INTRO = (
    "What `POST /v1/task/{type}` takes and what comes back, for every task type of this server. A request may also"
    f" have the [parameters that all types share]({SHARED}), and what a project says need not be said again. Unknown"
    " parameters at the top of a request are kept. A `null` counts as absent, and a number may be a numeric string."
)
REQUESTS = (
    "Status 400, with the last column in `error`. The second one says what differs from an example above."
)
ANSWERS = (
    "Submits, expected responses and pre-labels go through one check, which finds every problem at once."
)


def pages() -> dict[str, str]:
    """Every page by its path from the root."""
    kinds = {slug: kind for slug, kind in sorted(task_types().items()) if slug == kind.slug}
    return {
        f"{FOLDER}/README.md": _index(kinds),
        **{f"{FOLDER}/{slug}.md": _TypePage(kind).text() for slug, kind in kinds.items()},
    }


def _index(kinds: Mapping[str, TaskType]) -> str:
    families: dict[str, list[TaskType]] = {}
    for kind in kinds.values():
        families.setdefault(_family(kind), []).append(kind)
    parts = []
    for family, members in sorted(families.items()):
        title = prose(inspect.getdoc(import_module(family)) or "").partition("\n")[0].partition(": ")[0]
        rows = [
            (
                f"[`{kind.slug}`]({kind.slug}.md)",
                ", ".join(f"`{alias}`" for alias in kind.aliases),
                about(kind),
                "yes" if kind.needs_project else "",
            )
            for kind in members
        ]
        heads = ("type", "also called", "what it asks for", "needs a project")
        parts.append(f"## {title.rstrip('.')}\n\n{table(heads, rows)}")
    return page("Task types", SOURCE, INTRO, parts)


def about(kind: TaskType) -> str:
    """What the type is, in a few words: what its request's docstring says after the colon."""
    first, _ = described(kind.params_model.__doc__ or "")
    _, _, what = first.partition(": ")
    what = what.partition(". ")[0].rstrip(".")
    return what[:1].upper() + what[1:]


def _family(kind: TaskType) -> str:
    return ".".join(type(kind).__module__.split(".")[:3])


class _TypePage:
    """One page.

    Args:
        kind: the task type.
    """

    def __init__(self, kind: TaskType) -> None:
        self._kind = kind
        self._examples = examples_of(kind)
        models = (kind.params_model, kind.answer_model)
        _, self._schemas = msgspec.json.schema_components(models, ref_template="#/{name}")
        self._structs = {name: struct for model in models for name, struct in _structs(model)}
        request = self._reachable(kind.params_model.__name__)
        self._parts_of_request = request[1:]
        self._parts_of_answer = [
            name for name in self._reachable(kind.answer_model.__name__)[1:] if name not in request
        ]

    def text(self) -> str:
        kind = self._kind
        return page(
            kind.slug,
            f"{SOURCE} and its examples",
            "\n\n".join(self._head()),
            [
                "## Parameters",
                self._section(kind.params_model.__name__, default=True),
                *(f"### {name}\n\n{self._section(name, default=True)}" for name in self._parts_of_request),
                "## Examples of requests",
                *(
                    f"{name.capitalize()}:\n\n{_json(self._examples.good_params[name])}"
                    for name in self._shown()
                ),
                "## Answer",
                self._section(kind.answer_model.__name__),
                *(f"### {name}\n\n{self._section(name)}" for name in self._parts_of_answer),
                "## Answer in test mode",
                self._sample(),
                "## Score",
                score_text(kind),
                "## Requests that are refused",
                REQUESTS,
                self._bad_requests(),
                "## Answers that are refused",
                ANSWERS,
                self._bad_answers(),
            ],
        )

    def _head(self) -> Iterator[str]:
        kind = self._kind
        yield f"{about(kind)}."
        facts = [f"`POST /v1/task/{kind.slug}`"]
        if kind.aliases:
            facts.append(f"also called {', '.join(f'`{alias}`' for alias in kind.aliases)}")
        if kind.needs_project:
            facts.append("a task needs a project, or a batch of one")
        text = (
            f"{'; '.join(facts)}. Besides its own parameters it takes [those that all types share]({SHARED})."
        )
        if kind.default_instruction:
            text += f" Without an instruction it gets “{kind.default_instruction}”"
        yield text
        readme = Path(inspect.getfile(import_module(_family(kind)))).parent / "README.md"
        if readme.is_file() and readme.is_relative_to(ROOT):
            yield (
                f"What was decided where the original is not documented is in [the family's README](../../../"
                f"{readme.relative_to(ROOT)}). All types: [index](README.md)."
            )

    def _shown(self) -> Sequence[str]:
        first = ["minimal", "full"]
        return [*first, *(name for name in self._examples.good_params if name not in first)]

    def _reachable(self, first: str) -> list[str]:
        """A schema and those that it mentions, in the order in which a reader meets them."""
        found: dict[str, None] = {}
        waiting = [first]
        while waiting:
            name = waiting.pop(0)
            if name not in found:
                found[name] = None
                waiting.extend(_mentioned(self._schemas[name].get("properties", {})))
                waiting.extend(_mentioned({key: self._schemas[name].get(key) for key in ("anyOf", "allOf")}))
        return list(found)

    def _section(self, name: str, *, default: bool = False) -> str:
        schema = self._schemas[name]
        text = "" if name == self._kind.params_model.__name__ else described(schema.get("description", ""))[0]
        sentences = _sentences(self._structs.get(name))
        required = set(schema.get("required", ()))
        closed = schema.get("additionalProperties") is False
        rows = [
            (
                f"`{field}`",
                type_text(one),
                "yes" if field in required else "",
                _default(one) if default else "",
                ", ".join(bounds(one)),
                (sentences.get(field) or sentences.get(snake(field), "")).removeprefix(f"`{field}`: "),
            )
            for field, one in schema.get("properties", {}).items()
        ]
        heads = ("name", "type", "required", "default", "limits", "meaning")
        parts = [text, table(heads, rows)]
        if closed and rows:
            parts.append("Other keys are refused.")
        return "\n\n".join(part for part in parts if part)

    def _kept(self, params: Any) -> Any:
        given = msgspec.json.decode(msgspec.json.encode(params), type=dict[str, msgspec.Raw])
        return msgspec.json.decode(self._kind.check_params(given))

    def _sample(self) -> str:
        sample = self._kind.sample_answer(self._kept(self._examples.good_params["minimal"]))
        if sample is None:
            return "Test mode completes these tasks without a `response`, as the original was seen to do."
        return f"To the first example above:\n\n{_json(msgspec.json.decode(sample))}"

    def _bad_requests(self) -> str:
        rows = [
            (name, difference(bad.params, self._examples.good_params), _code(bad.message))
            for name, bad in self._examples.bad_params.items()
        ]
        return table(("case", "request", "error"), rows)

    def _bad_answers(self) -> str:
        rows = [
            (
                name,
                difference(bad.params, self._examples.good_params),
                _code(_shortened_text(bad.answer)),
                self._problems(bad),
            )
            for name, bad in self._examples.bad_answers.items()
        ]
        return table(("case", "task", "answer", "problems"), rows)

    def _problems(self, bad: BadAnswer) -> str:
        _, problems = self._kind.check_answer(self._kept(bad.params), bad.answer)
        return "<br>".join(f"{_code(one.path or '(whole)')}: {_plain(one.message)}" for one in problems)


def score_text(kind: TaskType) -> str:
    """What is said to readers about the score: by ``compare`` of the type, or its family's ``score`` module."""
    method = getattr(type(kind), "compare_content", getattr(type(kind), "compare", type(kind).score))
    own = inspect.getdoc(method) or ""
    if "see ``" in own.partition("\n")[0].lower():
        own = import_module(f"{_family(kind)}.score").__doc__ or ""
    paragraphs = [prose(" ".join(one.split())) for one in own.split("\n\n")]
    return "\n\n".join([*paragraphs, "Two equal answers have a score of 1; the least is 0."])


def difference(params: Mapping[str, Any], good: Mapping[str, Any]) -> str:
    """What a request has else than one of the good ones; the whole request where that is shorter."""
    found = []
    for name, other in good.items():
        changes = list(_changes(params, other, ""))
        text = ", ".join(changes)
        found.append((len(text), f"{name}: {text}" if text else name))
    size, text = min(found)
    whole = _shortened_text(params)
    return _code(whole) if len(whole) < size else text


def _changes(given: Any, good: Any, path: str) -> Iterator[str]:
    if isinstance(given, Mapping) and isinstance(good, Mapping):
        for key in [*good, *(key for key in given if key not in good)]:
            place = f"{path}.{key}" if path else key
            if key not in given:
                yield f"without {_code(place)}"
            elif key not in good:
                yield f"{_code(place)} = {_code(_shortened_text(given[key]))}"
            else:
                yield from _changes(given[key], good[key], place)
    elif isinstance(given, list) and isinstance(good, list) and len(given) == len(good):
        for i, (one, other) in enumerate(zip(given, good, strict=True)):
            yield from _changes(one, other, f"{path}[{i}]")
    elif given != good or type(given) is not type(good):
        yield f"{_code(path)} = {_code(_shortened_text(given))}"


def _structs(model: Any) -> Iterator[tuple[str, type]]:
    """Every struct that a model mentions, by its name."""
    seen: set[type] = set()
    waiting: list[Any] = [msgspec.inspect.type_info(model)]
    while waiting:
        one = waiting.pop()
        if isinstance(one, msgspec.inspect.StructType):
            if one.cls in seen:
                continue
            seen.add(one.cls)
            yield one.cls.__name__, one.cls
            waiting.extend(field.type for field in one.fields)
        else:
            for name in ("type", "types", "item_type", "item_types", "key_type", "value_type"):
                inner = getattr(one, name, ())
                waiting.extend(inner if isinstance(inner, tuple) else [inner])


def _sentences(struct: type | None) -> dict[str, str]:
    """Attribute to sentence, from the docstrings of a struct and of those it derives from."""
    found: dict[str, str] = {}
    for base in reversed(struct.__mro__ if struct is not None else ()):
        if base is not msgspec.Struct:
            found |= described(base.__doc__ or "")[1]
    return {name.rstrip("_"): text for name, text in found.items()}


def _mentioned(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        reference = schema.get("$ref")
        if isinstance(reference, str):
            yield reference.removeprefix("#/")
        for value in schema.values():
            yield from _mentioned(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _mentioned(value)


def _default(schema: Schema) -> str:
    value = schema.get("default")
    return "" if value in (None, "", [], {}) else f"`{json.dumps(value)}`"


def _code(text: str) -> str:
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}" if text else ""


def _plain(text: str) -> str:
    """A sentence in which nothing is taken for Markdown."""
    return "".join(f"\\{one}" if one in "*_[]<>`" else one for one in text)


def _shortened(value: Any) -> Any:
    """A value with its long texts cut."""
    if isinstance(value, Mapping):
        return {key: _shortened(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_shortened(one) for one in value]
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[: LONGEST - 1]}…"
    return value


def _shortened_text(value: Any) -> str:
    text = json.dumps(_shortened(value), ensure_ascii=False)
    return text if len(text) <= 2 * LONGEST else f"{text[: 2 * LONGEST - 1]}…"


def _json(value: Any) -> str:
    return f"```json\n{_pretty(_shortened(value), '')}\n```"


def _pretty(value: Any, indent: str) -> str:
    """JSON in which what fits on a line is on one."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= WIDTH or not isinstance(value, dict | list) or not value:
        return line
    inner = f"{indent}  "
    if isinstance(value, dict):
        items: Iterable[str] = (
            f"{json.dumps(key, ensure_ascii=False)}: {_pretty(one, inner)}" for key, one in value.items()
        )
    else:
        items = (_pretty(one, inner) for one in value)
    opened, closed = "{}" if isinstance(value, dict) else "[]"
    return f"{opened}\n{inner}" + f",\n{inner}".join(items) + f"\n{indent}{closed}"
