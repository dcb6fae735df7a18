"""`V1TaskTaskIdGet200ResponseResponse` under the path of its own; written by ``scripts/v2_models.py``."""

from scaleapi.api_client.v2.models._everything import V1TaskTaskIdGet200ResponseResponse

__all__ = ["V1TaskTaskIdGet200ResponseResponse"]
