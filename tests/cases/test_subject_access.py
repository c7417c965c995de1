"""A copy of everything: made from the models, only what its reader may see, written down, and
nothing forgotten.
"""

import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import access, actions
from cases.assessment import answering
from cases.casefile import requests
from cases.models import Answer, CaseLink, Message, RecordView, Representation, Withheld
from cases.records import subject_access
from tests.cases.pages import body, page

SHOWN = {"cases.Case", "cases.Person"}


def forgotten():
    """The models through which a person could be met that say neither what is given out of them nor
    why not.
    """
    return (
        subject_access.reaching(*SHOWN) - set(subject_access.HELD) - set(subject_access.NOT_GIVEN)
    )


def take(client, case, kind="html"):
    from django.urls import reverse

    return client.post(reverse("cases:copy", args=[case.ref]), {"kind": kind})


def data(client, case):
    return {t["table"]: t["rows"] for t in json.loads(take(client, case, "json").content)["tables"]}


def test_no_model_is_forgotten_and_one_that_were_is_found():
    assert forgotten() == set()
    kept = subject_access.HELD.pop("budgets.PlanLine")
    try:
        assert forgotten() == {"budgets.PlanLine"}, "the check finds what nobody named"
    finally:
        subject_access.HELD["budgets.PlanLine"] = kept
    assert not set(subject_access.HELD) & set(subject_access.NOT_GIVEN)


def test_what_is_left_out_of_a_row_is_a_column_that_exists():
    from django.apps import apps

    for label, one in subject_access.HELD.items():
        names = {f.name for f in apps.get_model(label)._meta.concrete_fields}
        assert set(one.leave) | set(one.words) <= names, label
        assert one.group in access.READS or one.group in subject_access.READS, label


@pytest.fixture
def case(a_case, cast):
    """A case with a word of everybody in it."""
    case = a_case(at="running")
    cast.help(case)
    case.record("record_contact", by=cast.worker, note="Zebra among colleagues", audience="staff")
    sent = answering.last_sent(case)
    Answer.objects.create(
        assessment=sent,
        question="about.important",
        voice="helper",
        value="Zebra of a helper",
        by=cast.delegate,
    )
    requests.record_request(
        case=case, by=cast.person, what="message", words="Zebra asked alone", alone=True
    )
    requests.record_request(
        case=case, by=cast.delegate, what="message", words="Zebra of a helper's message"
    )
    RecordView.objects.create(
        council=case.council, case=case, user=cast.worker, role="worker", page="x"
    )
    return case


def test_the_person_gets_all_of_it_in_words(case, cast, as_):
    shown = " ".join(body(take(as_(cast.person), case)).split())
    for words in (
        "Ada Wren",
        "person@example.org",
        "I find mornings hard",
        "My garden",
        "Zebra of a helper",
        "Zebra asked alone",
        "Needs help most days",
        "Help to wash and dress",
        "Your indicative budget",
        "Payments",
        "Dear Ada Wren",
        "Social worker",
        "What is not in it, and why",
        "words of somebody else",
    ):
        assert words in shown, words
    for words in (
        "Zebra among colleagues",
        "Colleague",
        cast.worker.email,
        "None",
        "salt",
        "object (",
    ):
        assert words not in shown, words
    tables = data(as_(cast.person), case)
    assert {
        "cases.Answer",
        "cases.Event",
        "budgets.BudgetFigure",
        "budgets.Calculation",
        "budgets.PlanLine",
    } <= set(tables)
    figure = case.figures.order_by("pk").last()
    assert str(figure.annual) in [row["annual"] for row in tables["budgets.BudgetFigure"]]
    assert tables["budgets.Calculation"][0]["trace"]
    voices = {(row["value"], row["words_of_somebody_else"]) for row in tables["cases.Answer"]}
    assert ("Zebra of a helper", True) in voices and (
        "In my own words about about",
        False,
    ) in voices


def test_every_table_with_a_row_about_the_person_stands_in_it(case, cast, as_):
    """What is shown is counted against the tables themselves."""
    from django.apps import apps

    tables = data(as_(cast.person), case)
    for label, one in subject_access.HELD.items():
        if one.only or one.rows:
            continue  # told apart, or counted by day: tested on their own
        rows = apps.get_model(label)._default_manager.filter(**{one.path or "pk": case.pk}).count()
        assert len(tables.get(label, [])) == rows, label


def test_a_helper_gets_only_what_they_may_see(case, cast, as_):
    theirs = as_(cast.delegate)
    shown = body(take(theirs, case))
    for words in ("Zebra of a helper", "My garden", "Help to wash and dress"):
        assert words in shown, words
    for words in (
        "Zebra asked alone",
        "Zebra among colleagues",
        "person@example.org",
        "no helper can see",
    ):
        assert words not in shown, words
    tables = data(theirs, case)
    own = {label for label, one in subject_access.HELD.items() if one.group == subject_access.OWN}
    assert own and not own & set(tables)
    cast.help(case, user=cast.outsider)
    Answer.objects.filter(voice="helper").update(by=cast.outsider)
    assert "Another helper" in body(take(theirs, case)) and "Outsider" not in body(
        take(theirs, case)
    )
    assert "Outsider" in body(take(as_(cast.person), case))
    assert "This is what the person lets you see" in shown and "ask_copy" not in body(
        page(theirs, case, "copy")
    )


