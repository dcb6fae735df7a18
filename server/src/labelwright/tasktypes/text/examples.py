"""Requests and answers about texts, good and bad."""

from collections.abc import Mapping

from labelwright.tasktypes.examples import Examples
from labelwright.tasktypes.text import examples_collection, examples_entities

EXAMPLES: Mapping[str, Examples] = {
    "textcollection": examples_collection.EXAMPLES,
    "namedentityrecognition": examples_entities.EXAMPLES,
}
