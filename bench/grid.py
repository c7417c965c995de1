"""Step x month, 24 months of all steps with four figures a cell, drawn twice: by a template that
looks up and formats each figure, and by one that gets ready strings. What a table costs is the
template's work, not the database's (G4).
"""

from django.db.models import F
from django.template import engines
from django.utils.html import format_html, format_html_join

from cases import journey
from cases.common import dates
from cases.models import Council, StepFigures

STOCK = """<table>{% for step, cells in rows %}<tr><th>{{ step }}</th>{% for c in cells %}<td title="{{ c.month|date:"F Y" }}">
{% if c.n %}{{ c.n }} / {{ c.median }} / {{ c.p90 }} / {{ c.share|floatformat:0 }}%{% endif %}</td>{% endfor %}</tr>
{% endfor %}</table>"""
READY = """<table>{% for row in rows %}<tr>{{ row }}</tr>{% endfor %}</table>"""


def cells() -> list[tuple[str, list[dict]]]:
    """(step, its months) with all figures."""
    names = ("step", "month", "n", "median", "p90", "ok", "due")
    months = [dates.months_before(dates.today(), back) for back in range(23, -1, -1)]
    kept = StepFigures.objects.filter(council=Council.objects.get(), dim="", since=F("until"))
    rows = kept.values_list("step", "since", *names[2:])
    found = {row[:2]: dict(zip(names, row, strict=True)) for row in rows}
    for cell in found.values():
        cell["share"] = 100 * cell["ok"] / cell["due"] if cell["due"] else 0
    return [
        (
            str(journey.STEPS[step].title),
            [found.get((step, month), {"month": month}) for month in months],
        )
        for step in journey.open_steps()
    ]


def stock() -> str:
    """Every figure is a lookup and a filter of the template."""
    return engines["django"].from_string(STOCK).render({"rows": cells()})


def ready() -> str:
    """Every row is one string by the time the template has it."""
    return (
        engines["django"]
        .from_string(READY)
        .render({"rows": [_row(step, row) for step, row in cells()]})
    )


def _row(step: str, row: list[dict]) -> str:
    said = ((f"{c['month']:%B %Y}", _cell(c)) for c in row)
    return format_html("<th>{}</th>{}", step, format_html_join("", '<td title="{}">{}</td>', said))


def _cell(cell: dict) -> str:
    return (
        f"{cell['n']} / {cell['median']} / {cell['p90']} / {cell['share']:.0f}%"
        if cell.get("n")
        else ""
    )
