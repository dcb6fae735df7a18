"""Signs of life for whoever runs the server."""

from server.tests.harness import Server

from labelwright import __version__


def test_alive_and_ready(server: Server) -> None:
    with server.client() as client:
        assert client.get("/healthz").json() == {"status": "ok", "version": __version__}
        assert client.get("/readyz").json() == {"status": "ready", "version": __version__}


def test_not_ready_when_it_is_told_to_stop(server: Server) -> None:
    stopping = server.platform.stopping
    with server.client() as client:
        server.loop.call_soon_threadsafe(stopping.set)
        try:
            answer = client.get("/readyz")
            assert (answer.status_code, answer.json()) == (503, {"status": "stopping"})
            assert client.get("/healthz").status_code == 200
        finally:
            server.loop.call_soon_threadsafe(stopping.clear)
        assert client.get("/readyz").status_code == 200
