"""Planning together: parts for helpers, who wrote what, ways beside each other, the sum while
typing, ideas, the week.
"""

import re
from decimal import Decimal

import pytest
from django.utils import timezone

from budgets import actions
from budgets.models import LocalIdea, PlanLine, PlanShare, PlanWriting
from budgets.models.plan import ROUTES
from budgets.payments import route_comparison
from budgets.plan import local_ideas, one_page_plan, shared_writing, timetable
from budgets.position import case_money
from cases.common.refusals import NotYet
from cases.models import Message
from tests.budgets.test_plan_pages import form_of, send, text, url
from tests.cases.test_pdf import streams, text_of
from tests.tables import cell, column

PART = {
    "what_matters": {"what_matters": "Her garden"},
    "goals": {"goals": "Out more"},
    "risks": {"risks": "A fall"},
    "in_control": {"in_control": "She does"},
    "enough": {"enough": "yes"},
    "helped": {"helped": "yes"},
    "contribution": {"contribution_seen": True},
}


def a_line(plan, by, **more):
    given = {
        "outcome": "hygiene",
        "what": "Help to dress",
        "who": "pa",
        "quantity": Decimal(5),
        "unit": "hour",
        "rate": Decimal(10),
    }
    return actions.save_line(plan=plan, by=by, **given | more)


@pytest.fixture
def shared(a_case, cast):
    """A case at `plan` whose helper was given two parts."""
    case = a_case(at="plan")
    rep = cast.help(case, scope=("see", "fill", "send", "money"))
    actions.share_plan(case=case, rep=rep, parts=["goals", "lines"], by=cast.person)
    return case


def test_a_helper_writes_the_parts_that_were_given_and_no_others(shared, cast, as_):
    helper = cast.delegate
    plan = actions.open_plan(case=shared, by=helper)
    for part, fields in PART.items():
        if part == "goals":
            actions.save_plan_part(plan=plan, by=helper, **fields)
            continue
        with pytest.raises(NotYet, match="not asked to write this part"):
            actions.save_plan_part(plan=plan, by=helper, **fields)
    line = a_line(plan, helper)
    with pytest.raises(NotYet, match="not asked"):
        actions.choose_routes(plan=plan, by=helper, routes={line.pk: "direct_payment"})
    page = as_(helper).get(url("plan", shared)).content.decode()
    assert url("plan_part", shared, "goals") in page and url("plan_line_add", shared) in page
    assert (
        url("plan_part", shared, "what_matters") not in page
        and "You are not asked to write this" in page
    )
    assert send(as_(helper), url("plan_part", shared, "goals"), goals="To cook").status_code == 302
    assert as_(helper).get(url("plan_part", shared, "risks")).status_code == 302, (
        "not theirs: back to the plan"
    )
    for name in ("plan_together", "plan_share"):
        assert (
            as_(helper).get(url(name, shared, *([1] if name == "plan_share" else []))).status_code
            == 404
        )
    plan.refresh_from_db()
    assert (plan.goals, plan.what_matters) == ("To cook", "")


def test_parts_narrow_what_was_checked_and_never_widen_it(a_case, cast):
    case = a_case(at="plan")
    rep = cast.help(case, scope=("see", "send"))
    with pytest.raises(NotYet, match="can't fill in anything"):
        actions.share_plan(case=case, rep=rep, parts=["goals"], by=cast.person)
    PlanShare.objects.create(case=case, representation=rep, parts=["goals"], chosen_by=cast.person)
    assert not shared_writing.may_edit(case, cast.delegate), (
        "the scope says no, whatever was chosen"
    )


def test_the_parts_of_money_are_for_helpers_with_the_money(a_case, cast):
    case = a_case(at="plan")
    cast.help(case)
    draft = actions.open_plan(case=case, by=cast.delegate)
    actions.save_line(plan=draft, by=cast.delegate, what="A walk", who="pa", outcome="community")
    with pytest.raises(NotYet, match="not given the money"):
        actions.save_line(plan=draft, by=cast.delegate, line=draft.lines.get(), rate=Decimal("16"))
    assert (
        shared_writing.parts_for(case, cast.delegate)
        == shared_writing.ALL - shared_writing.OF_MONEY
    )


