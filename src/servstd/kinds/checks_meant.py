"""What was probably meant where a check is written in another shape: the kind alone, a list, a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from servstd.spelling import find_nearest
from servstd.yaml_reader.one_line import REST, on_one_line, write_hint

_NAMES = ("first", "second", "third", "fourth", "fifth")


def check_meant(given: Any, kinds: Mapping[str, Any]) -> str | None:
    """The check for its kind or a list of checks, else how one looks."""
    if isinstance(given, (list, tuple)) and given and all(isinstance(item, Mapping) for item in given):
        if len(given) == 1:
            return write_hint(given[0]) or "write the check without the list"
        whole = on_one_line({"kind": "all_of", "checks": _named(given)})
        whole = whole or "{kind: all_of, checks: {first: {...}, second: {...}}}"
        return f"write {whole} when all have to pass, {{kind: any_of, ...}} when one is enough"
    kind = find_nearest(given, kinds) if isinstance(given, str) else None
    return _with_keys(kind or "deadline", kinds)


def kind_meant(given: Mapping[str, Any], kinds: Mapping[str, Any]) -> str | None:
    """The check whose kind stands as a key, above all the others or before them: `{deadline: {from: ...}}`."""
    [kind, keys] = next(iter(given.items()), ("", ""))
    if kind not in kinds or not (keys is None or (isinstance(keys, Mapping) and len(given) == 1)):
        return None
    others = {key: value for key, value in given.items() if key != kind} | dict(keys or {})
    if not others:
        return _with_keys(kind, kinds)
    return write_hint({"kind": kind, **others}) or f"write kind: {kind}, and the others beside it"


def checks_meant(given: Any) -> str | None:
    """The checks of a list, each under a name."""
    if not isinstance(given, (list, tuple)) or not given or not all(isinstance(item, Mapping) for item in given):
        return None
    if all("kind" not in check and all(isinstance(body, Mapping) for body in check.values()) for check in given):
        return "take the dashes away, so that each name stands under 'checks' itself"
    return f"write a name before each: {on_one_line(_named(given)) or '{first: {...}, second: {...}}'}"


def _named(checks: Sequence[Any]) -> dict[str, Any]:
    names = [*_NAMES, *(f"check_{number}" for number in range(len(_NAMES) + 1, len(checks) + 1))]
    return dict(zip(names, checks, strict=False))


def _with_keys(kind: str, kinds: Mapping[str, Any]) -> str:
    return f"write the kind with its keys, such as {_example(kind, kinds)}"


def _example(kind: str, kinds: Mapping[str, Any]) -> str:
    """A check of this kind with the keys that it needs; only their names for a kind of your own or a long check."""
    from servstd.kinds.examples import EXAMPLES  # read when there is something to tell

    fields = kinds[kind].model_fields if kind in kinds else {}
    needed = {info.alias or key: REST for key, info in fields.items() if info.is_required() and key != "kind"}
    own = on_one_line(EXAMPLES[kind][0].check) if kind in EXAMPLES else None
    return own or on_one_line({"kind": kind, **needed}) or f"{{kind: {kind}, ...}}"
