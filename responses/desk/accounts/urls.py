"""Addresses of the account log."""

from django.urls import URLPattern, path

from responses.desk.accounts import views

urlpatterns: list[URLPattern] = [
    path("desk/accounts/", views.account_log, name="account_log"),
]
