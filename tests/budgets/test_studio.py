"""The scheme studio: who gets in, drafts from the page and from files, publishing once for all,
comparing, calibrating.
"""

import copy
import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from budgets import actions
from budgets.allocation import calculating
from budgets.allocation.scheme_files import to_json, to_xlsx
from budgets.forms.studio import as_lines, rows_of
from budgets.models import AllocationScheme, BudgetFigure, Calculation, SchemeVersion
from budgets.position import case_money
from cases.common.refusals import NotYet, Stale
from tests.budgets.samples import DEMO, HALTON, RECKONER
from tests.budgets.test_plan_pages import a_date, form_of, text

PAGES = (
    "studio_version",
    "studio_edit",
    "studio_upload",
    "studio_publish",
    "studio_discard",
    "studio_compare",
    "calibrate",
    "studio_json",
    "studio_xlsx",
)


def at(name, version):
    return reverse(f"budgets:{name}", args=[version.scheme.code, version.number])


def a_file(data, name="scheme.json"):
    return SimpleUploadedFile(name, data)


@pytest.fixture
def published(cast):
    return SchemeVersion.objects.select_related("scheme").get(
        scheme__council=cast.council, scheme__code="adults"
    )


@pytest.fixture
def draft(published, cast):
    return actions.draft_from(version=published, by=cast.admin)


@pytest.fixture
def admin(as_, cast):
    return as_(cast.admin)


def send(client, address, **typed):
    return client.post(address, form_of(client, address) | typed)


# ---- who gets in ----


def test_only_an_administrator_of_the_council_gets_in(cast, as_, draft):
    paths = [at(name, draft) for name in PAGES]
    paths += [reverse("budgets:studio"), reverse("budgets:studio_new")]
    for who in (
        cast.worker,
        cast.manager,
        cast.service_manager,
        cast.finance,
        cast.auditor,
        cast.stranger,
        cast.person,
    ):
        client = as_(who)
        for path in paths:
            assert client.get(path).status_code == 404, (who, path)
            assert client.post(path, {}).status_code in (404, 405), (who, path)
    admin, nobody = as_(cast.admin), as_(None)
    for path in paths:
        assert admin.get(path).status_code == 200, path
        assert nobody.get(path).status_code == 302, path
    assert admin.post(at("studio_draft", draft), {}).status_code == 302


def test_the_drafts_of_another_council_are_not_there(cast, admin):
    theirs = AllocationScheme.objects.create(
        council=cast.other, code="theirs", name="x", population="adult"
    )
    version = SchemeVersion.objects.create(
        scheme=theirs, number=1, valid_from=date(2026, 1, 1), definition=DEMO
    )
    for name in PAGES:
        assert admin.get(at(name, version)).status_code == 404
    with pytest.raises(NotYet, match="Only an administrator"):
        actions.save_draft(version=version, definition=RECKONER, by=cast.admin)
    with pytest.raises(NotYet, match="Only an administrator"):
        actions.draft_from(version=version, by=cast.admin)


# ---- drafts ----


def test_a_draft_begins_as_a_copy_and_may_be_thrown_away(published, draft, admin):
    assert (draft.number, draft.state, draft.made_from, draft.approved_by) == (
        2,
        "draft",
        published,
        "",
    )
    assert draft.definition == published.definition | {"version": "2"}
    page = text(admin.get(at("studio_version", draft)))
    assert "Nothing is wrong with it. All 4 worked examples come out right." in page
    assert admin.get(reverse("budgets:studio")).status_code == 200
    assert send(admin, at("studio_discard", draft)).status_code == 302
    assert not SchemeVersion.objects.filter(pk=draft.pk).exists()


def test_a_draft_that_another_was_made_from_stays(draft, cast):
    actions.draft_from(version=draft, by=cast.admin)
    with pytest.raises(NotYet, match="made from this one"):
        actions.discard_draft(version=draft, by=cast.admin)


def test_pressed_twice_makes_one_draft(published, admin):
    form = form_of(admin, at("studio_version", published))
    for _again in range(2):
        assert admin.post(at("studio_draft", published), form).status_code == 302
    assert published.scheme.versions.count() == 2


