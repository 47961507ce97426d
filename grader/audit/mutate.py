"""Generic mutants: a solution with one small change, wherever its syntax tree has room for one."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.audit.operators import OPERATORS, Change, inner
from grader.audit.reach import defined, names_in, reached

_SHOWN = 100
# Needs no brackets, or has them.
_ATOMS = (ast.Constant, ast.Name, ast.Call, ast.Attribute, ast.Subscript, ast.Tuple, ast.stmt)
# Texts for people: nobody checks them.
_TALK = frozenset({"print", "warn"})


@dataclass(frozen=True)
class Mutant:
    """A file with one change, from line `line` to `last_line` of the original.

    `before` and `after` are those lines, shortened; `source` is the whole file.
    """

    path: str
    line: int
    last_line: int
    operator: str
    before: str
    after: str
    source: str


def mutants(sources: Mapping[str, str], functions: Collection[str]) -> Iterator[Mutant]:
    """Yield the mutants of files by path, in the order of their lines, no two alike.

    Only code that serves the `functions` is changed: what these names, and the names that they
    use, stand for. Nothing changes in docstrings, annotations, imports and errors' texts.
    """
    trees = {path: ast.parse(source) for path, source in sources.items()}
    served = reached(trees.values(), functions)
    for path, tree in trees.items():
        source, seen = sources[path], set[str]()
        found = [
            _spliced(path, source, place, change)
            for node, around in _places(tree, served, Around())
            for place, change in _changes(node, around)
        ]
        for mutant in sorted(found, key=lambda each: each.line):
            if mutant.source not in seen:
                seen.add(mutant.source)
                yield mutant


@dataclass(frozen=True)
class Around:
    """What stands around a node: texts of the whole definition, variables of the function."""

    texts: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()


def _places(node: ast.AST, served: set[str], around: Around) -> Iterator[tuple[ast.AST, Around]]:
    """Yield the nodes that may change, with what stands around them."""
    if isinstance(node, (ast.Module, ast.ClassDef)):
        for each in node.body:
            if any(name in served or name.startswith("__") for name in defined(each)):
                yield from _places(each, served, Around(tuple(_texts(each))))
        return
    if isinstance(node, ast.FunctionDef):
        around = replace(around, variables=tuple(_variables(node)))
    if not isinstance(node, (ast.FunctionDef, ast.JoinedStr)):
        yield node, around
    for part in _parts(node):
        yield from _places(part, served, around)


def _parts(node: ast.AST) -> list[ast.AST]:
    """Return the parts of a node in which something may change."""
    match node:
        case ast.FunctionDef():
            if any("overload" in names_in(each) for each in node.decorator_list):
                return []
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            return [*node.args.defaults, *filter(None, node.args.kw_defaults), *body]
        case ast.AnnAssign():
            return [node.value] if node.value else []
        # An f-string holds texts, and Python 3.11 does not know where its parts stand.
        case ast.Raise() | ast.Assert() | ast.JoinedStr() | ast.Import() | ast.ImportFrom():
            return []
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
            return []  # a sign that is dropped says enough
        case ast.Call(func=ast.Name(id=name)) if name in _TALK:
            return []
        case ast.Call():
            # Other axes come from the operator of calls.
            rest = [each.value for each in node.keywords if each.arg != "axis"]
            return [node.func, *node.args, *rest]
    return list(ast.iter_child_nodes(node))


def _texts(node: ast.AST) -> dict[str, None]:
    """Return the words among the texts of a definition, as an ordered set."""
    return {
        each.value: None
        for each in ast.walk(node)
        if isinstance(each, ast.Constant)
        and isinstance(each.value, str)
        and each.value.isidentifier()
    }


def _variables(function: ast.FunctionDef) -> dict[str, None]:
    """Return the names of a function's arguments and variables, as an ordered set."""
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    names = [each.arg for each in arguments] + [
        each.id
        for each in ast.walk(function)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    ]
    return dict.fromkeys(name for name in names if name not in {"self", "_"})


def _changes(node: ast.AST, around: Around) -> Iterator[tuple[ast.expr | ast.stmt, Change]]:
    """Yield what may change here: a node, and the change of it."""
    if isinstance(node, ast.Constant) and node.value in around.texts:
        other = _neighbour(node.value, around.texts)
        text = ast.Constant(value=other if other != node.value else f"{other}_")
        yield node, ("text", text)
    read = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    # The one before it has a value here; the first has none before it.
    if isinstance(node, ast.Name) and read and node.id in around.variables[1:]:
        other = _neighbour(node.id, around.variables)
        yield node, ("other variable", ast.Name(id=other, ctx=ast.Load()))
    operator = OPERATORS.get(type(node))
    if operator is not None and isinstance(node, (ast.expr, ast.stmt)):
        for change in operator(node):
            yield node, change
    yield from inner(node)


def _neighbour(word: str, words: Sequence[str]) -> str:
    return words[words.index(word) - 1]


def _spliced(path: str, source: str, node: ast.expr | ast.stmt, change: Change) -> Mutant:
    """Put a node in the place of another; the rest of the file stays as it is."""
    operator, other = change
    text = ast.unparse(other)
    if not isinstance(other, _ATOMS):
        text = f"({text})"
    lines = source.splitlines(keepends=True)
    first, last = node.lineno, node.end_lineno or node.lineno
    # Columns count bytes.
    head = lines[first - 1].encode()[: node.col_offset].decode()
    tail = lines[last - 1].encode()[node.end_col_offset :].decode()
    changed = "".join([*lines[: first - 1], head, text, tail, *lines[last:]])
    return Mutant(
        path=path,
        line=first,
        last_line=last,
        operator=operator,
        before=_short("".join(lines[first - 1 : last])),
        after=_short(head + text + tail),
        source=changed,
    )


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
