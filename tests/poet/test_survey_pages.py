"""The survey's pages: public ones behind link and code, staff's on a case, paper, and what people
wrote.
"""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from cases.common import dates
from cases.models import Message
from poet import actions
from poet.actions import answer, invite
from poet.models import Comment, Draft, Invitation, LinkKey, Response
from poet.survey import private_links, questions
from tests.poet.test_survey import ANSWERS, six_weeks


@pytest.fixture
def asked(a_case):
    """(case, token) of an invitation whose message waits."""
    case = a_case(at="running", days_ago=120)
    invite(now=six_weeks(case))
    return case, Message.objects.get(template="survey_invitation").token


def page(name, *args):
    return reverse(f"poet:{name}", args=args)


def text(response):
    return response.content.decode()


def fill_in(client, token, answers=ANSWERS, **how):
    case_of = private_links.find(token)
    for number, spec in enumerate(questions.numbered_questions(case_of.question_set), 1):
        if spec["id"] in answers:
            where = page("survey_question", token, number)
            assert client.get(where).status_code == 200
            assert client.post(where, {"answer": answers[spec["id"]]}).status_code == 302
    return client.post(page("survey_check", token), how, follow=True)


# ---- answering


def test_the_short_form_then_check_then_thanks_with_whom_to_tell_about_harm(asked, as_):
    _case, token = asked
    visitor = as_(None)
    first = visitor.get(page("survey", token))
    assert b"7 short questions" in first.content and b"Brackenshire Council" in first.content
    done = fill_in(visitor, token, helper="wrote", helped_by="family", compare="on")
    assert "Thank you" in text(done) and "What happens next" in text(done)
    kept = Response.objects.get()
    assert kept.answers == ANSWERS and (kept.helper, kept.helped_by) == ("wrote", "family")
    assert LinkKey.objects.get().response == kept
    assert [key for key in visitor.session.keys() if key.startswith("survey:")] == []


def test_whoever_likes_goes_on_after_the_short_form(asked, as_):
    _case, token = asked
    visitor = as_(None)
    assert visitor.post(page("survey_question", token, 6), {"answer": "no"}).url == page(
        "survey_question", token, 7
    )
    assert visitor.post(page("survey_question", token, 7), {"answer": ""}).url == page(
        "survey_check", token
    )
    check = text(visitor.get(page("survey_check", token)))
    assert "There are 31 questions more" in check and page("survey_question", token, 8) in check
    more = visitor.get(page("survey_question", token, 8))
    assert b"Question 8 of 38" in more.content
    assert visitor.post(page("survey_question", token, 8), {"answer": "better"}).url == page(
        "survey_question", token, 9
    )
    assert "Your physical health" in text(visitor.get(page("survey_check", token)))


def test_every_page_says_whom_to_tell_about_harm_and_names_nobody(asked, as_):
    case, token = asked
    visitor = as_(None)
    pages = [
        page("survey", token),
        page("survey_question", token, 1),
        page("survey_check", token),
        page("survey_code"),
        page("survey_paper", token),
        page("survey", "forged"),
    ]
    for where in pages:
        shown = text(visitor.get(where))
        assert "999" in shown and "hurts you" in shown, where
        assert case.ref not in shown and case.person.name not in shown
        if "forged" not in where and where != page("survey_code"):
            assert "Phone us on 01632 960100." in shown, where
    assert "Phone us on 01632 960100." in text(fill_in(visitor, token))


def test_half_a_form_is_kept_and_read_again_only_where_it_was_given(asked, as_):
    _case, token = asked
    mine, other = as_(None), as_(None)
    mine.post(page("survey_question", token, 2), {"answer": "worse"})
    assert Draft.objects.get().answers == {"when_needed": "worse"}
    assert 'value="worse" checked' in text(mine.get(page("survey_question", token, 2)))
    assert "checked" not in text(other.get(page("survey_question", token, 2)))
    check = text(other.get(page("survey_check", token)))
    assert "A little worse" not in check and "Answered on another device" in check
    other.post(page("survey_question", token, 1), {"answer": "better"})
    other.post(page("survey_check", token), {})
    assert Response.objects.get().answers == {"when_needed": "worse", "say": "better"}


def test_an_answer_can_be_changed_from_the_check_page(asked, as_):
    _case, token = asked
    visitor = as_(None)
    visitor.post(page("survey_question", token, 2), {"answer": "worse"})
    changed = visitor.post(page("survey_question", token, 2) + "?change=1", {"answer": "same"})
    assert changed.url == page("survey_check", token)
    assert actions.unsent_answers(private_links.find(token)) == {"when_needed": "same"}


@pytest.mark.parametrize("typed", [{}, {"answer": ""}, {"answer": "splendid"}])
def test_no_answer_or_an_invented_one_is_refused_with_a_sentence(asked, as_, typed):
    _case, token = asked
    shown = as_(None).post(page("survey_question", token, 1), typed)
    assert shown.status_code == 422
    assert b"There is a problem" in shown.content and b"<title>Error:" in shown.content


