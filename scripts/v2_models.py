"""Writes the client's models of V2 from ``contract/v2.json``, or checks that the written ones are fresh.

The contract says which members there are. Its names are the server's; the tables below hold the names that the
official client has for the same things, and the few models that exist in that client alone (wire/v2-objects §4).
"""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "sdk" / "src" / "scaleapi" / "api_client" / "v2" / "models"
HAND_WRITTEN = frozenset({"_base.py"})
EVERYTHING = "_everything"
SCALARS = {"string": "StrictStr", "integer": "StrictInt", "number": "Number", "boolean": "StrictBool"}

NAMES = {
    "BatchOperationResponse": ("PauseBatch200Response", "ResumeBatch200Response", "CancelBatch200Response"),
    "DeliverySchema": ("GetSchemaResponseSchema",),
    "DeliveryTaskDoc": ("GetDeliveryTasksResponseDocsInner",),
    "ErrorBody": (
        "GetBatch500Response",
        "GetTask500Response",
        "GetSchema400Response",
        "GetSchema404Response",
        "GetDatasetTaskResponseUrl404Response",
    ),
}
"""Schemas of the contract that the official client has under other names, or under several."""

UNIONS = {
    "DetailedFile": "DetailedFile",
    "FileValue": "AnnotationFilePropertiesValue",
    "ExpandableAnnotation": "ExpandableAnnotation",
}
"""Schemas of the contract that are unions, and the wrapper for each."""

EXPANDABLE = {
    "Project": "ExpandableProject",
    "Batch": "ExpandableBatch",
    "Delivery": "ExpandableDelivery",
    "Dataset": "ExpandableDataset",
    "DatasetDelivery": "ExpandableDatasetDelivery",
}
"""What may be given by its id alone, and the wrapper for it."""

ENUMS = {
    "AnnotationType": "integer boolean text category category_multiple file workspace_container ranked_choices "
    "ranked_groups rubric_criteria rubric_rating labeled_text",
    "BatchStatus": "staging in_progress completed paused cancelled",
    "ErrorType": "UNSUPPORTED_LANGUAGE LANGUAGE_MISMATCH PROMPT_LENGTH_EXCEEDED INVALID_CATEGORY PROMPT_INFEASIBLE",
    "Expandable": "project batch delivery",
    "ExpandableEnumBatch": "project",
    "ExpandableEnumDatasetTask": "dataset delivery",
    "ExpandableEnumDatasetsDeliveries": "dataset",
    "ExpandableEnumDeliveries": "project",
    "ExpandableEnumDelivery": "project batch delivery",
    "ExpandableEnumTask": "project batch",
    "MessageRole": "system user assistant function",
    "Option": "annotation_details attachment_details model_parameters submissions",
    "TaskStatus": "pending completed canceled error deleted",
}
"""Enumerations and their values, in the official order; the contract has the values alone, where they are used."""

PROJECT_TYPES = (
    "SFT",
    "RLHF: Pref Ranking",
    "RLHF: Pref Ranking with Rewrites",
    "RLVR: Reinforcement Learning with Verifiable Rewards",
    "Rubrics",
    "Process Supervision",
    "Evals",
    "Prompt Generation",
    "Content Understanding",
    "Other",
)

IN_ANSWERS = frozenset({"BatchStatus", "ErrorType", "MessageRole", "TaskStatus"})
"""Enumerations that answers hold: an answer may have a newer value."""

OTHERWISE = {
    ("AnnotationRubricCriteria", "value"): "RubricCriteriaValue | None",
    ("AnnotationRubricRating", "value"): "RubricRatingValue | None",
    ("BasicFile", "content"): "StrictBytes | StrictStr | None",
    ("ChunkText", "type"): "StrictStr",
    ("DatasetDelivery", "dataset"): "DatasetDeliveryDataset | None",
    ("MessageContent", "chunks"): "list[Chunk] | None",
    ("Submission", "submitted_at"): "datetime | None",
    **{(name, "status_code"): "Number | None" for name in NAMES["ErrorBody"]},
    **{(name, "error"): "StrictStr | None" for name in NAMES["ErrorBody"]},
}
"""Members that the official client has in another type than follows from the contract."""

