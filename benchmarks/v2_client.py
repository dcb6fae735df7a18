"""One client's share of the measurements of V2; run by the interpreter that has the client, prints JSON."""

import json
import os
import sys
import time
import urllib.parse

import scaleapi
from scaleapi.tasks import TaskType

PARAMS = {"models": [{"id": "a"}, {"id": "b"}], "responses_per_turn": 2, "min_turns": 3}


def fill(url, key, count):
    """Make conversations; a test key completes each at once with a sample of so many turns."""
    client = scaleapi.ScaleClient(key, api_instance_url=url)
    client.create_project("v2", TaskType.Chat, PARAMS)
    wanted = ({"task_type": TaskType.Chat, "project": "v2", "unique_id": str(n)} for n in range(count))
    return sum(1 for one in client.create_tasks(wanted, concurrency=32))


def walk(url, key, count):
    """Every conversation, page by page, as ``v2_get_tasks`` gives them."""
    client = scaleapi.ScaleClient(key, api_instance_url=url)
    host = url.removesuffix("/v1")
    settings = client.v2.api_client.configuration
    if settings.host != host:
        # The official client knows neither the instance's address nor its authorities.
        module = sys.modules["scaleapi.api_client.v2"]
        given = module.Configuration(
            host=host, access_token=key, ssl_ca_cert=os.environ.get("REQUESTS_CA_BUNDLE")
        )
        client.v2 = module.V2Api(module.ApiClient(given))
    turns = 0
    for task in client.v2_get_tasks(project_name="v2"):
        turns += sum(len(thread.turns) for thread in task.threads)
    assert turns == 3 * count, turns
    return count


def bare(url, key, count):
    """The same pages with nothing but an HTTP library, read as JSON and no further."""
    import urllib3

    pool = urllib3.PoolManager(ca_certs=os.environ.get("REQUESTS_CA_BUNDLE"))
    headers, token, found = {"authorization": f"Bearer {key}"}, None, 0
    while True:
        query = {"project_name": "v2", **({"next_token": token} if token else {})}
        address = f"{url.removesuffix('/v1')}/v2/tasks?{urllib.parse.urlencode(query)}"
        page = json.loads(pool.request("GET", address, headers=headers).data)
        found += len(page["tasks"])
        token = page.get("next_token")
        if token is None:
            assert found == count, found
            return count


def main():
    """Do what was asked, and say what it took."""
    url, key, what, count = sys.argv[1:]
    start, cpu = time.perf_counter(), time.process_time()
    n = {"fill": fill, "walk": walk, "bare": bare}[what](url, key, int(count))
    took = {"n": n, "seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu}
    print(json.dumps(took))


if __name__ == "__main__":
    main()