def test_without_a_choice_the_scope_counts_and_none_ticked_only_reads(a_case, cast):
    case = a_case(at="plan")
    rep = cast.help(case, scope=("see", "fill", "send", "money"))
    assert shared_writing.parts_for(case, cast.delegate) == shared_writing.ALL
    actions.share_plan(case=case, rep=rep, parts=[], by=cast.person)
    assert not shared_writing.may_edit(case, cast.delegate)
    assert (
        shared_writing.parts_for(case, cast.person)
        == shared_writing.parts_for(case, cast.worker)
        == shared_writing.ALL
    )
    assert not shared_writing.parts_for(case, cast.outsider) and not shared_writing.parts_for(
        case, cast.finance
    )


def test_who_chooses_it_and_what_is_kept_of_it(shared, cast, as_):
    rep = PlanShare.objects.get().representation
    for who in (cast.delegate, cast.outsider, cast.finance):
        with pytest.raises(NotYet):
            actions.share_plan(case=shared, rep=rep, parts=["goals"], by=who)
    event = shared.events.get(verb="chose_who_writes_the_plan")
    assert event.codes["parts"] == ["goals", "lines"] and event.body.audience == "person"
    assert Message.objects.get(template="asked_to_plan").to_user == cast.delegate
    sent = send(
        as_(cast.worker),
        url("plan_share", shared, rep.pk),
        parts=["risks"],
        told_by="paper",
        read_back="on",
    )
    assert sent.status_code == 302 and shared_writing.parts_for(shared, cast.delegate) == {"risks"}
    last = shared.events.filter(verb="chose_who_writes_the_plan").last()
    assert last.on_behalf_of == shared.person and "On paper" in last.body.note
    assert "What could go wrong" in text(as_(cast.person).get(url("plan_together", shared)))


def test_who_wrote_what_is_shown_and_one_helper_is_not_named_to_another(shared, cast, as_):
    plan = actions.open_plan(case=shared, by=cast.person)
    actions.save_plan_part(plan=plan, by=cast.person, what_matters="My garden")
    assert "Written by" not in text(as_(cast.person).get(url("plan", shared))), (
        "alone, it goes without saying"
    )
    line = a_line(plan, cast.delegate)
    actions.save_plan_part(plan=plan, by=cast.delegate, goals="Out more")
    mine = text(as_(cast.person).get(url("plan", shared)))
    assert f"Written by {cast.delegate}" in mine and "Written by you" in mine
    theirs = text(as_(cast.delegate).get(url("plan", shared)))
    assert "Written by The person you help" in theirs and "Written by you" in theirs
    other = shared_writing.writers(plan, cast.stranger, "delegate")
    assert str(cast.delegate) not in " ".join(other.values())
    actions.save_line(plan=plan, line=line, by=cast.worker, quantity=Decimal(6))
    rows = PlanWriting.objects.filter(plan=plan, place=shared_writing.line_place(line.pk))
    assert {row.role for row in rows} == {"delegate", "worker"}, "nobody's part in it is forgotten"


def test_a_copied_plan_keeps_who_wrote_it(a_case, cast):
    case = a_case(at="sign_off")
    actions.return_plan(
        case=case, by=cast.manager if case.turn == "manager" else cast.worker, reason="Say more"
    )
    case.refresh_from_db()
    new = actions.open_plan(case=case, by=cast.worker)
    line = new.lines.first()
    assert (
        PlanWriting.objects.get(plan=new, place=shared_writing.line_place(line.pk)).user
        == cast.person
    )
    assert PlanWriting.objects.get(plan=new, place="goals").role == "person"


def test_the_ways_stand_beside_each_other_and_none_is_chosen(a_case, cast, as_):
    case = a_case(at="plan")
    a_line(actions.open_plan(case=case, by=cast.person), cast.person)
    page = as_(cast.person).get(url("plan_part", case, "routes")).content.decode()
    table = route_comparison.compared(PlanLine.objects.all())
    assert len(table.head) == 1 + len(ROUTES) and all(
        len(row) == len(table.head) for row in table.rows
    )
    assert all(str(cell) for row in table.rows for cell in row), (
        "every way is described in every respect"
    )
    assert "beside each other" in page and "checked" not in page


def test_the_sum_is_worked_out_without_saving(a_case, cast, as_):
    case = a_case(at="plan")
    plan = actions.open_plan(case=case, by=cast.person)
    line = a_line(plan, cast.person)
    me, address = as_(cast.person), url("plan_line_cost", case, line.pk)
    shown = send(me, address, quantity="6", unit="hour", rate="20", weeks="52", work_out="1")
    assert shown.status_code == 200
    page = text(shown)
    assert (
        "£120.00 a week (£6,240.00 a year)" in page
        and "£1,040.00 a year more than the budget" in page
    )
    line.refresh_from_db()
    assert (line.quantity, line.annual) == (Decimal(5), Decimal("2600.00"))
    wrong = send(me, address, quantity="many", unit="hour", rate="20", weeks="52", work_out="1")
    assert wrong.status_code == 422 and "What it would cost" not in text(wrong)