LEFT_OUT = frozenset(
    {
        ("CreateBatchRequest", "project"),
        *(
            ("GetSchemaResponseSchema", name)
            for name in ("name", "createdBy", "createdAt", "updatedBy", "updatedAt")
        ),
    }
)
"""Members of the contract that the official models do not have (aliases, and what that client drops)."""

PREFIXED = frozenset({"json", "schema"})
"""Members whose names pydantic's own methods have; in Python they begin with ``var_``."""

BASE = (
    "id",
    "key",
    "type",
    "title",
    "description",
    "labels",
    "not_applicable",
    "cannot_assess",
    "metadata",
    "justification",
)
"""What every annotation has."""

ONLY_OFFICIAL = '''
class RubricCriteriaValue(OpenModel):
    """The value of a criterion."""

    weight: Number | None = None


class RubricRatingValue(OpenModel):
    """The value of a rating by a criterion."""

    score: Number | None = None
    color: StrictStr | None = None
    justification: StrictStr | None = None


class BaseChunk(Model):
    """What every chunk has."""

    type: StrictStr
    annotations: list[Annotation]


class ChunkTextProperties(Model):
    """What a chunk of text has besides."""

    text: StrictStr


class FinalizeBatchRequest(Model):
    """An earlier name of `BatchOperationRequest`."""

    batch_id: StrictStr | None = None
    batch_name: StrictStr | None = None


class V1TaskTaskIdGet200ResponseResponse(Model):
    """The response of a task of V1, as V2's description has it."""

    responses: list[dict[str, Any]] | None = None


class V1TaskTaskIdGet200Response(Model):
    """A task of V1, as V2's description has it."""

    task_id: StrictStr | None = None
    created_at: StrictStr | None = None
    type: StrictStr | None = None
    params: dict[str, Any] | None = None
    response: V1TaskTaskIdGet200ResponseResponse | None = None


class WorkspaceExecutionDataResultStatus(Model):
    """How a run of code ended."""

    code: Number | None = None
    name: StrictStr | None = None


class WorkspaceExecutionDataResult(Model):
    """What a run of code gave."""

    status: WorkspaceExecutionDataResultStatus | None = None
    time: Number | None = None
    score: Number | None = None


class WorkspaceExecutionData(Model):
    """A run of code in a workspace."""

    id: StrictStr | None = None
    result: WorkspaceExecutionDataResult | None = None


class UnknownAnnotation(BaseAnnotation):
    """An annotation of a type, or with a value, that this release does not know; further keys are kept."""

    model_config = ConfigDict(extra="allow")

    id: StrictStr = ""
    key: StrictStr = ""
    type: StrictStr = ""
    value: Any = None
'''

WRAPPERS = '''
class Chunk(Tagged):
    """A part of a message."""

    actual_instance: ChunkText | dict[str, Any] | None = None


class DetailedFile(ByMimeType):
    """A file: an image, an audio file, or any other, by its MIME type."""

    actual_instance: AudioFile | BasicFile | ImageFile | None = None


class AnnotationFilePropertiesValue(OneOf):
    """The value of an annotation of type ``file``: one file, or several."""

    actual_instance: DetailedFile | list[BasicFile] | None = None


class ExpandableAnnotation(OneOf):
    """An annotation, or its id."""

    actual_instance: Annotation | str | None = None


class DatasetDeliveryDataset(OneOf):
    """A dataset, or its id."""

    actual_instance: Dataset | str | None = None


class CreateBatchRequestProject(OneOf):
    """The id or the name of a project."""

    actual_instance: str | None = None
'''

CHOICES = """
Chunk.choices = (ChunkText,)
Chunk.tags = {"text": ChunkText}
Chunk.fallback = dict[str, Any]
DetailedFile.choices = (BasicFile, ImageFile, AudioFile)
DetailedFile.kinds = {"": BasicFile, "image": ImageFile, "audio": AudioFile}
AnnotationFilePropertiesValue.choices = (list[BasicFile], DetailedFile, Any)
ExpandableAnnotation.choices = (StrictStr, Annotation)
DatasetDeliveryDataset.choices = (StrictStr, Dataset)
CreateBatchRequestProject.choices = (StrictStr,)
"""

