"""Who may change something: this page, with its session's token, in JSON."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("gradio", reason="the web chat needs pip install 'yinju[ui]'")

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.guard import LOGIN, TOKEN, UPLOAD, Guard, Sessions

HERE = "http://testserver"

JSON = {"content-type": "application/json"}


def client(public: str = "") -> TestClient:
    sessions = Sessions()

    async def changed(_: Request) -> PlainTextResponse:
        return PlainTextResponse("changed")

    anywhere = Route("/{path:path}", changed, methods=["GET", "POST", "DELETE"])
    routes = [Route("/session", sessions.begin), anywhere]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(Guard, sessions=sessions, public=public)]))


def token(browser: TestClient) -> dict[str, str]:
    said = browser.get("/session").json()
    return {str(said["header"]): str(said["token"])}


def status(browser: TestClient, path: str = "/add", method: str = "POST", **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return int(browser.request(method, path, content=b"{}", headers=named).status_code)


def test_the_page_with_its_token_changes_something_and_without_it_nothing() -> None:
    browser = client()
    signed = token(browser) | JSON
    assert status(browser, **signed) == 200
    assert status(browser, method="DELETE", **signed) == 200
    assert status(browser, **JSON) == 403
    assert status(browser, **{**signed, TOKEN: "0" * 64}) == 403


def test_a_token_is_of_one_session() -> None:
    one = client()
    signed = token(one) | JSON
    one.cookies.clear()
    assert status(one, **signed) == 403
    token(one)
    assert status(one, **signed) == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "origin": HERE},
        {"sec-fetch-site": "same-site", "origin": HERE},
        {"origin": "http://evil.example"},
        {"origin": "http://testserver:81"},
        {"origin": "null"},
        {"origin": "http://evil.example", "x-forwarded-host": "evil.example"},
    ],
)
def test_another_page_changes_nothing_and_reads_nothing_even_with_a_token(headers: dict[str, str]) -> None:
    browser = client()
    signed = token(browser) | JSON
    assert status(browser, **(signed | headers)) == 403
    assert status(browser, method="GET", **headers) == 403
    assert status(browser, LOGIN, content_type="application/x-www-form-urlencoded", **headers) == 403


def test_a_link_leads_to_the_page_but_signs_nobody_out() -> None:
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert status(client(), "/", "GET", **link) == 200
    assert status(client(), "/logout", "GET", **link) == 403
    assert status(client(), "/", "GET", **{**link, "sec-fetch-dest": "iframe"}) == 403


FORMS = ("multipart/form-data; boundary=x", "application/x-www-form-urlencoded")


@pytest.mark.parametrize("kind", ["text/plain", "", *FORMS])
def test_only_json_is_taken_but_for_files_and_the_password(kind: str) -> None:
    browser = client()
    signed: dict[str, Any] = token(browser) | {"content-type": kind}
    assert status(browser, **signed) == 415
    assert status(browser, UPLOAD, **signed) == (200 if kind.startswith("multipart") else 415)
    assert status(browser, LOGIN, content_type=kind) == (200 if kind in FORMS else 415)


@pytest.mark.parametrize("public", ["/docs", "https://example.org/docs"])
def test_below_the_path_of_a_proxy_the_same_holds(public: str) -> None:
    browser = client(public)
    signed = token(browser) | JSON
    assert status(browser, "/docs/login", content_type="multipart/form-data") == 200
    assert status(browser, **signed, sec_fetch_site="same-origin", origin="https://example.org") == 200
    assert status(browser, **signed, origin="https://example.org") == (200 if public.startswith("https") else 403)
    assert status(browser, **signed, origin="https://example.com") == 403
