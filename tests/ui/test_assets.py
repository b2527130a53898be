"""The page's modules and names: kit, then parts, then shell; every class is ours by its prefix."""

from __future__ import annotations

import re
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[2]

ASSETS = ROOT / "ui" / "assets"

KIT = {"address", "kit", "session", "store", "theme", "versions", "words"}
PARTS = {
    *(
        "chat",
        "composer",
        "conversations",
        "documents",
        "evidence",
        "mention",
        "panes",
        "search",
        "settings",
        "sheet",
        "transcript",
    ),
    *("uploads", "within"),
}
SHELL = {"page", "signin"}

OWNED = {("chat", "transcript"), ("chat", "composer"), ("search", "composer")}
"""Parts that belong to others; all others speak by events."""

GRADIOS = {"dark", "gradio-container", "main", "wrap", "toast-wrap"}
"""Classes of Gradio that the page sets or hides."""

LONGEST = 320


def imported(module: Path) -> set[str]:
    return set(re.findall(r"""(?:from|import)\s*\(?\s*["']\./(\w+)\.js["']""", module.read_text("utf-8")))


MODULES = {file.stem: imported(file) for file in ASSETS.glob("*.js")}


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert len(list(TopologicalSorter(MODULES).static_order())) == len(MODULES)


def test_the_kit_knows_no_part_parts_know_only_the_kit_and_nobody_knows_the_shell() -> None:
    assert set(MODULES) == KIT | PARTS | SHELL
    for name, wanted in MODULES.items():
        allowed = KIT if name in KIT | PARTS else KIT | PARTS
        assert {one for one in wanted - allowed if (name, one) not in OWNED} == set(), name


def test_modules_are_short_and_open_with_what_they_do() -> None:
    for file in ASSETS.glob("*.js"):
        lines = file.read_text("utf-8").splitlines()
        assert lines[0].startswith("// "), file.name
        assert len(lines) <= LONGEST, file.name


def test_every_class_and_id_is_told_from_gradios_by_its_prefix() -> None:
    named: set[str] = set()
    styles = "\n".join(file.read_text("utf-8") for file in ASSETS.glob("*.css"))
    css = re.sub(r"/\*.*?\*/|\"[^\"]*\"", "", styles, flags=re.DOTALL)
    named.update(re.findall(r"[.#]([a-zA-Z][\w-]*)(?=[^{};]*{)", css))
    for file in (*ASSETS.glob("*.html"), *ASSETS.glob("*.js"), *(ROOT / "ui").glob("*.py")):
        text = file.read_text("utf-8")
        for classes in re.findall(r"""(?:\bclass|\bid|classes|className)\s?=\s?["']([\w -]+)["']""", text):
            named.update(classes.split())
        named.update(re.findall(r"""classList\.\w+\(["']([\w-]+)["']""", text))
    assert len(named) > 70
    assert {name for name in named if not name.startswith("yj-")} <= GRADIOS
