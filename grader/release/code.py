"""Which lines of a source somebody had to write, and which of them students are given."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINED = (*_FUNCTIONS, ast.ClassDef)


def written_lines(
    source: str, tree: ast.AST, without: Collection[ast.AST] = ()
) -> Iterator[list[str]]:
    """Yield the lines of a tree in pieces that hang together, `without` some of its parts.

    Docstrings, imports, decorators and the heads of functions and classes are left out: the
    interface is everybody's.
    """
    skipped = {line for node in ast.walk(tree) for line in _said_elsewhere(node)}
    cuts = {line for node in without for line in _extent(node)}
    lines = source.splitlines()
    first, last = 1, len(lines)
    if isinstance(tree, _DEFINED):
        first, last = tree.lineno, tree.end_lineno or tree.lineno
    piece: list[str] = []
    for number in range(first, last + 1):
        if number in cuts:
            yield piece
            piece = []
        elif number not in skipped:
            piece.append(lines[number - 1])
    yield piece


def _extent(node: ast.AST) -> range:
    if not isinstance(node, (ast.stmt, ast.expr)):
        return range(0)
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _said_elsewhere(node: ast.AST) -> Iterator[int]:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from _extent(node)
    if isinstance(node, (*_DEFINED, ast.Module)) and node.body:
        first = node.body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            yield from _extent(first)
        if isinstance(node, _DEFINED):
            for decorator in node.decorator_list:
                yield from _extent(decorator)
            yield from range(node.lineno, max(first.lineno, node.lineno + 1))


def shared_parts(
    solution: ast.Module, template: ast.Module, graded: Collection[str]
) -> list[ast.AST]:
    """Return the parts of a solution that the template has too, finished, and nobody grades.

    That are functions and classes of one name; and statements that stand in both as they are.
    """
    finished = {
        node.name
        for node in template.body
        if isinstance(node, _DEFINED) and node.name not in graded and not _unfinished(node)
    }
    same = {ast.dump(node) for node in template.body if not isinstance(node, _DEFINED)}
    shared: list[ast.AST] = []
    for node in solution.body:
        if isinstance(node, _DEFINED):
            shared += [node, *ast.walk(node)] if node.name in finished else []
        elif ast.dump(node) in same:
            shared.append(node)
    return shared


def _unfinished(node: ast.AST) -> bool:
    """Whether something in it is still to be written."""
    stubs = any(
        isinstance(part, ast.Raise) and part.exc and "NotImplemented" in ast.unparse(part.exc)
        for part in ast.walk(node)
    )
    return stubs or any(
        isinstance(part, _FUNCTIONS) and all(map(_says_nothing, part.body))
        for part in ast.walk(node)
    )


def _says_nothing(statement: ast.stmt) -> bool:
    constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return constant or isinstance(statement, ast.Pass)
