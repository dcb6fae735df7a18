"""Where our client deliberately differs from the official one, with the reason for each."""

from collections.abc import Mapping, Sequence
from typing import Any

SURFACE = {
    "api.HTTP_RETRY_ALLOWED_METHODS": "PUT is repeatable here and retried (defect 19).",
}
"""Public names, parameters and defaults of 2.18.4. Keys are paths in what ``sdk_surface.py`` writes down."""

_GENERATOR = "A step inside the generator's machinery; requests go over the client's own wire."
_SHAPES = "Only the shape of a dictionary, for annotations; ours are plain mappings."
V2_SURFACE: Mapping[str, str] = {
    **{
        f"api_client.ApiClient.members.{name}": _GENERATOR
        for name in (
            "call_api",
            "files_parameters",
            "param_serialize",
            "parameters_to_tuples",
            "parameters_to_url_query",
            "response_deserialize",
            "select_header_accept",
            "select_header_content_type",
            "update_params_for_auth",
        )
    },
    **{
        f"configuration.{name}": _SHAPES
        for name in (
            "APIKeyAuthSetting",
            "AuthSettings",
            "BasicAuthSetting",
            "BearerAuthSetting",
            "BearerFormatAuthSetting",
            "GenericAuthSetting",
            "HTTPSignatureAuthSetting",
            "HostSetting",
            "HostSettingVariable",
            "OAuth2AuthSetting",
        )
    },
    "rest": _GENERATOR,
    **{
        f"models.{name}.fields.additional_properties": "A property: further keys belong to the model itself."
        for name in ("rubric_criteria_value.RubricCriteriaValue", "rubric_rating_value.RubricRatingValue")
    },
    "models.annotation.Annotation.fields.actual_instance.type": "Unknown types are kept (wire/v2-conversations §3).",
    "models.chunk.Chunk.fields.actual_instance.type": "Unknown chunks are kept.",
}
"""The same of ``scaleapi.api_client.v2``, in what ``v2_surface.py`` writes down."""

CASES = {
    ("2.18.4", "upload_without_anything_else"): "A dictionary as metadata is sent as JSON (defect 41).",
    ("2.12.0", "upload_without_anything_else"): "A dictionary as metadata is sent as JSON (defect 41).",
    ("2.7.0", "upload_without_anything_else"): "A dictionary as metadata is sent as JSON (defect 41).",
    ("2.12.0", "task_types_and_statuses_are_the_wires"): "__version__ is that of the latest release.",
    ("2.7.0", "task_types_and_statuses_are_the_wires"): "__version__ is that of the latest release.",
    ("2.7.0", "evaluation_task_as_dict"): "The method is that of QualityTask, which 2.8.0 made its base.",
    ("1.0.4", "task_cancel_and_refresh"): "cancel() brings the object up to date (defect 51).",
    ("0.3.1", "task_cancel_and_refresh"): "cancel() brings the object up to date (defect 51).",
    ("1.0.4", "list_batches"): "offset is the offset; 1.0.4 gives has_more in its place.",
    ("1.0.4", "update_project"): "Any parameter may be updated; 1.0.4 has a list of its own.",
}
"""Cases of the official releases that end otherwise with our client: (release, case) → why."""

Request = Mapping[str, Any]
WITHOUT_ADDRESSES = ("2.12.0", "2.7.0")
"""Releases whose walks do not ask for addresses of attachments yet; ours do, as 2.18.4's."""
DEFAULTS = (None, False, "", {})
COUNTED = (
    "Batch.finalize",
    "ScaleClient.create_batch",
    "ScaleClient.finalize_batch",
    "ScaleClient.get_batch",
)


def neutral(release: str, method: str, requests: Sequence[Request]) -> list[dict[str, Any]]:
    """What a call sends, without what may differ.

    Args:
        release: the official release.
        method: what was called, in the surface's names.
        requests: as recorded, of either client.
    """
    found = [_neutral(method, one) for one in requests if not _extra(release, method, one)]
    if release in WITHOUT_ADDRESSES and method == "ScaleClient.get_tasks":
        for one in found:
            one["query"] = [pair for pair in one["query"] if pair != ["include_attachment_url", "true"]]
    return found


def neutral_of_v2(requests: Sequence[Request]) -> list[Request]:
    """What a call of V2 sends, without the name of the client."""
    return [{name: value for name, value in one.items() if name != "user_agent"} for one in requests]


def _extra(release: str, method: str, request: Request) -> bool:
    """Requests that only one of the two makes."""
    if release == "1.0.4" and method in COUNTED:
        # 1.0.4 asks for the counts of every batch it sees; here they are fetched on first use.
        return bool(request["path"].endswith("/status"))
    # Our audit() brings the object up to date afterwards; the answer of the audit says nothing (defect 51).
    return method == "Task.audit" and request["method"] == "GET"


def _neutral(method: str, request: Request) -> dict[str, Any]:
    one = dict(request)
    # Says which client it is; a test of its own looks at ours.
    del one["user_agent"]
    # Nothing, {} and [] mean the same to the server: 2.x drops the empty ones, 1.x sends {} always (defect 6).
    one["body"] = one["body"] or None
    if one["body"] is None:
        # A type for content that is not there (defect 21).
        one["content_type"] = ""
    if isinstance(one["body"], dict) and one["path"] in {"/v1/batches", "/v1/projects"}:
        # Defaults and nulls are left out (defects 37 and 38).
        one["body"] = {name: value for name, value in one["body"].items() if value not in DEFAULTS}
    elif isinstance(one["body"], dict) and one["path"].endswith("/audit"):
        # A comment that nobody made (defect 40).
        one["body"] = {name: value for name, value in one["body"].items() if value is not None}
    one["query"] = sorted(_query(method, one["query"]))
    if method == "ScaleClient.list_batches" and one["path"] == "/v1/tasks":
        # 0.3.1 asks for tasks by mistake (wire/client-releases §2.1).
        one["path"] = "/v1/batches"
    return one


def _query(method: str, pairs: Sequence[Sequence[str]]) -> list[list[str]]:
    # Booleans as documented: true, not True.
    found = [[name, value.lower() if value in {"True", "False"} else value] for name, value in pairs]
    # Defaults of the walk are left out (defect 36), and a count needs no addresses of attachments (defect 29).
    left_out = {
        "ScaleClient.get_batches": (["offset", "0"], ["exclude_archived", "false"]),
        "ScaleClient.get_tasks_count": (["include_attachment_url", "true"],),
    }.get(method, ())
    return [pair for pair in found if pair not in left_out]
