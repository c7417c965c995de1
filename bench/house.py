"""The house in figures: how long lines and functions are, how full folders, what is said.

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
from dataclasses import dataclass, field
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
    """Lines from `def` to the end, without the docstring."""
    first = function.body[0]
    said = (first.end_lineno or 0) - first.lineno + 1 if ast.get_docstring(function) else 0
    return (function.end_lineno or 0) - function.lineno + 1 - said


def room_of(path: Path, root: Path) -> str:
    """The package or module right under an app."""
    return ".".join(path.relative_to(root).with_suffix("").parts[:2])


def imported(path: Path, root: Path) -> Iterator[str]:
    """The rooms that a file imports, also inside functions; relative imports too."""
    package = path.relative_to(root).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join(filter(None, [*above, node.module]))
            yield from (".".join(f"{module}.{name.name}".split(".")[:2]) for name in node.names)


def arrows(paths: Iterable[Path], root: Path) -> dict[str, set[str]]:
    """Which room imports which."""
    paths = list(paths)
    rooms = {room_of(path, root) for path in paths}
    found: dict[str, set[str]] = defaultdict(set)
    for path in paths:
        found[room_of(path, root)] |= set(imported(path, root)) & rooms - {room_of(path, root)}
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


@dataclass
class Reading:
    """What is added up over the files."""

    code: list[str] = field(default_factory=list)
    lines: int = 0
    comments: int = 0
    skips: int = 0
    modules: list[bool] = field(default_factory=list)  # has it a docstring?
    public: list[bool] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    branches: list[int] = field(default_factory=list)

    def add(self, text: str) -> None:
        tree, alone = ast.parse(text), comment_lines(text)
        beside = alone | docstring_lines(tree)
        full = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
        self.code += [line for number, line in full if number not in beside]
        self.lines += len(full)
        self.comments += len(alone)
        self.skips += text.count("# fmt: " + "skip")
        self.modules += [bool(ast.get_docstring(tree))] if full else []
        for one in functions(tree):
            self.public += [] if one.name.startswith("_") else [bool(ast.get_docstring(one))]
            self.lengths.append(body_lines(one))
            self.branches.append(complexity(one))


def fullest(paths: list[Path], root: Path) -> str:
    """The folder with most modules, and how many."""
    folders = Counter(path.parent for path in paths if path.name != "__init__.py")
    folder, number = folders.most_common(1)[0]
    return f"{number} ({folder.relative_to(root)})"


def measures(root: Path) -> dict[str, str]:
    """What is measured, ready to print."""
    paths = [path for path in product(root) if path.is_file()]
    read = Reading()
    for path in paths:
        read.add(path.read_text())
    code, branches = read.code, read.branches
    found = circles(arrows(paths, root))
    said = [share(sum(some), len(some)) for some in (read.modules, read.public)]
    return {
        "files, lines of code": f"{len(paths)}, {len(code)}",
        "mean line of code, characters": f"{sum(map(len, code)) / len(code):.1f}",
        "lines over 88, %": share(sum(len(line) > 88 for line in code), len(code)),
        "lines over 100": str(sum(len(line) > 100 for line in code)),
        "`fmt: skip`": str(read.skips),
        "comment lines, %": share(read.comments, read.lines),
        "docstrings, module / public function, %": " / ".join(said),
        "longest function, lines without its docstring": str(max(read.lengths)),
        "complexity, mean / largest": f"{sum(branches) / len(branches):.1f} / {max(branches)}",
        "largest flat folder": fullest(paths, root),
        "circles between rooms": f"{len(found)} ({', '.join(str(len(one)) for one in found)})",
    }


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    for what, value in measures(folder).items():
        print(f"| {what} | {value} |")
