"""The parameters of document tasks (wire/task-types-documents §1.1–§1.3, §2)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.errors import InvalidParameter
from labelwright.tasktypes.forms.labels import Text
from labelwright.tasktypes.wire.references import require_uri
from labelwright.validation.decoding import refuse
from labelwright.validation.errors import Path

NO_ATTACHMENT = "Please include an attachment or attachments parameter."
"""The documented sentence (wire/errors §3.1)."""

Flag = Literal[
    "line", "key", "value", "money", "date", "checkbox", "thead", "tbody", "region", "query", "span"
]


class BaseFeature(msgspec.Struct, kw_only=True, tag_field="type"):
    """What every feature may have.

    Attributes:
        title: as shown.
        description: as shown.
        display: as shown instead of the label.
        flags: what kind of content it is; ``money``, ``date`` and ``checkbox`` add to the answer.
    """

    title: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    display: str | UnsetType = UNSET
    flags: list[Flag] = []


class TextFeature(BaseFeature, tag="text", kw_only=True):
    """A text to be transcribed, a word or a line.

    Attributes:
        label: of its annotations.
    """

    label: Text


class BlockFeature(BaseFeature, tag="block", kw_only=True):
    """A region.

    Attributes:
        label: of its annotations.
    """

    label: Text


class GroupFeature(BaseFeature, tag="group", kw_only=True):
    """A heading above other features; it cannot be annotated itself.

    Attributes:
        title: the heading.
        features: what is below.
        children: another name of ``features``.
    """

    title: Text
    features: list["Feature"] | UnsetType = UNSET
    children: list["Feature"] | UnsetType = UNSET


Feature = TextFeature | BlockFeature | GroupFeature
LabelledFeature = TextFeature | BlockFeature


class LinkingRules(msgspec.Struct, kw_only=True):
    """Which annotations may refer to each other. Unknown keys are kept.

    Attributes:
        labels: pairs of labels, in any order; a pair may have one label twice.
    """

    labels: list[Annotated[list[Text], Meta(min_length=2, max_length=2)]]


class DocumentRules(msgspec.Struct, kw_only=True):
    """Rules of a document task. Unknown keys are kept."""

    linking: LinkingRules | UnsetType = UNSET


class DocumentParams(msgspec.Struct, kw_only=True):
    """What both types share. Unknown parameters are kept.

    Attributes:
        attachment: address of the document.
        attachments: addresses of its parts, in order; instead of ``attachment``.
        lang: language of the document, in BCP 47; English when absent.
        geometry: ``box`` for upright rectangles, ``polygon`` for turned ones.
        rules: which annotations may refer to each other; all when absent.
        hypothesis: an answer to start from; need not be complete.
    """

    attachment: str | UnsetType = UNSET
    attachments: Annotated[list[str], Meta(min_length=1)] | UnsetType = UNSET
    lang: Text = "en-US"
    geometry: Literal["box", "polygon"] = "box"
    rules: DocumentRules | UnsetType = UNSET
    hypothesis: dict[str, Any] | UnsetType = UNSET


class DocumentTranscriptionParams(DocumentParams, kw_only=True):
    """Parameters of ``documenttranscription``: regions and texts on pages, and which of them belong together.

    Attributes:
        features: what is annotated.
    """

    features: Annotated[list[Feature], Meta(min_length=1)]


class DocumentModelParams(DocumentParams, kw_only=True):
    """Parameters of ``documentmodel``: what a model read in a document, looked over by people.

    Attributes:
        model: which model reads the document.
        features: what is annotated; any label when absent.
        review: what people look at.
        confidence_threshold: 0…1; below it, a confidence is low.
    """

    model: Text
    features: Annotated[list[Feature], Meta(min_length=1)] | UnsetType = UNSET
    review: Literal["none", "low_confidence", "all"] = "low_confidence"
    confidence_threshold: Annotated[float, Meta(ge=0, le=1)] = 0.9


def require_attachment(given: Mapping[str, msgspec.Raw]) -> None:
    """Refuse a request without any attachment.

    Raises:
        InvalidParameter: in the documented words.
    """
    if "attachment" not in given and "attachments" not in given:
        raise InvalidParameter(NO_ATTACHMENT, field="attachment")


def references(params: DocumentParams) -> Sequence[str]:
    """Return the attachment, or the attachments in order."""
    if params.attachments is not UNSET:
        return params.attachments
    return [] if params.attachment is UNSET else [params.attachment]


def labelled(params: DocumentParams) -> Mapping[str, LabelledFeature] | None:
    """Return the features that can be annotated by their label; None when any label will do."""
    features = getattr(params, "features", UNSET)
    if features is UNSET:
        return None
    return {one.label: one for one, _ in _walk(features, ()) if not isinstance(one, GroupFeature)}


def check(params: DocumentParams) -> None:
    """Check what the types cannot say.

    Raises:
        InvalidParameter: naming the first parameter that is wrong.
    """
    if params.attachment is not UNSET:
        require_uri(params.attachment, ("attachment",))
    for i, attachment in enumerate(params.attachments or ()):
        require_uri(attachment, ("attachments", i))
    known = labelled(params)
    if known is not None:
        _check_features(getattr(params, "features", ()))
    if params.rules is UNSET or params.rules.linking is UNSET:
        return
    for i, pair in enumerate(params.rules.linking.labels):
        for j, label in enumerate(pair):
            if known is not None and label not in known:
                place = ("rules", "linking", "labels", i, j)
                raise refuse(place, f'must be a label of a feature, "{label}" is not one')


def _walk(features: Sequence[Feature], path: Path) -> Iterator[tuple[Feature, Path]]:
    for i, one in enumerate(features):
        place = (*path, i)
        yield one, place
        if isinstance(one, GroupFeature):
            for name, below in (("features", one.features), ("children", one.children)):
                yield from _walk(below or (), (*place, name))


def _check_features(features: Sequence[Feature]) -> None:
    seen: set[str] = set()
    for one, place in _walk(features, ("features",)):
        if isinstance(one, GroupFeature):
            if one.features is not UNSET and one.children is not UNSET:
                raise refuse(place, "contains a conflict between exclusive peers [features, children]")
        elif one.label in seen:
            raise refuse((*place, "label"), "contains a duplicate value")
        else:
            seen.add(one.label)
    if not seen:
        raise refuse(("features",), "must contain at least one text or block")