def test_what_if_keeps_nothing_until_it_is_asked_to(a_case, cast, as_):
    case = a_case(at="plan")
    plan = actions.open_plan(case=case, by=cast.person)
    paid = a_line(plan, cast.person)
    free = a_line(
        plan, cast.person, who="family", what="My sister", quantity=Decimal(2), rate=Decimal(0)
    )
    me, address = as_(cast.person), url("plan_what_if", case)
    page = me.get(address).content.decode()
    assert (
        f"quantity_{free.pk}" in page
        and f"rate_{free.pk}" not in page
        and 'value="keep"' not in page
    )
    numbers = {f"quantity_{paid.pk}": "8", f"rate_{paid.pk}": "12.50", f"quantity_{free.pk}": "2"}
    shown = text(send(me, address, work_out="1", **numbers))
    assert "£100.00 a week (£5,200.00 a year)" in shown and "+£2,600.00" in shown
    paid.refresh_from_db()
    assert paid.quantity == Decimal(5), "only looked at"
    assert send(me, address, keep="1", **numbers).status_code == 302
    paid.refresh_from_db()
    free.refresh_from_db()
    assert (paid.quantity, paid.rate, paid.annual, free.version) == (
        Decimal(8),
        Decimal("12.50"),
        Decimal("5200.00"),
        1,
    )


def test_what_if_never_writes_over_what_somebody_changed_meanwhile(a_case, cast, as_):
    case = a_case(at="plan")
    plan = actions.open_plan(case=case, by=cast.person)
    line = a_line(plan, cast.person)
    hidden = form_of(as_(cast.person), url("plan_what_if", case))
    actions.save_line(plan=plan, line=line, by=cast.worker, quantity=Decimal(7))
    typed = {f"quantity_{line.pk}": "9", f"rate_{line.pk}": "10", "keep": "1"}
    assert as_(cast.person).post(url("plan_what_if", case), hidden | typed).status_code == 409
    line.refresh_from_db()
    assert line.quantity == Decimal(7)


def test_ideas_are_of_the_council_and_of_today_and_cost_nothing(a_case, cast, as_):
    case = a_case(at="plan")
    assert local_ideas.load_ideas(case.council) and local_ideas.load_ideas(case.council) == 0
    assert "has not written down" not in text(as_(cast.person).get(url("plan_ideas", case)))
    over = LocalIdea.objects.first()
    LocalIdea.objects.filter(pk=over.pk).update(valid_to=timezone.localdate())
    page = as_(cast.person).get(url("plan_ideas", case))
    assert "invented for the demonstration" in text(page) and over.name not in text(page)
    assert "People who have been through it" in text(page)
    idea = LocalIdea.objects.get(name="Walk and talk")
    add = f"{url('plan_line_add', case)}?idea={idea.pk}"
    assert add in page.content.decode()
    form = as_(cast.person).get(add).context["form"]
    start = {name: form[name].value() for name in ("what", "outcome", "who", "provider", "when")}
    cost = as_(cast.person).post(add, form_of(as_(cast.person), add) | start)["Location"]
    assert 'value="0"' in as_(cast.person).get(cost).content.decode()
    assert (
        send(as_(cast.person), cost, quantity="1", unit="session", rate="0", weeks="52").status_code
        == 302
    )
    line = PlanLine.objects.get()
    assert (line.who, line.annual, case_money.funded([line])) == ("community", Decimal(0), [])
    assert timetable.days_of(line.when) == ["tue"]
    other = a_case(at="plan", kind="carer") if case.kind == "adult" else case
    LocalIdea.objects.all().delete()
    assert "has not written down any ideas" in text(as_(cast.person).get(url("plan_ideas", other)))


@pytest.mark.parametrize(
    ("said", "days", "times"),
    [
        ("weekday mornings", 5, ["morning"]),
        ("Tue and Thu evening", 2, ["evening"]),
        ("Monday to Friday at lunchtime", 5, ["midday"]),
        ("Mornings and evenings", 7, ["morning", "evening"]),
        ("Fri-Sun", 3, [""]),
        ("weekends", 2, [""]),
        ("every day", 7, [""]),
        ("overnight on Fridays", 1, ["night"]),
        ("Sunday to Tuesday", 3, [""]),
        ("the second Sunday of the month", 0, [""]),
        ("once a month", 0, [""]),
        ("3 days a week", 0, [""]),
        ("when my sister can", 0, [""]),
        ("", 0, [""]),
        ("every other Monday", 0, [""]),
        ("Sunderland", 0, [""]),
        ("💤" * 50, 0, [""]),
    ],
)
def test_the_week_takes_the_days_that_are_said_and_guesses_none(said, days, times):
    assert (len(timetable.days_of(said)), timetable.times_of(said)) == (days, times)


