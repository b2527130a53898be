"""The order of imports, what stays unloaded, and the size and shape of modules."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from itertools import pairwise
from pathlib import Path

import pytest

import rag

ROOT = Path(rag.__file__).parent.parent

ORDER = [
    {"errors"},
    {"outline", "progress"},
    {"types"},
    {"status", "scope", "clock"},
    {"config", "hosts", "identifiers"},
    {"text"},
    {"values"},
    {"question", "model_text"},
    {"loaders", "models", "stores", "retrieval", "generation", "verification"},
    {"answers", "indexing"},
    {"opening"},
    {"pipeline"},
    {"as_json", "fetching", "warming"},
    {"uploads"},
    {"serve"},
    {"cli"},
    {"__main__", "training"},
]
"""A part of ``rag`` may import what stands above it; parts of one row do not import each other."""

ALSO = {
    ("generation", "models"),
    ("retrieval", "models"),
    ("retrieval", "stores"),
}
"""What else is allowed."""

HEAVY = {
    *("numpy", "faiss", "onnxruntime", "onnxruntime_extensions", "torch", "transformers", "sentence_transformers"),
    "tokenizers",
    *("langchain_core", "langchain_text_splitters", "rich", "gradio", "opencc", "Stemmer", "pypdfium2", "docx"),
    *("PIL", "rapidocr", "lxml", "python_calamine", "xlrd", "pptx", "oxmsg"),
    *("psycopg", "pgvector", "ray"),
    "watchfiles",
    *("fastapi", "starlette", "uvicorn", "pydantic", "mcp", "prometheus_client"),
}

EXTRAS = {
    "rag/loaders/image.py": "ocr",
    "rag/loaders/ocr.py": "ocr",
    "rag/loaders/painting.py": "ui",
    "rag/training/": "train",
    "rag/training/embedder/e5.py": "hub",
    "rag/models/embedders.py": "hub",
    "rag/generation/loading.py": "hub",
    "rag/generation/seq2seq.py": "hub",
    "rag/stores/postgres/": "postgres",
    "rag/indexing/ray_workers.py": "ray",
    "rag/indexing/watching.py": "watch",
    "rag/serve/": "serve",
}
"""What may import more than the base install has."""

MAX_LINES = 320


def modules(*packages: str) -> list[Path]:
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def part_of(path: Path) -> str:
    """``rag/loaders/html.py`` belongs to ``loaders``, ``rag/pipeline.py`` to ``pipeline``."""
    first = path.relative_to(ROOT / "rag").parts[0]
    return first.removesuffix(".py")


@cache
def imports(path: Path) -> tuple[tuple[str, str], ...]:
    """Every module a file imports, anywhere in it, with the name taken from it ("" for the module itself)."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from ((node.module or "", alias.name) for alias in node.names)


def parts_imported(path: Path) -> set[str]:
    """The parts of ``rag`` a file imports."""
    names = {f"{module}.{name}" if module == "rag" else module for module, name in imports(path)}
    return {name.split(".")[1] for name in names if name.startswith("rag.")} - {"", "__version__"}


RAG = [path for path in modules("rag") if path != ROOT / "rag" / "__init__.py"]


@pytest.mark.parametrize("path", RAG, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_imports_only_what_stands_above_it(path: Path) -> None:
    part = part_of(path)
    rows = [row for row, parts in enumerate(ORDER) if part in parts]
    assert len(rows) == 1, f"rag/{part} has no place in the order of imports"
    above = set().union(*ORDER[: rows[0]])
    wrong = {other for other in parts_imported(path) - above - {part} if (part, other) not in ALSO}
    assert wrong == set()


def test_a_server_s_store_knows_sqlite_only_to_write_and_read_a_backup() -> None:
    importing = {
        path.name
        for path in modules("rag/stores/postgres")
        if any(module.startswith("rag.stores.sqlite") for module, _ in imports(path))
    }
    assert importing == {"backup.py"}


def test_every_exemption_from_the_order_is_used() -> None:
    used = {(part_of(path), other) for path in RAG for other in parts_imported(path)}
    assert used >= ALSO


@pytest.mark.parametrize("path", RAG, ids=lambda path: str(path.relative_to(ROOT)))
def test_core_knows_neither_the_page_nor_the_benchmark(path: Path) -> None:
    outside = {module.split(".")[0] for module, _ in imports(path)} & {"ui", "eval", "tests", "seeds"}
    assert outside <= ({"ui"} if part_of(path) == "cli" else set())


# eval/bench measures the parts one by one (an embedder, a store, a search), and eval/fact_matching compares values as
# the product does; no public name gives either.
BEHIND = [*modules("eval/bench"), ROOT / "eval" / "fact_matching.py"]
OUTSIDE = [path for path in modules("ui", "eval") if path not in BEHIND]


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: str(path.relative_to(ROOT)))
def test_page_and_evaluation_import_only_the_public_names(path: Path) -> None:
    taken = {(module, name) for module, name in imports(path) if module.split(".")[0] == "rag"}
    assert {module for module, _ in taken} <= {"rag"}
    assert {name for _, name in taken} - {""} <= {*rag.__all__, "__version__"}


