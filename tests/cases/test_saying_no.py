"""The pages for what can't be done, what is kept of them, and that they come out when much is broken."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.template import TemplateDoesNotExist
from django.test import Client, RequestFactory

from cases import middleware
from cases.models import Council
from cases.saying_no import NotYet, Stale
from cases.views import errors


@pytest.fixture
def council(db):
    return Council.objects.create(slug="exampleton", name="Exampleton Council", colour="#ffdd00")


def asked(method="get", **headers):
    request = getattr(RequestFactory(), method)("/cases/AB12CD/", **headers)
    request.session = {}
    return request


def said(exception, method="post", **headers):
    handler = middleware.saying_no(lambda request: HttpResponse())
    return handler.process_exception(asked(method, **headers), exception)


def test_a_refusal_is_a_page_with_its_sentence_and_a_way_back(council):
    page = said(NotYet("The plan is dearer than your <limit>."), HTTP_REFERER="http://testserver/cases/AB12CD/plan/")
    html = page.content.decode()
    assert page.status_code == 409
    assert "dearer than your &lt;limit&gt;" in html and 'href="http://testserver/cases/AB12CD/plan/"' in html
    assert "has not been saved" in html


def test_the_way_back_never_leads_away_from_us(council):
    assert "evil" not in said(NotYet("No."), HTTP_REFERER="https://evil.example/").content.decode()


def test_reading_loses_nothing_and_says_nothing_of_typing(council):
    assert "has not been saved" not in said(NotYet("No."), method="get").content.decode()


def test_a_lost_race_shows_both_versions(council):
    html = said(Stale("Sam saved first.", changes=[("Goals", "Out\ntwice", "Out <once>")])).content.decode()
    assert "Out<br>twice" in html and "Out &lt;once&gt;" in html and "What is saved now" in html


def test_other_exceptions_go_their_way(council):
    assert said(ValueError("x")) is None


@pytest.mark.parametrize(
    ("view", "status"),
    [(errors.not_found, 404), (errors.forbidden, 403), (errors.bad_request, 400), (errors.csrf_failure, 403)],
)
def test_the_error_pages(council, view, status):
    page = view(asked(), PermissionDenied("a secret reason"))
    html = page.content.decode()
    assert page.status_code == status and html.count("<h1") == 1 and "secret" not in html


def test_strangers_and_nonsense_get_the_same_404(council):
    one, other = errors.not_found(asked(), Exception("case of Ana")), errors.not_found(asked())
    assert one.content == other.content


def test_500_comes_out_without_a_database():
    page = errors.server_error(asked())
    assert page.status_code == 500 and "What happened to your answers" in page.content.decode()


def test_500_comes_out_without_its_template(monkeypatch):
    def missing(name):
        raise TemplateDoesNotExist(name)

    monkeypatch.setattr(errors.loader, "get_template", missing)
    assert "phone your council" in errors.server_error(asked()).content.decode()


def test_a_stale_form_token_is_told_kindly(council):
    page = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "x"})
    assert page.status_code == 403 and "open for too long" in page.content.decode()


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
