"""`GetSchema400Response` under the path of its own; written by ``scripts/v2_models.py``."""

from scaleapi.api_client.v2.models._everything import GetSchema400Response

__all__ = ["GetSchema400Response"]
