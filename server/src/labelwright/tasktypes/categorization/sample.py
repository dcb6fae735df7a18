"""The answer that test mode gives at once (wire/task-types-text §3.3): always the same for the same task."""

from typing import Any

from msgspec import UNSET

from labelwright.tasktypes.categorization.params import CategorizationParams
from labelwright.tasktypes.forms.labels import leaves
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject


def sample(params: CategorizationParams) -> dict[str, Any]:
    """Return the first category, or the first answer to every required question."""
    if params.taxonomies is not UNSET:
        return {"taxonomies": QuestionRules(params.taxonomies).sample(Subject(), {})}
    first = leaves(params.categories or ())[0]
    return {"category": [first] if params.allow_multiple is True else first}
