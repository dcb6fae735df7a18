"""Forms about attachments, from the first generation (wire/task-types-text §5, §4, §6, wire/task-types-audio §1)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from labelwright.errors import InvalidParameter, Problem
from labelwright.tasktypes.base import Media, Rating, Score, TaskType
from labelwright.tasktypes.checked_type import CheckContext, CheckedType
from labelwright.tasktypes.media import AUDIO
from labelwright.tasktypes.scoring.merge_answers import first_of
from labelwright.tasktypes.threads import ConversationAnswer
from labelwright.tasktypes.transcription import answer as answers
from labelwright.tasktypes.transcription import params as requests
from labelwright.tasktypes.transcription import sample as samples
from labelwright.tasktypes.transcription import score as scores
from labelwright.tasktypes.transcription.conversation import conversation
from labelwright.tasktypes.wire.answer_schemas import Schema, narrowed, one_of, values_of
from labelwright.tasktypes.wire.first_generation import (
    NO_ATTACHMENTS,
    require_attachment,
    require_attachment_type,
)
from labelwright.tasktypes.wire.references import require_uri


class Transcription(CheckedType[requests.TranscriptionParams, answers.TranscriptionAnswer]):
    """The task type ``transcription``."""

    form_shows_all = True
    slug = "transcription"
    params_model = requests.TranscriptionParams
    answer_model = answers.TranscriptionAnswer
    recorded = True

    def prepare(self, given: Mapping[str, msgspec.Raw]) -> Mapping[str, msgspec.Raw]:
        """Refuse a missing attachment or type in the old words; take the older name of rows."""
        given = super().prepare(given)
        require_attachment(given)
        require_attachment_type(given, requests.ATTACHMENT_TYPES)
        return requests.respelt(given)

    def check(self, params: requests.TranscriptionParams) -> None:
        """See ``params.check_transcription``."""
        requests.check_transcription(params)

    def references(self, params: requests.TranscriptionParams) -> Sequence[str]:
        """Return the attachment: an address, or the text itself."""
        return [params.attachment]

    def examine(
        self, params: requests.TranscriptionParams, answer: Any, occasion: CheckContext
    ) -> tuple[answers.TranscriptionAnswer, list[Problem]]:
        """See ``CheckedType``."""
        return answers.check_transcription(params, answer, occasion)

    def told(
        self, params: requests.TranscriptionParams, answer: answers.TranscriptionAnswer
    ) -> ConversationAnswer:
        """Tell what was written in each field."""
        return conversation([params.attachment], answer.fields, answer.repeatable_fields)

    def compare(
        self,
        params: requests.TranscriptionParams,
        expected: answers.TranscriptionAnswer,
        given: answers.TranscriptionAnswer,
        media: Sequence[Media],
    ) -> Score:
        """Compare the values key by key.

        A key counts 1 when both values are the same but for case, spaces, forms of characters and the spelling of
        an address; else 1 − CER (edits per character of the expected value), or 0 when one is empty. Rows are put
        into the pairs with the largest sum of mean likeness, and that sum is divided by the larger number of rows.
        The score is the mean over all keys. Details: ``exact_match`` (share of the single keys), ``repeatable_fields``
        (the rows), and each key as ``fields.<key>``.
        """
        del media
        return scores.score_transcription(params, expected, given)

    def join(
        self,
        params: requests.TranscriptionParams,
        answers: Sequence[answers.TranscriptionAnswer],
        media: Sequence[Media],
    ) -> answers.TranscriptionAnswer:
        """Merge single values key by key; take the rows from whoever's are most like the others'."""
        trusted = first_of(answers, self.medoid(params, answers, media))
        return msgspec.structs.replace(
            trusted[0],
            fields=scores.join_fields([one.fields for one in trusted]),
            repeatable_fields=scores.join_rows(params, trusted).repeatable_fields,
        )

    def rated(
        self, params: requests.TranscriptionParams, answer: answers.TranscriptionAnswer
    ) -> Sequence[Rating]:
        """Return the single values in their normal form."""
        del params
        return list(scores.rate_fields(answer.fields))

    def schema(self, params: requests.TranscriptionParams) -> Schema:
        """Return the answer with a value for every key."""
        rows = None
        if params.repeatable_fields:
            rows = {
                "type": "array",
                "items": {"anyOf": [values_of(params.repeatable_fields), {"type": "null"}]},
            }
        fields = values_of(params.fields) if params.fields else None
        name = self.answer_model.__name__
        needed = {name: ["fields"]} if params.fields else None
        return narrowed(self.answer_model, {name: {"fields": fields, "repeatable_fields": rows}}, needed)

    def sample(self, params: requests.TranscriptionParams) -> Any:
        """Return dummy values."""
        return samples.transcription(params)


class DataCollection(CheckedType[requests.DataCollectionParams, answers.DataCollectionAnswer]):
    """The task type ``datacollection``."""

    form_shows_all = True
    slug = "datacollection"
    params_model = requests.DataCollectionParams
    answer_model = answers.DataCollectionAnswer

    def prepare(self, given: Mapping[str, msgspec.Raw]) -> Mapping[str, msgspec.Raw]:
        """Refuse a missing attachment or type in the old words."""
        given = super().prepare(given)
        require_attachment(given)
        require_attachment_type(given, requests.COLLECTED_TYPES)
        return given

    def check(self, params: requests.DataCollectionParams) -> None:
        """See ``params.check_reference``."""
        requests.check_reference(params)

    def references(self, params: requests.DataCollectionParams) -> Sequence[str]:
        """Return the attachment: an address, or the text itself."""
        return [params.attachment]

    def examine(
        self, params: requests.DataCollectionParams, answer: Any, occasion: CheckContext
    ) -> tuple[answers.DataCollectionAnswer, list[Problem]]:
        """See ``CheckedType``."""
        return answers.check_collection(params, answer, occasion)

    def told(
        self, params: requests.DataCollectionParams, answer: answers.DataCollectionAnswer
    ) -> ConversationAnswer:
        """Tell what was found for each field."""
        return conversation(self.references(params), answer.fields)

    def compare(
        self,
        params: requests.DataCollectionParams,
        expected: answers.DataCollectionAnswer,
        given: answers.DataCollectionAnswer,
        media: Sequence[Media],
    ) -> Score:
        """Compare the values key by key.

        A key counts 1 when both values are the same but for case, spaces, forms of characters and the spelling of
        an address; else 1 − CER (edits per character of the expected value), or 0 when one is empty. The score is
        the mean over the keys. Details: ``exact_match`` (share of the keys), and each key as ``fields.<key>``.
        """
        del media
        return scores.score_collection(params, expected, given)

    def join(
        self,
        params: requests.DataCollectionParams,
        answers: Sequence[answers.DataCollectionAnswer],
        media: Sequence[Media],
    ) -> answers.DataCollectionAnswer:
        """Merge the values key by key."""
        trusted = first_of(answers, self.medoid(params, answers, media))
        return msgspec.structs.replace(trusted[0], fields=scores.join_fields([one.fields for one in trusted]))

    def rated(
        self, params: requests.DataCollectionParams, answer: answers.DataCollectionAnswer
    ) -> Sequence[Rating]:
        """Return the values in their normal form."""
        del params
        return list(scores.rate_fields(answer.fields))

    def schema(self, params: requests.DataCollectionParams) -> Schema:
        """Return the answer with a value for every key."""
        name = self.answer_model.__name__
        return narrowed(self.answer_model, {name: {"fields": values_of(params.fields)}}, {name: ["fields"]})

    def sample(self, params: requests.DataCollectionParams) -> Any:
        """Return dummy values and time."""
        return samples.collection(params)


class Comparison(CheckedType[requests.ComparisonParams, answers.ComparisonAnswer]):
    """The task type ``comparison``."""

    form_shows_all = True
    slug = "comparison"
    params_model = requests.ComparisonParams
    answer_model = answers.ComparisonAnswer

    def prepare(self, given: Mapping[str, msgspec.Raw]) -> Mapping[str, msgspec.Raw]:
        """Refuse missing attachments or a missing type in the old words."""
        given = super().prepare(given)
        if bytes(given.get("attachments", b"[]")) == b"[]":
            raise InvalidParameter(NO_ATTACHMENTS, field="attachments")
        require_attachment_type(given, requests.COMPARED_TYPES)
        return given

    def check(self, params: requests.ComparisonParams) -> None:
        """See ``params.check_comparison``."""
        requests.check_comparison(params)

    def references(self, params: requests.ComparisonParams) -> Sequence[str]:
        """Return the attachments: addresses, or the texts themselves."""
        return params.attachments

    def examine(
        self, params: requests.ComparisonParams, answer: Any, occasion: CheckContext
    ) -> tuple[answers.ComparisonAnswer, list[Problem]]:
        """See ``CheckedType``."""
        return answers.check_comparison(params, answer, occasion)

    def told(self, params: requests.ComparisonParams, answer: answers.ComparisonAnswer) -> ConversationAnswer:
        """Tell the choice, best first, and what was written in each field."""
        chosen = [] if answer.choice is UNSET else [answer.choice]
        return conversation(self.references(params), answer.fields, chosen=chosen)

    def compare(
        self,
        params: requests.ComparisonParams,
        expected: answers.ComparisonAnswer,
        given: answers.ComparisonAnswer,
        media: Sequence[Media],
    ) -> Score:
        """Compare the choice, and the values key by key.

        The choice is right or wrong. Where there are fields, too, they weigh 0.2 beside it, and count as those of
        ``datacollection``. Details: ``choice``, ``exact_match`` (share of the keys), and each key as
        ``fields.<key>``.
        """
        del media
        return scores.score_comparison(params, expected, given)

    def join(
        self,
        params: requests.ComparisonParams,
        answers: Sequence[answers.ComparisonAnswer],
        media: Sequence[Media],
    ) -> answers.ComparisonAnswer:
        """Take the choice of the majority, and merge the values key by key."""
        trusted = first_of(answers, self.medoid(params, answers, media))
        return msgspec.structs.replace(
            trusted[0],
            choice=scores.join_choices(trusted),
            fields=scores.join_fields([one.fields for one in trusted]),
        )

    def rated(self, params: requests.ComparisonParams, answer: answers.ComparisonAnswer) -> Sequence[Rating]:
        """Return the choice, and the values in their normal form."""
        del params
        return list(scores.rate_choice(answer))

    def schema(self, params: requests.ComparisonParams) -> Schema:
        """Return the answer with the choices, and a value for every key."""
        members = {
            "choice": one_of(params.choices) if params.choices else None,
            "fields": values_of(params.fields) if params.fields else None,
        }
        name = self.answer_model.__name__
        return narrowed(
            self.answer_model,
            {name: members},
            {name: [key for key, one in members.items() if one is not None]},
        )

    def sample(self, params: requests.ComparisonParams) -> Any:
        """Return the first choice, and dummy values."""
        return samples.comparison(params)


class AudioTranscription(CheckedType[requests.AudioTranscriptionParams, answers.AudioTranscriptionAnswer]):
    """The task type ``audiotranscription``, which left the list of types but is still posted."""

    form_shows_all = True
    slug = "audiotranscription"
    default_instruction = "Please transcribe the attached audio file."
    params_model = requests.AudioTranscriptionParams
    answer_model = answers.AudioTranscriptionAnswer
    medium = AUDIO

    def check(self, params: requests.AudioTranscriptionParams) -> None:
        """Refuse an attachment that is no address."""
        require_uri(params.attachment, ("attachment",))

    def echoed(self, params: requests.AudioTranscriptionParams) -> Mapping[str, Any]:
        """Return the defaults that recordings show (wire/task-types-common §1.2)."""
        del params
        return {"verbatim": False, "skip_human_transcription": False}

    def references(self, params: requests.AudioTranscriptionParams) -> Sequence[str]:
        """Return the recording."""
        return [params.attachment]

    def examine(
        self, params: requests.AudioTranscriptionParams, answer: Any, occasion: CheckContext
    ) -> tuple[answers.AudioTranscriptionAnswer, list[Problem]]:
        """See ``CheckedType``."""
        return answers.check_audio(params, answer, occasion)

    def told(
        self, params: requests.AudioTranscriptionParams, answer: answers.AudioTranscriptionAnswer
    ) -> ConversationAnswer:
        """Tell what is said."""
        said = {} if answer.transcript is UNSET else {"transcript": answer.transcript}
        return conversation(self.references(params), said)

    def compare(
        self,
        params: requests.AudioTranscriptionParams,
        expected: answers.AudioTranscriptionAnswer,
        given: answers.AudioTranscriptionAnswer,
        media: Sequence[Media],
    ) -> Score:
        """Compare the transcripts word by word.

        The score is 1 − min(WER, 1): substituted, missing and added words per word of the expected transcript.
        Case and punctuation do not count, and sounds of hesitation only with ``verbatim``. Details:
        ``word_error_rate``, ``character_error_rate``, ``substitutions``, ``deletions``, ``insertions``, and with
        alignments ``word_start_error`` and ``word_end_error``: mean seconds, over the words that both have.
        """
        del media
        return scores.score_audio(params, expected, given)

    def join(
        self,
        params: requests.AudioTranscriptionParams,
        answers: Sequence[answers.AudioTranscriptionAnswer],
        media: Sequence[Media],
    ) -> answers.AudioTranscriptionAnswer:
        """Take the transcript that is most like the others, in the spelling that most have of it."""
        return scores.join_transcripts(params, first_of(answers, self.medoid(params, answers, media)))

    def schema(self, params: requests.AudioTranscriptionParams) -> Schema:
        """Return the answer, which needs a transcript."""
        del params
        name = self.answer_model.__name__
        return narrowed(self.answer_model, {}, {name: ["transcript"]})

    def sample(self, params: requests.AudioTranscriptionParams) -> Any:
        """Return the recorded transcript."""
        del params
        return samples.audio()


TASK_TYPES: tuple[TaskType, ...] = (Transcription(), DataCollection(), Comparison(), AudioTranscription())