def test_public_names_are_sorted_and_all_there() -> None:
    assert rag.__all__ == sorted(rag.__all__)
    assert [name for name in rag.__all__ if getattr(rag, name).__name__ != name] == []
    with pytest.raises(AttributeError, match="'nothing'"):
        rag.nothing  # noqa: B018


@pytest.mark.parametrize(
    "script",
    [
        "import rag, rag.errors, rag.config",
        "import rag.cli.main",
        "import runpy; sys.argv = ['rag', '--help']; runpy.run_module('rag', run_name='__main__')",
        "import runpy; sys.argv = ['rag', '--version']; runpy.run_module('rag', run_name='__main__')",
        "import runpy; sys.argv = ['rag', 'index', '--help']; runpy.run_module('rag', run_name='__main__')",
    ],
)
def test_help_loads_nothing_heavy(script: str) -> None:
    code = (
        f"import sys\ntry:\n    {script}\nexcept SystemExit as stop:\n    assert not stop.code\n"
        "print('LOADED', *{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stdout.rpartition("LOADED")[2].split())
    assert "rag" in loaded
    assert loaded & HEAVY == set()


def test_every_package_that_is_imported_is_a_dependency_of_its_install() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    installs = {"": project["dependencies"], **project["optional-dependencies"]}
    names = {extra: {name for one in wanted for name in _distributions(one)} for extra, wanted in installs.items()}
    of_import = packages_distributions()
    for file in modules("rag"):
        extras = [extra for part, extra in EXTRAS.items() if str(file.relative_to(ROOT)).startswith(part)]
        there = set.union(*(names[extra] for extra in ["", *extras]))
        for name in {one.partition(".")[0] for one, _ in imports(file)} - sys.stdlib_module_names - {"rag", "ui"}:
            brought_by = {one.lower().replace("_", "-") for one in of_import.get(name, [name])}
            assert brought_by & there, f"{file} imports {name}"


def _distributions(requirement: str) -> set[str]:
    """By their names; one with extras, such as psycopg[pool], is taken to bring psycopg-pool."""
    name, _, extras = re.split(r"[><=]", requirement.lower().replace("_", "-"))[0].rstrip("]").partition("[")
    return {name, *(f"{name}-{extra}" for extra in extras.split(",") if extra)}


def test_index_in_a_folder_needs_no_driver_of_a_server(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom rag import Rag, load_settings\n"
        f"rag = Rag(load_settings({{'index': {str(tmp_path / 'index')!r}, 'embedder': 'hash'}}))\n"
        f"rag.index([{str(ROOT / 'README.md')!r}]); rag.ask('What does Yinju cite?'); rag.status(); rag.verify()\n"
        "print('LOADED', *{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stdout.rpartition("LOADED")[2].split())
    assert "faiss" in loaded
    assert loaded & {"psycopg", "psycopg_pool", "pgvector", "ray"} == set()


@pytest.mark.parametrize("path", modules("rag", "ui", "eval", "tests"), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_unpickled(path: Path) -> None:
    unsafe = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
    assert {module.split(".")[0] for module, _ in imports(path)} & unsafe == set()


@pytest.mark.parametrize("path", modules("rag", "ui", "eval"), ids=lambda path: str(path.relative_to(ROOT)))
def test_module_is_short_and_opens_with_what_it_does(path: Path) -> None:
    source = path.read_text("utf-8")
    assert len(source.splitlines()) <= MAX_LINES
    documented = ast.get_docstring(ast.parse(source))
    assert documented or not source.strip()


def test_error_tree_in_the_docstring_is_the_tree_of_classes() -> None:
    import rag.errors

    drawn: dict[str, str] = {}
    stack: list[tuple[int, str]] = []
    for line in (rag.errors.__doc__ or "").splitlines():
        name = next((word for word in line.split() if word[0].isalpha()), "")
        if not hasattr(rag.errors, name):
            continue
        depth = line.index(name)
        stack = [above for above in stack if above[0] < depth]
        drawn[name] = stack[-1][1] if stack else "Exception"
        stack.append((depth, name))
    classes = {name: kind for name, kind in vars(rag.errors).items() if isinstance(kind, type)}
    assert drawn == {name: kind.__bases__[0].__name__ for name, kind in classes.items()}


def test_rows_of_the_order_share_no_part() -> None:
    assert all(one.isdisjoint(other) for one, other in pairwise(ORDER))
    assert {part_of(path) for path in RAG} == set().union(*ORDER)


def test_store_on_a_server_without_its_driver_names_what_to_install() -> None:
    code = (
        "import sys\nsys.modules['psycopg'] = None\nfrom rag.stores import open_store\n"
        "try:\n    open_store('postgresql://me@host/db')\nexcept Exception as error:\n    print(error, error.hint)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == (
        "The store postgresql://me@host/db needs the optional 'postgres' packages. pip install 'yinju[postgres]'\n"
    )
