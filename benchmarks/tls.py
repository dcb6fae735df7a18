"""Serves Labelwright over https with a certificate of our own, for the SDK comparison."""

import sys
from pathlib import Path

import uvicorn

from labelwright import logs
from labelwright.app import make_app
from labelwright.settings import Settings
from labelwright.store import migrations


def main() -> None:
    """Serve: data folder, port, certificate file, key file."""
    data, port, certificate, key = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
    settings = Settings(data=data, port=port)
    logs.set_up(settings.log_level)
    migrations.upgrade(data, None)
    uvicorn.run(
        make_app(settings),
        port=port,
        log_config=None,
        access_log=False,
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )


if __name__ == "__main__":
    main()