def test_the_week_has_each_line_on_its_days_and_the_others_beside_it():
    lines = [
        PlanLine(pk=1, what="Dressing", who="pa", when="weekday mornings", unit="hour"),
        PlanLine(pk=2, what="A rail", who="item", when="Monday", unit="once"),
        PlanLine(pk=3, what="Nights away", who="agency", when="Saturdays", unit="night"),
        PlanLine(
            pk=4, what="Tea", who="family", provider="Bridie", when="Mon evening", unit="hour"
        ),
    ]
    laid = timetable.weekly_timetable(lines)
    table = timetable.table(laid)
    assert cell(table, "Monday", "What happens") == [
        "Morning: Dressing (A personal assistant)",
        "Evening: Tea (Bridie)",
    ]
    assert cell(table, "Sunday", "What happens") == ["Nothing yet"]
    days = column(table, "Day")
    assert len(days) == 7 and days[0] == "Monday" and days[6] == "Sunday"
    assert timetable.elsewhere(laid) == ["A rail: Monday", "Nights away: Saturdays"]


def fill(case, cast, words="My garden"):
    plan = actions.open_plan(case=case, by=cast.person)
    actions.save_plan_part(
        plan=plan,
        by=cast.person,
        what_matters=words,
        goals="Out twice a week",
        in_control="I choose",
        risks="My sister comes",
    )
    for n, when in enumerate(("weekday mornings", "Tue and Thu evening", "weekends", "")):
        a_line(plan, cast.person, what=f"Help number {n}", when=when)
    return plan


@pytest.mark.parametrize("words", ["My garden", "My garden and my cat. " * 250])
def test_the_plan_prints_on_one_page_and_nothing_is_lost_overleaf(a_case, cast, as_, words):
    case = a_case(at="plan")
    fill(case, cast, words)
    page = as_(cast.person).get(url("plan_sheet", case))
    assert (
        page.status_code == 200
        and words.strip()[-20:] in text(page)
        and "Help number 3" in text(page)
    )
    answer = as_(cast.person).get(url("plan_sheet_pdf", case) + "?as=print")
    assert answer["Content-Type"] == "application/pdf"
    whole = streams(answer.content)
    assert b"pdfuaid" in whole and b"/Marked true" in whole and b"My support plan" in whole
    assert set("Helpnumber3gardenda") <= set(text_of(answer.content))
    sheets = len(re.findall(rb"/Type\s*/Page\b", whole))
    assert sheets == 1 if words == "My garden" else sheets > 1
    large = as_(cast.person).get(url("plan_sheet_pdf", case) + "?as=large").content
    assert large != answer.content and b"pdfuaid" in streams(large)


def test_what_does_not_fit_on_the_page_stands_whole_overleaf(a_case, cast, monkeypatch):
    case, given = a_case(at="plan"), {}
    words = "My garden and my cat. " * 250
    plan = fill(case, cast, words)
    monkeypatch.setattr(
        "cases.letters.pdf.make", lambda source, data, **_how: given.update(data) or b""
    )
    plan.refresh_from_db()
    one_page_plan.as_pdf(
        one_page_plan.plan_sheet(case, plan, case_money.Cost(), timezone.localdate()), "print"
    )
    title, long, short = given["said"][0]
    assert "".join(one["text"] for one in long).count("my cat") == 250 and given["cut"]
    assert len(short[0]["text"]) < 280 and short[0]["text"].endswith(" …")
    assert [row[0] for row in given["rows"]] == [line.what for line in plan.lines.all()] and [
        row[0] for row in given["week"]
    ] == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday to Sunday"]


def test_the_sheet_of_a_sent_plan_says_so_and_strangers_find_none(a_case, cast, as_):
    case = a_case(at="sign_off")
    assert "Sent on" in text(as_(cast.person).get(url("plan_sheet", case, 1)))
    assert as_(cast.person).get(url("plan_sheet", case, 9)).status_code == 404
    for who in (cast.outsider, cast.stranger):
        assert as_(who).get(url("plan_sheet_pdf", case)).status_code == 404
