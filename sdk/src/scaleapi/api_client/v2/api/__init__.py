"""The operations of V2."""

from scaleapi.api_client.v2.api.v2_api import V2Api

__all__ = ["V2Api"]
