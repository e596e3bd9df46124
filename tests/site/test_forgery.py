"""Our tokens are Django's: its middleware accepts them, and refuses any other."""

import pytest
from django.conf import LazySettings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.test import Client, RequestFactory
from django.utils.crypto import get_random_string

from yimen.site.forgery import masked


def posted(secret: str, token: str) -> HttpResponse | None:
    request = RequestFactory(enforce_csrf_checks=True).post("/x", {"csrfmiddlewaretoken": token})
    request.COOKIES["csrf"] = secret

    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    middleware = CsrfViewMiddleware(view)
    middleware.process_request(request)
    return middleware.process_view(request, view, (), {})


@pytest.mark.parametrize("_turn", range(20))
def test_a_masked_secret_is_accepted_and_never_the_same(_turn: int) -> None:
    secret = get_random_string(32)
    first, second = masked(secret), masked(secret)
    assert len(first) == 64
    assert first != second
    assert posted(secret, first) is None
    assert posted(secret, second) is None


def test_the_token_of_another_browser_is_refused(settings: LazySettings) -> None:
    settings.CSRF_FAILURE_VIEW = "django.views.csrf.csrf_failure"
    answer = posted(get_random_string(32), masked(get_random_string(32)))
    assert answer is not None
    assert answer.status_code == 403


@pytest.mark.django_db
def test_a_form_of_another_session_is_told_as_such_and_not_as_a_lack_of_rights() -> None:
    answer = Client(enforce_csrf_checks=True).post("/login", {"username": "window"})
    assert answer.status_code == 403
    assert "<h1>表单已失效</h1>" in answer.content.decode()
    assert "请换岗" not in answer.content.decode()  # it is about the form, not about the post
