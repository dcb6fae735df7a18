"""The parameters of the first generation of image tasks (wire/task-types-images §2.1)."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.tasktypes.forms.attributes import AttributeDefinition, check_definitions, is_global
from labelwright.tasktypes.forms.labels import Labels, Text, leaves, require_unique
from labelwright.tasktypes.shapes.layers import Layers
from labelwright.tasktypes.shapes.tools import (
    CameraIntrinsics,
    CuboidOptions,
    Pixels,
    Quaternion,
    check_camera,
)
from labelwright.tasktypes.wire.numbers import Number
from labelwright.tasktypes.wire.references import require_uri
from labelwright.validation.decoding import refuse

Count = Annotated[int, Meta(ge=0, le=1_000)]


class Example(msgspec.Struct, kw_only=True):
    """A picture that shows labelers what is right or wrong. Unknown keys are kept.

    Attributes:
        correct: whether it shows how to do it.
        image: address of the picture.
        explanation: why it is right or wrong.
    """

    correct: bool
    image: str
    explanation: str | UnsetType = UNSET


class FirstGenerationParams(msgspec.Struct, kw_only=True):
    """What the five types share. Unknown parameters are kept.

    Attributes:
        attachment: address of the image.
        attachment_type: ``image``.
        objects_to_annotate: the labels; leaves count and are unique.
        with_labels: whether annotations carry their label.
        annotation_attributes: name to definition.
        layers: read-only drawings.
        hypothesis: annotations to start from.
    """

    attachment: str
    attachment_type: Literal["image"] | UnsetType = UNSET
    objects_to_annotate: Annotated[Labels, Meta(min_length=1)]
    with_labels: bool | UnsetType = UNSET
    annotation_attributes: dict[Text, AttributeDefinition] = {}
    layers: Layers | UnsetType = UNSET
    hypothesis: dict[str, Any] | UnsetType = UNSET


class BoxAnnotationParams(FirstGenerationParams, kw_only=True):
    """Parameters of ``annotation``: upright boxes on an image.

    Attributes:
        min_width: pixels.
        min_height: pixels.
        examples: right and wrong ones.
    """

    min_width: Pixels = 0
    min_height: Pixels = 0
    examples: list[Example] | UnsetType = UNSET


class PolygonAnnotationParams(FirstGenerationParams, kw_only=True):
    """Parameters of ``polygonannotation``: outlines on an image.

    Attributes:
        examples: right and wrong ones.
    """

    examples: list[Example] | UnsetType = UNSET


class LineAnnotationParams(FirstGenerationParams, kw_only=True):
    """Parameters of ``lineannotation``: lines on an image.

    Attributes:
        splines: whether lines are drawn as smooth curves through their vertices.
        examples: right and wrong ones.
    """

    splines: bool | UnsetType = UNSET
    examples: list[Example] | UnsetType = UNSET


class PointAnnotationParams(FirstGenerationParams, kw_only=True):
    """Parameters of ``pointannotation``: points on an image.

    Attributes:
        examples: right and wrong ones.
    """

    examples: list[Example] | UnsetType = UNSET


class CuboidAnnotationParams(FirstGenerationParams, kw_only=True):
    """Parameters of ``cuboidannotation``: boxes in perspective on an image.

    Attributes:
        min_width: pixels.
        min_height: pixels.
        min_annotations: the fewest cuboids; 0 for any number.
        max_annotations: the most cuboids; 0 for any number.
        camera_intrinsics: with the next two, answers may carry 3D points.
        camera_rotation_quaternion: see ``camera_intrinsics``.
        camera_height: metres above the ground.
    """

    min_width: Pixels = 0
    min_height: Pixels = 0
    min_annotations: Count = 0
    max_annotations: Count = 0
    camera_intrinsics: CameraIntrinsics | None = None
    camera_rotation_quaternion: Quaternion | None = None
    camera_height: Number | None = None

    def options(self) -> CuboidOptions:
        """Return the options as ``imageannotation`` has them, without labels."""
        return CuboidOptions(
            min_height=self.min_height,
            min_width=self.min_width,
            camera_intrinsics=self.camera_intrinsics,
            camera_rotation_quaternion=self.camera_rotation_quaternion,
            camera_height=self.camera_height,
        )


def check(params: FirstGenerationParams) -> None:
    """Check what the types cannot say, except for the hypothesis.

    Raises:
        InvalidParameter: naming the first parameter that is wrong.
    """
    require_uri(params.attachment, ("attachment",))
    labels = set(require_unique(params.objects_to_annotate, ("objects_to_annotate",)))
    if params.annotation_attributes:
        check_definitions(params.annotation_attributes, ("annotation_attributes",), labels)
        _check_attributes(params)
    if isinstance(params, CuboidAnnotationParams):
        check_camera(params.options(), ())
        if 0 < params.max_annotations < params.min_annotations:
            raise refuse(("max_annotations",), "must be at least min_annotations")
    else:
        examples = getattr(params, "examples", UNSET)
        for i, example in enumerate(examples or ()):
            require_uri(example.image, ("examples", i, "image"))


def labelled(params: FirstGenerationParams) -> bool:
    """Tell whether annotations carry their label; when not said only cuboids do."""
    if params.with_labels is UNSET:
        return isinstance(params, CuboidAnnotationParams)
    return params.with_labels


def only_label(params: FirstGenerationParams) -> str | None:
    """Return the label that every annotation has when there is no choice."""
    names = leaves(params.objects_to_annotate)
    return names[0] if len(names) == 1 else None


def _check_attributes(params: FirstGenerationParams) -> None:
    for name, definition in params.annotation_attributes.items():
        place = ("annotation_attributes", name)
        if is_global(definition):
            # These answers have no place for what concerns the whole image.
            raise refuse((*place, "conditions", "is_global"), "is not allowed")
        if definition.type == "linked" and not labelled(params):
            raise refuse((*place, "type"), "must not be linked without with_labels")
