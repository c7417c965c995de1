"""Addresses: each app declares its own; the council's public pages come last because they match any word."""

from django.contrib import admin
from django.urls import include, path

handler400 = "cases.views.errors.bad_request"
handler403 = "cases.views.errors.forbidden"
handler404 = "cases.views.errors.not_found"
handler500 = "cases.views.errors.server_error"

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("poet.urls")),
    path("", include("budgets.urls")),
    path("", include("cases.urls")),
]