HEAD = '''"""Every model of V2; written from ``contract/v2.json`` by ``scripts/v2_models.py``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field, StrictBool, StrictBytes, StrictInt, StrictStr

from scaleapi.api_client.v2.models._base import (
    OPEN,
    ByMimeType,
    Model,
    Number,
    OneOf,
    OpenEnum,
    OpenModel,
    Tagged,
)
'''


def main() -> int:
    """Write or check; 1 when what is checked is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="change nothing, fail when something would change"
    )
    check = parser.parse_args().check
    wanted = files(json.loads((ROOT / "contract" / "v2.json").read_text()))
    there = {path.name: path.read_text() for path in TARGET.glob("*.py") if path.name not in HAND_WRITTEN}
    if check:
        stale = sorted(name for name in {*wanted, *there} if wanted.get(name) != there.get(name))
        if stale:
            print(
                f"{', '.join(stale)} in {TARGET.relative_to(ROOT)} stale: run `make contract`",
                file=sys.stderr,
            )
        return 1 if stale else 0
    for name in there.keys() - wanted.keys():
        (TARGET / name).unlink()
    for name, text in wanted.items():
        (TARGET / name).write_text(text)
    return 0


def files(contract: Mapping[str, Any]) -> dict[str, str]:
    """File name → text: all models in one, and a module for each, under the path that programs import.

    Args:
        contract: ``contract/v2.json``.
    """
    text = _formatted(module(contract["components"]["schemas"]))
    names = sorted(re.findall(r"^class (\w+)\(", text, re.MULTILINE))
    found = {f"{EVERYTHING}.py": text}
    for name in names:
        # The official module of an enumeration or a model; what is ours alone has none.
        if name != "UnknownAnnotation":
            found[f"{snake(name)}.py"] = _alone(name)
    found["__init__.py"] = _formatted(_package(names))
    return found


def module(schemas: Mapping[str, Any]) -> str:
    """The text of ``_everything.py``, not yet formatted."""
    enums = [
        _enum(name, {value.upper(): value for value in values.split()}) for name, values in ENUMS.items()
    ]
    models: list[str] = []
    members = {re.sub(r"[ ]", "_", value.replace(":", "_COLON_").upper()): value for value in PROJECT_TYPES}
    enums.append(_enum("GenAIProjectType", members))
    for schema, content in schemas.items():
        if schema in UNIONS:
            continue
        models.extend(_model(name, content) for name in NAMES.get(schema, (schema,)))
    text = schemas["AnnotationText"]
    common = {**text, "properties": {name: text["properties"][name] for name in BASE}}
    models.append(_model("BaseAnnotation", {**common, "description": "What every annotation has."}))
    kinds = [name for name in schemas if name.startswith("Annotation") and name not in {"AnnotationMetadata"}]
    for name in kinds:
        own = {key: value for key, value in schemas[name]["properties"].items() if key not in BASE}
        what = f"What `{name}` has besides."
        models.append(_model(f"{name}Properties", {"properties": own, "description": what}, name))
    return "\n".join(
        [HEAD, *enums, *models, ONLY_OFFICIAL, *_wrappers(kinds), WRAPPERS, *_choices(schemas, kinds)]
    )


def _wrappers(kinds: list[str]) -> Iterator[str]:
    yield "class Annotation(Tagged):"
    yield '    """What a labeler answered to one question; its kind follows from ``type``."""\n'
    yield f"    actual_instance: {' | '.join(kinds)} | UnknownAnnotation | None = None\n\n"
    for model, wrapper in EXPANDABLE.items():
        yield f"class {wrapper}(OneOf):"
        yield f'    """A `{model}`, or its id."""\n'
        yield f"    actual_instance: {model} | str | None = None\n\n"


def _choices(schemas: Mapping[str, Any], kinds: list[str]) -> Iterator[str]:
    """What the wrappers hold; at the end of the module, where every name is known."""
    yield f"Annotation.choices = ({', '.join(kinds)}, UnknownAnnotation)"
    tags = {schemas[name]["properties"]["type"]["enum"][0]: name for name in kinds}
    yield "Annotation.tags = {" + ", ".join(f'"{tag}": {name}' for tag, name in tags.items()) + "}"
    yield "Annotation.fallback = UnknownAnnotation"
    for model, wrapper in EXPANDABLE.items():
        yield f"{wrapper}.choices = (StrictStr, {model})"
    yield CHOICES


def _enum(name: str, members: Mapping[str, str]) -> str:
    lines = [f"class {name}(OpenEnum):", f'    """Values of `{name}` on the wire."""\n']
    return "\n".join([*lines, *(f'    {key} = "{value}"' for key, value in members.items()), "\n"])


def _model(name: str, schema: Mapping[str, Any], like: str = "") -> str:
    """The class of an object schema.

    Args:
        name: the class's name.
        schema: its schema.
        like: a class whose members of the same name it repeats.
    """
    lines = [f"class {name}(Model):", f'    """{_sentence(schema)}"""\n']
    required = () if name in NAMES["ErrorBody"] else schema.get("required", ())
    for member, value in schema["properties"].items():
        if (name, member) in LEFT_OUT:
            continue
        hint = OTHERWISE.get((like or name, member)) or _hint(value)
        lines.append(f"    {_field(member, value, hint, required=member in required)}")
    return "\n".join([*lines, "\n"])


def _field(member: str, value: Mapping[str, Any], hint: str, *, required: bool) -> str:
    default = "" if required else "None"
    if not required and value.get("default") is not None:
        default = repr(value["default"])
    if not required and not hint.endswith("| None"):
        hint += " | None"
    if member in PREFIXED:
        given = f"default={default}, " if default else ""
        return f'var_{member}: {hint} = Field({given}alias="{member}")'
    return f"{member}: {hint}" + (f" = {default}" if default else "")


def _hint(value: Mapping[str, Any]) -> str:  # noqa: PLR0911  # a table of shapes
    """The Python type of a schema."""
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return UNIONS.get(name) or NAMES.get(name, (name,))[0]
    if "discriminator" in value:
        return "Annotation"
    if "anyOf" in value:
        parts = [one for one in value["anyOf"] if one.get("type") != "null"]
        ending = " | None" if len(parts) < len(value["anyOf"]) else ""
        if len(parts) == 1:
            return _hint(parts[0]) + ending
        if len(parts) == 2 and parts[0].get("type") == "string":
            return EXPANDABLE[_hint(parts[1])] + ending
        raise SystemExit(f"no type for {json.dumps(value)}")
    if "enum" in value:
        return _enumeration(value["enum"])
    if value.get("format") == "date-time":
        return "datetime"
    if value.get("type") == "array":
        return f"list[{_hint(value['items'])}]"
    if value.get("type") == "object":
        return "dict[str, Any]"
    return SCALARS[value["type"]]


def _enumeration(values: list[str]) -> str:
    for name, known in ENUMS.items():
        if name in IN_ANSWERS and set(known.split()) == set(values):
            return f"Annotated[{name}, OPEN]"
    if len(values) == 1:
        return "StrictStr"
    raise SystemExit(f"no enumeration has the values {', '.join(values)}")


def _sentence(schema: Mapping[str, Any]) -> str:
    first = str(schema.get("description", "")).partition("\n\n")[0]
    return " ".join(first.split()) or "An object of V2."


def _alone(name: str) -> str:
    head = f'"""`{name}` under the path of its own; written by ``scripts/v2_models.py``."""'
    line = f"from scaleapi.api_client.v2.models.{EVERYTHING} import {name}"
    return f'{head}\n\n{line}\n\n__all__ = ["{name}"]\n'


def _package(names: list[str]) -> str:
    listed = "".join(f"    {name},\n" for name in names)
    quoted = "".join(f"    {name!r},\n" for name in names)
    return (
        '"""The models of V2; written by ``scripts/v2_models.py``."""\n\n'
        f"from scaleapi.api_client.v2.models.{EVERYTHING} import (\n{listed})\n\n__all__ = [\n{quoted}]\n"
    )


def snake(name: str) -> str:
    """``GetTask500Response`` → ``get_task500_response``, the official spelling of modules."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


def _formatted(text: str) -> str:
    for command in (["check", "--select=I", "--fix-only", "--quiet"], ["format"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(TARGET / "models.py"), "-"]
        text = subprocess.run(ruff, input=text, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    return text


if __name__ == "__main__":
    sys.exit(main())