def test_sending_nothing_or_a_helper_without_a_name_is_refused(asked, as_):
    _case, token = asked
    visitor = as_(None)
    shown = visitor.post(page("survey_check", token), {})
    assert shown.status_code == 422 and b"Answer at least one question first." in shown.content
    visitor.post(page("survey_question", token, 1), {"answer": "same"})
    shown = visitor.post(page("survey_check", token), {"helper": "wrote", "contact": "on"})
    assert shown.status_code == 422 and "Say who helped." in text(shown)
    assert re.search(r'name="contact"[^>]*checked', text(shown)), "what was ticked stays"
    assert not Response.objects.exists()


@pytest.mark.parametrize("number", [0, 39, 99])
def test_a_question_that_does_not_exist_is_not_found(asked, as_, number):
    assert as_(None).get(page("survey_question", asked[1], number)).status_code == 404


def test_easy_words_are_chosen_with_a_link_or_by_what_they_told_us(asked, as_):
    case, token = asked
    visitor = as_(None)
    first = page("survey_question", token, 1)
    assert "I decide about my life." not in text(visitor.get(first))
    assert "I decide about my life." in text(visitor.get(first + "?view=easy"))
    assert "I decide about my life." in text(visitor.get(first)), "it stays so"
    assert "I decide about my life." not in text(visitor.get(first + "?view=words"))
    case.person.communication = "easy_read"
    case.person.save()
    assert "I decide about my life." in text(as_(None).get(first))


# ---- links that open nothing


def same(response):
    """A page without what is new at every request."""
    return re.sub(r'nonce="[^"]*"|value="[A-Za-z0-9]{64}"', "", text(response))


def test_used_over_forged_and_foreign_links_are_one_page(a_case, cast, as_):
    tokens = {}
    for name in ("used", "over", "open"):
        case = a_case(at="running", days_ago=120)
        invite(now=six_weeks(case))
        tokens[name] = private_links.token_of(Invitation.objects.get(case=case, worker=None))
    answer(tokens["used"], ANSWERS)
    Invitation.objects.filter(token_hash=private_links.digest(tokens["over"])).update(
        stopped_at=dates.london_midnight(dates.today()), stopped_why="expired"
    )
    dead = [tokens["used"], tokens["over"], "A" * 43, "x", "ABCD-EFGH-JKMN", "0" * 64, "ü" * 20]
    for name, more in (
        ("survey", []),
        ("survey_question", [1]),
        ("survey_check", []),
        ("survey_thanks", []),
        ("survey_paper", []),
    ):
        found = [as_(None).get(page(name, token, *more)) for token in dead]
        assert {r.status_code for r in found} == {404}
        assert len({same(r) for r in found}) == 1, name
        assert "There are no questions here now" in text(found[0])
    posts = [as_(None).post(page("survey_check", token), {"helper": "nobody"}) for token in dead]
    assert {(r.status_code, same(r)) for r in posts} == {(404, same(posts[0]))}
    assert Response.objects.count() == 1
    assert as_(None).get(page("survey", tokens["open"])).status_code == 200


def test_pressed_twice_it_counts_once_and_both_see_thanks(asked, as_):
    _case, token = asked
    visitor = as_(None)
    fill_in(visitor, token)
    twice = visitor.post(page("survey_check", token), {}, follow=True)
    assert "Your answers have been sent" in text(twice) and Response.objects.count() == 1
    assert "Your answers have been sent" in text(visitor.get(page("survey", token), follow=True))


def test_a_code_is_typed_as_people_type_and_a_wrong_one_learns_nothing(asked, as_):
    _case, token = asked
    code = private_links.code_of(private_links.find(token))
    visitor = as_(None)
    there = visitor.post(
        page("survey_code"), {"code": f" {code.lower().replace('-', ' ')} "}, follow=True
    )
    assert there.status_code == 200 and b"7 short questions" in there.content
    answer(token, ANSWERS)
    used, forged = (
        as_(None).post(page("survey_code"), {"code": c}) for c in (code, "MMMM-NNNN-PPPP")
    )
    assert used.status_code == forged.status_code == 422
    assert same(used).replace(code, "") == same(forged).replace("MMMM-NNNN-PPPP", "")
    assert b"needs" not in visitor.post(page("survey_code"), {}).content


# ---- paper, and with a worker


def test_the_sheet_has_every_question_with_the_number_of_the_screen(asked, as_, cast):
    case, token = asked
    asking = private_links.find(token)
    shown = text(as_(None).get(page("survey_paper", token)))
    staff = text(as_(cast.worker).get(page("survey_letter", case.ref)))
    for number, spec in enumerate(questions.numbered_questions(asking.question_set), 1):
        assert f"{number}. {spec['text']}" in shown and f"{number}. {spec['text']}" in staff
        assert all(str(choice) in shown for choice in questions.choices(spec).values()), number
        on_screen = text(as_(None).get(page("survey_question", token, number)))
        assert spec["text"] in on_screen and f"Question {number} of" in on_screen
    for sheet in (shown, staff):
        assert (
            private_links.code_of(asking) in sheet
            and "A lot better" in sheet
            and token not in sheet.replace(page("survey", token), "")
        )
    assert case.person.name in staff and case.person.name not in shown
    assert "app-qr" in staff
    large = text(as_(None).get(page("survey_paper", token) + "?as=large"))
    assert "app-letter--large" in large and "app-letter--large" not in shown, (
        "14 points, and 18 for whoever asks"
    )


