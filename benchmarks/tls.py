"""Serves Labelwright over https with a certificate of our own, for the SDK comparison."""

import sys
from pathlib import Path

import uvicorn

from labelwright import gc_tuning, logs
from labelwright.api.connection import configuration
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
    gc_tuning.collect_rarely()
    config = configuration(
        app, settings.request_timeout, port=port, ssl_certfile=certificate, ssl_keyfile=key
    )
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
