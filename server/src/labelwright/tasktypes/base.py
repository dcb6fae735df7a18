"""What a task type is: one small Protocol, implemented once per folder.

``tasktypes/registry.py`` finds every package below ``tasktypes/`` that has a module-level ``TASK_TYPES`` (a tuple
of objects of this Protocol). Nothing else in the house knows a type by name.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol, TypeAlias

import msgspec

from labelwright.errors import Problem
from labelwright.tasktypes.threads import ConversationAnswer


class CloudFacts(msgspec.Struct, frozen=True, tag="cloud"):
    """What one frame of a point cloud was found to hold (wire/task-types-lidar-frames §1).

    Attributes:
        points: how many there are.
        cameras: the numbers of the cameras whose pictures it has.
        device: where the device was, in the world and the units of the frame.
        timestamp: of the frame, when it has one.
    """

    points: int
    cameras: tuple[int, ...] = ()
    device: tuple[float, float, float] = (0.0, 0.0, 0.0)
    timestamp: float | None = None


class SensorFacts(msgspec.Struct, frozen=True):
    """What one sensor of a scene was found to hold.

    Attributes:
        id: unique in the scene.
        type: ``camera``, ``lidar``, ``radar``, ``points`` or ``odometry``.
        points: how many points each of its frames has; nothing of cameras.
    """

    id: str | int
    type: str
    points: tuple[int, ...] = ()


class SceneFacts(msgspec.Struct, frozen=True, tag="scene"):
    """What a scene of many sensors was found to hold (wire/task-types-lidar-frames §2).

    Attributes:
        sensors: in the order of the file.
    """

    sensors: tuple[SensorFacts, ...] = ()


Facts: TypeAlias = CloudFacts | SceneFacts


class Media(msgspec.Struct, frozen=True):
    """What is known about one attachment of a task.

    Attributes:
        ref: the reference as the customer wrote it (URL, ``scaledata://…`` or inline text).
        width: pixels after EXIF orientation, when known.
        height: pixels after EXIF orientation, when known.
        mime_type: the sniffed type, when known.
        facts: what was found inside, where the task type says what that has to be (``TaskType.contents``).
    """

    ref: str
    width: int | None = None
    height: int | None = None
    mime_type: str | None = None
    facts: Facts | None = None


class ParentTask(msgspec.Struct, frozen=True):
    """Another task that a task builds on: its attachments are shown, and its answer is needed.

    Attributes:
        task_id: the other task.
        type: what its type has to be.
        parameter: the parameter that names it; that of its frames has ``_frames`` at the end.
        frames: which of its attachments; None for all.
    """

    task_id: str
    type: str
    parameter: str
    frames: tuple[int, ...] | None = None


class DerivedFields(Protocol):
    """Completes an accepted answer with what the server itself computes from the attachments."""

    @property
    def refs(self) -> Sequence[str]:
        """The attachments to look into, one at a time and in this order; they may be large."""
        ...

    def look(self, ref: str, content: bytes) -> None:
        """Look into one attachment. It was found sound before."""
        ...

    def finished(self) -> bytes:
        """Return the JSON text of the answer with what was computed."""
        ...


FilePlace: TypeAlias = tuple[str | int | None, ...]
"""Where a file is in an answer: keys and indexes from its root; None stands for every member or item."""

PRELABELS = ("hypothesis", "base_annotations")
"""Parameters that are answers to start from (wire/task-types-common §3), so that they may name files, too."""


class Score(msgspec.Struct, frozen=True):
    """How good one answer is against another (wire/task-types-scores).

    Attributes:
        value: the primary score, 0 to 1; 1 for equal answers, and for two answers without anything in them.
        details: further figures by name (``precision``, ``mean_iou``, ``attributes``), each in its own unit.
    """

    value: float
    details: Mapping[str, float] = {}


class Rating(msgspec.Struct, frozen=True):
    """One judgement in an answer that several people can be compared by.

    Attributes:
        field: what was judged: equal in every answer to tasks of the same shape.
        value: what was chosen; a set of choices is a tuple in sorted order.
        level: which differences count, for Krippendorff's α.
        item: which part of the answer was judged, where there are several (a message); blank for the task.
    """

    field: str
    value: str | float | tuple[str, ...]
    level: Literal["nominal", "ordinal", "interval", "set"] = "nominal"
    item: str = ""


class TaskType(Protocol):
    """The whole meaning of one task type on the server."""

    @property
    def slug(self) -> str:
        """The lower-case name in ``POST /v1/task/<slug>``."""
        ...

    @property
    def aliases(self) -> Sequence[str]:
        """Other slugs that mean the same (``categorize``)."""
        ...

    @property
    def needs_project(self) -> bool:
        """Whether a task must name a ``project``, or a ``batch`` of one: there its template lies."""
        ...

    @property
    def default_instruction(self) -> str:
        """The ``instruction`` of a task to which neither the request nor the project gives one; mostly empty."""
        ...

    @property
    def params_model(self) -> type[msgspec.Struct]:
        """The request parameters besides the common ones; becomes the body schema in ``contract/v1.json``."""
        ...

    @property
    def answer_model(self) -> type[msgspec.Struct]:
        """The shape of ``response``; becomes the answer schema in the contract."""
        ...

    def check_params(self, given: Mapping[str, msgspec.Raw]) -> bytes:
        """Check the merged parameters and return the JSON text to keep as the task's ``params``.

        ``given`` is the request over the project's parameters, without the common ones (wire/tasks §2) except
        ``attachment``, ``attachments`` and ``attachment_type``. Unknown top-level keys are kept byte for byte;
        defaults that the wire echoes are filled in; numeric strings are coerced.

        Raises:
            InvalidParameter: with the wire's text, naming the field.
        """
        ...

    def attachments(self, params: Mapping[str, Any]) -> Sequence[str]:
        """The references that a labeler's screen must show, in order."""
        ...

    def fetched(self, params: Mapping[str, Any]) -> Sequence[str]:
        """The attachments whose bytes are kept before work begins: neither websites nor texts in place."""
        ...

    def contents(self, params: Mapping[str, Any]) -> Mapping[str, str]:
        """Return what attachments have to hold, by reference: the name of a reader (``registry.readers``).

        Nobody works on a task before these were looked into. What is not named may hold anything.
        """
        ...

    def with_text(
        self, params: Mapping[str, msgspec.Raw], address: str, text: str
    ) -> Mapping[str, msgspec.Raw]:
        """Return the parameters with a text that has come, and that ``contents`` calls ``inline_text``, in place."""
        ...

    def source(self, params: Mapping[str, Any]) -> ParentTask | None:
        """Return the task that this one builds on; ``media`` has its attachments after those of the task itself."""
        ...

    def check_answer(
        self, params: Mapping[str, Any], answer: Any, media: Sequence[Media] = ()
    ) -> tuple[bytes, Sequence[Problem]]:
        """Check an answer against its task.

        Returns:
            The JSON text to keep as ``response`` (defaults filled in, ``uuid`` added where missing) and every
            problem found; with an ``error`` among them the text is not to be used.
        """
        ...

    @property
    def form_shows_all(self) -> bool:
        """Whether a form shows the whole answer, so that it can be judged without an editor of its own."""
        ...

    @property
    def undrawn_parts(self) -> Sequence[str]:
        """Every name that ``undrawn`` may give in this version; each begins with the slug."""
        ...

    def undrawn(self, params: Mapping[str, Any]) -> Sequence[str]:
        """Return what neither an editor of the web app nor its form shows of answers to a task, by name.

        Whoever reviews such an answer sees numbers and addresses instead of it. Nobody is offered the task unless its
        project allows the form; a version whose editor draws the part gives its name no more, and the task is offered.
        The parameters may be those of a project, which its tasks complete.
        """
        ...

    def answer_files(self, params: Mapping[str, Any]) -> Sequence[FilePlace]:
        """Where answers to a task name files; empty for most types.

        Here and in every other method such a file is a ``data:`` URL that holds it; what people hand in and get are
        addresses (``domain/answer_files.py``). An address that is not there, or is no ``data:`` URL, was not opened.
        """
        ...

    def prelabel_files(self, params: Mapping[str, Any]) -> Sequence[FilePlace]:
        """Where the parameters name files of answers to start from; from their root."""
        ...

    def sample_answer(self, params: Mapping[str, Any], media: Sequence[Media] = ()) -> bytes | None:
        """The JSON text of the answer that test mode gives at once; None when the wire gives none."""
        ...

    def measuring(self, params: Mapping[str, Any], answer: Any) -> DerivedFields | None:
        """Return what completes an accepted answer before it is kept; None when nothing does."""
        ...

    def score(
        self, params: Mapping[str, Any], expected: Any, given: Any, media: Sequence[Media] = ()
    ) -> Score:
        """Compare two answers that the checker has accepted; both hold their files as ``data:`` URLs.

        Args:
            params: the checked parameters of the task.
            expected: the answer that counts as right.
            given: the other one.
            media: what is known of the attachments.
        """
        ...

    def merge(self, params: Mapping[str, Any], answers: Sequence[Any], media: Sequence[Media] = ()) -> bytes:
        """Return the JSON text of the one answer that several accepted ones amount to.

        Args:
            params: the checked parameters of the task.
            answers: at least one; equal answers merge to that answer.
            media: what is known of the attachments.
        """
        ...

    def answer_schema(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the JSON Schema of an answer to this very task: its labels, choices and fields by name.

        Accepted answers fit it; the checker knows more than it. Titles and descriptions in it are the customer's.
        """
        ...

    def ratings(self, params: Mapping[str, Any], answer: Any) -> Sequence[Rating]:
        """Return the judgements in an accepted answer that have a scale; none where there are only drawings."""
        ...

    def conversation(self, params: Mapping[str, Any], answer: Any) -> ConversationAnswer | None:
        """Tell an accepted answer as a conversation (wire/v2-conversations §5); None where shapes and points are none.

        Ids are left empty: they follow from the task and the place.
        """
        ...
