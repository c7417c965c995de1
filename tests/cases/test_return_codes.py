"""Codes: the same answer for known and unknown, slowed and locked kindly, replaced by the council,
proved before used.
"""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.letters import sms
from cases.models import Event, Representation, ReturnCode, Tries, User
from cases.models.record import RecordView
from cases.signin import front_door, requests, return_codes
from tests.cases.test_start import BACK, FACT, come_back

UNKNOWN = "KTQX-7R4M"


def bare(response):
    page = re.sub(
        r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"', "", response.content.decode()
    )
    return re.sub(r'name="code"[^>]*value="[^"]*"|value="[^"]*"[^>]*name="code"', "", page)


def answers(code, fact="wrong word", times=1):
    """What one browser gets that tries `times` times."""
    one = Client()
    return [come_back(one, code, fact) for _time in range(times)]


def test_a_known_and_an_unknown_code_get_the_same_answer(code):
    theirs = answers(code, times=8)
    Tries.objects.all().delete()
    assert [a.status_code for a in theirs] == [422] * 5 + [429] * 3
    for known, unknown in zip(theirs, answers(UNKNOWN, times=8), strict=True):
        assert known.status_code == unknown.status_code
        assert bare(known) == bare(unknown)
        assert {k: v for k, v in known.headers.items() if "nonce" not in v} == {
            k: v for k, v in unknown.headers.items() if "nonce" not in v
        }


def test_the_slow_hash_runs_for_an_unknown_code_too(code, monkeypatch):
    ran, real = [], return_codes.check_password
    monkeypatch.setattr(return_codes, "check_password", lambda *a: ran.append(a) or real(*a))
    for one in (code, UNKNOWN):
        return_codes.try_code(code=one, fact="wrong", address="1")
    assert len(ran) == 2 and len({hash_.split("$")[0] for _f, hash_ in ran}) == 1, (
        "the same hasher both times"
    )


def test_wrong_tries_at_one_code_are_slowed_whoever_tries(code):
    for number in range(5):
        assert (
            return_codes.try_code(code=code, fact="wrong", address=f"10.0.0.{number}").locked
            is False
        )
    locked = return_codes.try_code(code=code, fact=FACT["fact"], address="10.0.0.9")
    assert locked.locked and locked.user is None and "phone the council" in locked.sentence, (
        "even the right fact waits"
    )
    later = timezone.now() + timedelta(minutes=2)
    assert return_codes.try_code(code=code, fact=FACT["fact"], address="10.0.0.9", now=later).user


def test_waits_grow_and_end_by_themselves(code):
    now = timezone.now()
    limit = front_door.LIMITS["code"][1]
    key = front_door.key(limit, address="", typed=return_codes.normalised_code(code), now=now)
    waited = []
    for _round in range(12):
        answer = return_codes.try_code(code=code, fact="wrong", address=str(_round), now=now)
        if answer.locked:
            row = Tries.objects.get(key=key)
            waited.append(min(2 ** (row.count - 5), 15))
            now += timedelta(minutes=15, seconds=1)
    assert waited == sorted(waited) and waited[-1] == 15 or len(waited) < 5
    free = now + timedelta(hours=1, minutes=1)
    assert return_codes.try_code(code=code, fact=FACT["fact"], address="x", now=free).user


def test_one_address_is_slowed_over_all_codes_and_others_are_not(code):
    now, most = timezone.now(), front_door.ADDRESS.free
    for number in range(most):
        front_door.count("code", typed=f"guess {number}", address="203.0.113.9", now=now)
    for guess in (UNKNOWN, code):
        assert return_codes.try_code(code=guess, fact="x", address="203.0.113.9", now=now).locked
    assert return_codes.try_code(code=code, fact=FACT["fact"], address="198.51.100.7").user


def test_a_whole_library_may_come_back_from_one_address(code):
    for _visit in range(30):
        assert return_codes.try_code(code=code, fact=FACT["fact"], address="203.0.113.9").user


def test_a_lock_is_kind_and_names_the_way_that_stays_open(code):
    last = answers(code, times=7)[-1]
    page = last.content.decode()
    assert (
        last.status_code == 429
        and "Nothing is lost" in page
        and "phone the council" in page
        and code in page
    )


