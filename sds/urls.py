"""Addresses: each app declares its own; the council's public pages come last because they match any
word.
"""

from allauth.account import views as account
from django.contrib import admin
from django.urls import include, path, re_path

handler400 = "cases.views.errors.bad_request"
handler403 = "cases.views.errors.forbidden"
handler404 = "cases.views.errors.not_found"
handler500 = "cases.views.errors.server_error"

urlpatterns = [
    # only what is used of the sign-in library: its page for adding addresses would catch other
    # people's codes
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/login/code/", account.request_login_code, name="account_request_login_code"),
    path(
        "accounts/login/code/confirm/",
        account.confirm_login_code,
        name="account_confirm_login_code",
    ),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/signup/", account.signup, name="account_signup"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/password/reset/", account.password_reset, name="account_reset_password"),
    path(
        "accounts/password/reset/done/",
        account.password_reset_done,
        name="account_reset_password_done",
    ),
    path("accounts/password/set/", account.password_set, name="account_set_password"),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("admin/", admin.site.urls),
    path("", include("poet.urls")),
    path("", include("budgets.urls")),
    path("", include("cases.urls")),
]
