"""What was said in the assessment stands in the plan, and is not asked again."""

from tests.budgets.test_plan_pages import send, text, url


def fresh_plan(a_case):
    """At the plan, before a word of it is written."""
    case = a_case(at="plan")
    case.plans.all().delete()
    return case


def test_what_was_said_in_the_assessment_stands_in_the_plan_to_keep_or_change(a_case, cast, as_):
    case, me = fresh_plan(a_case), as_(cast.person)
    sent = case.assessments.get(state="submitted")
    for part, words in (
        ("what_matters", "In my own words about about"),
        ("goals", "Washing: In my own words about hygiene"),
    ):
        page = text(me.get(url("plan_part", case, part)))
        assert words in page and "You told us this in your assessment, sent on" in page, part
    assert not case.plans.exists()
    assert send(me, url("plan_part", case, "goals"), goals="Out more").status_code == 302
    again = text(me.get(url("plan_part", case, "goals")))
    assert "Out more" in again and "You told us this" not in again
    assert sent.answers.get(question="hygiene.want").value == "In my own words about hygiene"


def test_what_nobody_said_or_would_rather_say_in_person_does_not_stand_in_the_plan(
    a_case, cast, as_
):
    case, me = fresh_plan(a_case), as_(cast.person)
    answers = case.assessments.get(state="submitted").answers
    answers.filter(question="about.important").update(value="in_person")
    answers.filter(question__endswith=".want").delete()
    for part in ("what_matters", "goals", "risks"):
        page = text(me.get(url("plan_part", case, part)))
        assert "in_person" not in page and "You told us this" not in page, part


def test_a_helper_is_not_told_that_they_said_it(a_case, cast, as_):
    case = fresh_plan(a_case)
    cast.help(case, scope=("see", "fill"))
    page = text(as_(cast.delegate).get(url("plan_part", case, "what_matters")))
    assert "This was said in the assessment, sent on" in page and "You told us" not in page