def test_the_table_and_the_dates_are_changed_in_the_page(draft, admin):
    lines = as_lines("table", DEMO["table"]).replace("5 | 9 | 1040", "5 | 9 | n/a")
    typed = {
        "name": "New name",
        "table": lines,
        "unpaid": "none | 1\nsome | 0.8\nmost | 0.5\nall | 0",
        "weeks": "52",
    }
    answer = send(
        admin, at("studio_edit", draft), **typed, **a_date("valid_from", date(2027, 4, 1))
    )
    assert answer.status_code == 302, text(answer)
    draft.refresh_from_db()
    assert draft.definition["table"][1] == {"from": 5, "to": 9, "amount_year": None}
    assert draft.definition["unpaid_support_multipliers"]["some"] == "0.8"
    assert (draft.definition["name"], draft.valid_from) == ("New name", date(2027, 4, 1))
    assert draft.definition["domains"] == DEMO["domains"]
    assert "counted is" in text(admin.get(at("studio_version", draft))), (
        "an example no longer comes out right"
    )


def test_lines_that_are_none_are_named_and_kept_on_the_page(draft, admin):
    before = copy.deepcopy(draft.definition)
    answer = send(
        admin,
        at("studio_edit", draft),
        name="x",
        table="0 | 4 | 0\n5 | 9",
        weeks="52",
        unpaid="none | 1",
        **a_date("valid_from", date(2027, 4, 1)),
    )
    assert answer.status_code == 422 and "Line 2 has 2 parts, not 3" in text(answer)
    assert "5 | 9</textarea>" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.definition == before


def test_lists_go_to_lines_and_back():
    for name, value in (("table", DEMO["table"]), ("unpaid", [])):
        rows, problems = rows_of(
            name, as_lines(name, value if name == "table" else DEMO["unpaid_support_multipliers"])
        )
        assert not problems
        assert rows == value if name == "table" else len(rows) == 4
    rows, problems = rows_of("rates", as_lines("rates", RECKONER["rates"]))
    assert not problems and rows[0]["amount"] == "16.29" and "valid_to" not in rows[0]


@pytest.mark.parametrize(("make", "name"), [(to_json, "s.json"), (to_xlsx, "s.xlsx")])
def test_a_file_replaces_the_draft(draft, admin, make, name):
    answer = send(admin, at("studio_upload", draft), file=a_file(make(RECKONER), name))
    assert answer.status_code == 302, text(answer)
    draft.refresh_from_db()
    assert draft.definition["method"] == "reckoner"
    back = admin.get(at("studio_json", draft))
    assert back["Content-Disposition"] == 'attachment; filename="adults-2.json"'
    assert (
        openpyxl.load_workbook(io.BytesIO(admin.get(at("studio_xlsx", draft)).content))["rates"][
            "C2"
        ].value
        == "16.29"
    )


def test_a_wrong_file_changes_nothing_and_is_reported_place_by_place(draft, admin):
    before = copy.deepcopy(draft.definition)
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(DEMO)))
    book["table"]["C3"], book["options"]["B2"] = "=1+1", "=2+2"
    book["notes"].merge_cells("A5:B5")
    out = io.BytesIO()
    book.save(out)
    answer = send(admin, at("studio_upload", draft), file=a_file(out.getvalue(), "s.xlsx"))
    shown = text(answer)
    assert (
        answer.status_code == 422
        and "C3 holds a formula" in shown
        and "B2 holds a formula" in shown
        and "merged" in shown
    )
    for wrong in (b"", b"{", b"\xff\xfe", b"[1]", b"PK\x03\x04x"):
        assert send(admin, at("studio_upload", draft), file=a_file(wrong)).status_code == 422
    assert (
        admin.post(
            at("studio_upload", draft), form_of(admin, at("studio_upload", draft))
        ).status_code
        == 422
    )
    draft.refresh_from_db()
    assert draft.definition == before


