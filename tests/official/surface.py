"""What the installed ``scaleapi`` offers, found by looking at it; runs in the interpreter of a client."""

import enum
import importlib
import inspect
import pkgutil

import scaleapi

GENERATED = "scaleapi.api_client"
"""The V2 client; written by a generator from the V2 description, and no business of V1."""


def modules():
    """The package and its modules, without the V2 client."""
    names = [one.name for one in pkgutil.iter_modules(scaleapi.__path__, "scaleapi.")]
    return [scaleapi, *(importlib.import_module(name) for name in names if name != GENERATED)]


def own(thing):
    """Whether something is defined in the package itself, outside the V2 client."""
    home = getattr(thing, "__module__", None) or ""
    return home.split(".")[0] == "scaleapi" and not home.startswith(GENERATED)


def classes():
    """Every public class by its name."""
    return {
        name: thing
        for module in modules()
        for name, thing in vars(module).items()
        if inspect.isclass(thing) and own(thing) and not name.startswith("_")
    }


def callable_member(klass, name):
    """Whether a name of a class's own dictionary is something that users call."""
    member = vars(klass)[name]
    return not name.startswith("_") and (
        inspect.isfunction(member) or isinstance(member, (staticmethod, classmethod))
    )


def surface():
    """The names of everything that a case has to call.

    ``ScaleClient.get_task`` is a method, ``quote_string`` a function of a module, ``TaskType.Chat`` a task type.
    """
    found = set()
    for name, klass in classes().items():
        if issubclass(klass, enum.Enum):
            if name == "TaskType":
                found.update(f"{name}.{member.name}" for member in klass)
            continue
        found.update(f"{name}.{member}" for member in vars(klass) if callable_member(klass, member))
    for module in modules():
        for name, thing in vars(module).items():
            if inspect.isfunction(thing) and own(thing) and not name.startswith("_"):
                found.add(name)
    return found


def surface_of_v2():
    """The names of the operations of V2, each in its three styles, and of the walk over pages."""
    operations = importlib.import_module("scaleapi.api_client.v2").V2Api
    found = {f"V2Api.{name}" for name in vars(operations) if callable_member(operations, name)}
    return {*found, "ScaleClient.v2_get_tasks"}


def name_of(thing, name):
    """The surface's name for ``getattr(thing, name)``: methods go by the class that defines them.

    What a class has from a private module, or makes when asked, goes by the nearest class that users can name.
    """
    klass = thing if inspect.isclass(thing) else type(thing)
    if klass.__module__.startswith(GENERATED):
        return f"{klass.__name__}.{name}"
    public = None
    for one in klass.__mro__:
        if own(one) and not any(part.startswith("_") for part in one.__module__.split(".")):
            public = one
        if name in vars(one):
            return f"{(public or one).__name__}.{name}"
    return f"{public.__name__}.{name}" if public else name
