"""The answers to document tasks and their checker (wire/task-types-documents §1.4, §2)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.errors import Problem
from labelwright.tasktypes.base import Media
from labelwright.tasktypes.checked_type import CheckContext
from labelwright.tasktypes.document.content import amount, year_first
from labelwright.tasktypes.document.params import (
    DocumentModelParams,
    DocumentParams,
    LabelledFeature,
    TextFeature,
    labelled,
)
from labelwright.tasktypes.forms.labels import Text
from labelwright.tasktypes.forms.question_rules import shown
from labelwright.tasktypes.shapes.model import Box, Coordinate, Frame, Polygon, Vertex, shape_errors
from labelwright.tasktypes.shapes.tools import BoxOptions, PolygonOptions
from labelwright.tasktypes.wire.numbers import Number
from labelwright.tasktypes.wire.problems import Reading, enough, read
from labelwright.tasktypes.wire.uuids import give_names
from labelwright.validation.errors import MAX_ERRORS, Path, path_text

_confidence = Meta(ge=0, le=1)


class BoxLocation(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, tag_field="type", tag="box"):
    """An upright rectangle, in pixels of the page."""

    left: Coordinate
    top: Coordinate
    width: Coordinate
    height: Coordinate


class PolygonLocation(
    msgspec.Struct, forbid_unknown_fields=True, kw_only=True, tag_field="type", tag="polygon"
):
    """A turned rectangle, in pixels of the page."""

    vertices: Annotated[list[Vertex], Meta(min_length=4, max_length=4)]


class MoneyComponents(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An amount of money.

    Attributes:
        amount: the digits as written.
        parsed: the number; as a string where a number could not hold it.
        currency: its code, when the document says it.
    """

    amount: str
    parsed: Number | Text
    currency: Text | UnsetType = UNSET


