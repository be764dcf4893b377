"""Values of a command line that are what they should be, so that pydantic is imported only for those that are not.

typer 0.29 asks pydantic about every parameter of a command, given or not, and importing it takes 0.07 s: a third of
the start of a command. Nearly every value needs no asking: nothing given, text for text, one of the words allowed.
All others go typer's own way, which words every complaint; a typer that works otherwise is left alone.
"""

from collections.abc import Mapping
from typing import Any, get_args, get_origin

import typer

__all__ = ["spare_pydantic"]


def spare_pydantic(command: Any, names: Mapping[str, Any]) -> None:
    """Puts a `_Plain` before every parameter of a command of typer, and of the commands below it.

    `names` are the context settings of the program, which say what its option for help is called.
    """
    for below in getattr(command, "commands", {}).values():
        spare_pydantic(below, names)
    for param in command.get_params(typer.Context(command, **names)):
        if getattr(param, "_runtime_param", param) is None and hasattr(param, "type_descriptor"):
            param._runtime_param = _Plain(param.type_descriptor)


class _Plain:
    """What typer calls a runtime parameter: takes plain values as they are and steps aside for any other."""

    def __init__(self, described: Any) -> None:
        self._type = described.annotation
        self._choices = described.choices
        self._own_way = described.is_ranged or described.parameter_info.parser is not None

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        several = param.multiple or param.nargs == -1
        if value is None:
            return () if several else None
        if not self._own_way and several and get_origin(self._type) is list and isinstance(value, list | tuple):
            if all(type(each) in get_args(self._type) for each in value):
                return list(value)
        elif not self._own_way and not several and self._is_plain(value):
            return value
        param._runtime_param = None
        return param.get_runtime_param().coerce(value, param=param, ctx=ctx)

    def _is_plain(self, value: Any) -> bool:
        if self._choices is not None:
            return type(value) is str and value in self._choices
        return type(value) is self._type and self._type in (str, bool, int, float)
