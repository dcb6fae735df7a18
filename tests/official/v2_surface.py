"""Write down what ``scaleapi.api_client.v2`` of this interpreter offers, as JSON.

Run with the official wheel's interpreter and with ours; uses nothing but ``scaleapi`` and what it brings.
"""

import enum
import importlib
import inspect
import json
import pkgutil
import re

import pydantic
from sdk_surface import members, parameters

ROOT = "scaleapi.api_client.v2"


def hint(annotation):
    """A type in one spelling: modules, strictness and the order of a union's members are nobody's business."""
    text = (
        annotation.__name__
        if inspect.isclass(annotation) and not hasattr(annotation, "__args__")
        else str(annotation)
    )
    text = re.sub(r"Annotated\[(\w+), (?:Strict\(strict=True\)|OPEN)\]", r"\1", re.sub(r"[\w.]+\.", "", text))
    text = text.replace("List[", "list[").replace("Dict[", "dict[").replace("NoneType", "None")
    while found := re.search(r"(Optional|Union)\[", text):
        depth, end, parts, start = 1, found.end(), [], found.end()
        while depth:
            depth += {"[": 1, "]": -1}.get(text[end], 0)
            if (text[end] == "," and depth == 1) or not depth:
                parts.append(text[start:end].strip())
                start = end + 1
            end += 1
        if found[1] == "Optional":
            parts.append("None")
        text = text[: found.start()] + "|".join(parts) + text[end:]
    return "|".join(sorted({part.strip() for part in text.split("|")}))


def fields(model):
    """Alias, type, whether it is required, and default, by name."""
    # Members that name later classes are looked up now.
    model.model_rebuild()
    return {
        name: {
            "alias": one.alias or name,
            "type": hint(one.annotation),
            "required": one.is_required(),
            "default": "" if one.is_required() else repr(one.default),
        }
        for name, one in model.model_fields.items()
        if not name.startswith("oneof_schema_")
        and name not in {"one_of_schemas", "discriminator_value_class_map"}
    }


def described(value):
    """A class, as far as programs can tell."""
    if issubclass(value, enum.Enum):
        return {"enum": members(value), "bases": sorted(base.__name__ for base in value.__mro__[1:-1])}
    if issubclass(value, pydantic.BaseModel):
        own = ("from_dict", "from_json", "to_dict", "to_json", "to_str")
        return {
            "bases": ["BaseModel"],
            "fields": fields(value),
            "has": {name: hasattr(value, name) for name in own},
        }
    found = {
        name: parameters(method)
        for name, method in inspect.getmembers(value, inspect.isroutine)
        if (not name.startswith("_") or name == "__init__")
        and inspect.isfunction(getattr(method, "__func__", method))
    }
    return {"bases": sorted(base.__name__ for base in value.__mro__[1:-1]), "members": found}


def surface():
    """Public classes by module, and what the package exports."""
    root = importlib.import_module(ROOT)
    found = {"exports": dict.fromkeys(sorted(name for name in vars(root) if name[0].isupper()), "exported")}
    for info in pkgutil.walk_packages(root.__path__, f"{ROOT}."):
        if info.name.rpartition(".")[2].startswith("_"):
            continue
        module = importlib.import_module(info.name)
        short = info.name.removeprefix(f"{ROOT}.")
        for name, value in vars(module).items():
            home = getattr(value, "__module__", "")
            mine = home == info.name or (home.endswith("._everything") and not info.ispkg)
            if inspect.isclass(value) and home.startswith(ROOT) and mine and not name.startswith("_"):
                found.setdefault(short, {})[name] = described(value)
    return found


if __name__ == "__main__":
    print(json.dumps(surface()))
