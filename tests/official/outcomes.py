"""Runs the checks of a file in the interpreter of a client."""

import ast
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.support.official import CACHE
from tests.support.servers import Labelwright, Mode

HERE = Path(__file__).parent
RUN = HERE / "run.py"


def names(file: str) -> list[str]:
    """The names of the checks of a file, in its order.

    The file is read, not imported: it belongs to the client's interpreter.
    """
    tree = ast.parse((HERE / f"{file}.py").read_text())
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return [node.name for node in functions if ast.unparse(node.args) == "w"]


def run_checks(
    python: Path,
    file: str,
    server: Labelwright,
    keys: Mapping[Mode, str],
    mode: Mode,
    prefix: str,
    picture: str = "",
) -> Mapping[str, str | None]:
    """Run every check of a file against a server.

    Args:
        python: the client's interpreter.
        file: the module beside ``run.py``.
        server: a running server.
        keys: its API keys.
        mode: whose key the checks use first.
        prefix: begins every name that the checks make up.
        picture: the address of a picture that the server can fetch.

    Returns:
        The traceback of each check, None where it passed.

    Raises:
        AssertionError: the interpreter found another client than its own.
    """
    arguments = {
        "--url": server.url,
        "--live-key": keys["live"],
        "--test-key": keys["test"],
        "--mode": mode,
        "--prefix": prefix,
        "--picture": picture,
    }
    done = subprocess.run(
        [python, "-E", RUN, file, *(part for pair in arguments.items() for part in pair)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str | None] = json.loads(done.stdout)
    official = python.is_relative_to(CACHE)
    assert str(found["client"]).startswith(str(CACHE)) is official, f"{python} runs {found['client']}"
    return found
