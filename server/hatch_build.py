"""Build hook of hatchling: puts the built web app into the wheel and the sdist."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface  # type: ignore[import-not-found]

ROOT = Path(__file__).resolve().parent
INDEX = ROOT / "src" / "labelwright" / "webapp" / "index.html"
SCRIPT = ROOT.parent / "scripts" / "web.py"


class WebAppHook(BuildHookInterface):  # type: ignore[misc]
    """Runs ``scripts/web.py build`` before packing.

    Skipped for editable installs (developers run Vite or ``make web``), with ``SKIP_WEB=1``, and in an unpacked
    sdist, which carries the built app and needs neither Node nor npm.
    """

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        if version == "editable" or os.environ.get("SKIP_WEB") == "1":
            return
        if SCRIPT.is_file():
            subprocess.run([sys.executable, str(SCRIPT), "build"], check=True)  # noqa: S603
        if not INDEX.is_file():
            raise RuntimeError(
                f"the web app is missing: {INDEX}; build from the repository or set SKIP_WEB=1"
            )
