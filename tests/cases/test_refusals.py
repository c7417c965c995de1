"""The pages for what can't be done, what is kept of them, and that they come out when much is
broken.
"""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.template import TemplateDoesNotExist
from django.test import Client, RequestFactory
from django.utils import timezone

from cases import middleware
from cases.common.refusals import NotYet, Stale
from cases.models import Council, Person, Representation, Seat, User
from cases.views import errors
from cases.views.page_context import page


@pytest.fixture
def council(db):
    return Council.objects.create(slug="exampleton", name="Exampleton Council", colour="#ffdd00")


def asked(method="get", **headers):
    request = getattr(RequestFactory(), method)("/cases/AB12CD/", **headers)
    request.csp_nonce = "a-nonce"
    request.session = {}
    return request


def said(exception, method="post", **headers):
    handler = middleware.saying_no(lambda request: HttpResponse())
    return handler.process_exception(asked(method, **headers), exception)


def test_a_refusal_is_a_page_with_its_sentence_and_a_way_back(council):
    answer = said(
        NotYet("The plan is dearer than your <limit>."),
        HTTP_REFERER="http://testserver/cases/AB12CD/plan/",
    )
    html = answer.content.decode()
    assert answer.status_code == 409
    assert (
        "dearer than your &lt;limit&gt;" in html
        and 'href="http://testserver/cases/AB12CD/plan/"' in html
    )
    assert "has not been saved" in html


def test_the_way_back_never_leads_away_from_us(council):
    assert "evil" not in said(NotYet("No."), HTTP_REFERER="https://evil.example/").content.decode()


def test_reading_loses_nothing_and_says_nothing_of_typing(council):
    assert "has not been saved" not in said(NotYet("No."), method="get").content.decode()


def test_a_lost_race_shows_both_versions(council):
    html = said(
        Stale("Sam saved first.", changes=[("Goals", "Out\ntwice", "Out <once>")])
    ).content.decode()
    assert "Out<br>twice" in html and "Out &lt;once&gt;" in html and "What is saved now" in html


def test_other_exceptions_go_their_way(council):
    assert said(ValueError("x")) is None


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (errors.not_found, 404),
        (errors.forbidden, 403),
        (errors.bad_request, 400),
        (errors.csrf_failure, 403),
    ],
)
def test_the_error_pages(council, view, status):
    answer = view(asked(), PermissionDenied("a secret reason"))
    html = answer.content.decode()
    assert answer.status_code == status and html.count("<h1") == 1 and "secret" not in html


def test_strangers_and_nonsense_get_the_same_404(council):
    one, other = errors.not_found(asked(), Exception("case of Ana")), errors.not_found(asked())
    assert one.content == other.content


def test_500_comes_out_without_a_database():
    answer = errors.server_error(asked())
    assert answer.status_code == 500 and "What happened to your answers" in answer.content.decode()


def test_500_comes_out_without_its_template(monkeypatch):
    def missing(name):
        raise TemplateDoesNotExist(name)

    monkeypatch.setattr(errors.loader, "get_template", missing)
    assert "phone your council" in errors.server_error(asked()).content.decode()


def test_a_stale_form_token_is_told_kindly(council):
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "x"})
    assert answer.status_code == 403 and "open for too long" in answer.content.decode()


def test_nothing_seen_with_a_session_is_kept(council):
    def view(request):
        return HttpResponse("x")

    request = asked()
    assert "Cache-Control" not in middleware.headers(view)(request).headers
    request.COOKIES["sessionid"] = "1"
    response = middleware.headers(view)(request)
    assert response["Cache-Control"] == "no-store" and "camera=()" in response["Permissions-Policy"]


def test_a_yellow_council_gets_dark_letters(council, client):
    html = client.get("/accounts/login/").content.decode()
    assert "--govuk-brand-colour: #ffdd00;--app-brand-ink: #0b0c0c" in html


@pytest.fixture
def other(council):
    return Council.objects.create(slug="port-merrow", name="Port Merrow Council")


def test_a_page_bears_the_name_of_the_readers_council(council, other):
    ana = User.objects.create_user("ana@example.org", name="Ana")
    person = Person.objects.create(council=other, name="Ana")
    start = timezone.localdate()
    Representation.objects.create(user=ana, person=person, kind="self", scope=[], valid_from=start)
    request = asked()
    request.user = ana
    assert page(request)["brand"] == "Port Merrow Council"
    assert [words for words, _href, _here in page(request)["nav"]] == ["Your support"]


def test_with_two_councils_a_stranger_sees_neither_name(council, other):
    request = asked()
    request.user = AnonymousUser()
    assert page(request)["council"] is None and page(request)["nav"] == []


def test_a_colleagues_places(council, other):
    sam = User.objects.create_user("sam@example.org", name="Sam", is_staff=True)
    Seat.objects.create(user=sam, council=other, role="manager", valid_from=timezone.localdate())
    request = asked()
    request.user = sam
    known = page(request)
    places = [words for words, _href, _here in known["nav"]]
    assert known["council"] == other and {"My cases", "Waiting list", "Queue", "Set-up"} <= set(
        places
    )
