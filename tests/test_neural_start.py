"""Nothing is imported that is not needed: files are read without torch, little is computed without it, what is known
is looked up; and a file that nobody vouches for runs nothing."""

import io
import pickle
import signal
import sqlite3
import struct
import subprocess
import sys
import time
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mtqa.metric import Metric, find_metric
from mtqa.neural import NeuralScores, open_scorer
from mtqa.neural.affine import affine
from mtqa.neural.archive import Damaged, read_safetensors, read_torch
from mtqa.neural.native import NativeModel
from mtqa.neural.plain import gelu

torch = pytest.importorskip("torch", reason="the extra neural is not installed")
checkpoints = pytest.importorskip("checkpoints")

COMET, KIWI, XCOMET = (find_metric(name) for name in ("comet", "cometkiwi", "xcomet"))
SOURCES = ["Der Zug kommt um acht.", "Der Zug kommt um acht.", "Sie haben nichts gesagt.", "Wir gehen nach Hause."]
HYPOTHESES = ["The train comes at eight.", "The train arrives at 8.", "They said <pad> nothing.", "Wé go home. " * 9]
REFERENCES = [("The train arrives at eight.",), ("The train arrives at eight.",), ("They said nothing.",), ("We go.",)]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    torch.set_num_threads(1)
    return {kind: checkpoints.build(tmp_path_factory.mktemp(kind), kind) for kind in checkpoints.KINDS}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rows = zip(SOURCES, HYPOTHESES, (row[0] for row in REFERENCES), strict=True)
    path = tmp_path / "t.tsv"
    path.write_text("source\thypothesis\treference\n" + "".join("\t".join(row) + "\n" for row in rows))
    return path


def scored(metric: Metric, model: Path) -> NeuralScores:
    return open_scorer(metric, model=model, cache=False).score(HYPOTHESES, SOURCES, REFERENCES)


