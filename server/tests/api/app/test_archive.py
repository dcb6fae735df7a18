"""Putting projects and batches away, and taking them out again."""

from server.tests.harness import Tenant, done, refused, segment


def names(tenant: Tenant, query: str) -> list[str]:
    return [project["name"] for project in done(tenant.live.get(f"/v1/projects{query}"))]


def test_a_project_is_put_away_and_taken_out(tenant: Tenant) -> None:
    mara = tenant.person("mara", "manager")
    project = tenant.project("a / b")["name"]
    path = f"/projects/{segment(project)}/archive"
    for _ in range(2):
        assert done(mara.post(path, {"archived": True})) == {"name": project, "archived": True}
    assert (names(tenant, "?archived=true"), names(tenant, "?archived=false")) == ([project], [])
    assert done(mara.post(path, {"archived": False})) == {"name": project, "archived": False}
    assert (names(tenant, "?archived=true"), names(tenant, "?archived=false")) == ([], [project])


def test_a_batch_is_put_away_and_taken_out(tenant: Tenant) -> None:
    mara = tenant.person("mara", "manager")
    batch = tenant.batch(tenant.project()["name"], "a / b")["name"]
    path = f"/batches/{segment(batch)}/archive"

    def visible() -> list[str]:
        docs = done(tenant.live.get("/v1/batches?exclude_archived=true"))["docs"]
        return [doc["name"] for doc in docs]

    assert visible() == [batch]
    for _ in range(2):
        assert done(mara.post(path, {"archived": True})) == {"name": batch, "archived": True}
    assert visible() == []
    assert done(mara.post(path, {"archived": False})) == {"name": batch, "archived": False}
    assert visible() == [batch]


def test_what_is_refused(tenant: Tenant) -> None:
    tenant.batch(tenant.project("p")["name"], "b")
    mara, rita = tenant.person("mara", "manager"), tenant.person("rita", "member")
    for path in ("/projects/p/archive", "/batches/b/archive"):
        refused(rita.post(path, {"archived": True}), 403, "role")
        refused(mara.post(path, {"archived": "perhaps"}), 400, "archived")
        refused(mara.post(path), 400, '"archived" is required')
        refused(mara.post(path.replace("/p/", "/x/").replace("/b/", "/x/"), {"archived": True}), 404)
