"""Letters: the list of a case, one letter in the format its reader takes in, as text to listen to
and as PDF.

What a letter says is fixed in compose.py; here it is only shown. Open to the person, those who help
them and staff, each as far as their roles read it.
"""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import access
from cases.access import Reading
from cases.casefile import tracker
from cases.letters import compose, pdf, timeline
from cases.ui.components import Link, Table

TEMPLATES = {
    "print": "cases/letter.html",
    "large": "cases/letter.html",
    "easy": "cases/letter_easy.html",
    "audio": "cases/letter_audio.html",
}


def letter_list(request, ref):
    """Every letter of a case in every format."""
    reading = _reading(access.get_case(request, ref), request)
    case = reading.case
    rows = [
        _row(case, *found)
        for found in tracker.letters(case, timeline.timeline(case, reading.roles))
    ]
    head = [_("Letter"), _("Told"), _("To print"), _("Other ways")]
    table = Table(_("Letters, the newest first"), head, rows, empty=_("There is no letter yet."))
    return render(
        request,
        "cases/letters.html",
        {
            "case": case,
            "table": table,
            "staff": not reading.resident,
            "format": case.person.get_communication_display() if reading.sees("contact") else "",
        },
    )


def _reading(reading: Reading, request):
    if not reading.sees("timeline"):
        raise Http404
    request.council = reading.case.council
    return reading


def _row(case, words, href, how, printed) -> list:
    return [
        Link(words, href),
        how,
        [
            Link(_("PDF"), f"{printed}?as=print", hidden=words),
            Link(_("PDF in large print"), f"{printed}?as=large", hidden=words),
        ],
        [
            Link(_("Easy read"), f"{href}?as=easy", hidden=words),
            Link(_("To listen to"), f"{href}?as=audio", hidden=words),
        ],
    ]


def _letter(request, reading: Reading, seq) -> compose.Written:
    case = reading.case
    request.council = case.council
    found = compose.letter_for(case, seq, reading.roles)
    if found is None:
        raise Http404
    return found


def letter(request, ref, seq):
    """One letter, to read and print, as it was written; in the format asked for, else the one the
    person needs.
    """
    reading = access.get_case(request, ref)
    case = reading.case
    found = _letter(request, reading, seq)
    shape = compose.format_for(case.person, request.GET.get("as", ""))
    return render(
        request,
        TEMPLATES[shape],
        {
            "case": case,
            "letter": found.content,
            "blocks": found.blocks,
            "large": shape == "large",
            "shape": shape,
            "lines": compose.lines(found.content),
            "ways": letter_formats(case, seq, shape),
            "needs": compose.needs_line(reading),
            "other_ways": compose.other_formats(found.content),
            "head": pdf.letterhead(found.content),
        },
    )


def letter_formats(case, seq: int, shape: str) -> list[tuple[str, str, bool]]:
    """(words, address, whether it is shown now) of every format of a letter."""
    page = reverse("cases:letter", args=[case.ref, seq])
    printed, spoken = (
        reverse(f"cases:letter_{kind}", args=[case.ref, seq]) for kind in ("pdf", "text")
    )
    return [
        (_("Standard print"), f"{page}?as=print", shape == "print"),
        (_("Large print"), f"{page}?as=large", shape == "large"),
        (_("Easy read"), f"{page}?as=easy", shape == "easy"),
        (_("Text to listen to"), f"{page}?as=audio", shape == "audio"),
        (_("PDF"), f"{printed}?as=print", False),
        (_("PDF in large print"), f"{printed}?as=large", False),
        (_("Text file"), spoken, False),
    ]


def letter_pdf(request, ref, seq):
    """The letter as tagged PDF, in standard or large print."""
    reading = access.get_case(request, ref)
    case = reading.case
    found = _letter(request, reading, seq)
    size = (
        "large"
        if compose.format_for(case.person, request.GET.get("as", "")) == "large"
        else "print"
    )
    return as_file(
        pdf.letter(found.content, size, compose.needs_line(reading)),
        "application/pdf",
        f"letter-{case.ref}-{seq}.pdf",
    )


def letter_text(request, ref, seq):
    """The letter as plain text in the order in which it is read out."""
    reading = access.get_case(request, ref)
    found = _letter(request, reading, seq)
    text = "\n\n".join(compose.lines(found.content)) + "\n"
    return as_file(text, "text/plain; charset=utf-8", f"letter-{reading.case.ref}-{seq}.txt")


def as_file(content, kind: str, name: str) -> HttpResponse:
    """Shown in the browser, and named should it be kept."""
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
