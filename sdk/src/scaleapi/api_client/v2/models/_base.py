"""What the models of V2 share: conversions, enumerations that grow, and unions held by a wrapper."""

from __future__ import annotations

import json
import pprint
from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias, TypeGuard, cast, get_origin

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, StrictFloat, StrictInt
from pydantic_core import CoreSchema, core_schema, to_json

if TYPE_CHECKING:
    from typing import Self

Number: TypeAlias = StrictFloat | StrictInt


class OpenEnum(str, Enum):  # noqa: UP042  # a StrEnum would print its value
    """Members equal their wire value. Answers may hold values that this release does not know yet."""

    @classmethod
    def from_json(cls, json_str: str) -> Self:
        """The member whose wire value this JSON string holds."""
        return cls(json.loads(json_str))

    @classmethod
    def beyond(cls, value: str) -> Self:
        """A member for a value that is not in the list: it has no name of its own, and equals its value."""
        made = str.__new__(cls, value)
        made._name_ = made._value_ = value
        return made

    def __reduce_ex__(self, proto: Any) -> tuple[Any, ...]:
        known = self._value_ in type(self)._value2member_map_
        return (type(self) if known else type(self).beyond), (self._value_,)


class _Open:
    """Marks a member of an answer whose enumeration may be longer on the server."""

    def __get_pydantic_core_schema__(
        self, source: type[OpenEnum], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        unknown = core_schema.no_info_after_validator_function(
            source.beyond, core_schema.str_schema(strict=True)
        )
        return core_schema.union_schema([handler(source), unknown], mode="left_to_right")

    def __repr__(self) -> str:
        return "OPEN"


OPEN: Final = _Open()


class Model(BaseModel):
    """A JSON object of V2. Keys that this release does not know are left out."""

    model_config = ConfigDict(
        populate_by_name=True, validate_assignment=True, protected_namespaces=(), defer_build=True
    )

    def to_str(self) -> str:
        """The model as text, for people."""
        return pprint.pformat(self.model_dump(by_alias=True))

    def to_json(self) -> str:
        """The model as JSON text, without what was never set."""
        return self.model_dump_json(by_alias=True, exclude_unset=True)

    def to_dict(self) -> dict[str, Any]:
        """The model as a dictionary with wire names, without what is None; times stay ``datetime``."""
        return self.model_dump(by_alias=True, exclude_none=True)

    @classmethod
    def from_json(cls, json_str: str | bytes) -> Self | None:
        """Reads JSON text; ``null`` gives None.

        Raises:
            pydantic.ValidationError: It is not what the model describes.
        """
        if json_str.strip() in {"null", b"null"}:
            return None
        return cls.model_validate_json(json_str)

    @classmethod
    def from_dict(cls, obj: Mapping[str, Any] | None) -> Self | None:
        """Reads a dictionary with wire names; None gives None.

        Raises:
            pydantic.ValidationError: It is not what the model describes.
        """
        return None if obj is None else cls.model_validate(obj)


class OpenModel(Model):
    """A JSON object whose further keys are kept, in `additional_properties`."""

    model_config = ConfigDict(extra="allow")

    @property
    def additional_properties(self) -> dict[str, Any]:
        """The keys that the model does not name."""
        return dict(self.__pydantic_extra__ or {})


class OneOf(BaseModel):
    """Holds one of several kinds of value in `actual_instance`.

    ``Annotation(AnnotationText(…))`` and ``Annotation.from_dict({…})`` make one. Where a model has such a member,
    the bare value and its JSON are taken as well.
    """

    actual_instance: Any = None

    model_config = ConfigDict(protected_namespaces=(), defer_build=True)

    choices: ClassVar[tuple[Any, ...]] = ()
    """The kinds, in the order in which they are tried."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if len(args) + len(kwargs) > 1 or kwargs.keys() - {"actual_instance"}:
            raise ValueError("give the value alone, or as actual_instance")
        value = args[0] if args else kwargs.get("actual_instance")
        self._hold(None if value is None else type(self)._read(value))

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "actual_instance" and value is not None:
            value = type(self)._read(value)
        super().__setattr__(name, value)

    def _hold(self, value: Any) -> None:
        object.__setattr__(self, "__dict__", {"actual_instance": value})
        object.__setattr__(self, "__pydantic_fields_set__", {"actual_instance"})
        object.__setattr__(self, "__pydantic_extra__", None)
        object.__setattr__(self, "__pydantic_private__", None)

    @classmethod
    def _holding(cls, value: Any) -> Self:
        made = cls.__new__(cls)
        made._hold(value)
        return made

    @classmethod
    def _read(cls, value: Any) -> Any:
        return cls.model_validate(value).actual_instance

    @classmethod
    def _value_schema(cls, handler: GetCoreSchemaHandler) -> CoreSchema:
        """What is read from JSON or plain values."""
        return core_schema.union_schema(
            [handler.generate_schema(kind) for kind in cls.choices], mode="left_to_right"
        )

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        held = core_schema.no_info_after_validator_function(cls._holding, cls._value_schema(handler))
        models = [
            kind for kind in cls.choices if get_origin(kind) is None and isinstance(kind, type(BaseModel))
        ]
        ready = [core_schema.is_instance_schema(kind) for kind in models]
        made: list[Any] = [core_schema.is_instance_schema(cls)]
        if ready:
            made.append(
                core_schema.no_info_after_validator_function(cls._holding, core_schema.union_schema([*ready]))
            )
        return core_schema.json_or_python_schema(
            json_schema=held,
            python_schema=core_schema.union_schema([*made, held], mode="left_to_right"),
            serialization=core_schema.plain_serializer_function_ser_schema(
                _held, return_schema=core_schema.any_schema()
            ),
        )

    def to_dict(self) -> Any:
        """The value as `Model.to_dict` gives it; strings and what else is no model as they are."""
        return _plain(self.actual_instance)

    def to_json(self) -> str:
        """The value as JSON text; ``null`` without one."""
        value = self.actual_instance
        return value.to_json() if isinstance(value, Model) else to_json(value, exclude_none=True).decode()

    def to_str(self) -> str:
        """The value as text, for people."""
        return pprint.pformat({"actual_instance": self.to_dict()})

    @classmethod
    def from_dict(cls, obj: Any) -> Self:
        """Reads a plain value.

        Raises:
            pydantic.ValidationError: It is none of the kinds.
        """
        return cls.model_validate(obj)

    @classmethod
    def from_json(cls, json_str: str | bytes) -> Self:
        """Reads JSON text.

        Raises:
            pydantic.ValidationError: It is none of the kinds.
        """
        return cls.model_validate_json(json_str)


class Tagged(OneOf):
    """Kinds told apart by the member ``type``; what none of them takes is kept as `fallback`."""

    tags: ClassVar[Mapping[str, Any]] = {}
    fallback: ClassVar[Any] = Any

    @classmethod
    def _value_schema(cls, handler: GetCoreSchemaHandler) -> CoreSchema:
        known = core_schema.tagged_union_schema(
            {tag: handler.generate_schema(kind) for tag, kind in cls.tags.items()}, discriminator="type"
        )
        return core_schema.union_schema([known, handler.generate_schema(cls.fallback)], mode="left_to_right")


class ByMimeType(OneOf):
    """Kinds of files, told apart by ``mime_type``; what is no file object is kept as it is."""

    kinds: ClassVar[Mapping[str, Any]] = {}
    """The part of a MIME type before the slash → kind; the empty one is for all others."""

    @classmethod
    def _kind(cls, value: Any) -> str:
        mime = cast("Mapping[str, Any]", value).get("mime_type") if isinstance(value, Mapping) else None
        kind = mime.partition("/")[0].lower() if isinstance(mime, str) else ""
        return kind if kind in cls.kinds else ""

    @classmethod
    def _value_schema(cls, handler: GetCoreSchemaHandler) -> CoreSchema:
        known = core_schema.tagged_union_schema(
            {kind: handler.generate_schema(model) for kind, model in cls.kinds.items()},
            discriminator=cls._kind,
        )
        return core_schema.union_schema([known, core_schema.any_schema()], mode="left_to_right")


def _held(value: Any) -> Any:
    # A model that was made without validation may hold the bare value.
    return value.actual_instance if isinstance(value, OneOf) else value


def _is_list(value: Any) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.to_dict()
    return [_plain(one) for one in value] if _is_list(value) else value
