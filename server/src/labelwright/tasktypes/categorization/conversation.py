"""The answer to ``categorization`` as a conversation (wire/v2-conversations §5)."""

from msgspec import UNSET

from labelwright.tasktypes.categorization.answer import CategorizationAnswer
from labelwright.tasktypes.categorization.params import CategorizationParams
from labelwright.tasktypes.forms.labels import leaves
from labelwright.tasktypes.threads import Annotation, ConversationAnswer
from labelwright.tasktypes.wire.conversation import of_choice, of_texts, single_turn


def conversation(params: CategorizationParams, answer: CategorizationAnswer) -> ConversationAnswer:
    """Tell what was shown, and the choice or the answer to every question."""
    annotations: list[Annotation] = []
    if answer.category is not UNSET:
        known = list(leaves(params.categories)) if params.categories is not UNSET else []
        annotations.append(of_choice("category", answer.category, known))
    if answer.taxonomies is not UNSET:
        for key, value in answer.taxonomies.items():
            chosen = isinstance(value, list | str)
            annotations.extend([of_choice(key, value, ())] if chosen else of_texts({key: value}, {}))
    return single_turn([params.attachment], annotations)