def test_a_draft_may_be_wrong_and_says_exactly_where(draft, admin, cast):
    wrong = copy.deepcopy(DEMO)
    wrong["table"][2]["from"], wrong["table"][5]["to"] = 9, 48
    actions.save_draft(version=draft, definition=wrong, by=cast.admin)
    shown = text(admin.get(at("studio_version", draft)))
    assert "row 3 of the table begins at 9, and row 2 ends at 9" in shown
    actions.save_draft(version=draft, definition={"name": "Nothing"}, by=cast.admin)
    for name in PAGES:
        assert admin.get(at(name, draft)).status_code == 200, name
    with pytest.raises(NotYet, match="method must be one of"):
        actions.publish_version(version=draft, approved_by="Cabinet", by=cast.admin)


def test_whoever_saves_second_is_told(draft, cast, admin):
    seen = form_of(admin, at("studio_edit", draft))["seen"]
    actions.save_draft(version=draft, definition=DEMO | {"name": "First"}, by=cast.admin, seen=seen)
    with pytest.raises(Stale):
        actions.save_draft(
            version=draft, definition=DEMO | {"name": "Second"}, by=cast.admin, seen=seen
        )
    draft.refresh_from_db()
    assert draft.definition["name"] == "First"


def test_a_new_scheme_from_a_file(cast, admin):
    typed = {"code": "carers-two", "population": "carer", "file": a_file(to_json(HALTON))}
    assert send(admin, reverse("budgets:studio_new"), **typed).status_code == 302
    made = SchemeVersion.objects.get(scheme__code="carers-two")
    assert (made.scheme.council, made.state, made.number) == (cast.council, "draft", 1)
    again = send(admin, reverse("budgets:studio_new"), **typed | {"file": a_file(to_json(HALTON))})
    assert again.status_code == 422 and "There is a scheme with this code already" in text(again)
    assert (
        send(admin, reverse("budgets:studio_new"), **typed | {"code": "Bad Code!"}).status_code
        == 422
    )


# ---- publishing ----


def test_publishing_names_who_and_when_and_closes_the_version(draft, cast, admin):
    day = timezone.localdate()
    typed = {"approved_by": "Cabinet", **a_date("approved_on", day), **a_date("valid_from", day)}
    assert send(admin, at("studio_publish", draft), **typed).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.approved_by, draft.approved_on, draft.published_by) == (
        "published",
        "Cabinet",
        day,
        cast.admin,
    )
    assert len(draft.checksum) == 64
    for name in ("studio_edit", "studio_upload", "studio_publish", "studio_discard"):
        assert admin.get(at(name, draft)).status_code == 404
    with pytest.raises(NotYet, match="does not change any more"):
        actions.save_draft(version=draft, definition=RECKONER, by=cast.admin)
    with pytest.raises(DatabaseError), transaction.atomic():
        SchemeVersion.objects.filter(pk=draft.pk).update(definition=RECKONER)
    with pytest.raises(DatabaseError), transaction.atomic():
        SchemeVersion.objects.filter(pk=draft.pk).update(approved_by="Somebody else")
    public = reverse("budgets:scheme_version", args=[cast.council.slug, "adults", 2])
    assert "Cabinet" in text(admin.get(public))


def test_a_version_that_is_wrong_is_not_published_with_every_reason(draft, cast, admin):
    wrong = copy.deepcopy(DEMO)
    wrong["vectors"][3]["expected"]["amount_year"] = "5201"
    actions.save_draft(version=draft, definition=wrong, by=cast.admin)
    day = timezone.localdate()
    typed = {"approved_by": "Cabinet", **a_date("approved_on", day), **a_date("valid_from", day)}
    answer = send(admin, at("studio_publish", draft), **typed)
    assert answer.status_code == 422 and "amount_year is 5200.00, not 5201" in text(answer)
    later = a_date("approved_on", day + timedelta(days=1))
    assert "still to come" in text(send(admin, at("studio_publish", draft), **typed | later))
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_open_cases_stay_on_their_version(a_case, cast, draft):
    case = a_case(at="confirm")
    dearer = copy.deepcopy(DEMO) | {"vectors": DEMO["vectors"][:1]}
    dearer["table"][3]["amount_year"] = "7280"
    actions.save_draft(version=draft, definition=dearer, by=cast.admin, valid_from=date(2024, 4, 1))
    actions.publish_version(version=draft, approved_by="Cabinet", by=cast.admin)
    assert calculating.version_of(case.assessments.get()).number == 1
    asked = a_case(at="confirm", person=cast.new_person("Bea Lark"))
    assert calculating.version_of(asked.assessments.get()).number == 2


