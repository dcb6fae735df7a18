"""The README's snippets run as printed, one after the other, against the stub."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def test_the_snippets_run(stub, tmp_path, monkeypatch, capsys):
    snippets = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert len(snippets) == 5
    (tmp_path / "photo.jpg").write_bytes(b"jpeg")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SCALE_LOG", "")
    done = {"task_id": "7" * 24, "type": "imageannotation", "status": "completed", "project": "cones"}
    stub.tasks.append({**done, "response": {"annotations": ["a box"]}})
    space: dict[str, object] = {}
    for snippet in snippets:
        runnable = snippet.replace("http://127.0.0.1:8000/v1", stub.url)
        exec(compile(runnable, str(README), "exec"), space)
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == f"{'7' * 24} ['a box']"
    assert printed[1].startswith('The unique_id ("site/42.jpg") is already used')
    assert printed[2] == "200 application/json None"
    assert printed[3] == "2"
    space["client"].close()


def test_every_method_named_exists():
    import scaleapi
    from scaleapi import ScaleClient

    text = README.read_text(encoding="utf-8")
    for name in re.findall(r"`(?:client\.)?([a-z_]+)`", text.split("New methods:")[1].split("\n\n")[0]):
        assert hasattr(ScaleClient, name) or hasattr(scaleapi, name), name