def test_a_sheet_is_typed_in_by_its_code_and_names_who_typed(asked, as_, cast):
    case, token = asked
    code = private_links.code_of(private_links.find(token))
    worker = as_(cast.colleague)
    sheet = worker.post(page("paper_in"), {"code": code}, follow=True)
    assert case.ref not in text(sheet) and case.person.name not in text(sheet)
    assert "1. Having a say" in text(sheet)
    done = worker.post(
        page("paper_answers"), {"q1": "better", "q7": "A kind word", "contact": "on"}, follow=True
    )
    assert "The answers are kept" in text(done)
    kept = Response.objects.get()
    assert (kept.mode, kept.entered_by, kept.answers) == (
        "paper",
        cast.colleague,
        {"say": "better"},
    )
    assert Comment.objects.get().words == "A kind word"
    assert worker.get(page("paper_answers")).url == page("paper_in")


def test_another_councils_code_is_like_one_that_does_not_exist(asked, as_, cast):
    code = private_links.code_of(private_links.find(asked[1]))
    other = as_(cast.stranger)
    found, forged = (other.post(page("paper_in"), {"code": c}) for c in (code, "MMMM-NNNN-PPPP"))
    assert found.status_code == forged.status_code == 422
    assert same(found).replace(code, "") == same(forged).replace("MMMM-NNNN-PPPP", "")


@pytest.mark.parametrize("role", ["panel", "finance", "admin", "auditor", "outsider", "person"])
def test_who_does_not_work_on_cases_types_in_nothing(cast, as_, role):
    client = as_(getattr(cast, role))
    for name in ("paper_in", "paper_answers"):
        assert client.get(page(name)).status_code == 404


def test_the_page_of_a_case_offers_the_private_ways_first_and_never_tells_who_answered(
    asked, as_, cast
):
    case, token = asked
    worker, where = as_(cast.worker), page("case_survey", case.ref)
    shown = text(worker.get(where))
    assert shown.index("The private ways, which always come first") < shown.index("With you")
    answer(token, ANSWERS)
    after_answer = same(worker.get(where))
    Invitation.objects.filter(worker=None).update(
        answered=False, stopped_at=dates.london_midnight(dates.today())
    )
    assert same(worker.get(where)) == after_answer and "No questions are open" in after_answer


def test_answers_given_together_are_a_way_of_their_own(asked, as_, cast):
    case, _token = asked
    worker, where = as_(cast.worker), page("survey_together", case.ref)
    refused = worker.post(where, {"q1": "better"})
    assert refused.status_code == 422 and "Offer the private way first." in text(refused)
    assert re.search(r'value="better" checked', text(refused))
    worker.post(where, {"q1": "better", "offered": "on"})
    assert (Response.objects.get().mode, Response.objects.get().entered_by) == (
        "with_worker",
        cast.worker,
    )


def test_the_letter_in_the_print_list_leads_to_code_and_sheet(a_case, as_, cast):
    case = a_case(at="running", days_ago=120)
    case.person.contact_by = "letter"
    case.person.save()
    invite(now=six_weeks(case))
    listed = text(as_(cast.worker).get(reverse("cases:letters_to_print")))
    assert page("survey_letter", case.ref) in listed and page("paper_in") in listed
    assert page("paper_in") not in text(as_(cast.finance).get(reverse("cases:letters_to_print")))


# ---- what people wrote


def test_managers_read_what_was_written_a_week_at_a_time(asked, as_, cast):
    answer(asked[1], ANSWERS | {"words": "Too many <b>forms</b>"})
    manager = as_(cast.manager)
    assert "Nothing has been given to read yet" in text(manager.get(page("comments")))
    Comment.objects.update(readable_on=dates.today() - timedelta(days=1))
    shown = text(manager.get(page("comments")))
    assert "Too many &lt;b&gt;forms" in shown
    assert asked[0].ref not in shown and asked[0].person.name not in shown


@pytest.mark.parametrize(
    "role", ["worker", "panel", "finance", "admin", "auditor", "outsider", "person", "stranger"]
)
def test_nobody_else_reads_it(cast, as_, role):
    assert as_(getattr(cast, role)).get(page("comments")).status_code == 404


def test_no_file_of_the_dashboard_holds_what_was_written(asked, as_, cast):
    answer(asked[1], ANSWERS | {"words": "Unmistakable"})
    Comment.objects.update(readable_on=dates.today())
    manager = as_(cast.service_manager)
    for table in ("outcomes", "process"):
        got = manager.get(reverse("poet:dashboard_csv", args=[table]))
        assert got.status_code == 200 and b"Unmistakable" not in got.content
    assert b"Unmistakable" not in manager.get(reverse("poet:dashboard")).content
