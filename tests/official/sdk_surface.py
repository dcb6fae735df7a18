"""Write down the public surface of whatever ``scaleapi`` this interpreter has, as JSON.

Run with the official wheel's interpreter and with ours; uses nothing but the standard library and ``scaleapi``.
"""

import enum
import importlib
import inspect
import json

MODULES = "scaleapi api batches exceptions files projects quality_tasks studio tasks teams _version".split()
PLAIN = (str, int, float, bool, type(None), tuple, list, frozenset)


def parameters(function):
    """Name, kind and default of every parameter, without self."""
    found = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name in {"self", "cls"}:
            continue
        default = "" if parameter.default is parameter.empty else repr(parameter.default)
        found.append([parameter.name, parameter.kind.name, default])
    return found


def members(kind):
    """Everything public of a class: methods with their parameters, enum members with their values."""
    found = {}
    if issubclass(kind, enum.Enum):
        return {name: repr(member.value) for name, member in kind.__members__.items()}
    for name in dir(kind):
        if name.startswith("_") and name != "__init__":
            continue
        value = inspect.getattr_static(kind, name)
        if isinstance(value, (staticmethod, classmethod)):
            value = value.__func__
        if inspect.isfunction(value):
            found[name] = parameters(value)
        elif isinstance(value, property) or not callable(value):
            found[name] = "attribute"
    return found


def surface():
    """Public names by module."""
    found = {}
    for short in MODULES:
        module = importlib.import_module("scaleapi" if short == "scaleapi" else f"scaleapi.{short}")
        names = {}
        for name, value in vars(module).items():
            private = name.startswith("_") and name not in {"__version__", "__package_name__"}
            if private or inspect.ismodule(value):
                continue
            home = getattr(value, "__module__", "scaleapi") or ""
            if inspect.isclass(value):
                if not home.startswith("scaleapi") or home.startswith("scaleapi.api_client"):
                    continue
                names[name] = {
                    "bases": sorted(base.__name__ for base in value.__mro__[1:-1]),
                    "members": members(value),
                }
            elif inspect.isfunction(value):
                if home.startswith("scaleapi"):
                    names[name] = parameters(value)
            elif isinstance(value, PLAIN):
                names[name] = repr(sorted(value) if isinstance(value, frozenset) else value)
            elif isinstance(value, dict):
                names[name] = "dict"
        found[short] = names
    return found


if __name__ == "__main__":
    print(json.dumps(surface()))
