"""Serves Labelwright over https with a certificate of our own, for the SDK comparison."""

import sys
from pathlib import Path

import uvicorn

from labelwright import logs, memory
from labelwright.api.connection import connection
from labelwright.app import make_app
from labelwright.cli.options import load_settings
from labelwright.store import migrations


def main() -> None:
    """Serve as ``labelwright serve`` does: data folder, port, certificate file, key file."""
    data, port, certificate, key = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
    settings = load_settings(data=data, port=port)
    logs.set_up(settings.log_level)
    migrations.upgrade(data, None)
    app = make_app(settings)
    memory.look_rarely()
    uvicorn.run(
        app,
        port=port,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=75,
        http=connection(settings.request_timeout),
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )


if __name__ == "__main__":
    main()