def test_no_address_or_code_is_written_down_as_it_is(code):
    answers(UNKNOWN, times=2)
    held = str(list(Tries.objects.values_list("key", flat=True)))
    assert "127.0.0.1" not in held and "KTQX" not in held


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "🐈" * 8,
        "x" * 10_000,
        "شكرا",
        "KTQX",
        "KTQX-7R4M-AAAA",
        "O0I1-S5Z2",
        "<script>",
        "a\x00b",
    ],
)
def test_what_cannot_be_a_code_is_said_and_counts_as_no_try(cast, client, typed):
    answer = client.post(BACK, {"code": typed, "fact": "Marmalade"})
    assert (
        answer.status_code == 422
        and "govuk-error-summary" in answer.content.decode()
        and not Tries.objects.exists()
    )


@pytest.mark.parametrize(
    "write",
    [
        str.lower,
        lambda c: c.replace("-", ""),
        lambda c: f"  {' '.join(c)} ",
        lambda c: c.replace("-", "–"),
    ],
)
def test_a_code_is_read_however_it_is_typed_or_pasted(code, write):
    assert come_back(Client(), write(code)).status_code == 302


def test_pasting_is_not_hindered(client, cast):
    page = client.get(BACK).content.decode()
    assert "onpaste" not in page and 'autocapitalize="characters"' in page


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "javascript:alert(1)",
        "/\\evil.example",
        "https:evil",
    ],
)
def test_coming_back_leads_nowhere_else(code, wanted):
    assert come_back(Client(), code, next=wanted).url == "/home/"


def test_it_works_beside_the_lock_of_passwords(code, settings):
    settings.AXES_ENABLED = (
        True  # as everywhere but in tests; who comes in by a code has no e-mail address
    )
    one = Client()
    assert come_back(one, code, "wrong").status_code == 422
    assert come_back(one, code).status_code == 302 and one.get("/home/").status_code == 302
    assert one.post("/accounts/logout/").status_code == 302


def test_coming_back_makes_a_new_session(code):
    one = Client()
    one.get(BACK)
    one.session.save()
    before = one.session.session_key
    come_back(one, code)
    assert one.session.session_key != before


def test_a_closed_sign_in_stays_closed(code):
    User.objects.filter(return_codes__isnull=False).update(is_active=False)
    assert come_back(Client(), code).status_code == 422


def test_a_code_opens_nothing_of_a_colleague(code, cast):
    user = ReturnCode.objects.get().user
    from cases.models import Seat

    Seat.objects.create(user=user, council=cast.council, role="worker", valid_from="2024-01-01")
    one = Client()
    assert come_back(one, code).status_code == 409 and "_auth_user_id" not in one.session


# ---- a new code from the council ----


def issue(client, case, **fields):
    url = reverse("cases:issue_code", args=[case.ref])
    form = client.get(url).context["form"]
    return client.post(
        url, {"seen": form["seen"].value(), "key": str(form["key"].value())} | fields
    )


@pytest.fixture
def case(a_case, cast):
    found = a_case("assess", person=cast.new_person("Ada Wren"))
    person = found.person
    person.contact_by, person.address = "letter", "4 Mill Lane"
    person.save()
    return found


def test_a_letter_lets_somebody_in_who_never_had_a_code(case, cast, as_):
    worker = as_(cast.worker)
    sent = issue(worker, case, way="letter", kind="word", fact="Marmalade")
    sheet = worker.get(sent.url).content.decode()
    code = return_codes.spelled(ReturnCode.objects.get().salt)
    assert (
        code in sheet
        and "4 Mill Lane" in sheet
        and "armalade" not in sheet
        and " ".join(code.replace("-", "")) in sheet
    )
    event = Event.objects.get(verb="issue_code")
    assert (
        event.by == cast.worker
        and "armalade" not in str(event.codes)
        and code not in str(event.codes)
    )
    theirs = Client()
    assert come_back(theirs, code).status_code == 302
    assert theirs.get("/home/").url == reverse("cases:case", args=[case.ref])
    assert worker.get(sent.url).status_code == 404, "gone once it was used"
    page = as_(cast.person).get(reverse("cases:case", args=[case.ref])).content.decode()
    assert "made a new code for coming back" in page, "the person sees that it was made"


def test_a_new_code_stops_the_old_one_and_keeps_the_fact(code, cast, as_):
    found = ReturnCode.objects.get().user.representations.get().person.cases.get()
    duty = as_(cast.duty)
    sent = issue(duty, found, way="letter")
    assert sent.status_code == 302, sent.content.decode()
    new = return_codes.spelled(ReturnCode.objects.latest("pk").salt)
    assert (
        come_back(Client(), code).status_code == 422 and come_back(Client(), new).status_code == 302
    )


