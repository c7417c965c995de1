"""A kept trace as people read it: the answers, each step from them to the money, and the same for a
figure not kept.

Nothing is worked out here: every number was written into the trace by the engine. Older traces may
lack newer parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from budgets.money.amount_words import number, rate
from budgets.money.sterling import pounds
from cases.assessment import questions
from cases.ui.components import Table
from cases.ui.date_words import day

Trace = Mapping[str, Any]
MODES = {"half_up": "half up", "half_even": "half to the even one", "down": "down"}


def answers_table(trace: Trace, said: Mapping[str, str] | None = None) -> Table:
    """Each question with its answer, what it counts, and what help from family and friends changes.

    `said`: question -> what the person had answered, where the agreed answer is another.
    """
    method = trace["scheme"]["method"]
    head = {
        "table": [_("Points"), _("Counted")],
        "linear": [_("Points"), _("Counted")],
        "reckoner": [_("Hours a week"), _("Counted"), _("A week"), _("A year")],
        "domain_prices": [_("Price a year"), _("Counted, a year")],
        "bands": [_("Award")],
    }.get(method, [])
    rows = [
        [q["title"], _answer(q, said or {}), _unpaid(q), *_counted(q, method)]
        for q in trace["questions"]
    ]
    return Table(
        _("Your answers and what they count"),
        [_("Question"), _("Answer"), _("Family and friends"), *head],
        rows,
        numeric=set(range(3, 3 + len(head))),
        empty=_("The figure comes from another tool, so no answer counts here."),
    )


def _answer(q: Mapping[str, Any], said: Mapping[str, str]) -> str:
    words = str(q["label"])
    if q["domain"] in said:
        words += _(" (agreed with you; you had answered: %(own)s)") % {"own": said[q["domain"]]}
    if q.get("reason"):
        before = (q.get("answered") or {}).get("label", "")
        words += _(" (placed by the social worker; before: %(before)s. Reason: %(reason)s)") % {
            "before": before,
            "reason": q["reason"],
        }
    return words


def _unpaid(q: Mapping[str, Any]) -> str:
    level = q.get("unpaid_support")
    if level is None:
        return _("Not counted")
    kept = Decimal(str(q["multiplier"])) * 100
    if kept == 100:
        return _("All of it counts")
    words = questions.UNPAID.get(level, level)
    return _("%(words)s: %(kept)s%% stays") % {"words": words, "kept": number(kept)}


def _counted(q: Mapping[str, Any], method: str) -> list[str]:
    if method == "reckoner":
        counted, week = number(Decimal(q["counted"])), pounds(Decimal(q["week"]))
        sum_ = f"{counted} × {rate(Decimal(q['rate']))} = {week}"
        return [str(q["hours"]), _kept_share(q, str(q["hours"])), sum_, pounds(Decimal(q["year"]))]
    if method == "domain_prices":
        return [
            q["text"] if q["price"] is None else pounds(Decimal(q["price"])),
            pounds(Decimal(q["year"])),
        ]
    if method in ("table", "linear"):
        return [str(q["points"]), _kept_share(q, str(q["points"]))]
    return [q["text"]] if method == "bands" else []


def _kept_share(q: Mapping[str, Any], whole: str) -> str:
    """9 × 0.75 = 6.75, where a share was taken off; else the number itself."""
    counted = number(Decimal(q["counted"]))
    kept = q.get("multiplier")
    if kept is None or Decimal(str(kept)) == 1 or whole in ("0", "None"):
        return counted
    return f"{whole} × {number(Decimal(str(kept)))} = {counted}"


def steps(trace: Trace) -> list[tuple[str, str]]:
    """From what is counted to the money of a year, each step as a sum that can be done again by
    hand.
    """
    found = _points_steps(trace) + _row_steps(trace) + _price_steps(trace) + _rate_steps(trace)
    external = trace.get("external")
    if external:
        found += [
            (
                _("Worked out with"),
                _("%(tool)s, version %(version)s")
                % {"tool": external["tool"], "version": external["tool_version"]},
            ),
            (_("How it came about"), external["explanation"]),
            (_("What went into it"), external["inputs"] or "–"),
        ]
        if external.get("made_on"):
            found.append((_("Worked out there on"), day(date.fromisoformat(external["made_on"]))))
    for extra in trace.get("add_ons") or []:
        found.append((extra["label"], f"{extra['text']}. {extra['reason']}"))
    return found + _total_steps(trace)


def _points_steps(trace: Trace) -> list[tuple[str, str]]:
    total = trace.get("total")
    if not total:
        return []
    terms = [number(Decimal(q["counted"])) for q in trace["questions"] if Decimal(q["counted"])]
    raw = number(Decimal(total["raw"]))
    added = f"{' + '.join(terms)} = {raw}" if len(terms) > 1 else raw
    words = {
        "raw": raw,
        "points": total["points"],
        "rule": rounding_words(total["rounding"], points=True),
    }
    return [
        (_("Your points added up"), added),
        (_("Your points"), _("%(raw)s, rounded to %(points)s (%(rule)s)") % words),
    ]


def rounding_words(rule: Mapping[str, str], points: bool = False) -> str:
    """To the penny, half up; to a whole point, down: as the version says."""
    unit = number(Decimal(rule["unit"]))
    named = (
        {"1": _("a whole point")}
        if points
        else {"0.01": _("the penny"), "0.05": _("5 pence"), "1": _("the pound")}
    )
    return _("to %(unit)s, %(mode)s") % {
        "unit": named.get(unit, unit),
        "mode": MODES.get(rule["mode"], rule["mode"]),
    }


def _row_steps(trace: Trace) -> list[tuple[str, str]]:
    titles = (
        ("below", _("The row below")),
        ("used", _("Your row in the table")),
        ("above", _("The row above")),
    )
    found = []
    for key, title in titles:
        row = (trace.get("table") or {}).get(key)
        if row:
            words = {"from": row["from"], "to": row["to"], "text": row["text"]}
            found.append((title, _("%(from)s to %(to)s points: %(text)s") % words))
    return found


def _price_steps(trace: Trace) -> list[tuple[str, str]]:
    price = trace.get("price")
    if not price:
        return []
    found = [
        (_("Price of a point"), _("%(amount)s a year") % {"amount": rate(Decimal(price["amount"]))})
    ]
    if price["threshold"] is not None:
        found.append((_("Fewest points with a budget"), str(price["threshold"])))
    return [
        *found,
        (_("Points times the price"), trace["lines"][len(trace["questions"])]["detail"]),
    ]


def _rate_steps(trace: Trace) -> list[tuple[str, str]]:
    found = []
    for used in trace.get("rates") or []:
        words = {
            "label": used["label"],
            "amount": used["amount"],
            "day": day(date.fromisoformat(used["valid_from"])),
        }
        found.append(
            (_("Rate"), _("%(label)s: £%(amount)s an hour, published from %(day)s") % words)
        )
    return found


def _total_steps(trace: Trace) -> list[tuple[str, str]]:
    """All lines of the money added up, and a figure that a worker set in their place."""
    changed = trace.get("figure_set")
    amounts = [Decimal(line["amount"]) for line in trace["lines"]]
    amounts = [a for a in (amounts[:-1] if changed else amounts) if a]
    found = []
    if len(amounts) > 1:
        added = " + ".join(map(pounds, amounts))
        found.append(
            (_("All lines of the year added up"), f"{added} = {pounds(sum(amounts, Decimal(0)))}")
        )
    if changed:
        words = {
            "new": pounds(Decimal(changed["annual"])),
            "old": pounds(Decimal(changed["before"])),
            "why": changed["reason"],
        }
        found.append(
            (
                _("Set by the social worker"),
                _("%(new)s a year in place of %(old)s. Reason: %(why)s") % words,
            )
        )
    before = trace.get("before_overrides")
    if before and not changed:
        found.append(
            (
                _("Before the social worker's changes"),
                _("%(year)s a year") % {"year": pounds(Decimal(before["annual"]))},
            )
        )
    return found


def period_rows(trace: Trace) -> list[tuple[str, str]]:
    """A year, four weeks and a week, and by which rule a year has weeks."""
    periods = trace["periods"]
    year = pounds(Decimal(periods["annual"]))
    if periods["weekly"] is None:
        return [(_("The award, paid once"), year)]
    sums = _week_sums(trace)
    rows = [(_("A year"), year)]
    for key, title in (("four_weekly", _("Four weeks")), ("weekly", _("A week"))):
        if periods[key]:
            rule = periods["rounding"].get("week" if key == "weekly" else "four_weeks")
            words = f"{sums[key]} = {pounds(Decimal(periods[key]))}"
            rows.append((title, words + (f" ({rounding_words(rule)})" if rule else "")))
    return [*rows, (_("How many weeks"), _in_words(_(periods["weeks_in_words"])))]


def _week_sums(trace: Trace) -> dict[str, str]:
    """How a week and four weeks come about: a part of the year, or, in a reckoner, the weeks of its
    lines.
    """
    periods = trace["periods"]
    year, weeks = pounds(Decimal(periods["annual"])), str(periods["weeks"])
    weeks = {"364-day": "52", "365/7": "365 × 7", "366/7": "366 × 7"}.get(weeks, weeks)
    if trace["scheme"]["method"] != "reckoner" or trace.get("figure_set"):
        return {"weekly": f"{year} ÷ {weeks}", "four_weekly": f"{year} × 4 ÷ {weeks}"}
    lines = [Decimal(q["week"]) for q in trace["questions"]]
    rest = Decimal(periods["weekly"]) - sum(lines, Decimal(0))  # what add-ons are a week
    terms = [pounds(amount) for amount in [*lines, rest] if amount]
    return {
        "weekly": " + ".join(terms) or pounds(Decimal(0)),
        "four_weekly": f"{pounds(Decimal(periods['weekly']))} × 4",
    }


def _in_words(text: str | None) -> str:
    return (text or "")[:1].upper() + (text or "")[1:]


def big(trace: Trace) -> dict[str, str]:
    """The amount for a page's money box: what a week is, or the award that is paid once."""
    periods = trace["periods"]
    year = pounds(Decimal(periods["annual"]))
    if periods["weekly"] is None:
        return {
            "amount": year,
            "unit": _("once"),
            "note": _("This is paid once. It has no weekly part."),
        }
    return {
        "amount": pounds(Decimal(periods["weekly"])),
        "unit": _("a week"),
        "note": _("%(year)s a year") % {"year": year},
    }


def notes(trace: Trace) -> list[str]:
    """What the scheme says about this figure: no budget below a row, a limit that bites."""
    return list(trace["notes"])
