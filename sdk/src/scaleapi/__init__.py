"""Drop-in replacement for the official client of Scale AI's API: pooled, typed, timed, safely retried.

``scaleapi.__version__`` is the official release this package stands in for; its own version is that of the
distribution ``labelwright-sdk``.
"""

from __future__ import annotations

from typing import Any

from scaleapi import _legacy, _logs
from scaleapi._client import ScaleClient
from scaleapi._pages import Batchlist, Paginator, Tasklist
from scaleapi._version import __version__
from scaleapi._walk import Walk
from scaleapi.api import Api
from scaleapi.audits import FixlessAudit
from scaleapi.batches import Batch, BatchStatus
from scaleapi.bulk import Outcome, to_dataframe
from scaleapi.callbacks import ScaleCallbackRefused, verify_callback
from scaleapi.exceptions import (
    ScaleConnectionError,
    ScaleDecodeError,
    ScaleDuplicateTask,
    ScaleException,
    ScaleInvalidRequest,
    ScaleTimeout,
)
from scaleapi.files import File
from scaleapi.projects import Project, TaskTemplate
from scaleapi.quality_tasks import EvaluationTask, QualityTask, TrainingTask
from scaleapi.responses import RawResponse, raw_responses
from scaleapi.studio import (
    StudioBatch,
    StudioBatchStatus,
    StudioLabelerAssignment,
    StudioProjectGroup,
    StudioWorker,
)
from scaleapi.tasks import Task, TaskReviewStatus, TaskStatus, TaskType
from scaleapi.teams import Teammate, TeammateRole

__all__ = [
    "Api",
    "Batch",
    "BatchStatus",
    "Batchlist",
    "EvaluationTask",
    "File",
    "FixlessAudit",
    "Outcome",
    "Paginator",
    "Project",
    "QualityTask",
    "RawResponse",
    "ScaleCallbackRefused",
    "ScaleClient",
    "ScaleConnectionError",
    "ScaleDecodeError",
    "ScaleDuplicateTask",
    "ScaleException",
    "ScaleInvalidRequest",
    "ScaleTimeout",
    "StudioBatch",
    "StudioBatchStatus",
    "StudioLabelerAssignment",
    "StudioProjectGroup",
    "StudioWorker",
    "Task",
    "TaskReviewStatus",
    "TaskStatus",
    "TaskTemplate",
    "TaskType",
    "Tasklist",
    "Teammate",
    "TeammateRole",
    "TrainingTask",
    "Walk",
    "__version__",
    "raw_responses",
    "to_dataframe",
    "verify_callback",
]

_logs.set_up()

# Tracebacks, help() and pickles name the place people import from.
for _public in (ScaleClient, Paginator, Tasklist, Batchlist, Walk):
    _public.__module__ = "scaleapi"
del _public


def __getattr__(name: str) -> Any:
    return _legacy.module_attribute("scaleapi", name)
