"""A web page of another origin can change nothing, and read nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from rag import Rag, Settings
from tests.browser.conftest import Site, violations
from tests.browser.proxy import below
from ui import passwords
from ui.shots import ask

ATTACK = """<!doctype html><meta charset="utf-8"><iframe name="away"></iframe><script>
const target = new URLSearchParams(location.search).get('target');
const call = (component, sent) => JSON.stringify(
    {data: sent, component_id: component, fn_name: 'serve', session_hash: 'x'});
const file = () => {
    const form = new FormData();
    form.append('files', new Blob(['planted']), 'planted.txt');
    return form;
};
const form = (path, enctype, name, value) => {
    const action = target + path;
    const made = Object.assign(document.createElement('form'), {method: 'post', enctype, action, target: 'away'});
    made.append(Object.assign(document.createElement('input'), {type: 'hidden', name, value}));
    document.body.append(made);
    made.submit();
    return new Promise(done => setTimeout(done, 100));
};
window.run = async victim => {
    const seen = [];
    const send = async (path, init) => {
        try {
            const answer = await fetch(target + path, {method: 'POST', ...init});
            seen.push(answer.type === 'opaque' ? 'sent' : answer.status);
        } catch { seen.push('blocked'); }
    };
    const component = 'gradio_api/component_server/';
    for (let id = 0; id < 6; id++) {
        const body = call(id, {call: 'delete', paths: [victim]});
        for (const credentials of ['include', 'omit']) {
            const plain = {'content-type': 'text/plain'}, json = {'content-type': 'application/json'};
            await send(component, {mode: 'no-cors', credentials, body, headers: plain});
            await send(component, {credentials, body, headers: json});
        }
        await form(component, 'text/plain', body.slice(0, -1) + ',"x":"', '"}');
        await form(component, 'application/x-www-form-urlencoded', 'data', body);
    }
    await send('gradio_api/upload', {mode: 'no-cors', body: file()});
    await send('gradio_api/queue/join', {mode: 'no-cors', body: '{"data":[],"fn_index":0,"session_hash":"x"}'});
    const open = [];
    for (const path of ['config', 'yinju/session', 'gradio_api/info']) {
        try { if ((await fetch(target + path, {credentials: 'include'})).ok) open.push(path); } catch {}
    }
    return {seen, open};
};
</script>"""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[int]:
    """The port of another site."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(ATTACK.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def listed(site: Site) -> set[str]:
    rag = Rag(Settings(index=site.index))
    paths = {info.path for info in rag.documents()}
    rag.close()
    return paths


@pytest.mark.parametrize("name", ["127.0.0.1", pytest.param("localhost", marks=pytest.mark.long)])
def test_a_page_of_another_origin_changes_and_reads_nothing(
    visit: Callable[..., Any], workshop: Site, elsewhere: int, name: str
) -> None:
    before = listed(workshop)
    victim = "hong-kong-data-hub.txt"
    assert victim in before
    page = visit(workshop.url)
    away = page.context.new_page()
    away.goto(f"http://{name}:{elsewhere}/?target={workshop.url}")
    told = away.evaluate("victim => run(victim)", victim)
    assert listed(workshop) == before
    assert told["open"] == []
    assert set(told["seen"]) <= {"sent", "blocked", 403}
    assert list(workshop.index.rglob("*planted*")) == []


def test_the_page_works_with_sign_in_and_below_the_path_of_a_proxy(
    chromium: Any, seeds_index: Path, tmp_path: Path
) -> None:
    from ui.serving import Address, launch

    (tmp_path / "users").write_text(f"ada:{passwords.hashed('correct horse')}\n", "utf-8")
    address = Address(port=0, auth=tmp_path / "users", root_path="/docs/yinju")
    served = launch(Rag(Settings(index=seeds_index)), address, block=False)
    context = chromium.new_context(locale="en-US")
    try:
        with below("/docs/yinju", served.server_port) as url:
            page = context.new_page()
            refused: list[str] = []
            page.on("response", lambda answer: refused.append(answer.url) if answer.status in (403, 415) else None)
            page.goto(url)
            assert violations(page) == []
            page.get_by_label("User name").fill("ada")
            page.get_by_label("Password").fill("wrong horse")
            page.get_by_role("button", name="Sign in").click()
            page.get_by_text("The user name or the password is wrong.").wait_for()
            page.get_by_label("Password").fill("correct horse")
            page.keyboard.press("Enter")
            page.locator(".yj-state[data-is=ready]").wait_for()
            ask(page, "Which checkpoint was the forum held near?")
            assert "Luohu" in page.locator("article").inner_text()
            note = {"name": "note.txt", "mimeType": "text/plain", "buffer": b"The ferry to Peng Chau takes 40 minutes."}
            page.set_input_files(".yj-add input", [note])
            page.locator(".yj-uploads [data-is=indexed]").wait_for()
            page.locator(".yj-row", has_text="note.txt").wait_for()
            page.set_viewport_size({"width": 390, "height": 844})
            assert page.evaluate("document.querySelector('.yj-bar').scrollWidth <= innerWidth")
            page.keyboard.press("Escape")  # the evidence is a sheet now
            page.get_by_role("button", name="Settings").click()
            dialog = page.get_by_role("dialog")
            dialog.get_by_text("ada · editor").wait_for()
            dialog.get_by_role("link", name="Sign out").wait_for()
            assert violations(page) == []
            page.keyboard.press("Escape")
            page.set_viewport_size({"width": 1280, "height": 844})
            page.locator(".yj-bar", has_text="ada · editor").get_by_role("link", name="Sign out").click()
            page.get_by_label("Password").wait_for()
            assert refused == []
    finally:
        context.close()
        served.close(verbose=False)
