"""Settings from defaults, file, environment and flags, checked once."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.config import Settings, default_documents, load_settings
from rag.errors import ConfigError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "yinju.toml"
    path.write_text('index = "from-file"\nchunk_size = 300\nrisk = 0.7\n', "utf-8")
    return path


def test_defaults_stand_where_nothing_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings({}, {}) == Settings()


def test_file_beats_default_environment_beats_file_flag_beats_environment(file: Path) -> None:
    found = load_settings({"index": Path("from-flag")}, {"RAG_INDEX": "from-env", "RAG_CHUNK_SIZE": "200"}, file)
    assert (found.index, found.chunk_size, found.risk, found.passages) == (Path("from-flag"), 200, 0.7, 8)


def test_flag_that_was_not_given_decides_nothing(file: Path) -> None:
    assert load_settings({"index": None, "chunk_size": None}, {}, file).chunk_size == 300


def test_flag_of_zero_is_given() -> None:
    assert load_settings({"risk": 0.1}, {"RAG_RISK": "0.9"}).risk == 0.1


def test_empty_variable_is_as_good_as_none(file: Path) -> None:
    assert load_settings({}, {"RAG_INDEX": ""}, file).index == Path("from-file")


def test_file_in_the_working_folder_is_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    assert load_settings({}, {}).chunk_size == 300


def test_file_named_by_the_environment_is_read(file: Path) -> None:
    assert load_settings({}, {"RAG_CONFIG": str(file)}).chunk_size == 300


def test_variables_of_the_process_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_PASSAGES", "3")
    assert load_settings().passages == 3


def test_text_becomes_the_type_of_its_setting() -> None:
    found = load_settings({}, {"RAG_INDEX": "索引", "RAG_PASSAGES": "3", "RAG_RISK": "0.25"})
    assert (found.index, found.passages, found.risk) == (Path("索引"), 3, 0.25)


def test_whole_number_serves_as_risk(file: Path) -> None:
    file.write_text("risk = 1", "utf-8")
    assert load_settings({}, {}, file).risk == 1.0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("chunk_size", "39"),
        ("chunk_size", "4001"),
        ("chunk_size", "many"),
        ("chunk_size", "3.5"),
        ("chunk_overlap", "-1"),
        ("passages", "0"),
        ("passages", "51"),
        ("risk", "1.01"),
        ("risk", "-0.1"),
        ("risk", "nan"),
    ],
)
def test_bad_value_is_refused_with_its_name_and_a_way_out(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name) as caught:
        load_settings({}, {f"RAG_{name.upper()}": value})
    assert value in str(caught.value)
    assert name.upper() in caught.value.hint


@pytest.mark.parametrize("line", ["passages = true", "passages = 3.7", "passages = [3]", "index = 3", "embedder = 5"])
def test_value_of_another_type_in_the_file_is_refused(file: Path, line: str) -> None:
    file.write_text(line, "utf-8")
    with pytest.raises(ConfigError, match=line.partition(" ")[0]):
        load_settings({}, {}, file)


def test_overlap_of_more_than_half_a_chunk_is_refused() -> None:
    assert Settings(chunk_size=100, chunk_overlap=50).chunk_overlap == 50
    with pytest.raises(ConfigError, match="more than half") as caught:
        Settings(chunk_size=100, chunk_overlap=51)
    assert caught.value.hint == "set RAG_CHUNK_OVERLAP=25"


@given(st.integers(-10, 5000), st.integers(-10, 5000))
def test_hint_of_a_refused_value_is_itself_allowed(size: int, overlap: int) -> None:
    try:
        Settings(chunk_size=size, chunk_overlap=overlap)
    except ConfigError as error:
        name, _, value = error.hint.removeprefix("set RAG_").partition("=")
        given: dict[str, Any] = {"chunk_size": max(40, min(size, 4000)), "chunk_overlap": 0, name.lower(): int(value)}
        Settings(**given)


def test_unknown_setting_in_the_file_is_refused_with_the_known_ones(file: Path) -> None:
    file.write_text("chunksize = 300", "utf-8")
    with pytest.raises(ConfigError, match=r"'chunksize'.*chunk_size"):
        load_settings({}, {}, file)


def test_unknown_flag_is_refused() -> None:
    with pytest.raises(ConfigError, match="'chunksize'"):
        load_settings({"chunksize": 300}, {})


@pytest.mark.parametrize("content", [b"chunk_size = ", b"\xff\xfe\x00", b"[table"])
def test_file_that_is_not_toml_is_refused_by_name(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"yinju\.toml.*TOML"):
        load_settings({}, {}, file)


def test_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such settings file"):
        load_settings({}, {}, tmp_path / "absent.toml")
    with pytest.raises(ConfigError, match="no such settings file"):
        load_settings({}, {"RAG_CONFIG": str(tmp_path / "absent.toml")})


def test_settings_are_frozen_and_derived_ones_are_checked() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().passages = 3  # type: ignore[misc]
    with pytest.raises(ConfigError, match="passages"):
        replace(Settings(), passages=0)


@pytest.mark.parametrize("name", ["RAG_CHUNKSIZE", "RAG_INDX", "RAG_GENERATER", "RAG_PASSAGE"])
def test_misspelt_variable_is_refused_with_the_one_that_is_meant(name: str) -> None:
    with pytest.raises(ConfigError, match=name) as caught:
        load_settings({}, {name: "1"})
    assert caught.value.hint.startswith("set RAG_")


def test_variables_of_other_programs_are_left_alone() -> None:
    others = ("RAG_MODELS", "RAG_MODEL", "RAG_DATABASE_URL", "RAG_API_KEY", "RAG_TOP_K", "RAG_", "RAGGED_INDX")
    assert load_settings({}, dict.fromkeys(others, "1")) == Settings()


def test_index_may_begin_at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load_settings({"index": "~/notes"}, {}).index == tmp_path / "notes"


def test_empty_index_is_refused() -> None:
    with pytest.raises(ConfigError, match="index is '', which is not a path"):
        load_settings({"index": ""}, {})


def test_default_documents_are_the_ones_of_the_checkout() -> None:
    assert "hong-kong-data-hub.txt" in [path.name for path in default_documents()]


def test_default_documents_that_are_not_there_are_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()  # beside the package, but of another project
    monkeypatch.setattr("rag.config.__file__", str(tmp_path / "rag" / "config.py"))
    with pytest.raises(ConfigError, match="default documents"):
        default_documents()
