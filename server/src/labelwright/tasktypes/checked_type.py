"""The walk that most task types share: parameters in, defaults filled in, pre-labels and answers checked."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

import msgspec
from msgspec import UNSET

from labelwright.errors import Problem
from labelwright.tasktypes.attachment_readers import OpenContents, WithoutEditor
from labelwright.tasktypes.base import PRELABELS, FilePlace, Media, Rating, Score
from labelwright.tasktypes.forms.question_rules import first_error
from labelwright.tasktypes.media import BY_TYPE
from labelwright.tasktypes.threads import ConversationAnswer
from labelwright.tasktypes.wire.answer_schemas import schema_of
from labelwright.tasktypes.wire.problems import has_error
from labelwright.tasktypes.wire.references import is_fetched, single
from labelwright.validation.decoding import decode_members, typed
from labelwright.validation.errors import Path

P = TypeVar("P", bound=msgspec.Struct)
A = TypeVar("A", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class CheckContext:
    """On which an answer is checked.

    Attributes:
        media: of the attachments, in their order, as far as known.
        start: where the answer is, for pre-labels.
        partial: pre-labels need not be complete.
    """

    media: Sequence[Media] = ()
    start: Path = ()
    partial: bool = False


class CheckedType(WithoutEditor, OpenContents, ABC, Generic[P, A]):
    """A ``TaskType`` (``base.py``) of which a subclass says only what is special.

    Attributes:
        slug: see ``TaskType``.
        aliases: see ``TaskType``.
        needs_project: see ``TaskType``.
        default_instruction: see ``TaskType``.
        params_model: the request.
        answer_model: the answer.
        recorded: the sample is delivered to the letter, without what the checker would add to it.
        files: where answers name files, whatever the task; see ``TaskType.answer_files``.
        medium: what attachments have to hold where the request does not say; empty for anything.
    """

    slug: str
    aliases: Sequence[str] = ()
    needs_project: ClassVar[bool] = False
    default_instruction: ClassVar[str] = ""
    params_model: type[P]
    answer_model: type[A]
    recorded: ClassVar[bool] = False
    files: ClassVar[Sequence[FilePlace]] = ()
    medium: ClassVar[str] = ""

    def prepare(self, given: Mapping[str, msgspec.Raw]) -> Mapping[str, msgspec.Raw]:
        """Refuse in words of the type's own, or respell members, before anything is read.

        Raises:
            InvalidParameter: a parameter is missing or wrong.
        """
        return single(given)

    @abstractmethod
    def check(self, params: P) -> None:
        """Check what the types of the model cannot say.

        Raises:
            InvalidParameter: naming the first parameter that is wrong.
        """

    def echoed(self, params: P) -> Mapping[str, Any]:
        """Return the defaults that the wire echoes; those that were given stay as they are."""
        del params
        return {}

    def changes(self, params: P) -> Mapping[str, Any]:
        """Return the parameters to keep in another spelling than they were given in."""
        del params
        return {}

    def rewritten(self, params: P, kept: Mapping[str, msgspec.Raw]) -> Mapping[str, Any]:
        """Return ``changes``, or what a type makes of the text that was given, the rest of which stays as it is."""
        del kept
        return self.changes(params)

    @abstractmethod
    def references(self, params: P) -> Sequence[str]:
        """Return the attachments in the order in which a screen shows them."""

    @abstractmethod
    def examine(self, params: P, answer: Any, occasion: CheckContext) -> tuple[A, list[Problem]]:
        """Check an answer.

        Args:
            params: already checked.
            answer: what JSON decodes to.
            occasion: on which it is checked.

        Returns:
            The answer in the form that is delivered, and every problem. The answer is whole only when there
            is no error among them.
        """

    @abstractmethod
    def sample(self, params: P) -> Any:
        """Return the answer of test mode, always the same for the same task; None when there is none."""

    def sample_of(self, params: P, media: Sequence[Media]) -> Any:
        """Return ``sample``, for a type whose sample depends on what is known of the attachments."""
        del media
        return self.sample(params)

    @abstractmethod
    def compare(self, params: P, expected: A, given: A, media: Sequence[Media]) -> Score:
        """Return how good an answer is against the expected one; both were accepted."""

    def join(self, params: P, answers: Sequence[A], media: Sequence[Media]) -> A:
        """Return the one answer that several amount to: the one that is most like all the others."""
        return answers[self.medoid(params, answers, media)]

    def medoid(self, params: P, answers: Sequence[A], media: Sequence[Media]) -> int:
        """Return which answer is most like all the others; of equally good ones, the first."""
        if len(answers) < 3:
            return 0  # each of two is as far from the other
        scores = [
            sum(self.compare(params, other, one, media).value for other in answers if other is not one)
            for one in answers
        ]
        return scores.index(max(scores))

    def rated(self, params: P, answer: A) -> Sequence[Rating]:
        """Return the judgements in an answer that have a scale."""
        del params, answer
        return ()

    def told(self, params: P, answer: A) -> ConversationAnswer | None:
        """Tell an answer as a conversation; None where it is none."""
        del params, answer
        return None

    def files_of(self, params: P) -> Sequence[str]:
        """Return the attachments that are files: where ``attachment_type`` says so, or the type has none."""
        kind = getattr(params, "attachment_type", None) or None
        return [one for one in self.references(params) if is_fetched(one, kind)]

    def media_of(self, params: P) -> Mapping[str, str]:
        """Return what the attachments that are files have to hold, by reference (see ``TaskType.contents``)."""
        medium = BY_TYPE.get(getattr(params, "attachment_type", None) or "", self.medium)
        return dict.fromkeys(self.files_of(params), medium) if medium else {}

    def contents(self, params: Mapping[str, Any]) -> Mapping[str, str]:
        """Return what attachments have to hold (see ``TaskType``)."""
        return self.media_of(typed(self.params_model, params))

    def schema(self, params: P) -> dict[str, Any]:
        """Return the schema of an answer to a task: of the model, as far as the parameters do not say more."""
        del params
        return schema_of(self.answer_model)

    def check_params(self, given: Mapping[str, msgspec.Raw]) -> bytes:
        """Check the parameters and return the JSON text to keep (see ``TaskType``)."""
        params, kept = decode_members(self.params_model, self.prepare(given))
        self.check(params)
        hypothesis = getattr(params, "hypothesis", UNSET)
        if hypothesis is not UNSET:
            _, problems = self.examine(params, hypothesis, CheckContext(start=("hypothesis",), partial=True))
            error = first_error(problems)
            if error is not None:
                raise error
        echoed = {name: value for name, value in self.echoed(params).items() if name not in kept}
        return msgspec.json.encode({**kept, **echoed, **self.rewritten(params, kept)})

    def attachments(self, params: Mapping[str, Any]) -> Sequence[str]:
        """Return what a screen must show (see ``TaskType``)."""
        return self.references(typed(self.params_model, params))

    def fetched(self, params: Mapping[str, Any]) -> Sequence[str]:
        """Return which attachments are kept (see ``TaskType``)."""
        return self.files_of(typed(self.params_model, params))

    def check_answer(
        self, params: Mapping[str, Any], answer: Any, media: Sequence[Media] = ()
    ) -> tuple[bytes, Sequence[Problem]]:
        """Check an answer (see ``TaskType``); the text is ``null`` when there is an error."""
        finished, problems = self.examine(typed(self.params_model, params), answer, CheckContext(media))
        if has_error(problems):
            return b"null", problems
        return msgspec.json.encode(finished), problems

    def answer_files(self, params: Mapping[str, Any]) -> Sequence[FilePlace]:
        """Return where answers name files (see ``TaskType``)."""
        del params
        return self.files

    def prelabel_files(self, params: Mapping[str, Any]) -> Sequence[FilePlace]:
        """Return where the pre-labels name files (see ``TaskType``)."""
        return [(name, *place) for name in PRELABELS for place in self.files if name in params]

    def sample_answer(self, params: Mapping[str, Any], media: Sequence[Media] = ()) -> bytes | None:
        """Return the answer of test mode (see ``TaskType``)."""
        read = typed(self.params_model, params)
        made = self.sample_of(read, media)
        if made is None:
            return None
        return msgspec.json.encode(made if self.recorded else self.examine(read, made, CheckContext())[0])

    def score(
        self, params: Mapping[str, Any], expected: Any, given: Any, media: Sequence[Media] = ()
    ) -> Score:
        """Compare two answers (see ``TaskType``)."""
        read = typed(self.params_model, params)
        return self.compare(read, self._accepted(read, expected), self._accepted(read, given), media)

    def merge(self, params: Mapping[str, Any], answers: Sequence[Any], media: Sequence[Media] = ()) -> bytes:
        """Merge answers (see ``TaskType``).

        What was joined from several goes through the checker again: should their parts not fit together, the
        answer that is most like the others is taken whole.
        """
        read = typed(self.params_model, params)
        accepted = [self._accepted(read, one) for one in answers]
        text = msgspec.json.encode(self.join(read, accepted, media))
        finished, problems = self.examine(read, msgspec.json.decode(text), CheckContext(media))
        if has_error(problems):
            finished = accepted[self.medoid(read, accepted, media)]
        return msgspec.json.encode(finished)

    def answer_schema(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return what an answer to this task looks like (see ``TaskType``)."""
        return self.schema(typed(self.params_model, params))

    def ratings(self, params: Mapping[str, Any], answer: Any) -> Sequence[Rating]:
        """Return what has a scale (see ``TaskType``)."""
        read = typed(self.params_model, params)
        return self.rated(read, self._accepted(read, answer))

    def conversation(self, params: Mapping[str, Any], answer: Any) -> ConversationAnswer | None:
        """Tell an answer (see ``TaskType``)."""
        read = typed(self.params_model, params)
        return self.told(read, self._accepted(read, answer))

    def _accepted(self, params: P, answer: Any) -> A:
        """Read an answer that was accepted before; ``examine`` is what knows how."""
        return self.examine(params, answer, CheckContext())[0]
