"""`RubricCriteriaValue` under the path of its own; written by ``scripts/v2_models.py``."""

from scaleapi.api_client.v2.models._everything import RubricCriteriaValue

__all__ = ["RubricCriteriaValue"]
