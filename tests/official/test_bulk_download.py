"""Programs that download everything get everything, also beyond the first page (wire/batches §6)."""

import json
import subprocess
from pathlib import Path

import pytest
from tests.support.servers import Labelwright, Mode

pytestmark = pytest.mark.slow

DOWNLOAD = """
import base64, json, sys, urllib.parse, urllib.request
import scaleapi
url, key, project = sys.argv[1:]


def ask(**params):
    request = urllib.request.Request(f"{url}/batches?{urllib.parse.urlencode(params)}")
    request.add_header("Authorization", "Basic " + base64.b64encode(f"{key}:".encode()).decode())
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


client = scaleapi.ScaleClient(key, api_instance_url=url)
client.create_project(project, scaleapi.TaskType.Categorization)
made = [client.create_batch(project, f"{project} {n}").name for n in range(250)]
found, more, number = [], True, 1
while more:
    page = ask(project=project, offset=(number - 1) * 100)
    more, number = page.get("hasNextPage"), page.get("nextPage")
    found += [batch["name"] for batch in page["docs"]]
walked = [batch.name for batch in client.get_batches(project_name=project)]
print(json.dumps([made, found, walked]))
"""


def test_f16_the_downloader_loop_and_both_clients_see_250_batches(
    running: Labelwright, keys: dict[Mode, str], client_python: Path
) -> None:
    project = f"bulk {client_python.parts[-3]}"
    done = subprocess.run(
        [client_python, "-E", "-c", DOWNLOAD, f"{running.url}/v1", keys["live"], project],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made, found, walked = json.loads(done.stdout)
    assert found == walked == made[::-1]
