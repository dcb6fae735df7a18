"""Writes the generated pages of ``docs/reference`` and copies ``docs/snippets`` into the pages that show them.

Sources: ``settings.py``, the click commands, the client's old names, ``contract/*.json``, the refusals. ``--check``
changes nothing and fails when something would change.
"""

import argparse
import importlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from labelwright.api.errors import InternalError
from labelwright.cli import main as command_line
from labelwright.errors import RequestError
from labelwright.settings import MEGABYTE, Settings
from scaleapi._cli import cli as sdk_command_line
from scaleapi._legacy import DEPRECATIONS

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
from scripts import docs_sdk, docs_tasktypes  # noqa: E402  the root is no package's folder
from scripts.docs_markdown import Schema, described, limits, page, prose, schema_section, table, type_text  # noqa: E402

SERVER = ROOT / "server" / "src" / "labelwright"
SNIPPETS = ROOT / "docs" / "snippets"
_BLOCK = re.compile(r"<!-- snippet: (?P<name>[\w.]+) -->\n.*?<!-- /snippet -->", re.DOTALL)


def sources() -> str:
    """The text of every module of the server, to see what is used."""
    return "\n".join(path.read_text() for path in sorted(SERVER.rglob("*.py")))


def settings_page() -> str:
    """Every setting with its variable, type and default."""
    _, sentences = described(Settings.__doc__ or "")
    code = sources()
    options = {
        name: sorted(
            f"[`{' '.join(path[1:])} --{name.replace('_', '-')}`]"
            f"(cli.md#{'-'.join(path[1:])}---{name.replace('_', '-')})"
            for path, command in commands(command_line)
            if any(parameter.name == name for parameter in command.params)
        )
        for name in Settings.__struct_fields__
    }
    parts = []
    for field in msgspec.structs.fields(Settings):
        rows = [
            ("variable", f"`LABELWRIGHT_{field.name.upper()}`"),
            ("type", f"`{field.type.__name__}`"),
            ("default", default_text(field.default)),
        ]
        if options[field.name]:
            rows.append(("on the command line", ", ".join(options[field.name])))
        sentence = sentences[field.name]
        text = f"{sentence[0].upper()}{sentence[1:]}"
        if not re.search(rf"\.{field.name}\b", code):
            text += "\n\n**Nothing reads this setting in this version.**"
        parts.append(f"## `{field.name}`\n\n{text}\n\n{table(('', ''), rows)}")
    intro = (
        "A setting comes from its environment variable, or from the command line where a command has an option for"
        " it; the command line wins. A value that does not fit stops the start with a message that names the"
        " setting; the log of every start names variables that begin with `LABELWRIGHT_` and are no setting. Flags take"
        " `true` and `false`."
    )
    return page("Settings", "server/src/labelwright/settings.py", intro, parts)


def default_text(value: object) -> str:
    """A default as a reader wants to see it."""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, int) and value >= MEGABYTE and value % MEGABYTE == 0:
        return f"`{value}` ({value // MEGABYTE} MiB)"
    return f"`{value}`" if str(value) else "empty"


