"""The bridge to the Design System: what comes out for each field, that nothing typed becomes
markup, and that the macros still say what the npm package of the stylesheet says.
"""

import json
import os
import re
from html.parser import HTMLParser

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import Context, Template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from cases.templatetags import govuk
from cases.ui import components, fields
from cases.ui.components import Badge, Link, Table, Task
from cases.views.page_context import ink

PACKAGE = settings.BASE_DIR / "node_modules" / "govuk-frontend"
# Fixtures that use what the stylesheet's release has and the macros' release has not yet; we use
# none of it.
NEWER_THAN_THE_MACROS = {
    "button": 1,
    "character-count": 10,
    "date-input": 36,
    "service-navigation": 2,
}
USED = """back-link button character-count checkboxes date-input details error-message
    error-summary fieldset file-upload generic-header hint input inset-text label
    notification-banner pagination password-input phase-banner radios select service-navigation
    skip-link summary-list table tag task-list textarea""".split()


class Everything(forms.Form):
    name = forms.CharField(
        label=mark_safe("Your <b>name</b>"), help_text=gettext_lazy("As <i>usual</i>")
    )
    email = forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    phone = forms.CharField(widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}))
    children = forms.IntegerField()
    rate = forms.DecimalField(
        widget=forms.NumberInput(attrs={"prefix": "£", "class": "govuk-input--width-5"})
    )
    secret = forms.CharField(widget=forms.PasswordInput)
    story = forms.CharField(widget=forms.Textarea, max_length=500)
    notes = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    team = forms.ChoiceField(choices=[("", "Choose"), ("a", "North")])
    wash = forms.ChoiceField(
        widget=forms.RadioSelect,
        choices=[("", "---------"), ("y", "Yes <b>"), ("n", "No"), ("d", "I do not know")],
    )
    how = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, choices=[("a", "Large print"), ("none", "Plain")]
    )
    right = forms.BooleanField(label="I have read this")
    born = forms.DateField(widget=forms.SelectDateWidget(attrs={"autocomplete": "bday"}))
    letter = forms.FileField()
    token = forms.CharField(widget=forms.HiddenInput, initial="t")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["wash"].hints = {"y": "With <nobody>"}
        self.fields["wash"].dividers = {"d": "or"}
        self.fields["how"].exclusive = "none"


