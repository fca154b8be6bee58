"""Small changes of a module, one at a time: each must turn some test red.

A comparison takes or leaves its limit or turns round, `and` and `or` change places, a `not` or a returned truth is
negated, plus and minus, min and max, 0 and 1, True and False are swapped. Left alone: annotations, decorators, and
flags that only guard against slips in the code (`GUARDS`).
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add,
}  # fmt: skip
ENDS = {"min": "max", "max": "min"}
# What is no part of any answer: types, and what a decorator makes of a class.
LEFT_ALONE = {"annotation", "returns", "decorator_list"}
GUARDS = {"strict", "frozen", "slots", "arbitrary_types_allowed"}


@dataclass(frozen=True)
class Mutant:
    """One changed module. `line` is a number, `text` the line as it is written; `nth` tells equal changes apart."""

    file: str
    line: int
    text: str
    category: str
    change: str
    source: str
    nth: int = 1

    @property
    def key(self) -> tuple[str, str, str]:
        """What stays when lines are added above: file, line as written, change."""
        return self.file, self.text, self.change if self.nth == 1 else f"{self.change} #{self.nth}"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.category}: {self.key[2]}"


@dataclass
class Edit:
    """A value inside the tree and the one to put there; `shown` is the part of the tree that tells people what."""

    category: str
    shown: ast.AST
    owner: Any
    place: str | int
    new: Any

    def swap(self) -> None:
        """Put the new value in, or, called again, the old one back."""
        if isinstance(self.place, int):
            self.owner[self.place], self.new = self.new, self.owner[self.place]
        else:
            old = getattr(self.owner, self.place)
            setattr(self.owner, self.place, self.new)
            self.new = old


def mutants_of(path: Path, file: str) -> list[Mutant]:
    """All mutants of a module, in the order of its lines; `file` is its name in messages."""
    source = path.read_text("utf-8")
    lines, tree = source.splitlines(), ast.parse(source)
    found: list[Mutant] = []
    for edit in sorted(_edits(tree), key=lambda edit: (_line(edit.shown), getattr(edit.shown, "col_offset", 0))):
        before, line = ast.unparse(edit.shown), _line(edit.shown)
        edit.swap()
        change = f"{before} -> {ast.unparse(edit.shown)}"
        found.append(Mutant(file, line, lines[line - 1].strip(), edit.category, change, ast.unparse(tree)))
        edit.swap()
    return list(_numbered(found))


def _numbered(mutants: list[Mutant]) -> Iterator[Mutant]:
    seen: Counter[tuple[str, str, str]] = Counter()
    for mutant in mutants:
        seen[mutant.key] += 1
        yield replace(mutant, nth=seen[mutant.key])


def _line(node: ast.AST) -> int:
    return int(getattr(node, "lineno", 0)) or min(_line(child) for child in ast.iter_child_nodes(node))


def _edits(tree: ast.Module) -> Iterator[Edit]:
    truths: set[ast.AST] = set()
    for node, shown in _walk(tree, tree):
        if isinstance(node, ast.FunctionDef) and isinstance(node.returns, ast.Name) and node.returns.id == "bool":
            truths |= {part for part in ast.walk(node) if isinstance(part, ast.Return)}
        if isinstance(node, ast.Return) and node in truths:
            yield from _negated_return(node)
        elif isinstance(node, ast.Constant):
            yield from _other_constant(node, shown)
        else:
            yield from _other_operator(node)


def _walk(node: ast.AST, shown: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Every node, and what to show for it when it is a constant: the expression around it."""
    yield node, shown
    if isinstance(node, (ast.expr, ast.keyword, ast.arguments)) and not isinstance(node, ast.FormattedValue):
        shown = node
    elif isinstance(node, ast.stmt):
        shown = node if not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.If, ast.While, ast.For)) else shown
    for name, value in () if isinstance(node, ast.keyword) and node.arg in GUARDS else ast.iter_fields(node):
        if name not in LEFT_ALONE:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _walk(child, child if isinstance(shown, ast.Module) else shown)


def _negated_return(node: ast.Return) -> Iterator[Edit]:
    is_negation = isinstance(node.value, ast.UnaryOp) and isinstance(node.value.op, ast.Not)
    if node.value is not None and not is_negation and not isinstance(node.value, ast.Constant):
        yield Edit("return", node, node, "value", ast.UnaryOp(ast.Not(), node.value))


def _other_constant(node: ast.Constant, shown: ast.AST) -> Iterator[Edit]:
    if isinstance(node.value, bool):
        yield Edit("truth", shown, node, "value", not node.value)
    elif isinstance(node.value, int) and node.value in (0, 1):
        yield Edit("number", shown, node, "value", 1 - node.value)


def _other_operator(node: ast.AST) -> Iterator[Edit]:
    if isinstance(node, ast.Compare):
        for place, op in enumerate(node.ops):
            yield Edit("compare", node, node.ops, place, SWAPPED[type(op)]())
    elif isinstance(node, ast.BoolOp):
        yield Edit("and-or", node, node, "op", SWAPPED[type(node.op)]())
    elif isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, (ast.Add, ast.Sub)):
        yield Edit("plus-minus", node, node, "op", SWAPPED[type(node.op)]())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield Edit("not", node, node, "operand", ast.UnaryOp(ast.Not(), node.operand))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ENDS:
        yield Edit("min-max", node, node.func, "id", ENDS[node.func.id])
