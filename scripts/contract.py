"""Writes ``contract/*.json`` from the tables of endpoints, or checks that the written ones are fresh."""

import argparse
import sys
from pathlib import Path

from labelwright.api.contract import CONTRACTS, text, write

FOLDER = Path(__file__).parent.parent / "contract"


def main() -> int:
    """Write or check; 1 when a checked contract is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="change nothing, fail when something would change"
    )
    if not parser.parse_args().check:
        for path in write(FOLDER):
            print(path.relative_to(FOLDER.parent))
        return 0
    stale = [name for name, make in CONTRACTS.items() if (FOLDER / name).read_text() != text(make())]
    for name in stale:
        print(f"contract/{name} is stale: run `make contract`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