class TestPlainBody:
    @pytest.mark.parametrize(
        ("metric", "kind"),
        [
            *((COMET, "regression"), (KIWI, "referenceless"), (KIWI, "kiwi"), (COMET, "unite")),
            *((XCOMET, "xcomet"), (XCOMET, "xcomet-xl")),
        ],
        ids=lambda value: getattr(value, "key", value),
    )
    def test_numpy_gives_the_numbers_of_torch(
        self, metric: Metric, kind: str, models: dict[str, Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fast = scored(metric, models[kind])
        monkeypatch.setattr(NativeModel, "body", lambda self, tokens: self.plain())
        plain = scored(metric, models[kind])
        assert np.abs(plain.values - fast.values).max() <= 1e-6 and plain.values.std() > 1e-3
        if fast.spans is not None and plain.spans is not None:
            places = [[[(one.span, one.severity) for one in row] for row in scores] for scores in
                      (fast.spans, plain.spans)]  # fmt: skip
            assert places[0] == places[1] and any(places[0])

    @pytest.mark.parametrize("pool", ["cls", "max", "default"])
    def test_every_pool(
        self, pool: str, models: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(checkpoints, "KINDS", {"regression": {**checkpoints.KINDS["regression"], "pool": pool}})
        model = checkpoints.build(tmp_path, "regression")
        fast = scored(COMET, model)
        monkeypatch.setattr(NativeModel, "body", lambda self, tokens: self.plain())
        assert np.abs(scored(COMET, model).values - fast.values).max() <= 1e-6

    def test_much_work_is_torch_s(self, models: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
        model: Any = open_scorer(COMET, model=models["regression"], cache=False).model
        few, many = 10, 10**9
        monkeypatch.delitem(sys.modules, "torch")
        assert model.body(few) is model.plain()
        monkeypatch.setitem(sys.modules, "torch", torch)
        assert model.body(few) is model.body(many) is model.fast()
        monkeypatch.setattr("mtqa.neural.native.find_spec", lambda name: None)
        assert model.body(many) is model.plain()

    def test_gelu(self) -> None:
        x = np.linspace(-9, 9, 100_001, dtype=np.float32)
        exact = torch.nn.functional.gelu(torch.from_numpy(x.astype(np.float64))).numpy()
        assert (np.abs(gelu(x.copy()) - exact) / np.maximum(1, np.abs(x))).max() < 3e-7


class TestMaps:
    """An affine map is the same one however its weights are laid out."""

    @staticmethod
    def given(inputs: int, outputs: list[int]) -> list[tuple[Any, Any]]:
        generator = torch.Generator().manual_seed(inputs)
        return [(torch.randn(n, inputs, generator=generator) / inputs**0.5, torch.randn(n, generator=generator))
                for n in outputs]  # fmt: skip

    @pytest.mark.parametrize("outputs", [[48], [32, 32, 32]])
    @pytest.mark.parametrize("after", [False, True])
    @pytest.mark.parametrize("rows", [1, 255, 256, 300])  # from 256 on, weights are laid out
    def test_fp32(self, rows: int, after: bool, outputs: list[int]) -> None:
        parts = self.given(64, outputs)
        x = torch.randn(rows, 64, generator=torch.Generator().manual_seed(rows))
        exact = torch.cat([x.double() @ weight.double().T + bias for weight, bias in parts], dim=1)
        exact = torch.nn.functional.gelu(exact) if after else exact
        assert (affine(parts, precision="fp32", gelu=after)(x) - exact).abs().max() < 1e-5

    def test_int8_rounds_as_torch_does(self, monkeypatch: pytest.MonkeyPatch) -> None:
        parts = self.given(96, [32])
        ((weight, bias),) = parts
        x = torch.randn(20, 96, generator=torch.Generator().manual_seed(3))
        engine = torch.backends.quantized.engine
        numbers = []
        for fast in (True, False):
            if not fast:
                monkeypatch.setattr("mtqa.neural.affine._has_products_of_bytes", lambda: False)
            numbers.append(affine(parts, precision="int8")(x))
            assert torch.backends.quantized.engine == engine
        assert (numbers[0] - numbers[1]).abs().max() < 1e-4
        scale, least = float(x.max() - x.min()) / 127, weight.abs().amax(dim=1) / 127
        steps = 0.5 * (least * x.abs().sum(dim=1, keepdim=True) + scale * weight.abs().sum(dim=1)) * 1.01
        assert ((numbers[0] - (x @ weight.T + bias)).abs() <= steps + 1e-4).all()  # half a step of each number


WATCHED = (
    "import sys\n"
    "from mtqa.cli import main\n"
    "blocked = [name for name in sys.argv.pop(1).split(',') if name]\n"
    "sys.modules.update(dict.fromkeys(blocked))\n"
    "try:\n"
    "    main()\n"
    "finally:\n"
    "    names = [n for n in ('torch', 'tokenizers', 'comet', 'transformers', 'scipy') if sys.modules.get(n)]\n"
    "    print('imported:', *names, file=sys.stderr)\n"
)


def watched(*words: str | Path, cache: Path, blocked: str = "") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", WATCHED, blocked, *map(str, words)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={"MTQA_CACHE": str(cache), "PATH": ""}
    )


class TestStart:
    @pytest.mark.parametrize(("metric", "kind"), [("comet", "regression"), ("cometkiwi", "kiwi"), ("xcomet", "xcomet")])
    def test_little_work_imports_no_torch_and_known_rows_no_tokenizer(
        self, metric: str, kind: str, models: dict[str, Path], table: Path, tmp_path: Path
    ) -> None:
        call = ("score", table, "-m", metric, "--model", models[kind])
        first, second = (watched(*call, cache=tmp_path / "cache") for _ in range(2))
        assert first.returncode == 0 and first.stderr.endswith("imported: tokenizers\n"), first.stderr
        assert second.stderr.endswith("imported:\n") and second.stdout == first.stdout

    def test_an_installation_without_torch(self, models: dict[str, Path], table: Path, tmp_path: Path) -> None:
        call = ("score", table, "-m", "comet", "--model", models["regression"])
        run = watched(*call, cache=tmp_path, blocked="torch,safetensors,comet")
        assert run.returncode == 0, run.stderr
        values = [float(line.split("\t")[1]) for line in run.stdout.splitlines()[1:]]
        assert values == pytest.approx(scored(COMET, models["regression"]).values, abs=1e-6)
        run = watched(*call, "--precision", "bf16", cache=tmp_path, blocked="torch")
        assert run.returncode == 2
        assert run.stderr.startswith("mtqa: bf16 on cpu needs torch; pip install 'mtqa[neural]'\n")


LIMITED = (
    "import resource, signal, sys\n"
    "from mtqa.cli import main\n"
    "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    "most = int(sys.argv.pop(1))\n"
    "resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))\n"
    "main()\n"
)


class TestCacheUnderStress:
    """The scores come whatever becomes of the cache, and what is in it is whole."""

    def call(self, models: dict[str, Path], table: Path) -> list[str]:
        return ["score", str(table), "-m", "comet", "--model", str(models["regression"]), "-q"]

    def many(self, folder: Path, rows: int) -> Path:
        path = folder / "many.tsv"
        lines = [f"Zug {n} um acht\tThe train {n} at eight {n}\tTrain {n} at eight\n" for n in range(rows)]
        path.write_text("source\thypothesis\treference\n" + "".join(lines))
        return path

    @pytest.mark.parametrize("most", [1, 20_000])
    def test_a_disk_that_is_full(self, most: int, models: dict[str, Path], tmp_path: Path) -> None:
        table, path = self.many(tmp_path, 60), tmp_path / "cache" / "neural.sqlite"
        command = [sys.executable, "-c", LIMITED, str(most), *self.call(models, table)]
        environment = {"MTQA_CACHE": str(path.parent), "PATH": "", "PYTHONDONTWRITEBYTECODE": "1"}
        run = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        assert run.returncode == 0 and len(run.stdout.splitlines()) == 61, run.stderr
        assert f"nothing was cached in {path}: " in run.stderr
        again = watched(*self.call(models, table), cache=path.parent)
        assert again.returncode == 0 and "nothing was cached" not in again.stderr
        assert values(again.stdout) == pytest.approx(values(run.stdout), abs=1e-6)
        assert intact(path)

    def test_a_run_that_is_killed(self, models: dict[str, Path], tmp_path: Path) -> None:
        table, path = self.many(tmp_path, 2500), tmp_path / "cache" / "neural.sqlite"
        environment = {"MTQA_CACHE": str(path.parent), "PATH": ""}
        running = subprocess.Popen(
            [sys.executable, "-B", "-m", "mtqa", *self.call(models, table)], stdout=subprocess.DEVNULL, env=environment
        )
        wal = Path(f"{path}-wal")
        while running.poll() is None and not (wal.is_file() and wal.stat().st_size > 100_000):
            time.sleep(0.01)
        running.kill()
        assert running.wait() == -signal.SIGKILL  # while it was at work
        again = watched(*self.call(models, table), cache=path.parent)
        assert again.returncode == 0 and intact(path)
        fresh = watched(*self.call(models, table), cache=tmp_path / "other")
        assert values(again.stdout) == pytest.approx(values(fresh.stdout), abs=1e-6)


def values(output: str) -> list[float]:
    return [float(line.split("\t")[1]) for line in output.splitlines()[1:]]


def intact(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as link:
        (said,) = link.execute("PRAGMA integrity_check").fetchone()
        (rows,) = link.execute("SELECT COUNT(*) FROM results").fetchone()
    return bool(said == "ok" and rows)


class Calls:
    """Pickles to a call of what is given."""

    def __init__(self, function: Callable[..., Any], *given: Any) -> None:
        self.function, self.given = function, given

    def __reduce__(self) -> tuple[Any, ...]:
        return self.function, self.given


def rebuilt(*given: Any) -> None:
    """Stands for torch's function of that name while a pickle is made."""


class Storage:
    """Stands for a storage while a pickle is made."""


def archive(path: Path, state: Any, *, extra: Any = None, packing: int = zipfile.ZIP_STORED, order: str = "") -> Path:
    """A file as torch.save makes it, of a pickle that torch would never make; storage 0 has four float32."""

    class Pickler(pickle._Pickler):  # the one in Python: what it writes can be steered
        def persistent_id(self, obj: Any) -> Any:
            return ("storage", Named("torch", "FloatStorage"), "0", "cpu", 4) if isinstance(obj, Storage) else None

        def save_named(self, obj: "Named") -> None:
            self.write(pickle.GLOBAL + f"{obj.module}\n{obj.name}\n".encode())

        dispatch = dict(pickle._Pickler.dispatch)  # noqa: RUF012 - pickle wants it so

    Pickler.dispatch[Named] = Pickler.save_named
    stream = io.BytesIO()
    Pickler(stream, 2).dump({"state_dict": state, "hyper_parameters": {}, "extra": extra})
    with zipfile.ZipFile(path, "w", packing) as file:
        file.writestr("a/data.pkl", stream.getvalue())
        file.writestr("a/data/0", struct.pack("<4f", 1, 2, 3, 4))
        if order:
            file.writestr("a/byteorder", order)
    return path


class Named:
    """A name in a pickle."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name

    def __call__(self) -> None:
        """So that pickle takes it for a function."""


def tensor(offset: Any, size: Any, stride: Any) -> Calls:
    return Calls(Named("torch._utils", "_rebuild_tensor_v2"), Storage(), offset, size, stride, False, OrderedDict())


class TestArchive:
    @pytest.mark.parametrize("kind", ["float32", "float16", "bfloat16", "float64", "int64", "bool"])
    def test_what_torch_saved(self, kind: str, tmp_path: Path) -> None:
        given = torch.randn(5, 7).to(getattr(torch, kind))
        state = {"turned": given.T, "part": given[1:3, ::2], "same": given, "none": torch.empty(0, 3)}
        state["learned"] = torch.nn.Parameter(torch.randn(3))
        torch.save({"state_dict": state, "other": {"size": given.size(), "set": {1}}}, tmp_path / "m.ckpt")
        content, found = read_torch(tmp_path / "m.ckpt")
        assert content["other"] == {"size": (5, 7), "set": [1]}
        for name, array in found.items():
            assert torch.equal(torch.from_numpy(np.array(array)).to(state[name].dtype), state[name])

    def test_a_sound_one_made_by_hand(self, tmp_path: Path) -> None:
        _, found = read_torch(archive(tmp_path / "m", {"w": tensor(0, (2, 2), (1, 2))}, order="little"))
        assert found["w"].tolist() == [[1, 3], [2, 4]]

    @pytest.mark.parametrize(
        ("module", "name"),
        [
            *(("os", "system"), ("posix", "system"), ("builtins", "eval"), ("builtins", "getattr"), ("torch", "load")),
            *(("functools", "partial"), ("torch.hub", "load"), ("numpy", "load"), ("_codecs", "encode")),
        ],
    )
    def test_whatever_else_is_named_is_refused_before_it_is_called(
        self, module: str, name: str, tmp_path: Path
    ) -> None:
        trace = tmp_path / "ran"
        path = archive(tmp_path / "m", {}, extra=Calls(Named(module, name), f"touch {trace}"))
        with pytest.raises(Damaged, match=rf"it names {module}\.{name}"):
            read_torch(path)
        assert not trace.exists()

    @pytest.mark.parametrize(
        ("state", "said"),
        [
            ({"w": tensor(0, (5,), (1,))}, "reaches outside"),
            ({"w": tensor(3, (2,), (1,))}, "reaches outside"),
            ({"w": tensor(0, (2, 2), (1, 3))}, "reaches outside"),
            ({"w": tensor(0, (1 << 62, 4), (1, 1))}, "reaches outside"),
            ({"w": tensor(0, (2,), (-1,))}, "without storage or sizes"),
            ({"w": tensor(0, (2.0,), (1,))}, "without storage or sizes"),
            ({"w": tensor(0, (2, 2), (1,))}, "ValueError"),
            ({"w": "text"}, "no state_dict"),
            ([1], "no state_dict"),
        ],
    )
    def test_a_tensor_that_lies_elsewhere_is_refused(self, state: Any, said: str, tmp_path: Path) -> None:
        with pytest.raises(Damaged, match=said):
            read_torch(archive(tmp_path / "m", state))

    def test_a_packed_or_turned_file_is_refused(self, tmp_path: Path) -> None:
        state = {"w": tensor(0, (4,), (1,))}
        with pytest.raises(Damaged, match="packed or cut"):
            read_torch(archive(tmp_path / "m", state, packing=zipfile.ZIP_DEFLATED))
        with pytest.raises(Damaged, match="big-endian"):
            read_torch(archive(tmp_path / "m", state, order="big"))

    @pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
    def test_a_cut_or_overwritten_file_never_crashes(
        self, share: float, models: dict[str, Path], tmp_path: Path
    ) -> None:
        whole = models["regression"].read_bytes()
        (tmp_path / "cut").write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(Damaged):
            read_torch(tmp_path / "cut")
        generator = np.random.default_rng(int(share * 1000))
        for _ in range(30):
            spoiled = bytearray(whole)
            for place in generator.integers(0, len(whole), 40):
                spoiled[place] = int(generator.integers(0, 256))
            (tmp_path / "spoiled").write_bytes(spoiled)
            try:
                read_torch(tmp_path / "spoiled")
            except Damaged:
                continue

    @pytest.mark.parametrize("kind", ["float32", "bfloat16"])
    def test_safetensors(self, kind: str, tmp_path: Path) -> None:
        save = pytest.importorskip("safetensors.torch").save_file
        given = {"a": torch.randn(3, 4).to(getattr(torch, kind)), "b": torch.zeros(0), "c": torch.tensor(2.0)}
        save(given, tmp_path / "m.safetensors", metadata={"of": "a test"})
        found = read_safetensors(tmp_path / "m.safetensors")
        assert all(torch.equal(torch.from_numpy(np.array(found[n])).to(t.dtype), t) for n, t in given.items())
        whole = (tmp_path / "m.safetensors").read_bytes()
        for cut in (4, 40, len(whole) - 3):
            (tmp_path / "cut").write_bytes(whole[:cut])
            with pytest.raises(Damaged):
                read_safetensors(tmp_path / "cut")
