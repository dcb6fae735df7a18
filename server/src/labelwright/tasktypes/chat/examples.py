"""Requests and answers of conversations and of stages, good and bad."""

from collections.abc import Mapping

from labelwright.tasktypes.chat import examples_conversation, examples_multistage
from labelwright.tasktypes.examples import Examples

EXAMPLES: Mapping[str, Examples] = {
    **{slug: examples_conversation.examples(slug) for slug in examples_conversation.FULL},
    "multistage": examples_multistage.EXAMPLES,
}
