"""Which definitions of a solution serve the functions of the assignment."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator


def reached(trees: Collection[ast.Module], functions: Collection[str]) -> set[str]:
    """Return the names that serve `functions`: those they use, those these use, and so on."""
    uses: dict[str, set[str]] = {}
    for tree in trees:
        for name, node in _definitions(tree):
            uses.setdefault(name, set()).update(names_in(node))
    served, new = set[str](), set(functions)
    while new:
        served |= new
        new = set[str]().union(*(uses.get(name, set()) for name in new)) - served
    return served


def names_in(node: ast.AST) -> set[str]:
    """Return every name, attribute and text in a piece of code."""
    found = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    found |= {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
    return found | {
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


def _definitions(tree: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield names and what defines them, in a module and its classes; a class by its methods."""
    for node in ast.iter_child_nodes(tree):
        for name in defined(node):
            if not isinstance(node, ast.ClassDef):
                yield name, node
                continue
            for method, part in _definitions(node):
                yield (name if method.startswith("__") else method), part


def defined(node: ast.AST) -> list[str]:
    """Return the names that a statement defines; none for a name of a type."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    if isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) != "TypeAlias":
        targets = [node.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]