def test_a_letter_that_nobody_used_in_time_is_paper(case, cast, as_):
    issue(as_(cast.worker), case, way="letter", kind="word", fact="Marmalade")
    row = ReturnCode.objects.get()
    spelled, late = (
        return_codes.spelled(row.salt),
        timezone.now() + timedelta(days=requests.LETTER_DAYS, minutes=1),
    )
    assert return_codes.try_code(code=spelled, fact="Marmalade", address="1", now=late).user is None
    ReturnCode.objects.update(used_at=timezone.now())
    assert return_codes.try_code(code=spelled, fact="Marmalade", address="1", now=late).user


@pytest.mark.parametrize(
    ("safe", "way", "status"),
    [
        ("letter", "phone", 422),
        ("phone", "letter", 422),
        ("email", "letter", 422),
        ("phone", "phone", 302),
        ("email", "visit", 302),
    ],
)
def test_a_code_is_given_only_in_a_way_that_is_safe(case, cast, as_, safe, way, status):
    case.person.contact_by, case.person.phone = safe, "01632 960 001"
    case.person.save()
    assert (
        issue(as_(cast.worker), case, way=way, kind="word", fact="Marmalade").status_code == status
    )


def test_the_action_itself_refuses_an_unsafe_way(case, cast):
    from cases.common.refusals import NotYet

    with pytest.raises(NotYet, match="another way"):
        requests.issue_code(case=case, by=cast.worker, way="phone", kind="word", fact="Marmalade")
    assert not ReturnCode.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Choose one"),
        ({"kind": "word", "fact": "cat"}, "at least 4"),
        ({"kind": "born", "fact": "31/2/50"}, "real date"),
    ],
)
def test_a_missing_or_wrong_fact_is_said(case, cast, as_, fields, words):
    answer = issue(as_(cast.worker), case, way="letter", **fields)
    assert (
        answer.status_code == 422
        and words in answer.content.decode()
        and not ReturnCode.objects.exists()
    )


def test_only_the_social_worker_and_manager_give_codes(case, cast, as_):
    cast.help(case)
    url = reverse("cases:issue_code", args=[case.ref])
    for who in (
        "person",
        "delegate",
        "service_manager",
        "panel",
        "finance",
        "auditor",
        "admin",
        "stranger",
        "outsider",
    ):
        assert as_(getattr(cast, who)).get(url).status_code == 404, who
        assert (
            as_(getattr(cast, who))
            .post(url, {"way": "letter", "kind": "word", "fact": "Marmalade"})
            .status_code
            == 404
        )
    issue(as_(cast.worker), case, way="letter", kind="word", fact="Marmalade")
    sheet = reverse("cases:issued_code", args=[case.ref, ReturnCode.objects.get().pk])
    for who in ("person", "delegate", "service_manager", "panel", "stranger", "outsider"):
        assert as_(getattr(cast, who)).get(sheet).status_code == 404, who
    assert as_(cast.worker).get(sheet).status_code == 200
    assert RecordView.objects.filter(page="cases:issued_code", user=cast.worker).exists()


def test_a_helper_is_not_told_how_the_person_signs_in(case, cast, as_):
    cast.help(case)
    issue(as_(cast.worker), case, way="letter", kind="word", fact="Marmalade")
    page = as_(cast.delegate).get(reverse("cases:case", args=[case.ref])).content.decode()
    assert "new code" not in page


def test_pressing_twice_makes_one_code(case, cast, as_):
    worker, url = as_(cast.worker), reverse("cases:issue_code", args=[case.ref])
    form = worker.get(url).context["form"]
    fields = {
        "seen": form["seen"].value(),
        "key": str(form["key"].value()),
        "way": "letter",
        "kind": "word",
        "fact": "Marmalade",
    }
    first, second = worker.post(url, fields), worker.post(url, fields)
    assert first.url == second.url and ReturnCode.objects.count() == 1


