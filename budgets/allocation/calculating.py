"""From the agreed answers of a case to its indicative budget, by the scheme it was asked with.

The arithmetic is `allocation.allocate`; here it is fed, and what it gives is kept: trace, version,
inputs.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from budgets.allocation.allocator import SchemeError, allocate
from budgets.allocation.answers import DOES_NOT_APPLY, unpack, whole_level
from budgets.models import BudgetFigure, Calculation, SchemeVersion
from cases.assessment import questions
from cases.assessment.perspectives import missing_agreed
from cases.common import dates
from cases.models import Answer, Case, SelfAssessment

ENGINE = "2"
# How the year of another tool's figure is divided where no scheme of the council says it.
OTHER_TOOL = {
    "method": "external",
    "weeks": "52",
    "rounding": {name: {"unit": "0.01", "mode": "half_up"} for name in ("week", "four_weeks")},
}
UNPAID = ".unpaid"


def population(case: Case) -> str:
    return "carer" if case.kind == "carer" else "adult"


def version_in_force(council_id: int, kind: str, on: date) -> SchemeVersion | None:
    """The published version for a population with the latest beginning not after `on`."""
    rows = SchemeVersion.objects.filter(
        state="published",
        scheme__council_id=council_id,
        scheme__population=kind,
        valid_from__lte=on,
    )
    return rows.select_related("scheme").order_by("-valid_from", "-number", "-pk").first()


def questions_for(version: SchemeVersion) -> list[dict[str, Any]]:
    """The scheme's questions in the shape of `cases.assessment.questions`: a level for each domain,
    then unpaid help.
    """
    definition, form = version.definition, []
    kept = definition.get("unpaid_support_multipliers") or {}
    choices = {code: questions.UNPAID.get(code, code) for code in kept}
    for domain in definition.get("domains") or []:
        level = {
            "id": domain["code"],
            "page": domain["outcome"],
            "kind": "option",
            "scheme": version.pk,
            "text": domain.get("question") or domain["title"],
            "options": [{"value": n, "label": o["label"]} for n, o in enumerate(domain["options"])],
        }
        if domain.get("may_not_apply"):
            level["options"].append(
                {"value": DOES_NOT_APPLY, "label": _("This has nothing to do with me")}
            )
        worker = {"voice": "worker"} if domain.get("asked_of") == "worker" else {}
        form.append(level | worker)
        if choices:
            form.append(questions.unpaid_question(level, domain["title"], choices) | worker)
    return form


def version_of(assessment: SelfAssessment) -> SchemeVersion | None:
    """The version an assessment was asked with: a case stays on it when the council publishes
    another.
    """
    pk = next((q["scheme"] for q in assessment.form if "scheme" in q), None)
    return SchemeVersion.objects.select_related("scheme").filter(pk=pk).first() if pk else None


def answers_for(version: SchemeVersion, agreed: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The engine's answers from those agreed. Where no help is needed, nobody was asked who gives
    it: none.
    """
    kept = version.definition.get("unpaid_support_multipliers") or {}
    given: dict[str, dict[str, Any]] = {}
    whole = whole_level(kept)
    for domain in version.definition.get("domains") or []:
        option = agreed.get(domain["code"])
        if option is None:
            continue
        entry: dict[str, Any] = {"option": option}
        level = agreed.get(domain["code"] + UNPAID)
        if kept and option != DOES_NOT_APPLY and (level is not None or option == 0):
            entry["unpaid_support"] = level if level is not None else whole
        given[domain["code"]] = entry
    return given


