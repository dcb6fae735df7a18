"""``textcollection``: a form about attachments (task-types-2d-text §15)."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.refusals import Problem
from labelwright.tasktypes.shared.checked import CheckedType, Occasion
from labelwright.tasktypes.shared.context import FormAttachment, check_attachments
from labelwright.tasktypes.shared.fields import Form, check_form
from labelwright.tasktypes.shared.forms import FormRules
from labelwright.tasktypes.shared.reading import read
from labelwright.validation import refuse


class TextCollectionParams(msgspec.Struct, kw_only=True):
    """Parameters of ``textcollection``. Unknown ones are kept.

    Attributes:
        attachments: what the form is about, in order.
        fields: the form.
        title: as shown.
        description: as shown.
        responses_required: how many people answer.
        template_variables: for projects with a task template.
        hypothesis: an answer to start from; need not be complete.
    """

    attachments: list[FormAttachment]
    fields: Form
    title: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    responses_required: Annotated[int, Meta(ge=1, le=100)] | UnsetType = UNSET
    template_variables: dict[str, Any] | UnsetType = UNSET
    hypothesis: dict[str, Any] | UnsetType = UNSET


class TextCollectionAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The ``response`` of a ``textcollection`` task.

    Attributes:
        annotations: field id to answer.
    """

    annotations: dict[str, Any]


class TextCollection(CheckedType[TextCollectionParams, TextCollectionAnswer]):
    """The task type ``textcollection``."""

    slug = "textcollection"
    params_model = TextCollectionParams
    answer_model = TextCollectionAnswer
    open_members = ("attachments",)

    def check(self, params: TextCollectionParams) -> None:
        """Check attachments and form."""
        known = {field.field_id for field in params.fields}
        check_attachments(params.attachments, ("attachments",))
        for i, attachment in enumerate(params.attachments):
            for j, name in enumerate(attachment.forms or ()):
                if name not in known:
                    place = ("attachments", i, "forms", j)
                    raise refuse(place, f'must be the field_id of a field, "{name}" is not one')
        check_form(params.fields, ("fields",))

    def references(self, params: TextCollectionParams) -> Sequence[str]:
        """Return the attachments: addresses, or the texts themselves."""
        return [attachment.content for attachment in params.attachments]

    def examine(
        self, params: TextCollectionParams, answer: Any, occasion: Occasion
    ) -> tuple[TextCollectionAnswer, list[Problem]]:
        """See ``CheckedType``; verbose answers come out plain."""
        reading = read(TextCollectionAnswer, answer, occasion.start)
        values = reading.member("annotations", dict[str, Any])
        if values is None:
            return TextCollectionAnswer(annotations={}), reading.problems
        plain, problems = FormRules(params.fields, occasion.media).check(
            values, (*occasion.start, "annotations"), partial=occasion.partial
        )
        return TextCollectionAnswer(annotations=plain), reading.problems + problems

    def sample(self, params: TextCollectionParams) -> Any:
        """Return an answer to every field that is shown."""
        return {"annotations": FormRules(params.fields).sample()}
