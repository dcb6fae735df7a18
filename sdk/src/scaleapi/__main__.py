"""``python -m scaleapi`` and the command ``scaleapi``."""

from __future__ import annotations

import sys


def main() -> None:
    """Runs the command line."""
    try:
        from scaleapi._cli import cli
    except ImportError:
        sys.exit("The command line needs two more packages: pip install labelwright-sdk[cli]")
    cli(prog_name="scaleapi")


if __name__ == "__main__":
    main()
