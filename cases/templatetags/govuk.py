"""Template tags over the Design System's components: `{% load govuk %}`.

Here: the names templates use. Not here: what a field becomes (fields.py), the shapes of data
(components.py).
"""

from django import template
from django.forms import BaseForm
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cases.ui import components, fields, glossary
from cases.ui.components import plain, render
from cases.ui.look import ANSWER, CHECK, LOOKED, PRESS

register = template.Library()
MANY = 9  # columns from which a table is set closer, so that the last is not out of sight


@register.simple_tag
def govuk(component, **values):
    """Any component by name, parameters as the Design System names them: {% govuk "tag" text="Late"
    %}.
    """
    return render(component, values)


@register.simple_tag
def govuk_field(bound, **wishes):
    """One form field. `label`, `hint`, `heading` (label as h1) and `classes` override what the form
    says.
    """
    if bound.is_hidden:
        return SafeString(bound)
    return render(*fields.params(bound, **wishes))


@register.simple_tag
def govuk_form(form):
    """Every field of the form, hidden ones last, and what it would change that waits to be
    confirmed. The error summary is its own tag: it stands above the h1.
    """
    under = fields.revealed(form)  # drawn with the answer that they belong to
    shown = [govuk_field(bound) for bound in form.visible_fields() if bound.name not in under]
    hidden = [SafeString(bound) for bound in form.hidden_fields()]
    hidden.append(form_look(form))
    return mark_safe("\n".join(shown + hidden))  # noqa: S308  (joined from rendered components)


@register.simple_tag
def form_look(form):
    """What a form would change that waits to be confirmed, for a page that draws its fields one by
    one; nothing where it was not sent yet.
    """
    look = getattr(form, "look", None)
    return render_to_string("cases/_look.html", {"look": look, "name": LOOKED}) if look else ""


@register.simple_tag
def look_question(look, name):
    """What an act asks besides, below what it changes. `name`: of the look's own field."""
    return look.ask(name.replace(LOOKED, ANSWER, 1))


def problems(form):
    """(words, id of the control or None) for each error, in the order of the page."""
    if not isinstance(form, BaseForm):
        yield from ((plain(words), None) for words in form.non_form_errors())
        for one in form.forms:
            yield from problems(one)
        return
    yield from ((plain(words), None) for words in form.non_field_errors())
    for bound in form:
        target = None if bound.is_hidden else fields.first_control(bound)
        yield from ((words, target) for words in fields.mistakes(bound))


@register.simple_tag
def govuk_errors(*forms):
    """The summary above the page's heading, for forms and formsets together; where one waits to be
    confirmed, that nothing is recorded yet; nothing when all is well.
    """
    found = [one for form in forms if form is not None and form != "" for one in problems(form)]
    if not found:
        looks = any(getattr(form, "look", None) for form in forms)
        return render_to_string("cases/_unconfirmed.html", {"name": LOOKED}) if looks else ""
    listed = [{"text": words, "href": f"#{target}" if target else None} for words, target in found]
    return render("error-summary", {"titleText": _("There is a problem"), "errorList": listed})


@register.simple_tag
def govuk_button(text, secondary=False, warning=False, **values):
    """A button; with `href` a link that looks like one. Two quick presses send the form once."""
    kind = "govuk-button--warning" if warning else "govuk-button--secondary" if secondary else ""
    classes = " ".join(filter(None, [kind, values.pop("classes", "")]))
    values.setdefault("preventDoubleClick", None if values.get("href") else True)
    return render("button", {"text": text, "classes": classes or None, **values})


@register.simple_tag
def act_buttons(form, text, warning=False):
    """The button of a form that may change money. Where what it changes is shown: a button to
    confirm it and one to look again after changing an answer.
    """
    if getattr(form, "look", None) is None:
        return govuk_button(text, warning=bool(warning))
    words = {"text": text, "warning": bool(warning), "press": PRESS, "check": CHECK}
    return render_to_string("cases/_confirm.html", words)


@register.simple_tag
def summary_list(rows, classes=None):
    """Rows of (key, value) or (key, value, href, words of the link)."""
    return render("summary-list", components.summary_params(rows, classes))


