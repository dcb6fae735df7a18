"""Back up a server that runs on the embedded database: python backup.py <data folder> <new folder>."""

import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

# Nobody else on this machine may read the copy.
os.umask(0o077)
data, target = Path(sys.argv[1]), Path(sys.argv[2])
target.mkdir(parents=True)

# The database first: every file that it names is on disk by then.
with (
    closing(sqlite3.connect(data / "labelwright.db")) as source,
    closing(sqlite3.connect(target / "labelwright.db")) as copy,
):
    source.backup(copy)
shutil.copytree(data / "files", target / "files")
