"""The paper twin: every question and option of every form, with the numbers of the screen; keyed in
as "on paper".
"""

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from cases import actions
from cases.assessment import answering, questions
from cases.common import dates
from cases.letters import pdf
from cases.models import Answer
from cases.paper import assessment_form
from tests.cases.test_pdf import streams


def page_of(client, address) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return html.unescape(answer.content.decode())


def question_of(page: str, code: str) -> str:
    found = re.search(
        rf'<section class="app-paper__question" data-question="{re.escape(code)}".*?</section>',
        page,
        re.DOTALL,
    )
    assert found, f"{code} is not on paper"
    return found[0]


@pytest.mark.parametrize("council", ["council", "other"])
@pytest.mark.parametrize("kind", ["adult", "carer"])
def test_every_question_and_every_option_stands_on_paper_with_the_number_of_the_screen(
    cast, client, kind, council
):
    whose = getattr(cast, council)
    page = page_of(client, reverse("cases:blank_paper", args=[whose.slug, kind]))
    form = questions.build(
        type("Asks", (), {"council": whose, "council_id": whose.pk, "kind": kind})
    )
    number = questions.numbers(form)
    assert (
        len(re.findall(r"data-question=", page))
        == len(form)
        == len(number)
        == assessment_form.count(assessment_form.blank(whose, kind))
    )
    assert any("scheme" in q for q in form) and any(q["kind"] == "text" for q in form)
    for q in form:
        found = question_of(page, q["id"])
        assert f">{number[q['id']]}. {q['text']}<" in found, q["id"]
        for option in q.get("options", []):
            assert f"<li>{option['label']}</li>" in found, (q["id"], option)
        if q.get("voice") != "worker":
            assert all(f"<li>{words}</li>" in found for words in questions.ESCAPES.values()), q[
                "id"
            ]
        assert ("app-paper__room" in found) == (q["kind"] == "text")


@pytest.mark.parametrize("kind", ["adult", "carer"])
def test_the_pdf_is_given_the_same_questions(cast, kind):
    found = assessment_form.printed(assessment_form.blank(cast.council, kind))
    asked = [q for s in found["sections"] for q in s["questions"]] + found["worker"]
    form = questions.build(
        type("Asks", (), {"council": cast.council, "council_id": cast.council.pk, "kind": kind})
    )
    assert {q["id"]: q["number"] for q in asked} == questions.numbers(form)
    for size in pdf.SIZES:
        made = pdf.paper(found, size, dates.today())
        assert made.startswith(b"%PDF") and b"/StructTreeRoot" in streams(made)


def test_the_screen_says_the_number_that_paper_has(a_case, cast, as_):
    case = a_case("assess")
    draft = actions.open_assessment(case=case, by=cast.person)
    number = questions.numbers(draft.form)
    own = [q for q in draft.form if q.get("voice") != "worker"]
    for q in (own[0], own[3], own[-1]):
        page = page_of(as_(cast.person), reverse("cases:question", args=[case.ref, q["id"]]))
        assert f"On paper: {number[q['id']]}" in page


def test_a_follow_up_says_when_it_is_left_out(cast):
    form = questions.build(
        type("Asks", (), {"council": cast.council, "council_id": cast.council.pk, "kind": "adult"})
    )
    number = questions.numbers(form)
    for q in form:
        words = assessment_form.only(q, form, number)
        before = [q["follows"]] if "follows" in q else q.get("any_of", [])
        assert all(str(number[b]) in words for b in before) and bool(words) == bool(before)


def test_a_form_of_a_case_has_its_reference_and_a_qr_of_nothing_else(a_case, cast, as_):
    case = a_case("assess", person=cast.new_person("Zebedee Quill", address="9 Secret Lane"))
    page = page_of(as_(cast.person), reverse("cases:paper", args=[case.ref]))
    assert case.ref in page and "Zebedee Quill" in page and "9 Secret Lane" not in page
    assert f"QR code with the reference {case.ref}" in page and "<svg" in page
    import segno

    drawn = re.search(r'<path[^>]*stroke[^>]* d="([^"]+)"', assessment_form.qr(case.ref))[1]
    assert (
        drawn
        == re.search(
            r'<path[^>]*stroke[^>]* d="([^"]+)"',
            segno.make(case.ref, error="m", micro=False).svg_inline(scale=4, border=2),
        )[1]
    )
    assert assessment_form.qr("") == "" and "Zebedee" not in assessment_form.qr(case.ref)
    blank = page_of(as_(None), reverse("cases:blank_paper", args=[case.council.slug, "adult"]))
    assert "app-paper__qr" not in blank and "Your name" in blank


def test_the_form_of_a_case_keeps_the_questions_it_was_begun_with(a_case, cast, as_, monkeypatch):
    case = a_case("assess")
    draft = actions.open_assessment(case=case, by=cast.person)
    monkeypatch.setattr(questions, "build", lambda case: [])
    assert assessment_form.count(assessment_form.of_case(case)) == len(draft.form)


