"""The explanation page of an indicative budget, from the stored trace. Nothing is worked out again.

What it must show: budgets.md 3 (transparency, timeliness, sufficiency: statutory guidance 11.24).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cases import questions
from cases.components import Link, Table
from cases.letters import day
from cases.models import Answer

from .models import Calculation, SchemeVersion
from .money import pounds
from .words import number


def calculation_of(figure: Any) -> Calculation | None:
    """The kept run behind a figure, with its version and who published it."""
    if figure is None or figure.calculation_id is None:
        return None
    rows = Calculation.objects.select_related("version__scheme__council")
    return rows.get(pk=figure.calculation_id)


def invented(version: SchemeVersion | None) -> tuple[str, str]:
    """The notice of a scheme that is no council's own, for the public page: (in short, the rest), or twice ""."""
    words = str((version.definition.get("WARNING") if version else "") or "")
    short = in_short(words)
    return short, words[len(short) :].strip()


def in_short(warning: str) -> str:
    """The first two sentences of a notice."""
    return ". ".join(warning.split(". ")[:2]).rstrip(".") + "." if warning else ""


def notice(figure: Any) -> str:
    """The same from the trace behind a figure, in its first two sentences: for every page that shows the figure."""
    if figure is None or figure.calculation_id is None:
        return ""
    kept = Calculation.objects.filter(pk=figure.calculation_id).values_list("trace__scheme__warning", flat=True)
    return in_short(str(kept.get() or ""))


def scheme_rows(run: Calculation) -> list[tuple[str, Any]]:
    """Which scheme, from when, approved by whom, and where anybody can read it."""
    version = run.version
    public = reverse(
        "budgets:scheme_version", args=[version.scheme.council.slug, version.scheme.code, version.number]
    )
    source = run.trace["scheme"].get("source")
    rows = [
        (_("Way of working it out"), Link(version.scheme.name, public)),
        (_("Version"), _("%(number)s, in force from %(day)s") % {"number": version.number, "day": day(version.valid_from)}),
        (_("Approved by"), version.approved_by),
        (_("Worked out on"), day(run.made_at)),
    ]  # fmt: skip
    return rows + ([(_("Source"), source)] if source else [])


def answers_table(run: Calculation) -> Table:
    """Each question with its answer, what it counts, and what help from family and friends changes."""
    said = _said_by_person(run)
    method = run.trace["scheme"]["method"]
    head = {
        "table": [_("Points"), _("Counted")], "reckoner": [_("Hours a week"), _("A year")], "bands": [_("Award")],
    }[method]  # fmt: skip
    rows = []
    for q in run.trace["questions"]:
        answer = q["label"]
        own = said.get(q["domain"])
        if own is not None and own != q["option"]:
            answer += _(" (agreed with you; you had answered: %(own)s)") % {"own": _label(run, q["domain"], own)}
        rows.append([q["title"], answer, _unpaid(q), *_counted(q, method)])
    numeric = set(range(3, 3 + len(head)))
    return Table(_("Your answers and what they count"), [_("Question"), _("Answer"), _("Family and friends"), *head],
                 rows, numeric=numeric)  # fmt: skip


def _said_by_person(run: Calculation) -> dict[str, Any]:
    rows = Answer.objects.filter(assessment_id=run.assessment_id, voice="person")
    return dict(rows.values_list("question", "value"))


def _label(run: Calculation, code: str, value: Any) -> str:
    if value in questions.ESCAPES:
        return str(questions.ESCAPES[value])
    for domain in run.version.definition["domains"]:
        if domain["code"] == code and isinstance(value, int) and 0 <= value < len(domain["options"]):
            return str(domain["options"][value]["label"])
    return str(value)


def _unpaid(q: dict[str, Any]) -> str:
    level = q.get("unpaid_support")
    if level is None:
        return _("Not counted")
    kept = Decimal(str(q["multiplier"])) * 100
    if kept == 100:
        return _("All of it counts")
    words = questions.UNPAID.get(level, level)
    return _("%(words)s: %(kept)s%% stays") % {"words": words, "kept": number(kept)}


def _counted(q: dict[str, Any], method: str) -> list[str]:
    if method == "table":
        return [str(q["points"]), number(Decimal(q["counted"]))]
    if method == "reckoner":
        return [number(Decimal(q["counted"])), pounds(Decimal(q["year"]))]
    return [q["text"]]


def total_rows(run: Calculation) -> list[tuple[str, str]]:
    """From points to pounds: the total, its rounding, the row used and the rows either side; or the rates used."""
    trace, rows = run.trace, []
    if trace["total"]:
        total = trace["total"]
        rows.append((_("Your points"), _("%(raw)s, rounded to %(points)s") % {
            "raw": number(Decimal(total["raw"])), "points": total["points"]}))  # fmt: skip
    for key, title in (
        ("below", _("The row below")),
        ("used", _("Your row in the table")),
        ("above", _("The row above")),
    ):
        row = (trace["table"] or {}).get(key)
        if row:
            words = {"from": row["from"], "to": row["to"], "text": row["text"]}
            rows.append((title, _("%(from)s to %(to)s points: %(text)s") % words))
    for used in trace["rates"] or []:
        words = {"label": used["label"], "amount": used["amount"], "day": day(date.fromisoformat(used["valid_from"]))}
        rows.append((_("Rate"), _("%(label)s: £%(amount)s an hour, published from %(day)s") % words))
    return rows


def period_rows(run: Calculation) -> list[tuple[str, str]]:
    """A year, four weeks and a week, and by which rule a year has weeks."""
    periods = run.trace["periods"]
    if periods["weekly"] is None:
        return [(_("The award, paid once"), pounds(Decimal(periods["annual"])))]
    rows = [(_("A year"), pounds(Decimal(periods["annual"])))]
    rows += [(_("Four weeks"), pounds(Decimal(periods["four_weekly"])))] if periods["four_weekly"] else []
    rows.append((_("A week"), pounds(Decimal(periods["weekly"]))))
    return [*rows, (_("How many weeks"), _in_words(periods["weeks_in_words"]))]


def _in_words(text: str | None) -> str:
    return (text or "")[:1].upper() + (text or "")[1:]


def notes(run: Calculation) -> list[str]:
    """What the scheme says about this figure: no budget below a row, a limit that bites."""
    return list(run.trace["notes"])
