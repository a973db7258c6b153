"""Addresses of clause changes."""

from django.urls import URLPattern, path

from responses.desk.changes import views

ABOUT = "desk/consultations/<slug:slug>"

# A key may hold anything that fits on a line, so nothing else begins as its pages do.
urlpatterns: list[URLPattern] = [
    path(f"{ABOUT}/changes/", views.change_list, name="changes"),
    path(f"{ABOUT}/changes/<path:key>/", views.change, name="change"),
    path(f"{ABOUT}/new-change/", views.new_change, name="new_change"),
    path(f"{ABOUT}/order-of-changes/", views.order_changes, name="order_changes"),
    path(
        f"{ABOUT}/remove-change/<path:key>/",
        views.remove_change,
        name="remove_change",
    ),
]
