"""Markdown from docstrings and JSON schemas, for the scripts that write ``docs/reference``."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

MARKER = "<!-- Written by `make docs` from {source}; do not edit. -->"
_NOTES = re.compile(r" ?\((?:wire/|§)[^)]*\)")
"""Pointers from the code into the project's notes on the wire, which readers of these pages do not have."""
_ATTRIBUTE = re.compile(r"^ {8}(\w+): (.*(?:\n {12}.*)*)", re.MULTILINE)

Schema = Mapping[str, Any]


def described(doc: str) -> tuple[str, dict[str, str]]:
    """A Google-style docstring as (what stands before ``Attributes:``, attribute → sentence)."""
    head, _, rest = doc.partition("Attributes:")
    attributes = {name: " ".join(text.split()) for name, text in _ATTRIBUTE.findall(f"\n{rest}")}
    return prose(" ".join(head.split())), {name: prose(text) for name, text in attributes.items()}


def prose(text: str) -> str:
    """Docstring text as Markdown: double backticks become single ones."""
    return _NOTES.sub("", text).replace("``", "`")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table without its empty columns; empty when there are no rows."""
    listed = [tuple(cell.replace("|", r"\|") for cell in row) for row in rows]
    kept = [at for at in range(len(head)) if any(row[at] for row in listed)]
    if not kept:
        return ""
    lines = [f"| {' | '.join(row[at] for at in kept)} |" for row in [head, *listed]]
    lines.insert(1, f"|{' --- |' * len(kept)}")
    return "\n".join(lines)


def page(title: str, source: str, intro: str, parts: Iterable[str]) -> str:
    """A whole page."""
    return "\n\n".join([f"# {title}", MARKER.format(source=source), intro, *(p for p in parts if p)]) + "\n"


def anchor(heading: str) -> str:
    """The fragment that GitHub gives a heading."""
    kept = re.sub(r"[^\w\- ]", "", heading.lower().strip())
    return kept.replace(" ", "-")


def type_text(schema: Schema) -> str:
    """A JSON schema in a few words; named schemas are links to their section."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{anchor(name)})"
    for key, word in (("anyOf", " or "), ("allOf", " and ")):
        if key in schema:
            words = list(dict.fromkeys(type_text(one) for one in schema[key]))
            if "number" in words and "integer" in words:
                words.remove("integer")
            return word.join(words)
    if "enum" in schema:
        return " or ".join(f"`{json.dumps(one)}`" for one in schema["enum"])
    if schema.get("type") == "array":
        items = schema.get("items")
        return f"array of {type_text(items)}" if isinstance(items, dict) and items else "array"
    if schema.get("type") == "object":
        values = schema.get("additionalProperties")
        return f"object of {type_text(values)}" if isinstance(values, dict) and values else "object"
    named: str = schema.get("type", "any JSON")
    return named


_LIMITS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "minProperties": "at least {} keys",
    "maxProperties": "at most {} keys",
    "pattern": "matches `{}`",
}
_WORDS = {
    "at least 1 characters": "not empty",
    "at least 1 items": "not empty",
    "at least 1 keys": "not empty",
}
_SAFE = 10**15
"""From here on, bounds only keep arithmetic exact and are not worth a word."""


def bounds(schema: Schema) -> list[str]:
    """The bounds of a value, or of what it may be instead of null."""
    found = [
        text.format(schema[key])
        for key, text in _LIMITS.items()
        if key in schema and not (isinstance(schema[key], int) and abs(schema[key]) >= _SAFE)
    ]
    inner = [bound for one in schema.get("anyOf", ()) for bound in bounds(one)]
    return list(dict.fromkeys(_WORDS.get(one, one) for one in [*found, *inner]))


def limits(schema: Schema) -> str:
    """Bounds of a value, and its default."""
    found = bounds(schema)
    if schema.get("default") not in (None, "", [], {}):
        found.append(f"default `{json.dumps(schema['default'])}`")
    return ", ".join(found)


def schema_section(name: str, schema: Schema) -> str:
    """One named schema."""
    text, sentences = described(schema.get("description", ""))
    required = set(schema.get("required", ()))
    # Field names of the wire may differ from those in the docstring, which then gives the former.
    rows = [
        (
            f"`{field}`",
            type_text(one),
            "yes" if field in required else "",
            limits(one),
            sentences.get(field) or sentences.get(snake(field), ""),
        )
        for field, one in schema.get("properties", {}).items()
    ]
    return "\n\n".join(
        part
        for part in (
            f"### {name}",
            text,
            table(("field", "type", "required", "limits", "meaning"), rows),
            "" if rows else f"{type_text({**schema, 'description': ''}).capitalize()}.",
        )
        if part
    )


def snake(name: str) -> str:
    """``paddingX`` as ``padding_x``."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: f"_{match[1].lower()}", name)