def test_the_person_makes_a_new_code_and_the_old_one_stops(code):
    one = Client()
    come_back(one, code)
    url = reverse("cases:new_code")
    assert one.post(url, {"kind": "word", "fact": "cat"}).status_code == 422
    assert one.post(url, {"kind": "word", "fact": "Gooseberry"}).url == reverse("cases:my_code")
    new = return_codes.spelled(ReturnCode.objects.latest("pk").salt)
    assert new in one.get(reverse("cases:my_code")).content.decode()
    assert (
        come_back(Client(), code).status_code == 422 and come_back(Client(), new).status_code == 422
    )
    assert come_back(Client(), new, "gooseberry").status_code == 302
    assert Event.objects.get(verb="issue_code").role == "person"


def test_who_signs_in_by_e_mail_may_have_a_code_too(a_case, cast, as_):
    case = a_case()
    as_(cast.person).post(reverse("cases:new_code"), {"kind": "born", "fact": "27/3/1950"})
    other = Client()
    assert (
        come_back(
            other, return_codes.spelled(ReturnCode.objects.get().salt), "27 march 1950"
        ).status_code
        == 302
    )
    assert other.get("/home/").url == reverse("cases:case", args=[case.ref])
    for who in (cast.worker, cast.outsider):
        assert as_(who).get(reverse("cases:new_code")).status_code == 404


# ---- claimed later: a mailbox or a mobile, proved first ----


def prove(client, code):
    return client.post(reverse("cases:confirm_sign_in_method"), {"code": code})


def code_in(words):
    return re.search(r"\b[A-Z0-9]{3}-[A-Z0-9]{3}\b", words)[0]


@pytest.fixture
def mine(code):
    one = Client()
    come_back(one, code)
    return one


def test_a_mailbox_is_added_once_it_is_proved(mine):
    mine.post(reverse("cases:sign_in_methods"), {"way": "email", "email": "ada@example.org"})
    assert not User.objects.filter(email="ada@example.org").exists()
    page = mine.get(reverse("cases:confirm_sign_in_method")).content.decode()
    assert 'autocomplete="one-time-code"' in page
    assert prove(mine, f" {code_in(mail.outbox[-1].body).lower()} ").status_code == 302
    user = User.objects.get(email="ada@example.org")
    assert (
        user.representations.get().kind == "self"
        and Event.objects.filter(verb="add_way_in").exists()
    )
    by_mail = Client()
    by_mail.post("/accounts/login/code/", {"email": "ada@example.org"})
    by_mail.post(
        "/accounts/login/code/confirm/",
        {"code": re.search(r"^[A-Z]{4}-[A-Z]{4}$", mail.outbox[-1].body, re.M)[0]},
    )
    assert "_auth_user_id" in by_mail.session


