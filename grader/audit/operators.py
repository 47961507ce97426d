"""Small changes of a piece of Python, as its syntax tree suggests them.

An operator takes a node and yields pairs of its name and the node that replaces the given one.
"""

from __future__ import annotations

import ast
import copy
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

Change = tuple[str, ast.AST]
Node = TypeVar("Node", bound=ast.AST)

# Beside every function the one that is most easily taken for it.
_SIBLINGS = "mean sum|var std|max min|maximum minimum|zeros ones|zeros_like ones_like|argmax argmin"
SIBLING = {
    name: other
    for pair in _SIBLINGS.split("|")
    for name, other in itertools.permutations(pair.split())
}
# Calls that give back something of the kind that they were given, and so can be left out.
_LEFT_OUT = frozenset(
    "sqrt exp log abs square float copy astype reshape transpose ravel squeeze clip".split()
)
_AGAINST: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.Mod: (ast.FloorDiv,),
    ast.FloorDiv: (ast.Div,),
}
_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_COMMUTE = (ast.Add, ast.Mult, ast.BitAnd, ast.BitOr, ast.BitXor)


def altered(node: Node, **fields: Any) -> Node:
    """Return a copy of a node with other fields."""
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def swapped(items: Sequence[ast.expr]) -> Iterator[list[ast.expr]]:
    """Yield the items with each two neighbours exchanged that are not the same."""
    for i in range(len(items) - 1):
        if ast.dump(items[i]) != ast.dump(items[i + 1]):
            yield [*items[:i], items[i + 1], items[i], *items[i + 2 :]]


def constants(node: ast.Constant) -> Iterator[Change]:
    """A flag flips, a number becomes one that is near, or 0, or twice as large."""
    value, others = node.value, list[Any]()
    if isinstance(value, bool):
        yield "flag", ast.Constant(value=not value)
    elif isinstance(value, int):
        others = [value + 1] if value == 0 else [value - 1, value + 1]
    elif isinstance(value, float):
        others = [2 * value, 0.0] if value else [1.0]
        others += [round(1 - value, 12)] if 0.5 < value < 1 else []
    for other in others:
        yield "number", ast.Constant(value=other)


def calls(node: ast.Call) -> Iterator[Change]:
    """Arguments change places or are left out, the function is another, or there is no call."""
    for arguments in swapped(node.args):
        yield "arguments swapped", altered(node, args=arguments)
    for i, keyword in enumerate(node.keywords):
        rest = [*node.keywords[:i], *node.keywords[i + 1 :]]
        yield f"{keyword.arg or '**'} left out", altered(node, keywords=rest)
        if keyword.arg == "axis":
            for axis in _other_axes(keyword.value):
                other = [*rest, altered(keyword, value=axis)]
                yield "axis", altered(node, keywords=other)
    name = _called(node.func)
    if name in SIBLING:
        yield "other function", altered(node, func=_renamed(node.func, SIBLING[name]))
    if name in _LEFT_OUT:
        given = _given(node)
        yield from [("call left out", given)] if given else []


def _given(node: ast.Call) -> ast.expr | None:
    """Return what a function is applied to: its first argument, or the object of a method."""
    if isinstance(node.func, ast.Attribute) and not _is_numpy(node.func):
        return node.func.value
    return node.args[0] if node.args else None


def _is_numpy(node: ast.expr) -> bool:
    """Tell whether this is something of NumPy by name, `np.sum`."""
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in {"np", "numpy"}
    )


def _other_axes(axis: ast.expr) -> Iterator[ast.expr]:
    if isinstance(axis, ast.Tuple):
        for i in range(len(axis.elts)):
            yield altered(axis, elts=[*axis.elts[:i], *axis.elts[i + 1 :]])
    elif isinstance(axis, ast.Constant) and isinstance(axis.value, int):
        yield ast.Constant(value=0 if axis.value else 1)


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _renamed(function: ast.expr, name: str) -> ast.expr:
    if isinstance(function, ast.Attribute):
        return altered(function, attr=name)
    return ast.Name(id=name, ctx=ast.Load())


def attributes(node: ast.Attribute) -> Iterator[Change]:
    """A transpose is left out."""
    if node.attr == "T":
        yield "transpose left out", node.value


def binary(node: ast.BinOp) -> Iterator[Change]:
    """Another operator, a term or factor dropped, operands swapped where that matters."""
    for other in _AGAINST.get(type(node.op), ()):
        yield "operator", altered(node, op=other())
    yield "right term dropped", node.left
    yield "left term dropped", node.right
    if not isinstance(node.op, _COMMUTE):
        yield "operands swapped", altered(node, left=node.right, right=node.left)


def unary(node: ast.UnaryOp) -> Iterator[Change]:
    """A sign or a `not` is dropped."""
    yield "sign dropped" if isinstance(node.op, ast.USub) else "not dropped", node.operand


def comparisons(node: ast.Compare) -> Iterator[Change]:
    """Another comparison."""
    for i, operator in enumerate(node.ops):
        for other in _COMPARED[type(operator)]:
            yield "comparison", altered(node, ops=[*node.ops[:i], other(), *node.ops[i + 1 :]])


def logic(node: ast.BoolOp) -> Iterator[Change]:
    """`and` for `or`, or one of the conditions alone."""
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield "and, or", altered(node, op=other)
    for value in node.values:
        yield "condition alone", value


def tuples(node: ast.Tuple) -> Iterator[Change]:
    """Neighbours change places: returned values, what is unpacked, axes."""
    for elements in swapped(node.elts):
        yield "entries swapped", altered(node, elts=elements)


def inner(node: ast.AST) -> Iterator[tuple[ast.expr, Change]]:
    """Change a part of a node: a condition is negated, the sign of what is assigned flips."""
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            yield test, ("condition negated", ast.UnaryOp(op=ast.Not(), operand=test))
        case ast.Assign(value=value) | ast.AnnAssign(value=value):
            called = isinstance(value, ast.Call) and _is_numpy(value.func)
            if value is not None and (called or isinstance(value, ast.BinOp)):
                yield value, ("sign", ast.UnaryOp(op=ast.USub(), operand=value))


def assignments(node: ast.Assign) -> Iterator[Change]:
    """An entry of something is not assigned."""
    if all(isinstance(target, (ast.Subscript, ast.Attribute)) for target in node.targets):
        yield "statement deleted", ast.Pass()


def augmented(node: ast.AugAssign) -> Iterator[Change]:
    """`x += y` with another operator, as `x = y`, or not at all."""
    for other in _AGAINST.get(type(node.op), ()):
        yield "operator", altered(node, op=other())
    yield "assigned anew", ast.Assign(targets=[node.target], value=node.value, lineno=node.lineno)
    yield "statement deleted", ast.Pass()


def deletions(_: ast.stmt) -> Iterator[Change]:
    """A statement made for its effect is deleted."""
    yield "statement deleted", ast.Pass()


OPERATORS: dict[type[ast.AST], Callable[[Any], Iterator[Change]]] = {
    ast.Constant: constants,
    ast.Call: calls,
    ast.Attribute: attributes,
    ast.BinOp: binary,
    ast.UnaryOp: unary,
    ast.Compare: comparisons,
    ast.BoolOp: logic,
    ast.Tuple: tuples,
    ast.Assign: assignments,
    ast.AugAssign: augmented,
    ast.Expr: deletions,
    ast.Raise: deletions,
}