class DateComponents(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A date; parts that cannot be read are absent."""

    year: Annotated[int, Meta(ge=1, le=9999)] | UnsetType = UNSET
    month: Annotated[int, Meta(ge=1, le=12)] | UnsetType = UNSET
    day: Annotated[int, Meta(ge=1, le=31)] | UnsetType = UNSET


class DocumentAnnotation(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A place in a document and what is written there.

    Attributes:
        uuid: given by the server when absent.
        page: counts from 0, over all attachments.
        label: of a feature.
        text: what is written there; may be absent for regions.
        location: where it is.
        refs: uuids of the annotations that it is linked with.
        money: only with the flag ``money``; read from ``text`` when absent.
        date: only with the flag ``date``; read from ``text``, year first, when absent.
        checked: only with the flag ``checkbox``.
    """

    uuid: Text | UnsetType = UNSET
    page: Annotated[int, Meta(ge=0, le=100_000)]
    label: str
    text: str | UnsetType = UNSET
    location: BoxLocation | PolygonLocation
    refs: list[str] = []
    money: MoneyComponents | UnsetType = UNSET
    date: DateComponents | UnsetType = UNSET
    checked: bool | UnsetType = UNSET


class DocumentModelAnnotation(DocumentAnnotation, kw_only=True):
    """An annotation that a model may have made.

    Attributes:
        confidence: 0…1; of the model.
    """

    confidence: Annotated[int, _confidence] | Annotated[float, _confidence] | UnsetType = UNSET


class DocumentTranscriptionAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The ``response`` of a ``documenttranscription`` task."""

    annotations: list[DocumentAnnotation]


class DocumentModelAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The ``response`` of a ``documentmodel`` task.

    Attributes:
        annotations: what the model and people found.
        model: as in the request; filled in when absent.
        reviewed: whether a person has looked at it; filled in when absent.
    """

    annotations: list[DocumentModelAnnotation]
    model: str | UnsetType = UNSET
    reviewed: bool | UnsetType = UNSET


Answer = DocumentTranscriptionAnswer | DocumentModelAnswer


class DocumentChecker:
    """Checks answers to one task.

    Args:
        params: already checked.
        media: of the attachments, as far as known.
    """

    def __init__(self, params: DocumentParams, media: Sequence[Media]) -> None:
        self._params = params
        self._features = labelled(params)
        self._pages = _pages(media)
        self._links: set[frozenset[str]] | None = None
        if params.rules is not UNSET and params.rules.linking is not UNSET:
            self._links = {frozenset(pair) for pair in params.rules.linking.labels}

    def check(self, answer: Any, occasion: CheckContext) -> tuple[Answer, list[Problem]]:
        """Check an answer; see ``CheckedType.examine``."""
        start, partial = occasion.start, occasion.partial
        is_model = isinstance(self._params, DocumentModelParams)
        reading: Reading[Any] = read(
            DocumentModelAnswer if is_model else DocumentTranscriptionAnswer, answer, start
        )
        items = reading.items("annotations", DocumentModelAnnotation if is_model else DocumentAnnotation)
        problems = reading.problems
        problems.extend(give_names(((*start, "annotations"), items)))
        labels = {str(item.uuid): item.label for _, item in items}
        for i, item in items:
            if enough(problems):
                break
            place = (*start, "annotations", i)
            problems.extend(self._location_problems(item, (*place, "location")))
            problems.extend(self._page_problems(item, place))
            problems.extend(self._content_problems(item, place, partial=partial))
            problems.extend(islice(self._link_problems(item, labels, (*place, "refs")), MAX_ERRORS))
        annotations = [item for _, item in items]
        if not isinstance(self._params, DocumentModelParams):
            return DocumentTranscriptionAnswer(annotations=annotations), problems
        whole = reading.whole or DocumentModelAnswer(annotations=[])
        problems.extend(_model_problems(self._params, whole, (*start, "model")))
        return whole, problems

    def _location_problems(self, item: DocumentAnnotation, place: Path) -> Iterator[Problem]:
        wanted, where = self._params.geometry, item.location
        if wanted != where.__struct_config__.tag:
            message = f"The location must be a {wanted}."
            yield Problem(path_text((*place, "type")), message, "unknown_geometry")
            return
        frame = None
        if self._pages is not None and item.page < len(self._pages):
            frame = self._pages[item.page]
        shape: Box | Polygon
        if isinstance(where, BoxLocation):
            shape = Box(label="", left=where.left, top=where.top, width=where.width, height=where.height)
            options: BoxOptions | PolygonOptions = BoxOptions()
        else:
            shape, options = Polygon(label="", vertices=where.vertices), PolygonOptions()
        for below, message, code in shape_errors(shape, options, frame):
            yield Problem(path_text((*place, *below)), message, code)

    def _page_problems(self, item: DocumentAnnotation, place: Path) -> Iterator[Problem]:
        if self._pages is not None and item.page >= len(self._pages):
            message = f"The document has {len(self._pages)} pages."
            yield Problem(path_text((*place, "page")), message, "outside")

    def _content_problems(self, item: DocumentAnnotation, place: Path, *, partial: bool) -> Iterator[Problem]:
        feature: LabelledFeature | None = None
        if self._features is not None:
            feature = self._features.get(item.label)
            if feature is None:
                names = shown(self._features)
                message = f"“{item.label}” is not one of the labels: {names}."
                yield Problem(path_text((*place, "label")), message, "unknown_label")
                return
        flags = frozenset(feature.flags) if feature is not None else None
        wants_text = isinstance(feature, TextFeature) and "checkbox" not in feature.flags
        if wants_text and not item.text and not partial:
            yield Problem(path_text((*place, "text")), "A text is required.", "required")
        for flag, name in (("money", "money"), ("date", "date"), ("checkbox", "checked")):
            there = getattr(item, name) is not UNSET
            if flags is not None and flag not in flags:
                if there:
                    message = f"“{item.label}” has no flag {flag}."
                    yield Problem(path_text((*place, name)), message, "not_asked")
            else:
                yield from _FLAGS[flag](self._params, item, place, flags is not None and not partial)

    def _link_problems(
        self, item: DocumentAnnotation, labels: Mapping[str, str], place: Path
    ) -> Iterator[Problem]:
        seen: set[str] = set()
        for i, ref in enumerate(item.refs):
            where = path_text((*place, i))
            if ref == item.uuid:
                yield Problem(where, "An annotation cannot be linked with itself.", "self_link")
            elif ref not in labels:
                yield Problem(where, "The annotation does not exist.", "unknown_target")
            elif ref in seen:
                yield Problem(where, "The link is given twice.", "duplicate")
            elif self._links is not None and frozenset((item.label, labels[ref])) not in self._links:
                message = f"“{item.label}” and “{labels[ref]}” cannot be linked."
                yield Problem(where, message, "wrong_target")
            seen.add(ref)


def _pages(media: Sequence[Media]) -> list[Frame] | None:
    """Return the frames of the pages; None when they are not known, as in files of many pages."""
    frames = [
        Frame.around(one.width, one.height)
        for one in media
        if one.width is not None and one.height is not None and one.mime_type != "image/tiff"
    ]
    return frames if frames and len(frames) == len(media) else None


def _money_problems(
    params: DocumentParams, item: DocumentAnnotation, place: Path, required: bool
) -> Iterator[Problem]:
    if item.money is not UNSET:
        if isinstance(item.money.parsed, str) and amount(item.money.parsed, "en") is None:
            message = "This must be a number."
            yield Problem(path_text((*place, "money", "parsed")), message, "type")
    elif required and item.text:
        found = amount(item.text, params.lang)
        if found is None:
            yield Problem(path_text((*place, "text")), "The text must be an amount.", "not_money")
        else:
            written, number, currency = found
            item.money = MoneyComponents(
                amount=written, parsed=number, currency=UNSET if currency is None else currency
            )


def _date_problems(
    _params: DocumentParams, item: DocumentAnnotation, place: Path, required: bool
) -> Iterator[Problem]:
    if item.date is UNSET:
        if required and item.text is not UNSET:
            found = year_first(item.text)
            item.date = (
                DateComponents()
                if found is None
                else DateComponents(year=found.year, month=found.month, day=found.day)
            )
        return
    try:
        # A leap year stands for one that cannot be read.
        date(item.date.year or 2000, item.date.month or 1, item.date.day or 1)
    except ValueError:
        yield Problem(path_text((*place, "date", "day")), "There is no such day.", "bound")


def _checkbox_problems(
    _params: DocumentParams, item: DocumentAnnotation, place: Path, required: bool
) -> Iterator[Problem]:
    if required and item.checked is UNSET:
        message = "Say whether the box is checked."
        yield Problem(path_text((*place, "checked")), message, "required")


_FLAGS = {"money": _money_problems, "date": _date_problems, "checkbox": _checkbox_problems}


def _model_problems(
    params: DocumentModelParams, whole: DocumentModelAnswer, place: Path
) -> Iterator[Problem]:
    if whole.model is not UNSET and whole.model != params.model:
        yield Problem(path_text(place), f"The model of the task is “{params.model}”.", "wrong_model")
    whole.model = params.model
    if whole.reviewed is UNSET:
        whole.reviewed = True
