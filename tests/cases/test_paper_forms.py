"""The paper twin of every form of the person: made of the form, so what is on the screen is on
paper, with its number.
"""

import pytest
from django import forms
from django.urls import reverse

from budgets.forms import overview
from budgets.forms import paper_form as budgets_paper
from budgets.forms import plan as plan_forms
from budgets.models import PlanLine, SupportPlan
from budgets.money import charging
from cases.forms.person import AskForm, AskForOtherForm
from cases.forms.record import ReviewForm
from cases.paper import assessment_form, other_forms
from tests.cases.pages import body
from tests.cases.test_pdf import streams


def of_the_plan(case):
    """Every form of a plan's pages as the screen has it, found in the module and not listed by
    hand.
    """
    line = PlanLine(pk=1, what="Piece of support 1", who="pa")
    made = {
        "LineForm": {"case": case},
        "CostForm": {"line": line},
        "TermsForm": {"line": line, "elsewhere": False},
        "RoutesForm": {"lines": [line]},
        "EnoughForm": {"plan": SupportPlan(), "over": True},
    }
    elsewhere = {
        "PartForm",
        "SubmitForm",
        "AnswerOfferForm",
    }  # the base of others; sending; answering a proposal
    for name, kind in vars(plan_forms).items():
        own = (
            isinstance(kind, type)
            and issubclass(kind, forms.Form)
            and kind.__module__ == plan_forms.__name__
        )
        if own and name not in elsewhere:
            yield kind(**made.get(name, {"plan": SupportPlan()}))


SCREENS = {
    "plan": of_the_plan,
    "review": lambda case: [ReviewForm(case=case, sums=True)],
    "estimate": lambda case: [overview.EstimateForm(groups=charging.GROUPS, may_keep=False)],
}
BLANKS = {"ask": AskForm, "ask-for-somebody": AskForOtherForm}


def missing(screens, sheet: assessment_form.Paper) -> list[str]:
    """What a form on the screen asks or offers and the sheet does not."""
    printed = {q.id: q for section in sheet.sections for q in section.questions}
    found = []
    for form in screens:
        for field in form.visible_fields():
            on_paper = printed.get(field.html_name)
            if (
                on_paper is None
                or on_paper.text != str(field.label)
                or on_paper.hint != str(field.help_text)
            ):
                found.append(f"{type(form).__name__}.{field.html_name}")
                continue
            choices = [
                str(words) for value, words in getattr(field.field, "choices", ()) if str(value)
            ]
            found += [
                f"{field.html_name}: {words}" for words in choices if words not in on_paper.options
            ]
            if not (on_paper.options or on_paper.lines):
                found.append(f"{field.html_name} has no room for an answer")
    return found


def test_every_sheet_has_its_screen_here():
    assert set(SCREENS) == set(other_forms.SHEETS) and set(BLANKS) == set(other_forms.BLANKS)


@pytest.mark.parametrize("code", SCREENS)
def test_all_that_is_asked_on_the_screen_is_on_paper_with_every_choice(a_case, cast, code):
    case = a_case(at="review" if code == "review" else "plan")
    sheet = other_forms.of_case(case, other_forms.SHEETS[code], sums=True)
    assert missing(SCREENS[code](case), sheet) == []
    numbers = [q.number for section in sheet.sections for q in section.questions]
    assert numbers == list(range(1, assessment_form.count(sheet) + 1))
    assert (sheet.ref, bool(sheet.qr)) == (case.ref, True)


@pytest.mark.parametrize("code", BLANKS)
def test_asking_for_support_is_on_paper_for_anybody(cast, as_, code):
    sheet = other_forms.blank(cast.council, code)
    assert missing([BLANKS[code](council=cast.council, paper=True)], sheet) == []
    page = as_(None).get(reverse("cases:blank_paper", args=[cast.council.slug, code]))
    assert page.status_code == 200 and "What is a safe way to reach" in body(page)
    made = as_(None).get(reverse("cases:blank_paper_pdf", args=[cast.council.slug, code])).content
    assert b"pdfuaid" in streams(made)


def test_a_new_field_that_nobody_printed_is_found(a_case, cast):
    class Grown(plan_forms.GoalsForm):
        pets = forms.CharField(label="And your pets?")

    case = a_case(at="plan")
    sheet = other_forms.of_case(case, other_forms.SHEETS["plan"], sums=True)
    assert missing([Grown(plan=SupportPlan())], sheet) == ["Grown.pets"]
    shorter = budgets_paper.WRITTEN.pop("risks")
    try:
        sheet = other_forms.of_case(case, other_forms.SHEETS["plan"], sums=True)
        assert missing(of_the_plan(case), sheet) == ["RisksForm.risks"]
    finally:
        budgets_paper.WRITTEN["risks"] = shorter


@pytest.mark.parametrize("code", SCREENS)
def test_a_sheet_prints_in_both_sizes_with_reference_and_qr(a_case, cast, as_, code):
    case = a_case(at="plan")
    address = reverse("cases:paper_sheet", args=[case.ref, code])
    page = as_(cast.person).get(address)
    assert page.status_code == 200 and case.ref in body(page) and "<svg" in page.content.decode()
    assert "app-letter--large" in as_(cast.person).get(address + "?as=large").content.decode()
    pdfs = [
        as_(cast.person)
        .get(reverse("cases:paper_sheet_pdf", args=[case.ref, code]) + f"?as={size}")
        .content
        for size in ("print", "large")
    ]
    assert all(b"pdfuaid" in streams(one) for one in pdfs) and pdfs[0] != pdfs[1]
    for who in (cast.outsider, cast.stranger):
        assert as_(who).get(address).status_code == 404
    assert (
        as_(cast.person).get(reverse("cases:paper_sheet", args=[case.ref, "nothing"])).status_code
        == 404
    )


def test_whoever_keys_a_sheet_in_sees_its_numbers_and_the_person_does_not(a_case, cast, as_):
    case = a_case(at="plan")
    number = other_forms.numbers(case, "plan")["goals"][0]
    address = reverse("budgets:plan_part", args=[case.ref, "goals"])
    assert f"On paper: {number}." in body(as_(cast.worker).get(address))
    assert "On paper:" not in body(as_(cast.person).get(address))


def test_a_sheet_is_keyed_in_with_its_day(a_case, cast, as_):
    case = a_case(at="review")
    from tests.cases.pages import post

    day = {"told_on_day": "3", "told_on_month": "5", "told_on_year": "2026"}
    sent = post(as_(cast.worker), case, "review", same="on", told_by="paper", read_back="on", **day)
    assert sent.status_code == 302
    event = case.events.filter(verb="told_us_for_the_review").last()
    assert "On paper, 3 May 2026." in event.body.note and event.on_behalf_of == case.person


def test_a_choice_without_words_is_no_question_of_its_own():
    field = forms.Form()
    field.fields["x"] = forms.ChoiceField(choices=[("", "Choose one"), ("a", "A")], label="X")
    asked = other_forms.field_on_paper(field["x"], 4)
    assert (asked.number, asked.options, asked.lines) == (4, ["A"], 0)
