"""``textcollection``: a form about attachments (wire/task-types-text §1)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.errors import Problem
from labelwright.tasktypes.base import Media, Rating, Score
from labelwright.tasktypes.checked_type import CheckContext, CheckedType
from labelwright.tasktypes.forms.fields import Form, check_form, walk
from labelwright.tasktypes.forms.form_rules import FormRules, is_verbose
from labelwright.tasktypes.scoring.form_scores import form_ratings, score_form
from labelwright.tasktypes.scoring.merge_answers import first_of
from labelwright.tasktypes.scoring.merge_forms import merge_forms
from labelwright.tasktypes.threads import ConversationAnswer
from labelwright.tasktypes.wire.answer_schemas import Schema, form_of, narrowed
from labelwright.tasktypes.wire.context_attachments import (
    FormAttachment,
    check_attachments,
    files_among,
    media_among,
)
from labelwright.tasktypes.wire.conversation import of_form, single_turn
from labelwright.tasktypes.wire.problems import read
from labelwright.validation.decoding import refuse


class TextCollectionParams(msgspec.Struct, kw_only=True):
    """Parameters of ``textcollection``: a form about any number of attachments. Unknown ones are kept.

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


_UNDRAWN = ("bounding_box", "file")


def _kinds(fields: Any) -> set[str]:
    """The kinds of fields of a form, which need not be whole: a project's parameters may be a part."""
    found: set[str] = set()
    waiting = [fields]
    while waiting:
        listed = waiting.pop()
        for field in listed if isinstance(listed, list) else ():
            if isinstance(field, Mapping):
                found.add(str(field.get("type")))
                waiting.append(field.get("fields"))
    return found


class TextCollection(CheckedType[TextCollectionParams, TextCollectionAnswer]):
    """The task type ``textcollection``."""

    slug = "textcollection"
    form_shows_all = True
    params_model = TextCollectionParams
    answer_model = TextCollectionAnswer

    @property
    def undrawn_parts(self) -> Sequence[str]:
        """Return the kinds of fields whose answers are not shown: boxes, and files behind addresses."""
        return [f"{self.slug}/{kind}" for kind in _UNDRAWN]

    def undrawn(self, params: Mapping[str, Any]) -> Sequence[str]:
        """Return those of them that the form has."""
        asked = _kinds(params.get("fields"))
        return [f"{self.slug}/{kind}" for kind in _UNDRAWN if kind in asked]

    def check(self, params: TextCollectionParams) -> None:
        """Check attachments and form."""
        known = {field.field_id for field, _ in walk(params.fields, ())}
        check_attachments(params.attachments, ("attachments",))
        for i, attachment in enumerate(params.attachments):
            for j, name in enumerate(attachment.forms or ()):
                if name not in known:
                    place = ("attachments", i, "forms", j)
                    raise refuse(place, f'must be the field_id of a field, "{name}" is not one')
        check_form(params.fields, ("fields",))
        count = len(params.attachments)
        for field, where in walk(params.fields, ("fields",)):
            index = getattr(field, "attachment_index", UNSET)
            if index is not UNSET and index >= count:
                message = f"must be less than the number of attachments, which is {count}"
                raise refuse((*where, "attachment_index"), message)

    def references(self, params: TextCollectionParams) -> Sequence[str]:
        """Return the attachments: addresses, or the texts themselves."""
        return [attachment.content for attachment in params.attachments]

    def files_of(self, params: TextCollectionParams) -> Sequence[str]:
        """See ``CheckedType``."""
        return files_among(params.attachments)

    def media_of(self, params: TextCollectionParams) -> Mapping[str, str]:
        """See ``CheckedType``."""
        return media_among(params.attachments)

    def examine(
        self, params: TextCollectionParams, answer: Any, occasion: CheckContext
    ) -> tuple[TextCollectionAnswer, list[Problem]]:
        """See ``CheckedType``; verbose answers come out plain."""
        if isinstance(answer, dict) and answer and all(map(is_verbose, answer.values())):
            # Some programs leave the root out.
            answer = {"annotations": answer}
        reading = read(TextCollectionAnswer, answer, occasion.start)
        values = reading.member("annotations", dict[str, Any])
        if values is None:
            return TextCollectionAnswer(annotations={}), reading.problems
        plain, problems = FormRules(params.fields, occasion.media).check(
            values, (*occasion.start, "annotations"), partial=occasion.partial
        )
        return TextCollectionAnswer(annotations=plain), reading.problems + problems

    def told(self, params: TextCollectionParams, answer: TextCollectionAnswer) -> ConversationAnswer:
        """Tell the form about what was shown."""
        shown = [attachment.content for attachment in params.attachments]
        return single_turn(shown, of_form(params.fields, answer.annotations))

    def compare(
        self,
        params: TextCollectionParams,
        expected: TextCollectionAnswer,
        given: TextCollectionAnswer,
        media: Sequence[Media],
    ) -> Score:
        """Compare the form field by field.

        The score is the mean over the fields that are shown; one that only one answer shows, or leaves open,
        counts 0. Choices count by the Jaccard index, numbers by their distance where the field has a smallest and
        a largest (else right or wrong), dates and yes or no as right or wrong, short texts by edit similarity,
        orders by the share of pairs that are the same way round, parts of recordings and boxes by their overlap;
        of a set, each field counts by itself, of a repeated one the best pairs. Texts of several lines are left to
        reviewers: they count only where nothing else does. Details: ``exact_match`` (share of the fields),
        ``mean_absolute_error`` (of numbers), ``text_similarity`` (of the texts that do not count), and each field
        as ``fields.<field_id>``.
        """
        del media
        form = score_form(params.fields, expected.annotations, given.annotations)
        return Score(form.value, form.details())

    def join(
        self,
        params: TextCollectionParams,
        answers: Sequence[TextCollectionAnswer],
        media: Sequence[Media],
    ) -> TextCollectionAnswer:
        """Merge the form field by field."""
        trusted = first_of(answers, self.medoid(params, answers, media))
        return TextCollectionAnswer(
            annotations=merge_forms(params.fields, [one.annotations for one in trusted])
        )

    def rated(self, params: TextCollectionParams, answer: TextCollectionAnswer) -> Sequence[Rating]:
        """Return the choices, numbers, dates and orders."""
        return list(form_ratings(params.fields, answer.annotations))

    def schema(self, params: TextCollectionParams) -> Schema:
        """Return the form, with the fields as members."""
        return narrowed(
            self.answer_model, {self.answer_model.__name__: {"annotations": form_of(params.fields)}}
        )

    def sample(self, params: TextCollectionParams) -> Any:
        """Return an answer to every field that is shown."""
        return {"annotations": FormRules(params.fields).sample()}
