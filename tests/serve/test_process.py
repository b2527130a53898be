"""The server as a process: how it is started, refused and stopped."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import httpx
import pytest

from rag import Rag
from rag.cli.main import _parser
from tests.commands import ROOT, run
from tests.serve.running import served


def test_keys_are_added_shown_once_listed_and_removed(tmp_path: Path) -> None:
    added = run("keys", "add", "ada", "--role", "editor", index=tmp_path)
    assert added.stdout.startswith("yk_")
    listed = run("keys", "list", index=tmp_path).stdout
    assert listed.startswith("ada  editor  everything")
    assert added.stdout.strip() not in listed
    assert run("keys", "remove", "ada", index=tmp_path).returncode == 0
    assert run("keys", "list", index=tmp_path).stdout == ""
    again = run("keys", "remove", "ada", index=tmp_path)
    assert (again.returncode, "keys list" in again.stderr) == (2, True)


def test_other_machines_are_not_served_without_keys(tmp_path: Path) -> None:
    refused = run("serve", "--host", "0.0.0.0", index=tmp_path)
    assert refused.returncode == 2
    assert "keys add" in refused.stderr


def test_what_the_files_in_deploy_start_is_understood() -> None:
    container = (ROOT / "deploy" / "Containerfile").read_text("utf-8")
    unit = (ROOT / "deploy" / "yinju.service").read_text("utf-8")
    started = [json.loads(line.partition(" ")[2]) for line in container.splitlines() if line.startswith("CMD ")]
    started += [line.split()[1:] for line in unit.splitlines() if line.startswith("ExecStart=")]
    assert [_parser().parse_args(words).host for words in started] == ["0.0.0.0", "127.0.0.1"]


@pytest.mark.long
def test_an_answer_under_way_is_finished_when_the_server_is_terminated(rag: Rag) -> None:
    with served(rag.settings.index) as (address, process):
        asked = {"question": "How long is the harbour tunnel?", "stream": True}
        with httpx.stream("POST", f"{address}/v1/ask", json=asked, timeout=60) as streamed:
            lines = streamed.iter_lines()
            assert next(lines) == "event: passages"
            process.send_signal(signal.SIGTERM)
            said = list(lines)
        assert "event: answer" in said
        assert json.loads(said[said.index("event: answer") + 1].removeprefix("data: "))["citations"]
        assert process.wait(timeout=30) in (0, -signal.SIGTERM)
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{address}/healthz")


@pytest.mark.long
def test_a_port_that_is_taken_is_an_error_with_the_next_step(rag: Rag) -> None:
    with served(rag.settings.index) as (address, _):
        refused = run("serve", "--port", address.rpartition(":")[2], index=rag.settings.index)
    assert refused.returncode == 2
    assert "--port" in refused.stderr