class Flat(HTMLParser):
    """Markup as a list in which white space and the order of attributes do not matter."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.out = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.out.append((tag, tuple(sorted((k, " ".join((v or "").split())) for k, v in attrs))))

    def handle_endtag(self, tag):
        self.out.append("/" + tag)

    def handle_data(self, data):
        if data.strip():
            self.out.append(" ".join(data.split()))


def html_of(form, name, **wishes):
    return govuk.govuk_field(form[name], **wishes)


@pytest.mark.parametrize(
    ("name", "component"),
    [
        ("name", "input"),
        ("email", "input"),
        ("phone", "input"),
        ("children", "input"),
        ("rate", "input"),
        ("secret", "password-input"),
        ("story", "character-count"),
        ("notes", "textarea"),
        ("team", "select"),
        ("wash", "radios"),
        ("how", "checkboxes"),
        ("right", "checkboxes"),
        ("born", "date-input"),
        ("letter", "file-upload"),
    ],
)
def test_each_widget_has_its_component(name, component):
    assert fields.params(Everything()[name])[0] == component


def test_a_widget_without_a_component_is_a_mistake_of_ours():
    class Odd(forms.Form):
        when = forms.SplitDateTimeField(widget=forms.SplitDateTimeWidget)

    with pytest.raises(TypeError, match="SplitDateTimeWidget"):
        fields.params(Odd()["when"])


def test_markup_in_words_comes_out_as_letters():
    page = govuk.govuk_form(Everything({"name": "<script>"}))
    for raw in ("<b>", "<i>", "<nobody>", "<script>"):
        assert raw not in page
    assert "Your &lt;b&gt;name&lt;/b&gt;" in page
    assert "With &lt;nobody&gt;" in page


def test_a_safe_string_is_made_plain():
    assert type(components.plain(mark_safe("<b>"))) is str
    assert not isinstance(components.plain(gettext_lazy("x")), SafeString)
    assert "&lt;b&gt;" in components.render("tag", {"text": mark_safe("<b>")})
    assert "&lt;b&gt;" in components.render("tag", {"html": "<b>"})
    assert "<b>" in components.render("tag", {"html": mark_safe("<b>")})


def test_attributes_that_help_the_keyboard_and_the_browser():
    form = Everything()
    assert 'autocomplete="email"' in html_of(form, "email")
    assert 'type="tel"' in html_of(form, "phone")
    assert 'inputmode="numeric"' in html_of(form, "children")
    assert 'inputmode="decimal"' in html_of(form, "rate") and 'type="text"' in html_of(form, "rate")
    assert "govuk-input__prefix" in html_of(form, "rate") and 'prefix="' not in html_of(
        form, "rate"
    )
    assert all(
        f'autocomplete="bday-{part}"' in html_of(form, "born") for part in ("day", "month", "year")
    )
    assert " required" not in govuk.govuk_form(form) and "maxlength=" not in html_of(form, "notes")


def test_options_carry_hints_dividers_and_the_one_that_clears_the_rest():
    form = Everything()
    wash = html_of(form, "wash")
    assert 'id="id_wash"' in wash and 'id="id_wash-2"' in wash and "---" not in wash
    assert '<div class="govuk-radios__divider">or</div>' in wash
    assert 'data-behaviour="exclusive"' in html_of(form, "how")


def test_a_single_question_is_the_heading_of_its_page():
    form = Everything()
    form.heading_field = "wash"
    assert '<h1 class="govuk-fieldset__heading">' in html_of(form, "wash")
    assert "<h1" not in html_of(form, "name")
    assert '<h1 class="govuk-label-wrapper">' in html_of(form, "name", heading=True)


def test_what_was_typed_comes_back_and_a_password_does_not():
    typed = {
        "born_day": "31",
        "born_month": "Feb",
        "born_year": "19",
        "secret": "hunter2",
        "wash": "n",
        "how": ["a"],
    }
    form = Everything(typed)
    born = html_of(form, "born")
    assert 'value="31"' in born and 'value="Feb"' in born and 'value="19"' in born
    assert "hunter2" not in html_of(form, "secret")
    assert 'value="n" checked' in html_of(form, "wash") and 'value="a" checked' in html_of(
        form, "how"
    )


def test_a_stored_date_is_shown():
    from datetime import date

    born = html_of(Everything(initial={"born": date(1947, 3, 27)}), "born")
    assert all(f'value="{part}"' in born for part in (27, 3, 1947))


def test_every_line_of_the_error_summary_leads_to_a_control():
    form = Everything({"born_day": "31", "born_month": "2", "born_year": "2020"})
    form.full_clean()
    form.add_error(None, "These two do not fit together")
    summary, page = govuk.govuk_errors(form), govuk.govuk_form(form)
    targets = [
        dict(attrs)["href"][1:]
        for tag, attrs in (x for x in Flat(summary).out if len(x) == 2)
        if tag == "a"
    ]
    assert {"id_name", "id_wash", "id_how", "id_born_day", "id_right"} <= set(targets)
    assert all(f'id="{target}"' in page for target in targets)
    assert "These two do not fit together" in summary
    assert "“Email” needs an answer" in summary and "“Email” needs an answer" in page
    assert "“Born” must be a real date" in summary and "“I have read this” needs a tick" in summary


def test_no_summary_when_nothing_is_wrong():
    assert govuk.govuk_errors(Everything(), None) == ""


def test_a_summary_of_a_form_and_its_rows():
    class Row(forms.Form):
        hours = forms.IntegerField(label="Hours")

    rows = forms.formset_factory(Row, extra=0, min_num=1, validate_min=True)
    formset = rows({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-hours": "x"})
    summary = govuk.govuk_errors(Everything(), formset)
    assert 'href="#id_form-0-hours"' in summary


def test_crispy_draws_the_same_form():
    from crispy_forms.helper import FormHelper
    from crispy_forms.layout import Submit

    form = Everything()
    form.helper = FormHelper()
    form.helper.add_input(Submit("go", "Save"))
    page = Template("{% load crispy_forms_tags %}{% crispy form %}").render(Context({"form": form}))
    assert html_of(form, "wash") in page and "govuk-button" in page and "novalidate" in page
    assert html_of(form, "wash") in Template(
        "{% load crispy_forms_tags %}{{ form|crispy }}"
    ).render(Context({"form": form}))


def test_a_table_escapes_text_and_builds_links_and_badges():
    table = Table(
        "Waits",
        ["Step", "Days"],
        [[Link("<A>", "/a?b=1&c=2", "of Ana"), "1"], [Badge("Late", "red"), "2\n3"]],
        numeric={1},
        csv="/waits.csv",
    )
    html = govuk.data_table(table)
    assert '<a class="govuk-link" href="/a?b=1&amp;c=2">&lt;A&gt;' in html
    assert "govuk-tag--red" in html and "2<br>3" in html and "govuk-table__cell--numeric" in html
    assert 'href="/waits.csv"' in html and "app-scroll" not in html
    wide = Table("Waits", ["a", "b", "c"], [["1", "2", "3"]])
    assert 'role="region" tabindex="0" aria-label="Waits"' in govuk.data_table(wide)
    words = Table("Cases", ["Person", "Step", "Late"], [["Ivy", "Planning", "No"]])
    html = govuk.data_table(words)
    assert (
        "app-scroll--stack" in html
        and 'data-label="Step"' in html
        and 'data-label="Person"' not in html
    )
    numbers = Table(
        "Days", ["Step", "a", "b", "c", "d"], [["Request", 1, 2, 3, 4]], numeric={1, 2, 3, 4}
    )
    assert "app-scroll--stack" not in govuk.data_table(numbers), (
        "numbers keep their columns to be compared"
    )
    assert "Nobody waits" in govuk.data_table(Table("Waits", ["a"], [], empty="Nobody waits"))


def test_the_lists():
    rows = [("Name", "<Ana>", "/n"), ("Town", "A\nB", None), ("Worker", Link("Sam", "/s"))]
    html = govuk.summary_list(rows)
    assert "&lt;Ana&gt;" in html and "A<br>B" in html and 'href="/n"' in html and "Change" in html
    tasks = [Task("You", "Completed", "/y"), Task("Home", "Started", "/h", "5 of 7", "blue")]
    html = govuk.task_list(tasks)
    assert "govuk-tag--blue" in html and "5 of 7" in html and "Completed" in html


def test_pages_keep_what_was_asked_for():
    page = Paginator(range(100), 10).page(5)
    html = govuk.pagination(
        {"request": type("R", (), {"GET": QueryDict("team=north&page=5")})}, page
    )
    assert "team=north&amp;page=6" in html and 'aria-current="page"' in html
    assert govuk.pagination({}, Paginator(range(5), 10).page(1)) == ""


@pytest.mark.parametrize(
    ("colour", "expected"), [("#1d5b6f", "#ffffff"), ("#ffdd00", "#0b0c0c"), ("#777", "#0b0c0c")]
)
def test_the_ink_reads_on_the_councils_colour(colour, expected):
    assert ink(colour) == expected


@pytest.mark.parametrize("component", USED)
def test_the_macros_say_what_the_stylesheets_package_says(component):
    path = PACKAGE / "dist" / "govuk" / "components" / component / "fixtures.json"
    if not path.exists():
        reason = f"not run: no {path.relative_to(settings.BASE_DIR)} (npm ci brings it)"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    fixtures = json.loads(path.read_text())["fixtures"]
    macro = components.macro(component)
    differ = [
        f["name"] for f in fixtures if Flat(str(macro(f["options"]))).out != Flat(f["html"]).out
    ]
    assert len(differ) == NEWER_THAN_THE_MACROS.get(component, 0), differ


@pytest.mark.parametrize("numeric", [{2}, {1, 2, 3, 4}])
@pytest.mark.parametrize("first_is_header", [True, False])
def test_a_table_written_out_is_the_table_of_the_macro(numeric, first_is_header):
    def bare(html):
        return re.sub(r"\s*(<|>)\s*", r"\1", components.plain(html))

    rows = [
        [Link("x<", "/y?a=1&b='2", hidden='h"'), "1\n<2", Badge("Late", "red"), "", "–"],
        ["r<i>", None, "3", "'", 4],
    ]
    head = ["a", "b & c", "d", '"e"', "f"]
    table = Table(
        "Cap <b>", head, rows, numeric=numeric, first_is_header=first_is_header, caption_size="s"
    )
    made = bare(components.render("table", components.table_params(table)))
    assert bare(components.table_html(table)) == made
