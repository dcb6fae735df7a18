"""The shapes of V1 on the wire, one module per noun, for the contract and for reading bodies."""

from labelwright.api.v1.schemas.batches import (
    Batch,
    BatchList,
    BatchQuery,
    BatchStatus,
    Prioritized,
    PriorityBody,
)
from labelwright.api.v1.schemas.files import File, FileList, FileQuery, Import, Upload
from labelwright.api.v1.schemas.projects import OntologyVersion, Project, ProjectQuery, TaskTemplate
from labelwright.api.v1.schemas.tasks import (
    AttachmentDownload,
    AttachmentMetadata,
    Audit,
    AuditBody,
    CancelQuery,
    LimitedTask,
    LimitedTaskList,
    OneTaskQuery,
    Sent,
    Task,
    TaskList,
    TaskQuery,
    UniqueIdBody,
)

__all__ = [
    "AttachmentDownload",
    "AttachmentMetadata",
    "Audit",
    "AuditBody",
    "Batch",
    "BatchList",
    "BatchQuery",
    "BatchStatus",
    "CancelQuery",
    "File",
    "FileList",
    "FileQuery",
    "Import",
    "LimitedTask",
    "LimitedTaskList",
    "OneTaskQuery",
    "OntologyVersion",
    "Prioritized",
    "PriorityBody",
    "Project",
    "ProjectQuery",
    "Sent",
    "Task",
    "TaskList",
    "TaskQuery",
    "TaskTemplate",
    "UniqueIdBody",
    "Upload",
]
