def test_main_job(tenant, server):
    live = tenant.live
    p = live.post("/v1/projects", json={"name": "p", "type": "imageannotation", "params": {"geometries": {"box": {"objects_to_annotate": ["a"]}}}})
    assert p.status_code == 200, p.text
    t = live.post("/v1/task/imageannotation", json={"project": "p", "attachment": "https://x.example/1.jpg"})
    assert t.status_code == 200, t.text
    leo, rita = tenant.person("leo", "labeler"), tenant.person("rita", "member")
    (a,) = leo.claim()
    assert leo.post(f"/assignments/{a['id']}/open").status_code == 200
    r = leo.post(f"/assignments/{a['id']}/submit", {"submission_id": "s1", "active_ms": 5, "answer": {"annotations": [{"type": "box", "label": "a", "left": 1, "top": 2, "width": 3, "height": 4}], "global_attributes": {}, "links": []}})
    assert r.status_code == 200, r.text
    assert leo.claim("attempt") == []
    (b,) = rita.claim("review")
    r = rita.post(f"/assignments/{b['id']}/submit", {"submission_id": "s2", "active_ms": 5, "verdict": "accept"})
    assert r.status_code == 200, r.text
    t2 = live.get(f"/v1/task/{t.json()['task_id']}").json()
    assert t2["status"] == "completed" and t2["response"]["annotations"][0]["width"] == 3
    assert rita.get("/projects").json()["projects"][0]["tasks"]["completed"] == 1
    assert rita.get("/people").status_code == 200
    assert rita.get(f"/tasks/{t2['task_id']}").status_code == 200
    assert rita.get("/tasks").json()["total"] == 1
    assert leo.get("/queue").status_code == 200
    assert live.get("/v1/tasks?project=p&status=completed").json()["total"] == 1
    assert live.get("/v1/tasks?tags=a&unique_id=x&updated_after=2020-01-01").json()["total"] == 0
