"""Where our client deliberately differs from the official one, with the reason for each.

Keys are paths in what ``sdk_surface.py`` writes down.
"""

SURFACE = {
    "scaleapi.ScaleClient.members.v2_get_tasks": "V2 is not built yet; it comes with client.v2.",
    "api.HTTP_RETRY_ALLOWED_METHODS": "PUT is repeatable here and retried (defect 19).",
}
"""Public names, parameters and defaults of 2.18.4."""
