"""Forms about attachments, from the first generation (task-types-2d-text §10, §12, §13, §18)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from labelwright.refusals import InvalidParameter, Problem
from labelwright.tasktypes.base import TaskType
from labelwright.tasktypes.shared.checked import CheckedType, Occasion
from labelwright.tasktypes.shared.firstgeneration import (
    NO_ATTACHMENTS,
    require_attachment,
    require_attachment_type,
)
from labelwright.tasktypes.shared.references import require_uri
from labelwright.tasktypes.transcription import answer as answers
from labelwright.tasktypes.transcription import params as requests
from labelwright.tasktypes.transcription import sample as samples


class Transcription(CheckedType[requests.TranscriptionParams, answers.TranscriptionAnswer]):
    """The task type ``transcription``."""

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
        self, params: requests.TranscriptionParams, answer: Any, occasion: Occasion
    ) -> tuple[answers.TranscriptionAnswer, list[Problem]]:
        """See ``CheckedType``."""
        return answers.check_transcription(params, answer, occasion)

    def sample(self, params: requests.TranscriptionParams) -> Any:
        """Return dummy values."""
        return samples.transcription(params)


class DataCollection(CheckedType[requests.DataCollectionParams, answers.DataCollectionAnswer]):
    """The task type ``datacollection``."""

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
        self, params: requests.DataCollectionParams, answer: Any, occasion: Occasion
    ) -> tuple[answers.DataCollectionAnswer, list[Problem]]:
        """See ``CheckedType``."""
        return answers.check_collection(params, answer, occasion)

    def sample(self, params: requests.DataCollectionParams) -> Any:
        """Return dummy values and time."""
        return samples.collection(params)


class Comparison(CheckedType[requests.ComparisonParams, answers.ComparisonAnswer]):
    """The task type ``comparison``."""

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
        self, params: requests.ComparisonParams, answer: Any, occasion: Occasion
    ) -> tuple[answers.ComparisonAnswer, list[Problem]]:
        """See ``CheckedType``."""
        return answers.check_comparison(params, answer, occasion)

    def sample(self, params: requests.ComparisonParams) -> Any:
        """Return the first choice, and dummy values."""
        return samples.comparison(params)


class AudioTranscription(CheckedType[requests.AudioTranscriptionParams, answers.AudioTranscriptionAnswer]):
    """The task type ``audiotranscription``, which left the list of types but is still posted."""

    slug = "audiotranscription"
    default_instruction = "Please transcribe the attached audio file."
    params_model = requests.AudioTranscriptionParams
    answer_model = answers.AudioTranscriptionAnswer

    def check(self, params: requests.AudioTranscriptionParams) -> None:
        """Refuse an attachment that is no address."""
        require_uri(params.attachment, ("attachment",))

    def echoed(self, params: requests.AudioTranscriptionParams) -> Mapping[str, Any]:
        """Return the defaults that recordings show (task-types-2d-text §1.2)."""
        del params
        return {"verbatim": False, "skip_human_transcription": False}

    def references(self, params: requests.AudioTranscriptionParams) -> Sequence[str]:
        """Return the recording."""
        return [params.attachment]

    def examine(
        self, params: requests.AudioTranscriptionParams, answer: Any, occasion: Occasion
    ) -> tuple[answers.AudioTranscriptionAnswer, list[Problem]]:
        """See ``CheckedType``."""
        return answers.check_audio(params, answer, occasion)

    def sample(self, params: requests.AudioTranscriptionParams) -> Any:
        """Return the recorded transcript."""
        del params
        return samples.audio()


TASK_TYPES: tuple[TaskType, ...] = (Transcription(), DataCollection(), Comparison(), AudioTranscription())
