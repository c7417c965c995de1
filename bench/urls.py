"""The site's addresses with two more, that pages are held against: one that returns text, one that
asks the database.
"""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpResponse
from django.urls import path

from sds import urls


@login_not_required
def bare(request):
    """Public: there is nothing here. All middleware, no query."""
    return HttpResponse("ok")


@login_not_required
def baredb(request):
    """Public: as `bare`, with one question to the database."""
    return HttpResponse(asked())


def signed(request):
    """As `baredb`, for somebody who is signed in: session and user are read."""
    return HttpResponse(f"{asked()} {request.user.pk}")


def asked() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return str(cursor.fetchone()[0])


urlpatterns = [
    path("bench/bare", bare),
    path("bench/baredb", baredb),
    path("bench/signed", signed),
    *urls.urlpatterns,
]
handler400, handler403, handler404, handler500 = (
    urls.handler400,
    urls.handler403,
    urls.handler404,
    urls.handler500,
)