def test_large_print_is_first_for_whoever_needs_it(a_case, cast, as_):
    case = a_case("assess", person=cast.new_person(communication="large_print"))
    address = reverse("cases:paper", args=[case.ref])
    assert "app-letter--large" in page_of(as_(cast.person), address)
    assert "app-letter--large" not in page_of(as_(cast.person), address + "?as=print")
    file = reverse("cases:paper_pdf", args=[case.ref])
    assert as_(cast.person).get(file).content == as_(cast.person).get(file + "?as=large").content


def test_who_gets_a_form(a_case, cast, as_):
    case = a_case("set_up")
    cast.help(case)
    for name in ("paper", "paper_pdf"):
        address = reverse(f"cases:{name}", args=[case.ref])
        for who, status in (
            ("person", 200),
            ("delegate", 200),
            ("worker", 200),
            ("finance", 404),
            ("stranger", 404),
            ("outsider", 404),
        ):
            assert as_(getattr(cast, who)).get(address).status_code == status, (name, who)
    assert as_(None).get(reverse("cases:paper", args=[case.ref])).status_code == 302
    for name in ("blank_paper", "blank_paper_pdf"):
        assert (
            as_(None).get(reverse(f"cases:{name}", args=["brackenshire", "adult"])).status_code
            == 200
        )
        assert (
            as_(None).get(reverse(f"cases:{name}", args=["brackenshire", "dragon"])).status_code
            == 404
        )
        assert as_(None).get(reverse(f"cases:{name}", args=["nowhere", "adult"])).status_code == 404


def key_in(client, case, how="paper", on=None):
    on = on or dates.today() - timedelta(days=3)
    begin = {"how": how, "on_day": on.day, "on_month": on.month, "on_year": on.year}
    return client.post(reverse("cases:assessment", args=[case.ref]), begin), on


def send(client, case):
    page = client.get(reverse("cases:check_answers", args=[case.ref])).content.decode()
    hidden = {
        name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("key", "seen")
    }
    return client.post(reverse("cases:check_answers", args=[case.ref]), hidden)


def test_answers_on_paper_are_keyed_in_with_how_and_when_they_were_given(a_case, cast, as_):
    case, worker = a_case("assess"), as_(cast.worker)
    answer, on = key_in(worker, case)
    assert answer.status_code == 302
    worker.post(
        reverse("cases:question", args=[case.ref, "about.important"]),
        {"value": "My cat", "seen": 0},
    )
    row = Answer.objects.get(assessment__case=case, question="about.important")
    assert (row.voice, row.value, row.by) == ("person", "My cat", cast.worker)
    check = page_of(worker, reverse("cases:check_answers", args=[case.ref]))
    assert f"How the answers were given: On paper, {on:%-d %B %Y}." in check
    assert send(worker, case).status_code == 302
    began = case.events.get(verb="take_down")
    assert (
        began.codes == {"given": "paper", "given_on": on.isoformat()}
        and began.on_behalf_of == case.person
    )
    sent = case.events.get(verb="submit_assessment")
    assert (sent.codes["given"], sent.codes["given_on"]) == (
        "paper",
        on.isoformat(),
    ) and sent.by == cast.worker
    story = page_of(as_(cast.person), reverse("cases:case", args=[case.ref]))
    assert (
        "began to write down answers on your behalf" in story
        and f"On paper, {on:%-d %B %Y}" in story
    )


def test_the_same_paper_is_noted_once_and_another_way_again(a_case, cast, as_):
    case, worker = a_case("assess"), as_(cast.worker)
    for how in ("paper", "paper", "phone"):
        key_in(worker, case, how)
    assert [e.codes["given"] for e in case.events.filter(verb="take_down").order_by("seq")] == [
        "paper",
        "phone",
    ]
    assert [e.codes["given"] for e in answering.taken_down(case)] == ["phone", "paper"]


def test_a_day_that_is_none_changes_nothing(a_case, cast, as_):
    case, worker = a_case("assess"), as_(cast.worker)
    for on in (
        {"on_day": 31, "on_month": 2, "on_year": 2026},
        {"on_day": "x", "on_month": "", "on_year": "99999"},
    ):
        answer = worker.post(reverse("cases:assessment", args=[case.ref]), {"how": "paper"} | on)
        assert answer.status_code == 422 and "real date" in answer.content.decode()
    tomorrow, _on = key_in(worker, case, on=dates.today() + timedelta(days=1))
    assert tomorrow.status_code == 422 and not case.events.filter(verb="take_down").exists()
    assert (
        worker.post(reverse("cases:assessment", args=[case.ref]), {"how": "pigeon"}).status_code
        == 422
    )


def test_the_persons_own_sending_says_no_way(a_case, cast):
    sent = a_case("confirm").events.get(verb="submit_assessment")
    assert "given" not in sent.codes and "given_on" not in sent.codes
