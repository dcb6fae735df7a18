"""Writes the SDK's types of task parameters from ``contract/v1.json``, or checks that the written ones are fresh."""

import argparse
import json
import keyword
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scaleapi import TaskType

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "sdk" / "src" / "scaleapi" / "params.py"
CREATE = re.compile(r"/v1/task/([a-z0-9]+)$")
SHARED = "NewTask"
ALIASES = frozenset({"categorize"})
SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
HEAD = '''"""Types of the parameters of each task type; written from ``contract/v1.json`` by ``scripts/params.py``.

Use them to have a request checked before it is sent::

    request: ImageAnnotationParams = {"attachment": url, "geometries": {"box": {"objects_to_annotate": ["cone"]}}}
    client.create_task(TaskType.ImageAnnotation, project="cones", **request)

Every parameter may come from the project instead, so none is required here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict
'''


def main() -> int:
    """Write or check; 1 when what is checked is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="change nothing, fail when something would change"
    )
    check = parser.parse_args().check
    text = _formatted(module(json.loads((ROOT / "contract" / "v1.json").read_text())))
    if not check:
        TARGET.write_text(text)
    elif not TARGET.is_file() or TARGET.read_text() != text:
        print(f"{TARGET.relative_to(ROOT)} is stale: run `make contract`", file=sys.stderr)
        return 1
    return 0


def module(contract: Mapping[str, Any]) -> str:
    """The text of ``scaleapi/params.py``, not yet formatted.

    Args:
        contract: ``contract/v1.json``.
    """
    schemas = contract["components"]["schemas"]
    own: dict[str, tuple[str, str]] = {}
    for path, verbs in contract["paths"].items():
        found = CREATE.match(path)
        if found and "post" in verbs and found[1] not in ALIASES:
            body = verbs["post"]["requestBody"]["content"]["application/json"]["schema"]
            (schema,) = (name for name in _references(body) if name != SHARED)
            own[f"{_type_name(found[1])}Params"] = found[1], schema
    parts = [
        HEAD,
        _class("TaskParams", "TypedDict", schemas[SHARED], "What every task type takes.", total=False),
    ]
    nested: dict[str, None] = {}
    for name, (slug, schema) in sorted(own.items()):
        parts.append(_class(name, "TaskParams", schemas[schema], f"Parameters of ``{slug}``.", total=False))
        _reachable(schemas[schema], schemas, nested)
    if clash := nested.keys() & {*own, "TaskParams"}:
        raise SystemExit(f"a part of a request has the name of a whole one: {', '.join(sorted(clash))}")
    for name in sorted(nested):
        what = schemas[name].get("description", "").partition("\n")[0].strip() or "A part of a request."
        parts.append(_class(name, "TypedDict", schemas[name], what, total=True))
    return "\n\n".join(parts)


def _type_name(slug: str) -> str:
    """``ImageAnnotation`` for ``imageannotation``, where the SDK has a name for it."""
    return next((kind.name for kind in TaskType if kind.value == slug), slug.capitalize())


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        if "$ref" in schema:
            yield schema["$ref"].rpartition("/")[2]
        for value in schema.values():
            yield from _references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _references(value)


def _reachable(schema: Mapping[str, Any], schemas: Mapping[str, Any], found: dict[str, None]) -> None:
    for name in _references(schema.get("properties", {})):
        if name not in found:
            found[name] = None
            _reachable(schemas[name], schemas, found)


def _class(name: str, base: str, schema: Mapping[str, Any], what: str, *, total: bool) -> str:
    required = schema.get("required", ())
    fields = {
        key: _hint(value) if not total or key in required else f"NotRequired[{_hint(value)}]"
        for key, value in schema.get("properties", {}).items()
    }
    # A line as long as this would have to be broken by hand.
    doc = what if len(what) < 100 else f"{what[:97].rpartition(' ')[0]} …"
    if any(not key.isidentifier() or keyword.iskeyword(key) for key in fields):
        entries = ", ".join(f'"{key}": "{hint}"' for key, hint in fields.items())
        return f'{name} = TypedDict("{name}", {{{entries}}}, total={total})\n"""{doc}"""'
    head = f"class {name}({base}{'' if total else ', total=False'}):"
    return "\n".join([head, f'    """{doc}"""', "", *(f"    {key}: {hint}" for key, hint in fields.items())])


def _hint(schema: Mapping[str, Any]) -> str:
    """The type of a JSON schema, as Python writes it."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return f"Literal[{', '.join(repr(one) for one in schema['enum'])}]"
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_hint(one) for one in schema["anyOf"]))
    kind = schema.get("type")
    if kind == "array":
        return _sequence(schema.get("items") or {})
    if kind == "object":
        values = schema.get("additionalProperties")
        return f"Mapping[str, {_hint(values) if isinstance(values, Mapping) else 'Any'}]"
    return SCALARS.get(str(kind), "Any")


def _sequence(items: Mapping[str, Any]) -> str:
    """An array's type; a text is a sequence of texts, too, and never meant."""
    inner = _hint(items)
    choices = [_hint(one) for one in items.get("anyOf", [])] or [inner]
    if "str" not in choices:
        return f"Sequence[{inner}]"
    others = [f"Sequence[{one}]" for one in choices if one != "str"]
    return " | ".join(dict.fromkeys(["list[str]", *others, f"list[{inner}]"]))


def _formatted(text: str) -> str:
    ruff = [sys.executable, "-m", "ruff", "format", "-", "--stdin-filename", str(TARGET)]
    return subprocess.run(ruff, input=text, capture_output=True, text=True, check=True, cwd=ROOT).stdout


if __name__ == "__main__":
    sys.exit(main())
