"""Deliveries, made and listed by managers."""

from server.tests.harness import Server, Tenant, done, refused

from labelwright.clock import iso


def finish(tenant: Tenant, n: int) -> None:
    leo, rita = tenant.person("leo"), tenant.person("rita", "member")
    for _ in range(n):
        leo.label()
        rita.judge()


def test_a_manager_delivers(tenant: Tenant, server: Server) -> None:
    tenant.project("p")
    tenant.batch("p", "b")
    for place in ({"project": "p"}, {"batch": "b"}, {"batch": "b"}):
        tenant.task(**place)
    finish(tenant, 3)
    mia = tenant.person("mia", "manager")
    made = done(mia.post("/deliveries", {"name": "one", "project": "p", "batch": "b"}))
    assert made == {
        "id": made["id"],
        "name": "one",
        "project": "p",
        "tasks": 2,
        "delivered_at": iso(server.clock.now()),
        "made_by": "app",
    }
    refused(mia.post("/deliveries", {"name": "one", "project": "p"}), 409, "name")
    refused(mia.post("/deliveries", {"name": "two", "project": "p", "batch": "b"}), 400, "project")
    second = done(mia.post("/deliveries", {"name": "two", "project": "p"}))
    assert done(mia.get("/deliveries"))["deliveries"] == [made, second]
    assert done(mia.get("/deliveries?project=p"))["deliveries"] == [made, second]
    refused(mia.get("/deliveries?project=nothing"), 404)
    refused(tenant.person("leo").get("/deliveries"), 403)
