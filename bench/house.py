"""The house in figures: how long lines and functions are, how full folders, what is said and checked.

`python3 -m bench.house [folder]` measures the product's Python of a clone (this one, unless told
otherwise), without tests and migrations, and prints a table. Nothing but Python's own library, so
that an older clone is measured the same way: `git worktree add ../before <commit>` and its path.
What came out stands in docs/adr/0033-rooms-with-names.md. Not here: how fast anything is.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

APPS = ("cases", "budgets", "poet", "sds")
BRANCHES = (
    ast.If,
    ast.IfExp,
    ast.For,
    ast.While,
    ast.ExceptHandler,
    ast.Assert,
    ast.comprehension,
    ast.match_case,
)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def product(root: Path) -> list[Path]:
    """The Python of the product, in order."""
    found = [path for app in APPS for path in sorted((root / app).rglob("*.py"))]
    return [root / "dev.py", *(path for path in found if "migrations" not in path.parts)]


def comment_lines(text: str) -> set[int]:
    """The lines on which nothing but a comment stands."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    lines = text.splitlines()
    return {
        token.start[0]
        for token in tokens
        if token.type == tokenize.COMMENT and lines[token.start[0] - 1].lstrip().startswith("#")
    }


def docstring_lines(tree: ast.Module) -> set[int]:
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, *FUNCTIONS)) and ast.get_docstring(node):
            found |= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return found


def complexity(function: ast.AST) -> int:
    """Branches plus one; the operands of `and` and `or` count, functions inside count for
    themselves.
    """
    total, waiting = 1, list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        if isinstance(node, FUNCTIONS):
            continue
        total += isinstance(node, BRANCHES)
        total += len(node.values) - 1 if isinstance(node, ast.BoolOp) else 0
        waiting += ast.iter_child_nodes(node)
    return total


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, FUNCTIONS))


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end."""
    return (function.end_lineno or 0) - function.lineno + 1


def room_of(path: Path, root: Path) -> str:
    """The package or module right under an app."""
    return ".".join(path.relative_to(root).with_suffix("").parts[:2])


def arrows(paths: Iterable[Path], root: Path) -> dict[str, set[str]]:
    """Which room imports which, also inside functions."""
    found: dict[str, set[str]] = defaultdict(set)
    rooms = {room_of(path, root) for path in paths}
    for path in paths:
        package = path.relative_to(root).parts[:-1]
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.ImportFrom):
                continue
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join(filter(None, [*above, node.module]))
            for name in node.names:
                target = ".".join(f"{module}.{name.name}".split(".")[:2])
                if target in rooms and target != room_of(path, root):
                    found[room_of(path, root)].add(target)
    return found


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Rooms that reach each other."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            for room in graph.get(waiting.pop(), ()):
                if room not in seen:
                    seen.add(room)
                    waiting.append(room)
        return seen

    every = {room: reached(room) for room in graph}
    groups = {
        tuple(sorted(other for other in every if room in every[other] and other in every[room]))
        for room in every
        if room in every[room]
    }
    return sorted(map(list, groups))


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else "-"


def measures(root: Path) -> dict[str, str]:
    """What is measured, ready to print."""
    paths = [path for path in product(root) if path.is_file()]
    code: list[str] = []
    comments = lines = skips = 0
    documented: Counter[str] = Counter()
    lengths: list[int] = []
    branches: list[int] = []
    for path in paths:
        text = path.read_text()
        tree = ast.parse(text)
        beside = comment_lines(text) | docstring_lines(tree)
        code += [
            line
            for number, line in enumerate(text.splitlines(), 1)
            if line.strip() and number not in beside
        ]
        lines += sum(bool(line.strip()) for line in text.splitlines())
        comments += len(comment_lines(text))
        skips += text.count("# fmt: " + "skip")
        documented["modules"] += bool(text.strip())
        documented["module"] += bool(ast.get_docstring(tree))
        for one in functions(tree):
            documented["functions"] += not one.name.startswith("_")
            documented["function"] += not one.name.startswith("_") and bool(ast.get_docstring(one))
            lengths.append(body_lines(one))
            branches.append(complexity(one))
    folders = Counter(path.parent for path in paths if path.name != "__init__.py")
    fullest = max(folders, key=lambda folder: folders[folder])
    found = circles(arrows(paths, root))
    return {
        "files, lines of code": f"{len(paths)}, {len(code)}",
        "mean line of code, characters": f"{sum(map(len, code)) / len(code):.1f}",
        "lines over 88, %": share(sum(len(line) > 88 for line in code), len(code)),
        "lines over 100": str(sum(len(line) > 100 for line in code)),
        "`fmt: skip`": str(skips),
        "comment lines, %": share(comments, lines),
        "docstrings, module / public function, %": (
            f"{share(documented['module'], documented['modules'])} / "
            f"{share(documented['function'], documented['functions'])}"
        ),
        "longest function, lines": str(max(lengths)),
        "complexity, mean / largest": f"{sum(branches) / len(branches):.1f} / {max(branches)}",
        "largest flat folder": f"{folders[fullest]} ({fullest.relative_to(root)})",
        "circles between rooms": f"{len(found)} ({', '.join(str(len(one)) for one in found)})",
    }


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    for what, value in measures(folder).items():
        print(f"| {what} | {value} |")
