"""Which Design System component a form field becomes, and with which parameters.

Here: `params(boundfield) -> (component, dict)`. Not here: rendering (components.py), the order of a
page.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.ui.components import plain, render

# Said by Django for its own HTML; here the macro says them, or nobody does because the server
# checks.
NOT_PASSED_ON = frozenset(
    "class id autocomplete autocapitalize inputmode spellcheck pattern rows cols maxlength "
    "minlength min max"
    " step required placeholder prefix suffix type aria-describedby aria-invalid".split()
)


# Messages of Django's by their code, said in plain words.
OURS = {
    "max_length": gettext_lazy(
        "“%(label)s”: write at most %(limit_value)s characters. You wrote %(show_value)s."
    ),
    "invalid_choice": gettext_lazy("“%(label)s”: choose one of the answers"),
    "null_characters_not_allowed": gettext_lazy(
        "“%(label)s” has a sign in it that can't be kept. Type it again."
    ),
}


def field_id(bound) -> str:
    return bound.field.widget.attrs.get("id") or bound.auto_id or bound.html_name


def first_control(bound) -> str:
    """The id an error links to: a date's first part, else the control (for a group: its first
    option).
    """
    return field_id(bound) + (
        "_day" if isinstance(bound.field.widget, forms.SelectDateWidget) else ""
    )


def params(bound, *, label=None, hint=None, heading=None, classes="") -> tuple[str, dict]:
    """(component, parameters) for a bound field. `heading` makes the label the page's h1.

    A form can say so itself: `form.heading_field = "name"`. A field or its widget may carry `hints`
    and `dividers` ({option value: text}), `exclusive` (the value that clears the other checkboxes)
    and `reveals` ({option value: names of the fields beneath it}).
    """
    widget = bound.field.widget
    common = {
        "name": bound.html_name,
        "hint": text_or_none(bound.help_text if hint is None else hint),
        "errorMessage": error(bound),
        "classes": " ".join(filter(None, [widget.attrs.get("class", ""), classes])) or None,
        "attributes": {
            k: v for k, v in widget.attrs.items() if k not in NOT_PASSED_ON and v is not False
        },
    }
    if heading is None:
        heading = getattr(bound.form, "heading_field", None) == bound.name
    words = plain(bound.label if label is None else label)
    for kinds, builder in BUILDERS:
        if isinstance(widget, kinds):
            component, special = builder(bound, words, heading)
            merged = common | special
            return component, {k: v for k, v in merged.items() if v is not None and v != {}}
    raise TypeError(
        f"No component for the widget {type(widget).__name__} of the field {bound.name}"
    )


def mistakes(bound) -> list[str]:
    """What is wrong, in words that name the question: "This field is required", three times, helps
    nobody. A message of the field's own is left alone.
    """
    ticked = isinstance(bound.field.widget, forms.CheckboxInput)
    better = {
        forms.Field.default_error_messages["required"]: _("“%(label)s” needs a tick")
        if ticked
        else _("“%(label)s” needs an answer"),
        forms.DateField.default_error_messages["invalid"]: _("“%(label)s” must be a real date"),
    }
    better = {plain(stock): words for stock, words in better.items()}
    label, found = {"label": plain(bound.label)}, []
    for mistake in bound.errors.as_data():
        if mistake.code in OURS and of_django(bound.field, mistake):
            found.append(OURS[mistake.code] % (label | (mistake.params or {})))
            continue
        for words in map(plain, mistake.messages):
            named = better.get(words) or (
                _("“%(label)s”: ") if of_django(bound.field, mistake) else ""
            )
            found.append(named % label + ("" if words in better else words))
    return found


def of_django(field, mistake) -> bool:
    """Is it one of Django's own messages, which don't say what they are about?"""
    classes = type(field).__mro__ + tuple(c for v in field.validators for c in type(v).__mro__)
    stock = [getattr(c, "message", None) for c in classes]
    for kept in (
        getattr(c, name, None) or {}
        for c in classes
        for name in ("default_error_messages", "messages")
    ):
        stock += kept.values()
    return any(mistake.message is words for words in stock)


def error(bound):
    """The message beside the field, and the word that a screen reader says before it."""
    words = " ".join(mistakes(bound))
    return {"text": words, "visuallyHiddenText": _("Error")} if words else None


def text_or_none(value):
    return {"text": plain(value)} if value else None


def named(words, heading):
    return {
        "text": words,
        "classes": f"govuk-label--{'l' if heading else 's'}",
        "isPageHeading": bool(heading),
    }


def grouped(words, heading):
    size = "l" if heading else "s"
    return {
        "legend": {
            "text": words,
            "classes": f"govuk-fieldset__legend--{size}",
            "isPageHeading": bool(heading),
        }
    }


def field_value(bound):
    """The value as the widget writes it. A password or a file never comes back."""
    value = bound.field.widget.format_value(bound.value())
    return None if value is None else plain(value)


def text_like(bound, words, heading):
    widget, attrs = bound.field.widget, bound.field.widget.attrs
    kind = getattr(widget, "input_type", "text")
    numeric = kind == "number"
    whole = not isinstance(bound.field, (forms.FloatField, forms.DecimalField))
    return "input", {
        "id": field_id(bound),
        "label": named(words, heading),
        # A number box loses digits to the scroll wheel; a text box with a number keyboard does not.
        "type": "text" if numeric else kind,
        "inputmode": attrs.get("inputmode")
        or (("numeric" if whole else "decimal") if numeric else None),
        "value": field_value(bound),
        "autocomplete": attrs.get("autocomplete"),
        "autocapitalize": attrs.get("autocapitalize"),
        "spellcheck": attrs.get("spellcheck", False if kind in ("email", "tel", "url") else None),
        "pattern": attrs.get("pattern"),
        "prefix": text_or_none(attrs.get("prefix")),
        "suffix": text_or_none(attrs.get("suffix")),
        "disabled": bound.field.disabled or None,
    }


def password(bound, words, heading):
    attrs = bound.field.widget.attrs
    return "password-input", {
        "id": field_id(bound),
        "label": named(words, heading),
        "autocomplete": attrs.get("autocomplete"),
        "showPasswordText": _("Show"),
        "hidePasswordText": _("Hide"),
        "showPasswordAriaLabelText": _("Show password"),
        "hidePasswordAriaLabelText": _("Hide password"),
        "passwordShownAnnouncementText": _("Your password can be seen"),
        "passwordHiddenAnnouncementText": _("Your password is hidden"),
    }


def left(limit) -> dict:
    """What a script says while somebody writes, in the reader's language; it puts the number in
    itself.
    """
    if not limit:
        return {}
    return {
        "textareaDescriptionText": _("You can enter up to %(count)s characters") % {"count": limit},
        "charactersUnderLimitText": {
            "one": _("You have %{count} character left"),
            "other": _("You have %{count} characters left"),
        },
        "charactersAtLimitText": _("You have no characters left"),
        "charactersOverLimitText": {
            "one": _("You have %{count} character too many"),
            "other": _("You have %{count} characters too many"),
        },
    }


def textarea(bound, words, heading):
    limit = bound.field.max_length if hasattr(bound.field, "max_length") else None
    return "character-count" if limit else "textarea", {
        "id": field_id(bound),
        "label": named(words, heading),
        # Django puts the string "10" on every Textarea; the Design System's own height is 5.
        "rows": 5 if (rows := bound.field.widget.attrs.get("rows", "10")) == "10" else rows,
        "value": field_value(bound) or "",
        "maxlength": limit,
        "spellcheck": bound.field.widget.attrs.get("spellcheck"),
        "autocomplete": bound.field.widget.attrs.get("autocomplete"),
        "disabled": bound.field.disabled or None,
        **left(limit),
    }


def options(bound):
    """(value, text, selected, disabled) of each choice, groups flattened."""
    widget = bound.field.widget
    value = widget.format_value(bound.value())
    for _group, choices, _index in widget.optgroups(bound.html_name, value, attrs={}):
        for option in choices:
            off = bound.field.disabled or bool(option["attrs"].get("disabled"))
            given = option["value"]
            yield (
                "" if given is None else plain(given),
                plain(option["label"]),
                bool(option["selected"]),
                off,
            )


def select(bound, words, heading):
    items = [{"value": v, "text": t, "selected": s, "disabled": d} for v, t, s, d in options(bound)]
    return "select", {"id": field_id(bound), "label": named(words, heading), "items": items}


def option_of(bound, name, default):
    return getattr(bound.field, name, None) or getattr(bound.field.widget, name, None) or default


def choices(bound, words, heading):
    """Radios, or checkboxes for several answers."""
    many = isinstance(bound.field.widget, forms.CheckboxSelectMultiple)
    hints, dividers = option_of(bound, "hints", {}), option_of(bound, "dividers", {})
    exclusive, reveals = option_of(bound, "exclusive", None), option_of(bound, "reveals", {})
    items, first = [], field_id(bound)
    for value, words_of_option, chosen, off in options(bound):
        if value == "" and set(words_of_option) <= {"-"}:
            continue
        if value in dividers:
            items.append({"divider": plain(dividers[value])})
        number = sum("value" in item for item in items) + 1
        item = {"value": value, "text": words_of_option, "checked": chosen, "disabled": off}
        # Our own ids: the macro would count a divider as an option and the label's id would jump.
        item["id"] = first if number == 1 else f"{first}-{number}"
        if value in hints:
            item["hint"] = {"text": plain(hints[value])}
        if value in reveals:
            item["conditional"] = {"html": under(bound, reveals[value])}
        if many and exclusive is not None and value == plain(exclusive):
            item["behaviour"] = "exclusive"
        items.append(item)
    return "checkboxes" if many else "radios", {
        "idPrefix": first,
        "fieldset": grouped(words, heading),
        "items": items,
    }


def under(bound, names):
    """The fields that belong to one answer, drawn beneath it: hidden by a script until it is
    chosen.
    """
    return SafeString(
        "".join(render(*params(bound.form[name])) for name in names if name in bound.form.fields)
    )


def revealed(form) -> set[str]:
    """The names of fields that stand beneath an answer of another field."""
    found = (getattr(field, "reveals", {}) for field in form.fields.values())
    return {name for reveals in found for names in reveals.values() for name in names}


def single_checkbox(bound, words, heading):
    """One box is its own label; there is no group to name."""
    ticked = bound.field.widget.check_test(bound.value())
    item = {"value": "on", "text": words, "checked": ticked, "disabled": bound.field.disabled}
    if reveals := option_of(bound, "reveals", {}):
        item["conditional"] = {"html": under(bound, reveals["on"])}
    return "checkboxes", {"idPrefix": field_id(bound), "items": [item]}


def date(bound, words, heading):
    """Three boxes with Django's own names (`_day` ...). What was typed comes back even when it is
    no date.
    """
    attrs, error = bound.field.widget.attrs, bool(bound.errors)
    stored = bound.field.widget.format_value(bound.value()) or {}
    labels = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
    birthday = attrs.get("autocomplete") == "bday"
    items = []
    for part, words_of_part in labels.items():
        typed = bound.form.data.get(f"{bound.html_name}_{part}") if bound.form.is_bound else None
        value = stored.get(part) if typed is None else typed
        wide = f"govuk-input--width-{4 if part == 'year' else 2}" + (
            " govuk-input--error" if error else ""
        )
        items.append(
            {
                "name": f"{bound.html_name}_{part}",
                "id": f"{field_id(bound)}_{part}",
                "label": words_of_part,
                "classes": wide,
                "value": plain(value) if value else "",
                "autocomplete": f"bday-{part}" if birthday else None,
            }
        )
    return "date-input", {
        "id": field_id(bound),
        "fieldset": grouped(words, heading),
        "items": items,
    }


def file(bound, words, heading):
    return "file-upload", {
        "id": field_id(bound),
        "label": named(words, heading),
        "multiple": getattr(bound.field.widget, "allow_multiple_selected", False) or None,
    }


BUILDERS: list[tuple[Any, Callable[..., tuple[str, dict]]]] = [
    (forms.SelectDateWidget, date),
    ((forms.CheckboxSelectMultiple, forms.RadioSelect), choices),
    (forms.CheckboxInput, single_checkbox),
    (forms.Select, select),
    (forms.Textarea, textarea),
    (forms.PasswordInput, password),
    (forms.FileInput, file),
    (forms.widgets.Input, text_like),
]
