"""The explanation page of an indicative budget: what stands around its sum. Nothing is worked out
again.

The sum itself is in trace_tables.py. What the page must show: transparency, timeliness and
sufficiency bind the indicative and the final amount alike (Care and Support statutory guidance
11.24).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from budgets.allocation.answers import DOES_NOT_APPLY
from budgets.models import Calculation, SchemeVersion
from budgets.money.sterling import pounds
from cases.assessment import questions
from cases.models import Answer, Case
from cases.ui.components import Link, Table
from cases.ui.date_words import day


def calculation_of(figure: Any) -> Calculation | None:
    """The kept run behind a figure, with its version and who published it."""
    if figure is None or figure.calculation_id is None:
        return None
    rows = Calculation.objects.select_related("version__scheme__council")
    return rows.get(pk=figure.calculation_id)


def invented(version: SchemeVersion | None) -> tuple[str, str]:
    """The notice of a scheme that is no council's own, for the public page: (in short, the rest),
    or twice "".
    """
    words = str((version.definition.get("WARNING") if version else "") or "")
    short = in_short(words)
    return short, words[len(short) :].strip()


def in_short(warning: str) -> str:
    """The first two sentences of a notice."""
    return ". ".join(warning.split(". ")[:2]).rstrip(".") + "." if warning else ""


def notice(figure: Any) -> str:
    """The same from the trace behind a figure, in its first two sentences: for every page that
    shows the figure.
    """
    if figure is None or figure.calculation_id is None:
        return ""
    kept = Calculation.objects.filter(pk=figure.calculation_id).values_list(
        "trace__scheme__warning", flat=True
    )
    return in_short(str(kept.get() or ""))


def scheme_rows(run: Calculation) -> list[tuple[str, Any]]:
    """Which scheme, from when, approved by whom, and where anybody can read it."""
    version = run.version
    if version is None:
        none = _("None of the council’s own: the figure comes from another tool")
        return [(_("Way of working it out"), none), (_("Recorded on"), day(run.made_at))]
    public = public_page(version)
    source, ends = run.trace["scheme"].get("source"), run.trace["scheme"].get("valid_to")
    dates_ = _("%(number)s, in force from %(day)s") % {
        "number": version.number,
        "day": day(version.valid_from),
    }
    if ends:
        dates_ += _(" to %(day)s") % {"day": day(date.fromisoformat(ends))}
    approved = version.approved_by
    if version.approved_on:
        approved = _("%(who)s, on %(day)s") % {"who": approved, "day": day(version.approved_on)}
    rows = [
        (_("Way of working it out"), Link(version.scheme.name, public)),
        (_("Version"), dates_),
        (_("Approved by"), approved),
        (_("Worked out on"), day(run.made_at)),
    ]
    return rows + ([(_("Source"), source)] if source else [])


def public_page(version: SchemeVersion) -> str:
    """Where anybody reads this version."""
    return reverse(
        "budgets:scheme_version",
        args=[version.scheme.council.slug, version.scheme.code, version.number],
    )


def said_otherwise(run: Calculation) -> dict[str, str]:
    """Question -> what the person had answered, where the answer that counts is another."""
    rows = Answer.objects.filter(assessment_id=run.assessment_id, voice="person")
    own = dict(rows.values_list("question", "value"))
    agreed = {q["domain"]: (q.get("answered") or q)["option"] for q in run.trace["questions"]}
    return {
        code: _label(run, code, own[code])
        for code in agreed
        if code in own and own[code] != agreed[code]
    }


def _label(run: Calculation, code: str, value: Any) -> str:
    if value in questions.ESCAPES:
        return str(questions.ESCAPES[value])
    for domain in (run.version.definition.get("domains") if run.version else None) or []:
        if (
            domain["code"] == code
            and isinstance(value, int)
            and 0 <= value < len(domain["options"])
        ):
            return str(domain["options"][value]["label"])
    return str(_("This has nothing to do with me") if value == DOES_NOT_APPLY else value)


def who_rows(run: Calculation) -> list[tuple[str, str]]:
    """Who answered and who agreed the answers, with days; how many were agreed otherwise than
    answered.
    """
    codes = [q["domain"] for q in run.trace["questions"]]
    rows = Answer.objects.filter(assessment_id=run.assessment_id, question__in=codes).values_list(
        "voice", "at"
    )
    last: dict[str, Any] = {}
    for voice, at in rows:
        last[voice] = max(at, last.get(voice, at))
    told = (
        ("person", _("Answered by the person")),
        ("helper", _("Answered by somebody who helps")),
        ("assessor", _("Seen by the social worker")),
        ("agreed", _("Agreed with the person")),
    )
    found = [
        (words, _("last on %(day)s") % {"day": day(last[voice])})
        for voice, words in told
        if voice in last
    ]
    differ = len(said_otherwise(run))
    if differ:
        found.append((_("Agreed otherwise than first answered"), str(differ)))
    return found


def history(case: Case) -> Table:
    """Every time the figure was worked out: what was changed, why, and what came of it."""
    runs = list(Calculation.objects.filter(case=case).select_related("version").order_by("pk"))
    rows = []
    for run in runs:
        changed = [
            f"{q['title']}: {q['reason']}" for q in run.trace["questions"] if q.get("reason")
        ]
        changed += [
            f"{extra['label']}: {extra['reason']}" for extra in run.trace.get("add_ons") or []
        ]
        changed += [run.trace["figure_set"]["reason"]] if run.trace.get("figure_set") else []
        external = run.trace.get("external")
        changed += (
            [_("From another tool, %(tool)s") % {"tool": external["tool"]}] if external else []
        )
        before = run.trace.get("before_overrides")
        was = pounds(Decimal(before["annual"])) if before else ""
        rows.append(
            [
                day(run.made_at),
                "\n".join(changed) or _("As the answers were agreed"),
                was,
                pounds(run.annual),
            ]
        )
    head = [
        _("Worked out on"),
        _("What was changed, and why"),
        _("Before the changes"),
        _("A year, or once"),
    ]
    return Table(_("How often it was worked out"), head, rows, numeric={2, 3})


def changed_after(case: Case) -> int:
    """How many agreed answers were changed after the first figure was known."""
    first = (
        Calculation.objects.filter(case=case)
        .order_by("pk")
        .values_list("assessment", "made_at")
        .first()
    )
    if first is None:
        return 0
    return Answer.objects.filter(assessment=first[0], voice="agreed", at__gt=first[1]).count()
