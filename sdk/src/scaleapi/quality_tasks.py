"""Evaluation and training tasks: tasks whose right answer is known beforehand (Rapid projects)."""

from __future__ import annotations

from typing import Any

from scaleapi._models import Model


class QualityTask(Model):
    """What evaluation and training tasks share.

    Attributes:
        id: 24 hexadecimal digits.
        expected_response: The right answer, shaped like a task's ``response``.
        initial_response: The answer that the labeler starts from, or None.

    Args:
        json: An evaluation-task or training-task object of the API.
        client: The client it came from.
    """

    def _load(self, json: dict[str, Any]) -> None:
        self.id: str = json["id"]
        self.expected_response: Any = json["expected_response"]
        self.initial_response: Any = json.get("initial_response")
        self._json = json


class EvaluationTask(QualityTask):
    """A task that tells, unseen among the others, how well somebody labels."""


class TrainingTask(QualityTask):
    """A task of the course that labelers take before the work."""