def test_a_helper_without_the_scope_and_a_stranger_get_nothing(case, cast, as_):
    Representation.objects.filter(user=cast.delegate).update(scope=["fill"])
    before = case.events.count()
    for who in (cast.delegate, cast.outsider, cast.stranger, cast.finance, cast.auditor):
        assert (
            page(as_(who), case, "copy").status_code == 404
            and take(as_(who), case).status_code == 404
        )
    assert case.events.count() == before


def test_looking_writes_nothing_and_taking_is_an_event_and_an_opening(case, cast, as_):
    mine, before = as_(cast.person), case.events.count()
    assert page(mine, case, "copy").status_code == 200 and case.events.count() == before
    answer = take(mine, case)
    event = case.events.order_by("-seq").first()
    assert (event.verb, event.by, event.codes["kind"]) == (
        "took_a_copy_of_everything",
        cast.person,
        "html",
    )
    assert RecordView.objects.filter(case=case, page="cases:copy", user=cast.person).count() == 2
    assert answer["Content-Disposition"].startswith(f'attachment; filename="copy-{case.ref}-')
    assert "You took a copy of everything" in body(page(mine, case, "case"))
    assert "took a copy" not in body(page(as_(cast.delegate), case, "case"))
    assert take(mine, case, "parchment").status_code == 409


def test_withheld_openings_and_what_is_said_of_them_are_the_same_with_and_without(case, cast, as_):
    RecordView.objects.create(
        council=case.council, case=case, user=cast.service_manager, role="service_manager", page="x"
    )
    mine = as_(cast.person)
    open_then, said_then = data(mine, case)["cases.RecordView"], body(page(mine, case, "copy"))
    assert "Service manager" in [row["role"] for row in open_then]
    event = case.record(
        "withheld_who_looked", by=cast.manager, note="Zebra safety", audience="staff", user=1
    )
    Withheld.objects.create(
        case=case, user=cast.service_manager, since=date(2020, 1, 1), event=event
    )
    assert "Service manager" not in {row["role"] for row in data(mine, case)["cases.RecordView"]}

    def left(text):
        return text.split("What is not in it")[1].split("csrf")[0]

    assert left(body(page(mine, case, "copy"))) == left(said_then)
    assert "withheld" not in body(take(mine, case)).lower() and "Zebra safety" not in body(
        take(mine, case)
    )


def test_a_tie_to_somebody_elses_case_is_told_on_both_sides_and_never_whose_it_is(
    case, cast, as_, a_case
):
    carer = a_case(at="request", kind="carer", person=cast.new_person("Bea Lark"))
    Representation.objects.filter(person=carer.person).update(user=cast.outsider)
    CaseLink.objects.create(carer=carer, cared_for=case, made_by=cast.worker, made_at=case.asked_at)
    assert "Somebody who cares for you" in data(as_(cast.person), case)["cases.CaseLink"][0]["what"]
    assert "You care for somebody" in data(as_(cast.outsider), carer)["cases.CaseLink"][0]["what"]
    assert "Bea Lark" not in body(take(as_(cast.person), case)) and "Ada Wren" not in body(
        take(as_(cast.outsider), carer)
    )


def test_a_colleague_makes_it_for_paper_without_what_is_not_sent_yet(a_case, cast, as_):
    case = a_case(at="assess")
    draft = actions.open_assessment(case=case, by=cast.person)
    actions.save_answer(
        assessment=draft,
        question="about.important",
        value="Zebra unsent",
        voice="person",
        by=cast.person,
    )
    assert "Zebra unsent" in body(take(as_(cast.person), case))
    assert "Zebra unsent" not in body(take(as_(cast.worker), case))
    event = case.events.order_by("-seq").first()
    assert (event.by, event.on_behalf_of) == (cast.worker, case.person)
    assert "Ask the council for a copy" in body(page(as_(cast.person), case, "copy")), (
        "and asking goes on"
    )


def test_it_takes_as_many_queries_for_a_long_case_as_for_a_short_one(case, cast):
    def count():
        reading = access.reading_by(case, cast.person)
        with CaptureQueriesContext(connection) as seen:
            subject_access.sections(subject_access.Reader(reading))
        return len(seen)

    first = count()
    for number in range(12):
        requests.record_request(
            case=case, by=cast.person, what="message", words=f"Once more {number}"
        )
        RecordView.objects.create(
            council=case.council, case=case, user=cast.worker, role="worker", page="x"
        )
    assert count() == first <= 2 * len(subject_access.HELD)


def test_what_was_told_to_the_person_is_in_it_and_a_colleagues_mail_is_not(case, cast, as_):
    told = Message.objects.filter(case=case, to_person=case.person).count()
    others = Message.objects.filter(case=case).exclude(to_person=case.person)
    assert told and others.exists()
    assert len(data(as_(cast.person), case)["cases.Message"]) == told
