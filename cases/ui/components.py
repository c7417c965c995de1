"""The bridge from plain data to the Design System's macros.

Here: `render(component, params)` and the small frozen shapes (Table, Task, Link, Badge) which views
hand to templates. Not here: which component a form field becomes (fields.py), the names of the
template tags (templatetags/govuk.py), the page around it all (templates/base.html).

Rules. Words travel as `text`, never as `html`, so a tag typed into a question comes out as letters;
a lazy or "safe" string is made an ordinary one first. The Jinja environment is made once, and so is
each macro file.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import TypedDict

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeData, SafeString, mark_safe
from django.utils.translation import gettext as _
from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader
from markupsafe import escape

ENVIRONMENT = Environment(
    loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
    autoescape=True,
    auto_reload=False,
    cache_size=-1,
    undefined=ChainableUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Link:
    """A link inside a table cell or a summary list; `hidden` is read out only, to tell equal links
    apart.
    """

    text: str
    href: str
    hidden: str = ""


@dataclass(frozen=True)
class Badge:
    """A coloured word, as in "3 days late". `tone` is a Design System tag colour: red, green,
    grey.
    """

    text: str
    tone: str = ""


class Files(TypedDict):
    """Where a table is had as a file: what a `Table` takes by these names."""

    csv: str
    xlsx: str


@dataclass(frozen=True)
class Table:
    """Rows for `{% data_table %}`: cells are ready strings, Links or Badges, or a list of them, one
    below another; `numeric` are column indexes. `titled`: the page's heading says what the caption
    says, which is then kept for those who listen. `each_alone`: a row is read by itself and not
    against others, however many sums it has.
    """

    caption: str
    head: list[str]
    rows: list[list]
    numeric: frozenset[int] | set[int] = field(default_factory=frozenset)
    first_is_header: bool = True
    csv: str | None = None
    xlsx: str | None = None
    empty: str = ""
    caption_size: str = "m"
    titled: bool = False
    each_alone: bool = False

    @property
    def stacks(self) -> bool:
        """On a narrow screen: each row a block of its own, with the column's name before each
        value. Tables of many numbers keep their columns and scroll instead, because their rows are
        compared with each other.
        """
        return len(self.head) > 2 and (self.each_alone or len(self.numeric) <= 3)

    @property
    def caption_classes(self) -> str:
        return (
            "govuk-visually-hidden" if self.titled else f"govuk-table__caption--{self.caption_size}"
        )


@dataclass(frozen=True)
class Task:
    """A line of a task list. Without a `tone` the status is plain text, as "Completed" ought to
    be.
    """

    title: str
    status: str
    href: str | None = None
    hint: str = ""
    tone: str = ""


def plain(value) -> str:
    """An ordinary str: `str()` alone hands a SafeString back unchanged, and Jinja would not escape
    it.
    """
    return str.__str__(str(value))


def deep(value, key=""):
    """The same structure with every string plain; only an html key may keep one that Django marked
    safe.
    """
    if isinstance(value, dict):
        return {k: deep(v, k) for k, v in value.items() if v is not None}
    if isinstance(value, (list, tuple)):
        return [deep(v) for v in value]
    if key == "html" or key.endswith("Html"):
        return value if isinstance(value, SafeData) else format_html("{}", value)
    return plain(value) if isinstance(value, (str, Promise)) else value


@cache
def macro(component: str):
    """The macro of a component by its Design System name, such as "date-input"."""
    name = "govuk" + "".join(part.capitalize() for part in component.split("-"))
    return getattr(
        ENVIRONMENT.get_template(f"govuk_frontend_jinja/components/{component}/macro.html").module,
        name,
    )


def render(component: str, values: dict) -> SafeString:
    # the macro has escaped it
    return mark_safe(macro(component)(deep(values)).strip())  # noqa: S308


def cell(value) -> dict:
    """The parameters of a cell or value: Links and Badges become HTML built here, all else stays
    text.
    """
    if isinstance(value, list):
        parts = (cell(part) for part in value if part not in ("", None))
        return {
            "html": format_html_join(
                mark_safe("<br>"), "{}", ((p.get("html", p.get("text")),) for p in parts)
            )
        }
    if isinstance(value, Link):
        hidden = (
            f'<span class="govuk-visually-hidden"> {escape(plain(value.hidden))}</span>'
            if value.hidden
            else ""
        )
        href, text = escape(plain(value.href)), escape(plain(value.text))
        link = f'<a class="govuk-link" href="{href}">{text}{hidden}</a>'
        return {"html": mark_safe(link)}  # noqa: S308  (every part was escaped)
    if isinstance(value, Badge):
        tone = f"govuk-tag--{value.tone}" if value.tone else None
        return {"html": render("tag", {"text": value.text, "classes": tone})}
    words = "" if value is None else plain(value)
    if "\n" in words:
        return {
            "html": format_html_join(
                mark_safe("<br>"), "{}", ((line,) for line in words.splitlines())
            )
        }
    return {"text": words}


def table_params(table: Table) -> dict:
    def shape(index, value):
        return cell(value) | ({"format": "numeric"} if index in table.numeric else {})

    def labelled(index, value):
        named = table.stacks and 0 < index < len(table.head) and value not in ("", None)
        return shape(index, value) | (
            {"attributes": {"data-label": plain(table.head[index])}} if named else {}
        )

    return {
        "caption": table.caption,
        "captionClasses": table.caption_classes,
        "head": [shape(i, words) for i, words in enumerate(table.head)],
        "rows": [[labelled(i, value) for i, value in enumerate(row)] for row in table.rows],
        "firstCellIsHeader": table.first_is_header,
    }


def table_html(table: Table) -> SafeString:
    """What the table macro makes of `table_params`, written out in one go: it is called for every
    cell of pages with a thousand of them, and the macro takes five times as long. A test holds the
    two against each other.
    """

    def inner(value) -> str:
        found = cell(value)
        return found["html"] if "html" in found else escape(found["text"])

    def head(index, words) -> str:
        numeric = " govuk-table__header--numeric" if index in table.numeric else ""
        return f'<th scope="col" class="govuk-table__header{numeric}">{inner(words)}</th>'

    labels = [f' data-label="{escape(plain(words))}"' for words in table.head]

    def body(index, value) -> str:
        label = (
            labels[index]
            if table.stacks and 0 < index < len(labels) and value not in ("", None)
            else ""
        )
        if index == 0 and table.first_is_header:
            return f'<th scope="row" class="govuk-table__header"{label}>{inner(value)}</th>'
        numeric = " govuk-table__cell--numeric" if index in table.numeric else ""
        return f'<td class="govuk-table__cell{numeric}"{label}>{inner(value)}</td>'

    def line(make, cells) -> str:
        made = "".join(make(i, value) for i, value in enumerate(cells))
        return f'<tr class="govuk-table__row">{made}</tr>\n'

    caption = (
        f'<caption class="govuk-table__caption {table.caption_classes}">'
        f"{escape(plain(table.caption))}</caption>\n"
    )
    top = f'<thead class="govuk-table__head">{line(head, table.head)}</thead>\n'
    rows = "".join(line(body, row) for row in table.rows)
    bottom = f'<tbody class="govuk-table__body">{rows}</tbody>'
    whole = f'<table class="govuk-table">{caption}{top}{bottom}</table>'
    return mark_safe(whole)  # noqa: S308  (every word in it was escaped above)


def summary_params(rows, classes=None) -> dict:
    """Rows are (key, value) or (key, value, href, words of the link); a row without an href has no
    action.
    """

    def shape(key, value, href=None, words=None):
        row = {"key": {"text": plain(key)}, "value": cell(value)}
        if href:
            action = {"href": href, "text": words or _("Change"), "visuallyHiddenText": plain(key)}
            row["actions"] = {"items": [action]}
        return row

    return {"rows": [shape(*row) for row in rows], "classes": classes}


def task_params(tasks, prefix="task-list") -> dict:
    def shape(task):
        tag = {"text": task.status, "classes": f"govuk-tag--{task.tone}"} if task.tone else None
        return {
            "title": {"text": task.title},
            "href": task.href,
            "hint": {"text": task.hint} if task.hint else None,
            "status": {"tag": tag} if tag else {"text": task.status},
        }

    return {"items": [shape(task) for task in tasks], "idPrefix": prefix}


def page_params(page, query) -> dict:
    """A django Page and the address's QueryDict; everything else that was asked for stays in the
    links.
    """

    def href(number):
        wanted = query.copy()
        wanted["page"] = number
        return "?" + wanted.urlencode()

    items = []
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
        if isinstance(number, int):
            items.append({"number": number, "href": href(number), "current": number == page.number})
        else:
            items.append({"ellipsis": True})
    back = {"href": href(page.previous_page_number())} if page.has_previous() else None
    onward = {"href": href(page.next_page_number())} if page.has_next() else None
    return {"items": items, "previous": back, "next": onward, "landmarkLabel": _("Pages")}


def tag(badge: Badge) -> str:
    """A badge outside a table."""
    return render("tag", {"text": badge.text, "classes": f"govuk-tag--{badge.tone}"})