# ---- the same answers on two versions ----


def publish_dearer(draft, cast):
    dearer = copy.deepcopy(DEMO) | {"vectors": DEMO["vectors"][:1]}
    dearer["table"][3]["amount_year"] = "7280"
    actions.save_draft(version=draft, definition=dearer, by=cast.admin, valid_from=date(2024, 4, 1))
    return actions.publish_version(version=draft, approved_by="Cabinet", by=cast.admin)


def test_one_case_on_another_version_stores_nothing(a_case, cast, as_, draft):
    case = a_case(at="plan")
    other = publish_dearer(draft, cast)
    address = reverse("budgets:budget_other", args=[case.ref])
    before = (Calculation.objects.count(), BudgetFigure.objects.count(), case.events.count())
    shown = text(as_(cast.worker).get(address, {"version": other.pk}))
    assert "£100.00 a week" in shown and "£140.00 a week" in shown
    assert (
        Calculation.objects.count(),
        BudgetFigure.objects.count(),
        case.events.count(),
    ) == before
    assert case_money.indicative(case).annual == 5200
    assert as_(cast.person).get(address).status_code == 404
    assert as_(cast.worker).get(address, {"version": 10**6}).status_code == 404
    assert as_(cast.worker).get(address, {"version": "x"}).status_code == 422


def test_past_cases_on_two_versions_hide_small_numbers(a_case, cast, admin, draft, published):
    for n in range(2):
        a_case(at="plan", person=cast.new_person(f"Person {n}"))
    publish_dearer(draft, cast)
    address = at("studio_compare", published)
    shown = text(admin.get(address, {"version": draft.pk}))
    assert (
        "fewer than five past cases" in shown and "£" not in shown.split("Past cases looked at")[1]
    )
    for n in range(2, 5):
        a_case(at="plan", person=cast.new_person(f"Person {n}"))
    before = Calculation.objects.count()
    shown = text(admin.get(address, {"version": draft.pk}))
    assert "Everybody" in shown and "not shown" in shown and "fewer than 5" in shown
    assert "Person" not in shown and Calculation.objects.count() == before
    assert admin.get(address, {"version": "x"}).status_code == 422
    assert admin.get(address, {"version": 10**6}).status_code == 404


# ---- calibration ----


def sample(lines=None):
    rows = [f"{points},{cost}" for points, cost in DEMO["calibration"]["sample"]]
    return "\n".join(["points,cost", *(lines or rows)]).encode()


def test_the_sample_on_the_page(admin, published):
    before = SchemeVersion.objects.count()
    answer = send(
        admin, at("calibrate", published), file=a_file(sample(), "s.csv"), contingency="10"
    )
    shown = text(answer)
    assert answer.status_code == 200
    for figure in (
        "£338.14",
        "£236,698.00",
        "£2.00",
        "13 / 20",
        "47.3%",
        "£236,340.00",
        "£360.00",
        "7 / 20",
        "19.0%",
        "£263,000.00",
        "11 / 20",
        "20.7%",
        "× 1.0229",
        "10 | 19 | 2652.00",
    ):
        assert figure in shown, figure
    assert SchemeVersion.objects.count() == before


def test_one_bad_line_of_a_sample_is_named_and_nothing_is_worked_out(admin, published):
    wrong = [f"{n % 100},{100 + n}" for n in range(1000)]
    wrong[500] = "12,0"
    answer = send(
        admin, at("calibrate", published), file=a_file(sample(wrong), "s.csv"), contingency="10"
    )
    shown = text(answer)
    assert (
        answer.status_code == 422
        and "Line 502" in shown
        and "more than £0" in shown
        and "side by side" not in shown
    )
    for data, percent in (
        (sample(["0,5"]), "10"),
        (sample(), "100"),
        (sample(), "NaN"),
        (b"", "10"),
        (b"x", "10"),
    ):
        assert (
            send(
                admin, at("calibrate", published), file=a_file(data, "s.csv"), contingency=percent
            ).status_code
            == 422
        )