def commands(
    command: click.Command, path: tuple[str, ...] = ("labelwright",)
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command below a group, with the words that call it."""
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            yield from commands(command.commands[name], (*path, name))
    else:
        yield path, command


def cli_page() -> str:
    """Every command and option."""
    parts = []
    for path, command in commands(command_line):
        context = click.Context(command, info_name=path[-1])
        usage = " ".join([*path, *command.collect_usage_pieces(context)])
        parts.append(f"## {' '.join(path)}\n\n{command.help}\n\n```\n{usage}\n```")
        for parameter in command.params:
            record = parameter.get_help_record(context)
            # Arguments are named by the usage and told about in the sentence above.
            if record is None or isinstance(parameter, click.Argument):
                continue
            names, help_text = record
            parts.append(f"### {' '.join(path[1:])} {parameter.opts[0]}\n\n`{names}`: {help_text}")
    intro = (
        "`labelwright --version` prints the version; `-h` or `--help` after any command prints its help. An option"
        " without a default that is not given comes from the [settings](settings.md)."
    )
    return page("Commands", "server/src/labelwright/cli", intro, parts)


def sdk_cli_page() -> str:
    """Every command of the client library."""
    parts = []
    for path, command in commands(sdk_command_line, ("scaleapi",)):
        context = click.Context(command, info_name=path[-1])
        usage = " ".join([*path, *command.collect_usage_pieces(context)])
        records = [parameter.get_help_record(context) for parameter in command.params]
        options = table(("option", ""), [(f"`{names}`", text) for names, text in filter(None, records)])
        parts.append(f"## {' '.join(path)}\n\n{command.help}\n\n```\n{usage}\n```\n\n{options}".rstrip())
    intro = (
        "The command of `labelwright-sdk[cli]`. `SCALE_API_KEY` and `SCALE_API_INSTANCE_URL` say whose and where;"
        " `scaleapi -o json` and `-o table` choose the output. The status is 1 when anything failed."
    )
    return page("Commands of the client", "sdk/src/scaleapi/_cli.py", intro, parts)


def deprecations_page() -> str:
    """Everything that the client library keeps for old programs."""
    rows = [(f"`{one.old}`", one.releases, _code(one.new), one.note) for one in DEPRECATIONS]
    intro = (
        "Names of earlier releases of the official client that `labelwright-sdk` keeps. Each raises a"
        " `DeprecationWarning` that points at the program, unless the last column says otherwise."
    )
    heads = ("old", "releases", "write instead", "")
    return page("Deprecated names", "sdk/src/scaleapi/_legacy.py", intro, [table(heads, rows)])


def _code(text: str) -> str:
    return text if " " in text and "(" not in text else f"`{text}`"


def rest_page(title: str, contract: str, intro: str) -> str:
    """Every endpoint of a contract, then every schema it names."""
    document = json.loads((ROOT / "contract" / contract).read_text())
    groups: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            group = operation["operationId"].partition("_")[0]
            groups.setdefault(group, []).append(endpoint(method, path, operation))
    parts = [f"## Endpoints: {group}\n\n" + "\n\n".join(texts) for group, texts in groups.items()]
    parts.append("## Schemas")
    parts.extend(schema_section(name, schema) for name, schema in document["components"]["schemas"].items())
    return page(title, f"contract/{contract}", intro, parts)


def endpoint(method: str, path: str, operation: Schema) -> str:
    """One endpoint."""
    lines = [f"### {method.upper()} {path}", f"{operation['summary']}."]
    parameters = [
        (f"`{one['name']}`", one["in"], type_text(one["schema"]), limits(one["schema"]))
        for one in operation["parameters"]
    ]
    lines.append(table(("parameter", "in", "type", "limits"), parameters))
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        lines.append(f"Body: {type_text(content['schema'])} (`{media}`).")
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            media, content = next(iter(response["content"].items()))
            lines.append(f"Answer: {type_text(content['schema'])} (`{media}`).")
    refusals = [
        f"{status} ({response['description'][0].lower()}{response['description'][1:]})"
        for status, response in operation["responses"].items()
        if not status.startswith("2")
    ]
    lines.append(f"Refusals: {', '.join(refusals)}.")
    if operation.get("security") == []:
        lines.append("Open to callers who are not logged in.")
    return "\n\n".join(line for line in lines if line)


def refusals() -> list[type[RequestError]]:
    """Every class of refusal in the server, by status and name."""
    for path in sorted((SERVER / "api").rglob("*.py")):
        importlib.import_module(".".join(path.relative_to(SERVER.parent).with_suffix("").parts))
    found, todo = set(), [RequestError]
    while todo:
        below = todo.pop().__subclasses__()
        found.update(below)
        todo.extend(below)
    return sorted(found, key=lambda kind: (kind.status, kind.__name__))


def errors_page() -> str:
    """Every kind of refusal."""
    uses = Counter(re.findall(r"\b([A-Z]\w+)(?:\.because)?\(", sources()))
    parts = []
    for kind in refusals():
        text = prose(" ".join((kind.__doc__ or "").partition("Args:")[0].split()))
        # The class statement itself is one hit.
        if uses[kind.__name__] <= 1 and kind is not InternalError:
            text += " **This version never answers so.**"
        parts.append(f"## {kind.status} `{kind.code}`\n\n{text}")
    intro = (
        "A refusal has the same two keys at every door: `status_code`, equal to the HTTP status, and `error`, one"
        " sentence. V1 sends exactly these two. The app's door (`/api`) adds `code`, the word in the headings below,"
        " `field`, the parameter that is wrong if there is one, and `problems`, every fault of a submitted answer"
        " (`path`, `message`, `code`, `severity`).\n\n"
        "```json\n"
        '{"status_code": 404, "error": "Task with that ID not found."}\n'
        "```\n\n"
        "Every answer carries `x-request-id`; the server's log has the same id. A caller without a known key or"
        " session gets 401 on every path of a door, also on those that do not exist."
    )
    return page("Refusals", "server/src/labelwright/errors.py", intro, parts)


V1_INTRO = (
    "What Scale's clients speak, below `/v1`. The API key goes into HTTP Basic as the user name with an empty password,"
    " or into `Authorization: Bearer`. Success is always 200. How far the original is followed, and where not, is in"
    " [the V1 room's README](../../server/src/labelwright/api/v1/README.md); refusals are in [errors](errors.md)."
    " A `null` in a request counts as absent. Unknown top-level parameters of a task are kept, unknown fields of other"
    " bodies and unknown query parameters are ignored."
)
V2_INTRO = (
    "Conversations, batches that can be paused, deliveries and datasets, below `/v2`. The API key goes into"
    " `Authorization: Bearer`, or into HTTP Basic as the user name. Success is always 200. What is emulated, and each"
    " choice, is in [the V2 room's README](../../server/src/labelwright/api/v2/README.md); refusals are in"
    " [errors](errors.md). The server itself tells this description at `/v2/openapi`."
)
APP_INTRO = (
    "What the web app calls, below `/api`. A log-in gives the cookie `labelwright_session`. Every request but GET has"
    " to say `Content-Type: application/json`, also without a body. This API belongs to the web app of the same"
    " version: it may change with any release. Refusals are in [errors](errors.md)."
)


def pages() -> dict[str, str]:
    """Every generated page by its path from the root."""
    return {
        "docs/reference/settings.md": settings_page(),
        "docs/reference/cli.md": cli_page(),
        "docs/reference/rest-v1.md": rest_page("REST API, V1", "v1.json", V1_INTRO),
        "docs/reference/rest-v2.md": rest_page("REST API, V2", "v2.json", V2_INTRO),
        "docs/reference/app-api.md": rest_page("App API", "app.json", APP_INTRO),
        "docs/reference/errors.md": errors_page(),
        "docs/reference/sdk-cli.md": sdk_cli_page(),
        "docs/reference/deprecations.md": deprecations_page(),
        **docs_sdk.pages(),
        **docs_tasktypes.pages(),
    }


def with_snippets(text: str) -> str:
    """A page with every marked block replaced by the snippet's present text."""

    def block(match: re.Match[str]) -> str:
        code = (SNIPPETS / match["name"]).read_text().rstrip()
        return f"<!-- snippet: {match['name']} -->\n```python\n{code}\n```\n<!-- /snippet -->"

    return _BLOCK.sub(block, text)


def written_by_hand() -> list[Path]:
    """The pages that may show snippets."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def wanted() -> dict[Path, str]:
    """Every page that this script writes, whole or in part, as it should be."""
    generated = {ROOT / name: text for name, text in pages().items()}
    shown = {path: with_snippets(path.read_text()) for path in written_by_hand() if path not in generated}
    return generated | shown


def main() -> int:
    """Write or check; 1 when a checked page is stale."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--check", action="store_true", help="change nothing, fail when something would change"
    )
    check = parser.parse_args().check
    stale = [
        (path, text) for path, text in wanted().items() if not path.is_file() or path.read_text() != text
    ]
    for path, text in stale:
        name = path.relative_to(ROOT)
        if check:
            print(f"{name} is stale: run `make docs`", file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            print(name)
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
