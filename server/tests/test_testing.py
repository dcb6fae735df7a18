"""The fixtures that users get from this distribution; the plugin is loaded here as pytest does for them."""

import scaleapi
from labelwright.testing import ScaleServer


def test_a_fresh_platform_for_each_test(
    scale_server: ScaleServer, scale_client: scaleapi.ScaleClient
) -> None:
    assert scale_client.projects() == []
    task = scale_client.create_task(
        "categorization", attachment_type="text", attachment="hi", categories=["a", "b"]
    )
    assert task.status == "completed"
    with scaleapi.ScaleClient(scale_server.live_key, api_instance_url=scale_server.api_instance_url) as live:
        assert live.tasks().total == 0


def test_it_is_empty_again(scale_client: scaleapi.ScaleClient) -> None:
    assert scale_client.tasks().total == 0


def test_settings_and_people() -> None:
    with ScaleServer(tag_limit=1) as server:
        assert server.person("lee@example.org", "correct horse battery") == "lee@example.org"
        assert server.platform.settings.tag_limit == 1
        assert server.url in server.api_instance_url
