"""Write the journey as people read it, from `cases/journey/table.py`: docs/journey.md and the
diagram of the README.

`--write` writes both, `--check` exits 1 when either says something else than the table, without an
option the page is printed. Nothing in them is written by hand, so the documentation can't drift
from the code.
"""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cases import journey

README, PAGE = Path("README.md"), Path("docs/journey.md")
BEGIN, END = "<!-- journey: begin, made by manage.py journey_diagram -->", "<!-- journey: end -->"
OTHERS = {"turn": "whoever has the turn", "system": "the service itself"}
INTRODUCTION = f"""# The journey

Made by `manage.py journey_diagram --write` from `cases/journey/table.py`, version {journey.VERSION} of the table. Do not edit
this page: change the table, run the command, and read the difference.

A case is in exactly one step, and in every step it is known whose turn it is and since when. Targets are calendar
days from the day the step began; a council may set its own, with a date and a reason. Beside them stand two targets
for the whole journey: {journey.CLOCKS["record"].target} days from the request to the record of the assessment, and
{journey.CLOCKS["first_start"].target} days from the request to the first money or support.
"""
BELOW_STEPS = """A plan at `sign_off` goes to the nearest person whose limit covers it, which may be the social worker, and the turn
at `set_up` follows what the plan still waits for: `budgets` says so through `cases/journey/hooks.py`.
"""
BELOW_CLOCKS = """Each is derived from the events of a case (`cases/journey/clocks.py`). A council may set targets of its own but for
the dates of the law. A case that closes drops the clocks that run, except those of a challenge.
"""
BELOW_DIAGRAM = """The diagram leaves out what may happen from almost anywhere: `withdraw`, `end_support` and `record_death`, which
close a case, and `undo_death`, which puts it back. They are in the table of moves.
"""


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument(
            "--write", action="store_true", help="write docs/journey.md and the README's diagram"
        )
        choice.add_argument("--check", action="store_true", help="exit 1 if either is out of date")

    def handle(self, *, write, check, **options):
        if not (write or check):
            self.stdout.write(page())
            return
        old = [name for name, text in diagram_files().items() if not same(name, text)]
        if check and old:
            raise CommandError(
                f"Out of date: {', '.join(map(str, old))}. Run manage.py journey_diagram --write."
            )
        for name in old:
            (settings.BASE_DIR / name).write_text(diagram_files()[name])
        self.stdout.write(f"{'Written' if old else 'Already right'}: {README}, {PAGE}")


def mermaid() -> str:
    """The journey as a Mermaid diagram: one arrow for each way a move may lead from one step to
    another.
    """
    lines = ["stateDiagram-v2"]
    lines += [f"    [*] --> {b.step}: {b.name}" for b in journey.BEGINNINGS.values()]
    arrows: dict[tuple[str, str], list[str]] = {}
    for m in journey.MOVES.values():
        if from_almost_anywhere(m):
            continue
        for source, targets in m.routes.items():
            for target in targets:
                if source != target:
                    arrows.setdefault((source, target), []).append(m.name)
    lines += [f"    {a} --> {b}: {', '.join(names)}" for (a, b), names in arrows.items()]
    return "\n".join(lines)


def diagram_files() -> dict[Path, str]:
    """What each file should hold now."""
    return {README: with_diagram((settings.BASE_DIR / README).read_text()), PAGE: page()}


def same(name: Path, text: str) -> bool:
    path = settings.BASE_DIR / name
    return path.is_file() and path.read_text() == text


def with_diagram(text: str) -> str:
    """The README with the diagram between its markers as it should be."""
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise CommandError(
            f"{README} must hold each of the two markers of the diagram once, in order."
        )
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{diagram()}\n{END}{rest.split(END)[1]}"


def diagram() -> str:
    return f"```mermaid\n{mermaid()}\n```"