def calculate(
    case: Case, assessment: SelfAssessment, on: date, extras: dict[str, Any] | None = None
) -> tuple[SchemeVersion | None, dict[str, Any], Any]:
    """(version, inputs, allocation). SchemeError with a sentence where there is no figure.

    `adjustments`: a worker's overrides, add-ons, or another tool's figure, as `allocate` takes
    them. A figure that names its own tool stands without a version, and only where no scheme of the
    council gives one.
    """
    extras = extras or {}
    tool = (extras.get("external") or {}).get("tool")
    if tool and takes_other_tool(case, assessment, on):
        named = {**OTHER_TOOL, "name": _("Another tool: %(tool)s") % {"tool": tool}, "tool": tool}
        return None, extras, allocate(named, {}, on=on, **extras)
    version = version_for(case, assessment, on)
    if version is None:
        raise SchemeError(_no_scheme(case, on))
    answers = agreed_answers(version, assessment)
    return version, {**answers, **extras}, allocate(version.definition, answers, on=on, **extras)


def takes_other_tool(case: Case, assessment: SelfAssessment, on: date) -> bool:
    """May a figure be recorded here with the name of its own tool? Where no scheme gives one,
    whatever is answered: none is published, none was asked with these answers, or the one there is
    has no rate or row for them.
    """
    version = version_for(case, assessment, on)
    if version is None:
        return True
    if version.definition["method"] == "external" or asks(assessment):
        return False
    return bool(missing(case, assessment, on))


def _no_scheme(case: Case, on: date) -> str:
    if version_in_force(case.council_id, population(case), on):
        return _(
            "These answers were given before the council had a published way of working out "
            "this budget."
        )
    return _("The council has no published way of working out this budget yet.")


def agreed_answers(version: SchemeVersion, assessment: SelfAssessment) -> dict[str, dict[str, Any]]:
    """The answers agreed so far, as the engine takes them."""
    agreed = dict(
        Answer.objects.filter(assessment=assessment, voice="agreed").values_list(
            "question", "value"
        )
    )
    return answers_for(version, agreed)


def extras_of(figure: BudgetFigure | None, assessment: SelfAssessment | None) -> dict[str, Any]:
    """What a worker had changed in a figure worked out from these answers: overrides, add-ons,
    another tool's figure.
    """
    if figure is None or figure.calculation is None or assessment is None:
        return {}
    run = figure.calculation
    return unpack(run.inputs)[1] if run.assessment_id == assessment.pk else {}


def version_for(case: Case, assessment: SelfAssessment, on: date) -> SchemeVersion | None:
    """The version an assessment was asked with; else one that takes its figure from another tool
    and asks nothing.
    """
    version = version_of(assessment)
    if version is None:
        found = version_in_force(case.council_id, population(case), on)
        version = found if found and found.definition.get("method") == "external" else None
    return version


def record_calculation(
    case: Case,
    assessment: SelfAssessment,
    *,
    by: Any,
    at: datetime,
    extras: dict[str, Any] | None = None,
) -> BudgetFigure:
    """Work out and record the indicative budget. SchemeError where an answer is missing: nothing is
    written.
    """
    on = dates.london_date(at)
    version, inputs, found = calculate(case, assessment, on, extras)
    run = Calculation.objects.create(
        case=case,
        assessment=assessment,
        version=version,
        inputs=inputs,
        trace=found.trace,
        annual=found.annual,
        weekly=found.weekly,
        made_at=at,
        made_by=by,
        engine=ENGINE,
    )
    once = found.weekly is None  # an award is paid once: it has no week
    return BudgetFigure.objects.create(
        case=case,
        kind="indicative",
        annual=0 if once else found.annual,
        weekly=found.weekly,
        one_off=found.annual if once else 0,
        effective_from=on,
        recorded_at=at,
        calculation=run,
        recorded_by=by,
    )


def asks(assessment: SelfAssessment | None) -> bool:
    """Is it an answer that is missing, and not a rate or a scheme?"""
    return assessment is not None and bool(missing_agreed(assessment))


def missing(case: Case, assessment: SelfAssessment | None, on: date) -> str:
    """Why there is no figure yet, as a sentence; "" where there could be one."""
    if assessment is None:
        return _("There are no answers yet.")
    try:
        calculate(case, assessment, on)
    except SchemeError as refusal:
        return str(refusal)
    return ""
