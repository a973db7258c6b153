"""Frozen dataclasses to JSON and back, the same bytes for the same value.

The one rule: a field that is a union of dataclasses carries a `type` with the class
name; every other field's type is known from its annotation. Dates are ISO 8601.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import json
import types
import typing
from typing import Any, TypeVar

T = TypeVar("T")


class CodecError(ValueError):
    """The JSON does not describe a value of the asked type."""


def dumps(value: object) -> bytes:
    """Return canonical UTF-8 JSON: sorted keys, no spare space, no escapes."""
    text = json.dumps(
        encode(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode()


def loads(cls: type[T], data: bytes | str) -> T:
    """Return the value of class `cls` that `dumps` wrote."""
    return typing.cast(T, decode(cls, json.loads(data)))


def encode(value: object) -> Any:
    """Return the value as lists, dicts and scalars; dataclasses carry their type."""
    if dataclasses.is_dataclass(value):
        fields = {
            f.name: encode(getattr(value, f.name)) for f in dataclasses.fields(value)
        }
        return {"type": type(value).__name__, **fields}
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return value


def decode(annotation: Any, data: Any) -> Any:
    """Return `data` as a value of the annotated type."""
    origin = typing.get_origin(annotation)
    if origin in (typing.Union, types.UnionType):
        return _decode_union(typing.get_args(annotation), data)
    if origin is tuple:
        (item, *_rest) = typing.get_args(annotation)
        return tuple(decode(item, entry) for entry in data)
    if dataclasses.is_dataclass(annotation):
        return _decode_dataclass(typing.cast(type, annotation), data)
    if annotation in (dt.date, dt.datetime):
        return annotation.fromisoformat(data)
    return data


def _decode_union(options: tuple[Any, ...], data: Any) -> Any:
    if data is None:
        return None
    for option in options:
        if not dataclasses.is_dataclass(option):
            continue
        if (
            isinstance(data, dict)
            and data.get("type") == typing.cast(type, option).__name__
        ):
            return decode(option, data)
    plain = [
        o for o in options if not dataclasses.is_dataclass(o) and o is not type(None)
    ]
    if not plain:
        raise CodecError(f"No known type in {str(data)[:80]!r}.")
    return decode(plain[0], data)


def _decode_dataclass(cls: type, data: Any) -> Any:
    hints = _type_hints(cls)
    unknown = set(data) - set(hints) - {"type"}
    if unknown:
        raise CodecError(f"{cls.__name__} has no field {min(unknown)!r}.")
    return cls(
        **{name: decode(hints[name], data[name]) for name in data if name != "type"}
    )


@functools.cache
def _type_hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)
