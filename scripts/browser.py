"""Makes sure that the tests have a Chromium: Debian's when root, Playwright's otherwise."""

import os
import shutil
import subprocess
import sys


def find() -> str | None:
    """The path of an installed Chromium, if any."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    return None


def main() -> int:
    """Install a browser unless there is one."""
    if find():
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=env)
        command = [
            "apt-get",
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
            "chromium",
            "fonts-dejavu-core",
        ]
        return subprocess.run(command, check=True, env=env, stdout=subprocess.DEVNULL).returncode
    env = {name: value for name, value in os.environ.items() if name != "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD"}
    return subprocess.run(
        [sys.executable, "-m", "playwright", "install", "chromium"], check=True, env=env
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