@register.simple_tag
def data_table(table):
    """A components.Table in a region that scrolls by itself, with its CSV link; says so when it is
    empty.
    """
    if not table.rows:
        nothing = table.empty or _("There is nothing to show.")
        if table.titled:
            return format_html('<p class="govuk-body">{}</p>', nothing)
        shape = '<p class="govuk-heading-{}">{}</p><p class="govuk-body">{}</p>'
        return format_html(shape, table.caption_size, table.caption, nothing)
    html = components.table_html(table)
    if len(table.head) > 2:
        scroll = '<div class="app-scroll{}" role="region" tabindex="0" aria-label="{}">{}</div>'
        shape = (
            " app-scroll--stack"
            if table.stacks
            else " app-table--dense"
            if len(table.head) >= MANY
            else ""
        )
        html = format_html(scroll, shape, table.caption, html)
    return format_html("{}{}", html, _files(table)) if table.csv else html


def _files(table):
    """The links to a table's files."""
    hidden = format_html('<span class="govuk-visually-hidden">: {}</span>', table.caption)
    files = [
        (table.csv, _("Download these figures (CSV)")),
        (table.xlsx, _("The same for a spreadsheet (XLSX)")),
    ]
    shape = '<a class="govuk-link" href="{}">{}{}</a>'
    links = format_html_join(
        mark_safe(" "), shape, ((href, words, hidden) for href, words in files if href)
    )
    return format_html('<p class="govuk-body app-csv app-no-print">{}</p>', links)


@register.simple_tag
def task_list(tasks, prefix="task-list"):
    return render("task-list", components.task_params(tasks, prefix))


@register.simple_tag
def notification(text, success=False, title=None, ident="notice"):
    """A banner near the top of a page. A success is announced at once; other news waits to be
    found.
    """
    kind = {"type": "success"} if success else {}
    words = title or (_("Done") if success else _("Important"))
    return render(
        "notification-banner", {"text": text, "titleText": words, "titleId": ident} | kind
    )


@register.simple_tag(takes_context=True)
def pagination(context, page):
    if page.paginator.num_pages < 2:
        return ""
    return render("pagination", components.page_params(page, context["request"].GET))


@register.simple_tag
def scaled(value, largest, width=100):
    """A bar's length, for SVG attributes: 0 when there is nothing to compare with."""
    return round(float(value) / float(largest) * width, 1) if largest else 0


@register.filter
def lines(text):
    """Paragraphs of what someone typed, each line kept apart, everything escaped."""
    found = [line for line in plain(text or "").splitlines() if line.strip()]
    return format_html_join("", '<p class="govuk-body">{}</p>', ((line,) for line in found))


@register.simple_tag
def service_navigation(links):
    """The service's name and the signed-in person's places, as (words, address, whether we are
    there).
    """
    items = [{"text": words, "href": href, "current": here} for words, href, here in links or []]
    shape = {"serviceName": _("Self-directed support"), "serviceUrl": "/", "navigation": items}
    return render(
        "service-navigation",
        shape
        | {
            "ariaLabel": _("Service information"),
            "menuButtonText": _("Menu"),
            "navigationLabel": _("Menu"),
        },
    )


@register.simple_tag
def back_link(href, text=None):
    """Stands above the main part of a page, as the Design System has it, in a landmark of its
    own.
    """
    words = text or _("Back")
    link = render("back-link", {"href": href, "text": words})
    return format_html('<nav class="app-back" aria-label="{}">{}</nav>', words, link)


@register.simple_tag
def phase_banner(tag, text):
    return render("phase-banner", {"tag": {"text": tag}, "text": text})


@register.simple_block_tag
def details(content, summary):
    """Words that open on request: {% details "No e-mail?" %} ... {% enddetails %}."""
    return render("details", {"summaryText": summary, "html": content})


@register.simple_block_tag
def inset(content):
    return render("inset-text", {"html": content})


@register.simple_block_tag(takes_context=True)
def explained(context, content):
    """A page's content with its hard words explained, for everybody but staff, whose words they
    are.
    """
    if context.get("seats"):
        return content
    html, terms = glossary.explained(content)
    if not terms:
        return content
    listed = render_to_string("cases/_glossary.html", {"terms": terms})
    return mark_safe(html + listed)  # noqa: S308  (rendered by us)
