"""Clients of Scale's other API surfaces: `scaleapi.api_client.v2`."""