def page() -> str:
    """docs/journey.md, whole."""
    parts = (
        INTRODUCTION,
        "## Steps\n",
        steps(),
        BELOW_STEPS,
        "## Moves\n",
        moves(),
        "## Clocks beside the steps\n",
        clocks(),
        BELOW_CLOCKS,
        "## Diagram\n",
        diagram(),
        "",
        BELOW_DIAGRAM,
    )
    return "\n".join(parts)


def clocks() -> str:
    """The clocks as a table."""
    rows = []
    for c in journey.CLOCKS.values():
        unit = "working days" if c.working else "days"
        target = (
            f"{c.months[0]} months, then every {c.months[1]}" if c.months else f"{c.target} {unit}"
        )
        law = ", by law" if c.statutory else ""
        rows.append((f"`{c.code}`", str(c.title), _names(c.starts), _names(c.ends), target + law))
    return table(("Clock", "What it measures", "Begins with", "Ends with", "Target"), rows)


def _names(verbs) -> str:
    return ", ".join(f"`{verb}`" for verb in verbs)


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines) + "\n"


def steps() -> str:
    """One row a step, in the order of the journey."""
    head = (
        "Step",
        "What the person reads",
        "Whose turn at first",
        "Target, days",
        "At its end, in the person's words",
    )
    rows = [
        (
            f"`{s.code}`",
            str(s.title),
            str(journey.TURN_NAMES[s.turn]),
            str(s.target or "none"),
            str(s.has),
        )
        for s in journey.STEPS.values()
    ]
    return table(head, rows)


def moves() -> str:
    """One row a move, in the order of the table. What begins a case comes first: it moves none."""
    head = ("Move", "Its button", "From → to", "Who", "Who is told")
    first = [
        (f"`{b.name}`", str(b.label), f"(nothing) → `{b.step}`", b.who, people(b.tell))
        for b in journey.BEGINNINGS.values()
    ]
    rows = [
        (
            f"`{m.name}`",
            str(m.label),
            step_pairs(m),
            who(m),
            people(m.tell, whoever="whoever has the turn next"),
        )
        for m in journey.MOVES.values()
    ]
    return table(head, [*first, *rows])


def who(move: journey.Move) -> str:
    """Who may do it, in the order of the roles; and whether a worker may record it for the
    person.
    """
    order = [*journey.TURN_NAMES, *OTHERS]
    said = people(sorted(move.who, key=order.index))
    return f"{said}; a worker on the person's behalf" if move.on_behalf else said


def people(roles, whoever: str = OTHERS["turn"]) -> str:
    names = {**journey.TURN_NAMES, **OTHERS, "turn": whoever}
    return ", ".join(lower(str(names[r])) for r in roles)


def lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def step_pairs(move: journey.Move) -> str:
    """From which steps to which, those with the same targets together."""
    stay = [s for s, targets in move.routes.items() if targets == (s,)]
    found: dict[tuple[str, ...], list[str]] = {}
    for source, targets in move.routes.items():
        if source not in stay:
            found.setdefault(targets, []).append(source)
    lines = [f"{named(sources)} → {named(targets)}" for targets, sources in found.items()]
    return "; ".join([*lines, *([f"stays in {named(stay)}"] if stay else [])])


def widest() -> list[tuple[frozenset[str], str]]:
    """The widest sets of steps by name, so that a row stays readable."""
    still = frozenset(journey.open_steps())
    return [
        (frozenset(journey.STEPS), "any step"),
        (still, "any open step"),
        (still - {"request"}, "any open step but `request`"),
    ]


def from_almost_anywhere(move: journey.Move) -> bool:
    """Closes a case from almost any step, or puts it back there: left out of the diagram."""
    wide = set(journey.open_steps()) - {"request"} <= set(move.routes)
    return move.clock == "restore" or bool(move.ends_support and wide)


def named(codes) -> str:
    whole = next((words for codes_of, words in widest() if codes_of == frozenset(codes)), None)
    return whole or ", ".join(f"`{c}`" for c in codes)
