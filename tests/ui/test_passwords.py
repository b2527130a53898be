"""The file of users: made by the command, read by the server."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from rag import RagError
from ui import passwords


def add(file: Path, user: str, password: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    monkeypatch.setattr("sys.argv", ["passwords", str(file), user])
    return passwords.main()


def test_users_enter_with_their_own_password_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "users"
    assert add(file, "ada", "correct horse", monkeypatch) == 0
    assert add(file, "李", "电池订书钉很长的", monkeypatch) == 0
    assert add(file, "ada", "another horse", monkeypatch) == 0
    enters = passwords.checker(file)
    assert enters("ada", "another horse")
    assert enters("李", "电池订书钉很长的")
    assert not enters("ada", "correct horse")
    assert not enters("nobody", "another horse")
    assert file.stat().st_mode & 0o077 == 0
    assert "horse" not in file.read_text("utf-8")


def test_short_passwords_and_odd_names_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert add(tmp_path / "users", "ada", "short", monkeypatch) == 2
    assert add(tmp_path / "users", "a:b", "long enough", monkeypatch) == 2
    assert not (tmp_path / "users").exists()


@pytest.mark.parametrize("text", [None, "", "ada:password\n", ":salt$hash\n"])
def test_a_file_that_lets_nobody_in_is_an_error(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "users").write_text(text)
    with pytest.raises(RagError) as caught:
        passwords.checker(tmp_path / "users")
    assert "python -m ui.passwords" in caught.value.hint
