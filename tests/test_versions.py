"""One version for everything that is released together."""

import json
import tomllib
from importlib import metadata
from pathlib import Path

import labelwright
import scaleapi

ROOT = Path(__file__).parents[1]


def test_one_version() -> None:
    found = {
        "labelwright": labelwright.__version__,
        "web": json.loads((ROOT / "web" / "package.json").read_text())["version"],
        "contract/v1": json.loads((ROOT / "contract" / "v1.json").read_text())["info"]["version"],
        "contract/app": json.loads((ROOT / "contract" / "app.json").read_text())["info"]["version"],
    }
    for name in ("server", "sdk"):
        project = tomllib.loads((ROOT / name / "pyproject.toml").read_text())["project"]
        found[name] = project["version"]
        found[f"installed {project['name']}"] = metadata.version(project["name"])
    assert set(found.values()) == {labelwright.__version__}, found


def test_the_sdk_says_which_official_release_it_stands_in_for() -> None:
    assert scaleapi.__version__ == "2.18.4"
