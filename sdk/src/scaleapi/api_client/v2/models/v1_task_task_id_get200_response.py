"""`V1TaskTaskIdGet200Response` under the path of its own; written by ``scripts/v2_models.py``."""

from scaleapi.api_client.v2.models._everything import V1TaskTaskIdGet200Response

__all__ = ["V1TaskTaskIdGet200Response"]