def test_a_mailbox_of_somebody_known_opens_both(mine, cast, a_case):
    known = a_case(person=cast.new_person("Bert Wren"))
    mine.post(reverse("cases:sign_in_methods"), {"way": "email", "email": cast.person.email})
    prove(mine, code_in(mail.outbox[-1].body))
    both = Client()
    both.force_login(cast.person, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = both.get("/home/").content.decode()
    assert (
        "Who is this about?" in page
        and "Ada Wren" in page
        and "Bert Wren" in page
        and known.ref in page
    )


def test_a_colleagues_mailbox_gets_no_code_and_the_same_page(mine, cast):
    mine.post(reverse("cases:sign_in_methods"), {"way": "email", "email": cast.worker.email})
    assert not re.search(r"\b[A-Z0-9]{3}-[A-Z0-9]{3}\b", mail.outbox[-1].body)
    assert mine.get(reverse("cases:confirm_sign_in_method")).status_code == 200
    assert not Representation.objects.filter(user=cast.worker).exists()


def test_a_helpers_mailbox_does_not_become_the_persons(mine, cast):
    person = ReturnCode.objects.get().user.representations.get().person
    Representation.objects.create(
        user=cast.delegate, person=person, kind="family", valid_from="2024-01-01"
    )
    mine.post(reverse("cases:sign_in_methods"), {"way": "email", "email": cast.delegate.email})
    answer = prove(mine, code_in(mail.outbox[-1].body))
    assert answer.status_code == 422 and "somebody who helps you" in answer.content.decode()
    assert Representation.objects.get(user=cast.delegate, person=person).kind == "family"


def test_three_wrong_codes_end_it_and_one_code_works_once(mine):
    mine.post(reverse("cases:sign_in_methods"), {"way": "email", "email": "ada@example.org"})
    right = code_in(mail.outbox[-1].body)
    for _wrong in range(3):
        assert prove(mine, "AAA-AAA").status_code == 422
    assert (
        prove(mine, right).status_code == 422
        and not User.objects.filter(email="ada@example.org").exists()
    )


def test_a_code_is_worth_ten_minutes(mine):
    mine.post(reverse("cases:sign_in_methods"), {"way": "email", "email": "ada@example.org"})
    kept = mine.session
    kept["one_time"] = kept["one_time"] | {"at": kept["one_time"]["at"] - 601}
    kept.save()
    answer = prove(mine, code_in(mail.outbox[-1].body))
    assert answer.status_code == 422 and "no longer works" in answer.content.decode()


def test_the_session_holds_no_code(mine):
    mine.post(reverse("cases:sign_in_methods"), {"way": "email", "email": "ada@example.org"})
    held = str(dict(mine.session))
    assert (
        code_in(mail.outbox[-1].body) not in held
        and code_in(mail.outbox[-1].body).replace("-", "") not in held
    )


def test_a_mobile_is_proved_and_then_lets_in(mine):
    sms.kept.clear()
    mine.post(reverse("cases:sign_in_methods"), {"way": "phone", "phone": "+44 (0)7700 900 982"})
    assert prove(mine, code_in(sms.kept[-1][1])).status_code == 302
    other = Client()
    other.post(reverse("cases:ask_text"), {"phone": "07700 900982"})
    number, words = sms.kept[-1]
    assert number == "447700900982" and "Ada" not in words and "http" not in words
    assert (
        other.post(reverse("cases:confirm_text"), {"code": code_in(words).lower()}).url == "/home/"
    )
    assert "by_code" in other.session and other.get("/home/").status_code == 302


def test_a_known_and_an_unknown_number_get_the_same_pages(mine):
    ReturnCode.objects.get().user.__class__.objects.filter(return_codes__isnull=False).update(
        phone="447700900982"
    )
    sms.kept.clear()
    pages = []
    for number in ("07700 900982", "07700 900983"):
        one = Client()
        asked = one.post(reverse("cases:ask_text"), {"phone": number})
        shown = one.get(reverse("cases:confirm_text"))
        wrong = one.post(reverse("cases:confirm_text"), {"code": "AAA-AAA"})
        pages.append(
            [
                asked.url,
                *(re.sub(r"44770090098\d", "", bare(p)) for p in (shown, wrong)),
                wrong.status_code,
            ]
        )
    assert pages[0] == pages[1] and len(sms.kept) == 1


def broken(number, words):
    raise ConnectionRefusedError(number)


def test_a_gateway_that_fails_tells_a_stranger_nothing_and_the_owner_the_truth(
    mine, settings, caplog
):
    ReturnCode.objects.get().user.__class__.objects.filter(return_codes__isnull=False).update(
        phone="447700900982"
    )
    settings.TEXT_GATEWAY = f"{__name__}.broken"
    pages = []
    for number in ("07700 900982", "07700 900983"):
        one = Client()
        asked = one.post(reverse("cases:ask_text"), {"phone": number})
        shown = one.get(reverse("cases:confirm_text"))
        pages.append([asked.status_code, asked.url, re.sub(r"44770090098\d", "", bare(shown))])
    assert pages[0] == pages[1] and pages[0][0] == 302
    answer = mine.post(reverse("cases:sign_in_methods"), {"way": "phone", "phone": "07700 900984"})
    assert answer.status_code == 422 and "could not send the code" in answer.content.decode()
    assert "07700 900984" in answer.content.decode(), "what was typed is kept"
    assert "ConnectionRefusedError" in caplog.text and "4477009" not in caplog.text


def test_texts_are_not_offered_where_there_is_no_gateway(client, cast, settings):
    settings.TEXT_GATEWAY = ""
    assert client.get(reverse("cases:ask_text")).status_code == 404
    assert "text message" not in client.get(BACK).content.decode()


@pytest.mark.parametrize("number", ["", "12", "x" * 10_000, "🐈", "+1", "0" * 29])
def test_what_cannot_be_a_number_is_said(client, cast, number):
    answer = client.post(reverse("cases:ask_text"), {"phone": number})
    assert answer.status_code == 422 and "govuk-error-summary" in answer.content.decode()


def test_staff_have_no_such_page(cast, as_):
    assert as_(cast.worker).get(reverse("cases:sign_in_methods")).status_code == 404
