"""Scale's V2 API: conversations, batches that pause, deliveries and datasets.

``client.v2`` of a `scaleapi.ScaleClient` is a `V2Api`. The import paths are those of the official client.
"""

from scaleapi.api_client.v2 import models
from scaleapi.api_client.v2.api.v2_api import V2Api
from scaleapi.api_client.v2.api_client import ApiClient
from scaleapi.api_client.v2.api_response import ApiResponse
from scaleapi.api_client.v2.configuration import Configuration
from scaleapi.api_client.v2.exceptions import (
    ApiAttributeError,
    ApiException,
    ApiKeyError,
    ApiTypeError,
    ApiValueError,
    OpenApiException,
)
from scaleapi.api_client.v2.models import *  # noqa: F403  # pyright: ignore[reportWildcardImportFromLibrary]  # generated

__version__ = "1.0.0"

__all__ = [
    "ApiAttributeError",
    "ApiClient",
    "ApiException",
    "ApiKeyError",
    "ApiResponse",
    "ApiTypeError",
    "ApiValueError",
    "Configuration",
    "OpenApiException",
    "V2Api",
]
__all__ += models.__all__
