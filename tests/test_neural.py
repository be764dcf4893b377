"""Neural scores: safe loading, guard rails, spans, cache; the numbers are held to unbabel-comet in another file."""

import os
import pickle
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mtqa.metric import find_metric
from mtqa.mqm import Severity
from mtqa.neural import (
    Cache,
    DataHash,
    NeuralScores,
    choose_engine,
    doctor_findings,
    error_spans,
    licence_notice,
    neural_scores,
    open_scorer,
    score_batch,
    terminal_progress,
)
from mtqa.neural import serving as neural_serving
from mtqa.neural.batches import batches, pack, windows
from mtqa.neural.checkpoint import file_hash
from mtqa.neural.finding import find_encoder, find_model
from mtqa.neural.heads import softmax, sparsemax
from mtqa.neural.parts import cut
from mtqa.neural.spans import mark, penalty
from mtqa.refusal import ExitCode, Misuse, Refusal, Unavailable
from mtqa.segment import Batch, ReferenceKind

yaml = pytest.importorskip("yaml", reason="the extra neural is not installed")
torch = pytest.importorskip("torch", reason="the extra neural is not installed")
checkpoints = pytest.importorskip("checkpoints")

COMET, KIWI, XCOMET = (find_metric(name) for name in ("comet", "cometkiwi", "xcomet"))
SOURCES = ["Der Zug kommt um acht.", "Der Zug kommt um acht.", "Sie haben nichts gesagt.", "Wir gehen nach Hause."]
HYPOTHESES = ["The train comes at eight.", "The train arrives at 8.", "They said nothing.", "We go home."]
REFERENCES = [("The train arrives at eight.",), ("The train arrives at eight.",), ("They said nothing.",), ("We go.",)]


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One tiny checkpoint of each kind."""
    return {kind: checkpoints.build(tmp_path_factory.mktemp(kind), kind) for kind in checkpoints.KINDS}


def scored(model: Path, **options: Any) -> NeuralScores:
    return neural_scores(
        COMET, SOURCES, HYPOTHESES, REFERENCES, **{"model": model, "cache": False, "engine": "native", **options}
    )


class TestImport:
    def test_room_imports_no_library(self) -> None:
        code = (
            "import sys, mtqa.neural\n"
            "heavy = {'torch', 'comet', 'tokenizers', 'safetensors', 'yaml', 'transformers'} & set(sys.modules)\n"
            "sys.exit(', '.join(sorted(heavy)) or 0)"
        )
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr

    def test_native_needs_neither_comet_nor_its_relatives_nor_a_network(self, models: dict[str, Path]) -> None:
        code = (
            "import sys, socket\n"
            "others = 'comet transformers pytorch_lightning torchmetrics sentencepiece pkg_resources'\n"
            "sys.modules.update(dict.fromkeys(others.split()))\n"
            "def refuse(*given): raise OSError('a network was wanted')\n"
            "socket.socket.connect = refuse\n"
            "from mtqa.metric import find_metric\n"
            "from mtqa.neural import neural_scores\n"
            "texts = ['a b'], ['c d'], [('e',)]\n"
            "scores = neural_scores(find_metric('xcomet'), *texts, model=sys.argv[1], cache=False)\n"
            "sys.exit(0 if len(scores) == 1 and 'native' in str(scores.signature) else 'wrong')"
        )
        run = subprocess.run(
            [sys.executable, "-c", code, str(models["xcomet"])], capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stderr

    def test_missing_extra_is_one_sentence(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("mtqa.neural.native.find_spec", lambda name: None)
        monkeypatch.setattr("mtqa.neural.upstream.find_spec", lambda name: None)
        monkeypatch.setattr("mtqa.neural.choice.sys", type("Python", (), {"version_info": (3, 12)}))
        with pytest.raises(Unavailable) as refused:
            choose_engine(COMET)
        assert str(refused.value) == "no engine computes COMET: comet is not installed; pip install 'mtqa[comet]'"
        assert refused.value.exit_code == ExitCode.USAGE
        assert neural_serving(COMET).engine is None

    def test_python_that_comet_does_not_know(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("mtqa.neural.native.find_spec", lambda name: None)
        monkeypatch.setattr("mtqa.neural.upstream.find_spec", lambda name: None)
        monkeypatch.setattr("mtqa.neural.choice.sys", type("Python", (), {"version_info": (3, 13)}))
        with pytest.raises(Unavailable) as refused:
            choose_engine(COMET)
        assert str(refused.value) == "no engine computes COMET: tokenizers is not installed; pip install 'mtqa[neural]'"

    def test_pkg_resources_trap(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(
            "mtqa.neural.upstream.find_spec", lambda name: None if name == "pkg_resources" else object()
        )
        with pytest.raises(Unavailable) as refused:
            choose_engine(COMET, "upstream")
        assert str(refused.value) == (
            "engine upstream cannot compute COMET: comet cannot be imported without pkg_resources; "
            "pip install 'setuptools<82'"
        )

    def test_unknown_engine_and_metric(self) -> None:
        with pytest.raises(Misuse, match="unknown engine 'marian'; known: native, upstream"):
            choose_engine(COMET, "marian")
        with pytest.raises(Misuse, match="BLEU is no neural metric; known: comet, cometkiwi, xcomet"):
            choose_engine(find_metric("bleu"))

    def test_lexical_engines_refuse_neural_metrics(self) -> None:
        from mtqa.engines import statistics

        with pytest.raises(Unavailable, match=r"no engine computes COMET: .*sacrebleu does not compute it"):
            statistics(COMET, HYPOTHESES, REFERENCES)


class Touch:
    """A pickle that writes a file when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.system, (f"touch {self.path}",)


def damaged(model: Path, folder: Path, **changes: Any) -> Path:
    """The model's folder again, with parts of its checkpoint replaced (None: left out)."""
    content = torch.load(model, weights_only=True)
    content.update(changes)
    content = {name: value for name, value in content.items() if value is not None}
    (folder / "checkpoints").mkdir(parents=True)
    torch.save(content, folder / "checkpoints" / "model.ckpt")
    (folder / "hparams.yaml").write_bytes((model.parent.parent / "hparams.yaml").read_bytes())
    (folder / "encoder").symlink_to(model.parent.parent / "encoder")
    return folder / "checkpoints" / "model.ckpt"


class TestUntrustedCheckpoint:
    def test_payload_in_checkpoint_is_refused_and_nothing_runs(self, models: dict[str, Path], tmp_path: Path) -> None:
        trace = tmp_path / "ran"
        model = damaged(models["regression"], tmp_path / "m", hyper_parameters={"pool": Touch(trace)})
        for engine in ("native", "upstream"):
            with pytest.raises(Refusal, match=r"more than tensors and plain values.*nothing of it was run"):
                scored(model, engine=engine)
        assert not trace.exists()

    def test_bare_pickle_is_no_checkpoint(self, models: dict[str, Path], tmp_path: Path) -> None:
        trace = tmp_path / "ran"
        model = damaged(models["regression"], tmp_path / "m")
        model.write_bytes(pickle.dumps(Touch(trace)))
        with pytest.raises(Refusal, match=r"no checkpoint; give the model.ckpt of a COMET model"):
            scored(model)
        assert not trace.exists()

    def test_payload_in_yaml_is_refused(self, models: dict[str, Path], tmp_path: Path) -> None:
        trace = tmp_path / "ran"
        model = damaged(models["regression"], tmp_path / "m")
        (tmp_path / "m" / "hparams.yaml").write_text(
            f"class_identifier: !!python/object/apply:os.system ['touch {trace}']"
        )
        with pytest.raises(Refusal, match=r"hparams.yaml: no plain yaml"):
            scored(model)
        assert not trace.exists()

    @pytest.mark.parametrize("engine", ["native", "upstream"])
    def test_unsafe_environment_is_refused(
        self, models: dict[str, Path], engine: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", "1")
        with pytest.raises(Misuse) as refused:
            scored(models["regression"], engine=engine)
        assert str(refused.value) == (
            "TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD is set: a checkpoint could run code; "
            "unset TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD"
        )

    def test_truncated_file(self, models: dict[str, Path], tmp_path: Path) -> None:
        model = damaged(models["regression"], tmp_path / "m")
        model.write_bytes(model.read_bytes()[:-5000])
        with pytest.raises(Refusal, match="no checkpoint"):
            scored(model)

    def test_a_byte_that_was_changed(self, models: dict[str, Path], tmp_path: Path) -> None:
        model = damaged(models["regression"], tmp_path / "m")
        content = bytearray(model.read_bytes())
        weight = torch.load(model, weights_only=True)["state_dict"]["estimator.ff.0.weight"]
        content[content.index(weight.numpy().tobytes()) + 5] ^= 0x40
        model.write_bytes(content)
        for engine in ("native", "upstream"):
            with pytest.raises(Refusal, match=r"the checkpoint is damaged: the check sum of .* does not fit; nothing"):
                scored(model, engine=engine)

    def test_another_file_in_the_place_of_the_published_one(self, models: dict[str, Path], tmp_path: Path) -> None:
        model = damaged(models["regression"], tmp_path / "m")
        found = file_hash(model)
        (tmp_path / "blobs").mkdir()
        for name, published in (("0" * 64, False), (found, True), ("1" * 40, True)):  # small files: a git hash
            blob = model.rename(tmp_path / "blobs" / name)
            model.symlink_to(blob)
            if published:
                assert len(scored(model)) == len(HYPOTHESES)
            else:
                with pytest.raises(Refusal) as refused:
                    scored(model)
                assert str(refused.value) == (
                    f"{model}: the checkpoint is not the one that was published: sha256 {found[:12]}, not 000000000000;"
                    " nothing of it was run; copy or fetch it again"
                )
            model.unlink()
            blob.rename(model)

    @pytest.mark.parametrize(
        ("metric", "kind", "part"),
        [
            (COMET, "regression", "estimator.ff.0.weight"),
            (COMET, "regression", "encoder.model.encoder.layer.1.output.dense.bias"),
            (XCOMET, "xcomet", "hidden2tag.weight"),
        ],
    )
    @pytest.mark.parametrize("engine", ["native", "upstream"])
    def test_weights_that_are_no_numbers_give_no_score(
        self, models: dict[str, Path], tmp_path: Path, metric: Any, kind: str, part: str, engine: str
    ) -> None:
        state = dict(torch.load(models[kind], weights_only=True)["state_dict"])
        state[part] = torch.full_like(state[part], float("nan"))
        model = damaged(models[kind], tmp_path / "m", state_dict=state)
        with pytest.raises(Refusal) as refused:
            neural_scores(
                metric, SOURCES, HYPOTHESES, REFERENCES, model=model, engine=engine, cache=tmp_path / "cache.sqlite"
            )
        assert str(refused.value) == (
            f"{metric.name} of 4 of 4 segments is no number (1, 2, 3, 4); "
            "the model's weights are damaged or were never trained; use the published file"
        )

    def test_a_checkpoint_alone(self, models: dict[str, Path], tmp_path: Path) -> None:
        alone = tmp_path / "model.ckpt"
        alone.write_text("no checkpoint at all")
        with pytest.raises(Refusal, match=r"no checkpoint; give the model.ckpt of a COMET model"):
            scored(alone)
        alone.write_bytes(models["regression"].read_bytes())
        with pytest.raises(Refusal) as refused:
            scored(alone)
        assert str(refused.value) == (
            f"{alone}: no hparams.yaml, neither beside the checkpoint nor in the folder above; "
            "copy the model's whole folder"
        )

    def test_part_missing_is_not_filled_with_chance(self, models: dict[str, Path], tmp_path: Path) -> None:
        state = torch.load(models["regression"], weights_only=True)["state_dict"]
        without = {name: tensor for name, tensor in state.items() if not name.startswith("estimator")}
        model = damaged(models["regression"], tmp_path / "m", state_dict=without)
        with pytest.raises(Refusal, match=r"6 tensors are missing, the first estimator.ff.0.weight; the checkpoint is"):
            scored(model)

    def test_wrong_shape_and_unknown_tensor(self, models: dict[str, Path], tmp_path: Path) -> None:
        state = torch.load(models["regression"], weights_only=True)["state_dict"]
        model = damaged(
            models["regression"], tmp_path / "a", state_dict={**state, "estimator.ff.6.bias": torch.ones(2)}
        )
        with pytest.raises(Refusal, match=r"estimator.ff.6.bias is \(2,\), \(1,\) wanted"):
            scored(model)
        model = damaged(models["regression"], tmp_path / "b", state_dict={**state, "hidden2tag.bias": torch.ones(2)})
        with pytest.raises(Refusal, match=r"1 tensors of no known model, the first hidden2tag.bias"):
            scored(model)

    @pytest.mark.parametrize(
        ("name", "value", "said"),
        [
            ("class_identifier", "ranking_metric", "unknown class of COMET model 'ranking_metric'"),
            ("class_identifier", None, "no class_identifier"),
            ("pool", "sum", "pool is 'sum', avg or cls or max or default wanted"),
            ("encoder_model", "BERT", "no engine has the encoder BERT; known: XLM-RoBERTa, XLM-RoBERTa-XL"),
            ("hidden_sizes", [0], r"hidden_sizes is \[0\], a list of sizes wanted"),
            ("activations", "__class__", "activations is '__class__', Tanh or Sigmoid wanted"),
            ("layer", 99, "a layer beyond the 3 of the encoder is read"),
        ],
    )
    def test_hyper_parameters_are_checked(
        self, models: dict[str, Path], tmp_path: Path, name: str, value: Any, said: str
    ) -> None:
        carried = torch.load(models["regression"], weights_only=True)["hyper_parameters"]
        model = damaged(models["regression"], tmp_path / "m", hyper_parameters={**carried, name: value})
        if name == "class_identifier":
            (tmp_path / "m" / "hparams.yaml").write_text(yaml.safe_dump({name: value}))
        with pytest.raises(Refusal, match=said):
            scored(model)

    def test_safetensors_score_the_same(self, models: dict[str, Path], tmp_path: Path) -> None:
        from safetensors.torch import save_file

        model = damaged(models["regression"], tmp_path / "m")
        tensors = torch.load(model, weights_only=True)["state_dict"]
        other = model.with_suffix(".safetensors")
        save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, other)
        assert np.array_equal(scored(other).values, scored(model).values)
        other.write_bytes(b"\x00" * 64)
        with pytest.raises(Refusal, match="no safetensors file"):
            scored(other)


class TestFinding:
    def test_names_are_looked_for_and_never_fetched(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
        monkeypatch.setattr("mtqa.neural.finding._fetch", lambda *given: pytest.fail("fetched"))
        with pytest.raises(Misuse) as refused:
            find_model("wmt22-comet-da")
        assert str(refused.value) == (
            "model Unbabel/wmt22-comet-da is not on this machine; give --model a path, or fetch it with --online"
        )
        with pytest.raises(
            Misuse, match="no model 'no-such': no such file, and no published name; known: wmt22-comet-da"
        ):
            find_model("no-such")

    def test_a_file_has_no_revision(self, models: dict[str, Path]) -> None:
        for model in (models["regression"], models["regression"].parent.parent):
            with pytest.raises(Misuse, match="is on this machine, and a revision is of a published model; leave --rev"):
                find_model(model, revision="371e")

    def test_online_asks_the_hub(self, models: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
        asked = []
        folder = models["regression"].parent.parent
        monkeypatch.setattr("mtqa.neural.finding._fetch", lambda *given: asked.append(given[:2]) or folder)
        assert find_model("wmt22-comet-da", revision="abc", online=True).path == models["regression"]
        assert asked == [("Unbabel/wmt22-comet-da", "abc")]

    def test_hub_cache_at_a_revision(
        self, models: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
        repository = tmp_path / "models--Unbabel--wmt22-comet-da"
        (repository / "snapshots").mkdir(parents=True)
        (repository / "refs").mkdir()
        (repository / "refs" / "main").write_text("371e9839ca4e")
        (repository / "snapshots" / "371e9839ca4e").symlink_to(models["regression"].parent.parent)
        scores = scored("wmt22-comet-da")  # type: ignore[arg-type]
        parts = dict(scores.signature.parts)
        assert (parts["model"], parts["revision"]) == ("Unbabel/wmt22-comet-da", "371e9839ca4e")
        assert find_model("Unbabel/wmt22-comet-da", revision="371e").revision == "371e9839ca4e"
        with pytest.raises(Misuse, match="is not on this machine"):
            find_model("wmt22-comet-da", revision="other")

    def test_a_file_that_is_a_link_is_found_with_its_neighbours(self, models: dict[str, Path], tmp_path: Path) -> None:
        model = damaged(models["regression"], tmp_path / "m")
        model.rename(tmp_path / "blob")
        model.symlink_to(tmp_path / "blob")
        assert np.array_equal(scored(model).values, scored(models["regression"]).values)

    def test_encoder_is_looked_for(
        self, models: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
        checkpoint = tmp_path / "checkpoints" / "model.ckpt"
        beside = models["regression"].parent.parent / "encoder"
        assert find_encoder(checkpoint, "xlm-roberta-large", given=beside) == beside
        assert find_encoder(checkpoint, str(beside)) == beside
        with pytest.raises(
            Misuse, match="the encoder 'xlm-roberta-large' of this model is not on this machine; put its"
        ):
            find_encoder(checkpoint, "xlm-roberta-large")
        with pytest.raises(Misuse, match="no encoder folder 'nowhere'"):
            find_encoder(checkpoint, "xlm-roberta-large", given="nowhere")

    def test_encoder_of_another_model(self, models: dict[str, Path], tmp_path: Path) -> None:
        other = checkpoints.write_encoder(tmp_path / "e", {**checkpoints.SMALL, "hidden_size": 64})
        with pytest.raises(Refusal, match="the checkpoint is incomplete, or the encoder's folder is of another model"):
            scored(models["regression"], encoder=other)
        (other / "tokenizer.json").unlink()
        with pytest.raises(Refusal, match=r"tokenizer.json is missing; give the encoder's own folder"):
            scored(models["regression"], encoder=other)

    def test_licence(self) -> None:
        assert licence_notice("wmt22-comet-da") is None
        assert licence_notice("Unbabel/XCOMET-XL") == (
            "Unbabel/XCOMET-XL is licensed CC-BY-NC-SA-4.0: its scores may not be used commercially"
        )


class TestGuardRails:
    @pytest.mark.parametrize(
        ("metric", "change", "said"),
        [
            (COMET, {"sources": None}, "COMET reads the source, and there is none; give a source column"),
            (COMET, {"sources": ["a"]}, "4 hypotheses, 1 sources; pair them line by line"),
            (COMET, {"references": REFERENCES[:3]}, "4 hypotheses, 3 rows of references; pair them line by line"),
            (
                COMET,
                {"references": [*REFERENCES[:3], ()]},
                "COMET reads a reference, and 1 of 4 segments have none (4); "
                "score the segments that have one, or use -m cometkiwi",
            ),
            (
                XCOMET,
                {"references": [*REFERENCES[:3], ()]},
                "1 of 4 segments have no reference (4): XCOMET with and without are different scales; score them apart",
            ),
            (
                KIWI,
                {"sources": [*SOURCES[:3], None]},
                "segment '4': source is text wanted, nothing found; fill the cell or drop the row",
            ),
            (
                KIWI,
                {"hypotheses": [*HYPOTHESES[:3], float("nan")]},
                "segment '4': hypothesis is text wanted, nothing found; fill the cell or drop the row",
            ),
            (
                COMET,
                {"hypotheses": [" ", *HYPOTHESES[1:]]},
                "the hypothesis of 1 of 4 segments is empty (1): COMET of nothing is no number; "
                "fill the cell or drop the row",
            ),
            (
                COMET,
                {"references": [*REFERENCES[:2], ("fine", " "), ("",)]},
                "the reference of 2 of 4 segments is empty (3, 4): COMET of nothing is no number; "
                "fill the cell or drop the row",
            ),
            (
                COMET,
                {"sources": [], "hypotheses": [], "references": []},
                "no segments: COMET of nothing is no number; give at least one segment",
            ),
        ],
    )
    def test_refused(self, models: dict[str, Path], metric: Any, change: dict[str, Any], said: str) -> None:
        model = {"comet": "regression", "cometkiwi": "kiwi", "xcomet": "xcomet"}[metric.key]
        given = {"sources": SOURCES, "hypotheses": HYPOTHESES, "references": REFERENCES, **change}
        with pytest.raises(Refusal) as refused:
            neural_scores(metric, **given, model=models[model], cache=False)
        assert str(refused.value) == said

    @pytest.mark.parametrize(
        ("metric", "kind", "said"),
        [
            (COMET, "xcomet", "a xcomet_metric does not compute COMET; use -m xcomet"),
            (KIWI, "regression", "a regression_metric does not compute COMETKiwi; use -m comet"),
            (COMET, "kiwi", "this model reads no reference; use -m cometkiwi"),
        ],
    )
    def test_model_of_another_metric(self, models: dict[str, Path], metric: Any, kind: str, said: str) -> None:
        with pytest.raises(Misuse) as refused:
            neural_scores(metric, SOURCES, HYPOTHESES, REFERENCES, model=models[kind], cache=False)
        assert str(refused.value) == f"{models[kind]}: {said}"

    def test_long_texts_are_refused_cut_or_pooled(self, models: dict[str, Path]) -> None:
        hypotheses = [HYPOTHESES[0] * 60, *HYPOTHESES[1:]]
        sources, references = [SOURCES[0] * 60, *SOURCES[1:]], [(REFERENCES[0][0] * 60,), *REFERENCES[1:]]
        options = {"model": models["regression"], "cache": False}
        with pytest.raises(Refusal) as refused:
            neural_scores(COMET, sources, hypotheses, references, ids=["a", "b", "c", "d"], **options)
        assert str(refused.value) == (
            "1 of 4 segments are longer than the model reads, 512 tokens (a); "
            "over_long='cut' (--over-long cut) scores what it reads, 'pool' reads them in parts"
        )
        cut_off = neural_scores(COMET, sources, hypotheses, references, over_long="cut", **options)
        parts = neural_scores(COMET, sources, hypotheses, references, over_long="pool", **options)
        assert cut_off.truncated.segments == parts.truncated.segments == (0,)
        assert dict(parts.signature.parts)["trunc"] == "pool"
        assert not parts.signature.comparable(cut_off.signature)
        assert np.array_equal(parts.values[1:].round(6), cut_off.values[1:].round(6))
        # What is cut off does not move the score; what is read in parts does.
        longer = [hypotheses[0] + " Nothing of it is true.", *hypotheses[1:]]
        again = neural_scores(COMET, sources, longer, references, over_long="cut", **options)
        assert abs(again.values[0] - cut_off.values[0]) < 1e-6
        again = neural_scores(COMET, sources, longer, references, over_long="pool", **options)
        assert abs(again.values[0] - parts.values[0]) > 1e-6

    def test_long_joint_sequences_count_all_texts(self, models: dict[str, Path]) -> None:
        sources, hypotheses = [SOURCES[0] * 20], [HYPOTHESES[0] * 20]
        with pytest.raises(Refusal, match="1 of 1 segments are longer than the model reads"):
            neural_scores(KIWI, sources, hypotheses, None, model=models["kiwi"], cache=False)

    def test_spans_of_parts_stand_in_the_whole_text(self, models: dict[str, Path]) -> None:
        hypothesis, source = HYPOTHESES[0] * 40, SOURCES[0] * 40
        scores = neural_scores(
            XCOMET, [source], [hypothesis], None, model=models["xcomet"], cache=False, over_long="pool"
        )
        assert scores.spans is not None and len(scores.spans[0]) > 2
        assert all(hypothesis[one.span.start : one.span.end] == one.text for one in scores.spans[0])
        assert scores.spans[0][-1].span.start > len(hypothesis) / 2

    def test_notices(self, models: dict[str, Path]) -> None:
        source = "Das ist ein ganzer Satz, der so stehen blieb."
        scores = neural_scores(
            KIWI, [source, "a <pad> b"], [source, "c"], None, model=models["kiwi"], cache=False, languages=("de", "tlh")
        )
        assert scores.notices == (
            "1 of 2 segments copy their source (1): a copy scores high",
            "1 of 2 segments hold a special token of the model as text (2): "
            "<s>, </s>, <pad>, <unk>, <mask> are read as commands, not as words",
            "the model's encoder has never seen tlh: its scores mean little there",
        )

    def test_unknown_options(self, models: dict[str, Path]) -> None:
        with pytest.raises(Misuse, match="unknown policy for long texts 'drop'; known: refuse, cut, pool"):
            scored(models["regression"], over_long="drop")
        with pytest.raises(Misuse, match="unknown precision 'fp8'; known: fp32, bf16, int8"):
            scored(models["regression"], precision="fp8")
        with pytest.raises(Misuse, match="no device 'tpu' here"):
            scored(models["regression"], device="tpu")
        with pytest.raises(Misuse, match="engine upstream computes fp32 on the processor, not int8 on cpu"):
            scored(models["regression"], precision="int8", engine="upstream")

    @pytest.mark.parametrize("parts", [2, 3, 7])
    def test_cut_joins_again(self, parts: int) -> None:
        text = "One sentence. Another one! A third, longer than the others, with a clause? 中文没有空格。再来一句。"
        pieces = cut(text, parts)
        assert "".join(pieces) == text and len(pieces) == parts
        assert cut("One sentence. Another one.", 2) == ["One sentence. ", "Another one."]


class TestSpans:
    TEXT = "Das is 🎉 fine ﬁn"
    OFFSETS = np.array([(0, 0), (0, 3), (3, 6), (6, 8), (8, 13), (13, 16), (0, 0)])
    LABELS = ("O", "minor", "major", "critical")

    def chosen(self, labels: Sequence[int]) -> Any:
        shares = np.full((len(labels), 4), 0.1)
        shares[np.arange(len(labels)), labels] = 0.7
        return shares

    @pytest.mark.parametrize(
        ("labels", "spans", "points"),
        [
            ((0, 0, 0, 0, 0, 0, 0), [], 0),
            ((0, 1, 1, 0, 0, 0, 0), [("Das is", "minor")], 1),
            ((0, 0, 1, 3, 0, 0, 0), [("is", "minor"), ("🎉", "critical")], 1),  # COMET: one span, minor
            ((0, 0, 0, 0, 0, 2, 0), [("ﬁn", "major")], 5),
            ((0, 0, 0, 0, 0, 2, 2), [("ﬁn", "major")], 0),  # COMET: lost, for it is open at </s>
            ((3, 1, 0, 0, 0, 0, 0), [("Das", "minor")], 10),  # COMET: begins at <s>
            ((0, 0, 0, 1, 1, 0, 0), [("🎉 fine", "minor")], 1),
            ((0, 3, 0, 3, 0, 3, 0), [("Das", "critical"), ("🎉", "critical"), ("ﬁn", "critical")], 25),
        ],
    )
    def test_decoded_and_counted(self, labels: Sequence[int], spans: list[tuple[str, str]], points: int) -> None:
        found = mark(self.TEXT, self.chosen(labels), self.OFFSETS, self.LABELS)
        assert [(one.text, str(one.severity)) for one in found] == spans
        assert all(one.span.of(self.TEXT) == one.text and one.confidence == pytest.approx(0.7) for one in found)
        assert penalty(self.chosen(labels), self.LABELS) == points

    def test_of_tokens_that_share_a_character_the_worst_counts(self) -> None:
        offsets = np.array([(0, 0), (0, 1), (1, 2), (1, 2), (2, 3), (0, 0)])
        found = mark("a½b", self.chosen([0, 1, 1, 3, 1, 0]), offsets, self.LABELS)
        assert [(one.text, str(one.severity)) for one in found] == [("a", "minor"), ("½", "critical"), ("b", "minor")]

    def test_token_of_no_character_marks_nothing(self) -> None:
        offsets = np.array([(0, 0), (0, 0), (0, 1), (0, 0)])
        assert mark("a", self.chosen([0, 2, 0, 0]), offsets, self.LABELS) == ()
        (space,) = mark("  ", self.chosen([0, 0, 1, 0]), np.array([(0, 0), (0, 1), (0, 2), (0, 0)]), self.LABELS)
        assert (space.text, space.severity) == ("  ", Severity.MINOR)

    @pytest.mark.parametrize("kind", ["xcomet", "xcomet-xl"])
    def test_spans_stand_in_the_raw_text(self, models: dict[str, Path], kind: str) -> None:
        texts = [
            "Cafe\u0301 🎉 naïve ﬁn",
            "  two  spaces ",
            "ＦＵＬＬ width ½",
            "𝔘𝔫𝔦code \u200b zero",
            *checkpoints.lines()[:12],
        ]
        scores = neural_scores(XCOMET, texts, texts, None, model=models[kind], cache=False)
        assert scores.spans is not None and sum(map(len, scores.spans)) > 10
        for text, found in zip(texts, scores.spans, strict=True):
            assert all(one.text and text[one.span.start : one.span.end] == one.text for one in found)
            assert all(a.span.end <= b.span.start for a, b in pairwise(found))


class TestWork:
    def test_each_distinct_text_is_encoded_once(self, models: dict[str, Path]) -> None:
        assert scored(models["regression"]).computed == 3 + 4 + 3 - 1  # one reference is a hypothesis too

    def test_windows_hold_all_and_keep_sources_together(self) -> None:
        sources = ["a", "b", "c", "a", "b", "c", "a"]
        found = list(windows(sources, 3))
        assert found == [[0, 3, 6], [1, 4, 2], [5]]

    @pytest.mark.parametrize("budget", [1, 10, 1000])
    def test_batches_hold_all_within_the_budget(self, budget: int) -> None:
        lengths = [3, 9, 1, 12, 5, 5, 2]
        found = list(batches(lengths, budget))
        assert sorted(position for batch in found for position in batch) == list(range(len(lengths)))
        assert all(len(batch) == 1 or sum(lengths[p] for p in batch) <= budget for batch in found)

    def test_packed_without_padding(self) -> None:
        packed = pack(
            [np.array([0, 5, 1, 6, 2], np.int32), np.array([0, 7, 2], np.int32), np.array([0, 8, 2], np.int32)], 1
        )
        assert packed.runs == ((0, 1, 5), (5, 2, 3))
        assert packed.places.tolist() == [2, 3, 1, 4, 5, 2, 3, 4, 2, 3, 4]

    def test_scores_do_not_depend_on_window_budget_or_order(self, models: dict[str, Path]) -> None:
        whole = scored(models["regression"]).values
        for budget, window in ((8, 1), (64, 2)):
            scorer = open_scorer(COMET, model=models["regression"], cache=False, budget=budget, window=window)
            assert np.abs(scorer.score(HYPOTHESES, SOURCES, REFERENCES).values - whole).max() < 1e-6
        backwards = scorer.score(HYPOTHESES[::-1], SOURCES[::-1], REFERENCES[::-1]).values[::-1]
        assert np.abs(backwards - whole).max() < 1e-6

    def test_several_references_are_averaged(self, models: dict[str, Path]) -> None:
        options: dict[str, Any] = {"model": models["regression"], "cache": False}
        others = [("Something else entirely.",)] * 4
        both = [(*one, *other) for one, other in zip(REFERENCES, others, strict=True)]
        each = [neural_scores(COMET, SOURCES, HYPOTHESES, refs, **options) for refs in (REFERENCES, others)]
        mean = neural_scores(COMET, SOURCES, HYPOTHESES, both, **options)
        assert np.abs(mean.values - (each[0].values + each[1].values) / 2).max() < 1e-6
        assert dict(mean.signature.parts)["nrefs"] == "2" and dict(mean.signature.parts)["refs"] == "mean"

    @pytest.mark.parametrize(("precision", "apart"), [("bf16", 0.05), ("int8", 0.1)])
    def test_other_precisions_are_near_and_labelled(
        self, models: dict[str, Path], precision: str, apart: float
    ) -> None:
        exact, rough = scored(models["regression"]), scored(models["regression"], precision=precision)
        assert 0 < np.abs(exact.values - rough.values).max() < apart
        assert not exact.signature.comparable(rough.signature)
        assert rough.notices == ()  # so few are not worth a second model

    @pytest.mark.parametrize("precision", ["bf16", "int8"])
    def test_how_far_a_precision_is_from_fp32_is_said_once(self, models: dict[str, Path], precision: str) -> None:
        texts = [f"{text} {n}" for n in range(25) for text in HYPOTHESES] * 5
        given = (texts, texts, [(text,) for text in texts])
        exact = open_scorer(COMET, model=models["regression"], cache=False).score(*given)
        scorer = open_scorer(COMET, model=models["regression"], cache=False, precision=precision)
        rough = scorer.score(*given)
        apart = np.abs(exact.values - rough.values)[::62][:8]
        said = f"{precision}: at most {apart.max():.1e} from fp32, {apart.mean():.1e} in the mean"
        assert exact.notices == () and rough.notices[-1] == f"{said}, on a sample of 8 segments"
        assert not any("from fp32" in notice for notice in scorer.score(*given).notices)

    def test_a_large_model_is_not_opened_beside_itself(
        self, models: dict[str, Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("mtqa.neural.scorer._MANY", 1)
        assert "from fp32" in scored(models["regression"], precision="int8").notices[-1]
        monkeypatch.setattr("mtqa.neural.scorer._LARGE", models["regression"].stat().st_size - 1)
        assert scored(models["regression"], precision="int8").notices == ()

    def test_signature(self, models: dict[str, Path]) -> None:
        first, second = scored(models["regression"]), scored(models["regression"])
        parts = dict(first.signature.parts)
        assert first.signature == second.signature and np.array_equal(first.values, second.values)
        assert parts["sha256"] == file_hash(models["regression"])[:12]
        assert list(parts) == [
            *("nrefs", "model", "sha256", "tok", "class", "precision", "layers", "trunc", "version", "engine", "torch"),
            *("tokenizers", "mtqa", "normaliser", "data", "n"),
        ]  # fmt: skip

    def test_softmax_and_sparsemax(self) -> None:
        weights = np.array([0.3, 0.1, -2.0])
        assert softmax(weights).sum() == pytest.approx(1) and sparsemax(weights).tolist() == pytest.approx(
            [0.6, 0.4, 0]
        )

    def test_progress_on_a_terminal_only(self, models: dict[str, Path]) -> None:
        class Terminal(StringIO):
            def isatty(self) -> bool:
                return True

        assert terminal_progress("COMET", stream=StringIO()) is None
        ticks = iter([0.0, 10.0, 20.0])
        screen = Terminal()
        tell = terminal_progress("COMET", stream=screen, clock=lambda: next(ticks))
        assert tell is not None
        tell(0.25)
        tell(1.0)
        assert screen.getvalue() == "\r\x1b[KCOMET  25%  0:30 left\r\x1b[K"
        shares: list[float] = []
        scored(models["regression"], progress=shares.append)
        assert len(shares) > 1 and shares == sorted(shares) and shares[-1] == 1.0


class TestCache:
    def test_amended_delivery_computes_what_changed(self, models: dict[str, Path], tmp_path: Path) -> None:
        path = tmp_path / "c.sqlite"
        first = scored(models["regression"], cache=path)
        again = scored(models["regression"], cache=path)
        shares: list[float] = []
        scored(models["regression"], cache=path, progress=shares.append)
        assert (again.computed, again.reused) == (0, first.computed) and shares[-1] == 1.0
        assert np.array_equal(first.values, again.values)
        amended = neural_scores(
            COMET, SOURCES, [*HYPOTHESES[:3], "We went."], REFERENCES, model=models["regression"], cache=path
        )
        assert amended.computed == 1 and np.array_equal(amended.values[:3], first.values[:3])

    @pytest.mark.parametrize("kind", ["kiwi", "xcomet"])
    def test_joint_models_and_spans_come_back(self, models: dict[str, Path], tmp_path: Path, kind: str) -> None:
        metric = KIWI if kind == "kiwi" else XCOMET
        runs = [
            neural_scores(metric, SOURCES, HYPOTHESES, REFERENCES, model=models[kind], cache=tmp_path / "c.sqlite")
            for _ in range(2)
        ]
        assert runs[1].computed == 0 and np.array_equal(runs[0].values, runs[1].values)
        assert runs[0].spans == runs[1].spans

    def test_other_model_or_precision_finds_nothing(self, models: dict[str, Path], tmp_path: Path) -> None:
        path = tmp_path / "c.sqlite"
        scored(models["regression"], cache=path)
        assert scored(models["regression"], cache=path, precision="bf16").reused == 0
        other = checkpoints.build(tmp_path / "other", "regression", seed=8)
        assert scored(other, cache=path).reused == 0

    def test_rewritten_model_is_hashed_again(self, models: dict[str, Path], tmp_path: Path) -> None:
        model = damaged(models["regression"], tmp_path / "m")
        before = scored(model, cache=tmp_path / "c.sqlite")
        state = torch.load(model, weights_only=True)["state_dict"]
        state["estimator.ff.6.bias"] += 1
        checkpoints.save(
            model.parent.parent, state, {**checkpoints.KINDS["regression"], "encoder_model": "XLM-RoBERTa"}
        )
        after = scored(model, cache=tmp_path / "c.sqlite")
        assert dict(before.signature.parts)["sha256"] != dict(after.signature.parts)["sha256"]
        assert np.abs(after.values - before.values - 1).max() < 1e-5

    def test_corrupt_value_is_computed_again(self, models: dict[str, Path], tmp_path: Path) -> None:
        path = tmp_path / "c.sqlite"
        first = scored(models["regression"], cache=path)
        with sqlite3.connect(path) as link:
            link.execute("UPDATE results SET value = zeroblob(length(value))")
        again = scored(models["regression"], cache=path)
        assert again.reused == 0 and np.array_equal(first.values, again.values)

    def test_damaged_file_is_put_aside(self, models: dict[str, Path], tmp_path: Path) -> None:
        path = tmp_path / "c.sqlite"
        path.write_bytes(b"this is no database" * 500)
        scores = scored(models["regression"], cache=path)
        assert scores.notices == (f"the cache {path} was damaged; a new one was begun",)
        assert (tmp_path / "c.damaged").exists()
        assert scored(models["regression"], cache=path).computed == 0

    def test_full_disk_costs_the_cache_not_the_scores(self, models: dict[str, Path], tmp_path: Path) -> None:
        full = tmp_path / "c.sqlite"
        scorer = open_scorer(COMET, model=models["regression"], cache=full)
        assert scorer.cache.store._link is not None
        scorer.cache.store._link.execute("PRAGMA max_page_count = 20")
        scorer.cache.put({number.to_bytes(32, "big"): np.ones(1000, np.float32) for number in range(100)})
        scores = scorer.score(HYPOTHESES, SOURCES, REFERENCES)
        assert np.array_equal(scores.values, scored(models["regression"]).values)
        assert scores.notices == (f"nothing was cached in {full}: database or disk is full",)

    def test_folder_that_cannot_be_made(self, models: dict[str, Path], tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        scores = scored(models["regression"], cache=tmp_path / "file" / "c.sqlite")
        assert len(scores) == 4 and scores.notices[0].startswith("nothing was cached in")

    def test_bounded(self, tmp_path: Path) -> None:
        cache = Cache(tmp_path / "c.sqlite", limit=200_000)
        for start in range(0, 2000, 100):
            cache.put({number.to_bytes(32, "big"): np.ones(50, np.float32) for number in range(start, start + 100)})
        assert 0 < cache.size() <= 200_000 and cache.trouble is None
        assert cache.get([(1999).to_bytes(32, "big")])

    def test_two_processes_and_a_kill(self, models: dict[str, Path], tmp_path: Path) -> None:
        path = tmp_path / "c.sqlite"
        code = (
            "import sys, numpy as np\nfrom pathlib import Path\nfrom mtqa.neural import Cache\n"
            "cache = Cache(Path(sys.argv[1])); start = int(sys.argv[2])\n"
            "for n in range(start, 10**9):\n"
            "    cache.put({n.to_bytes(32, 'big'): np.full(64, n % 1000, np.float32)})\n"
            "    print(n, flush=True)\n"
        )
        writers = [
            subprocess.Popen([sys.executable, "-c", code, str(path), str(start)], stdout=subprocess.PIPE, text=True)
            for start in (0, 10**6)
        ]
        last = []
        for writer in writers:
            assert writer.stdout is not None
            for _ in range(20):
                line = writer.stdout.readline()
            last.append(int(line))
        for writer in writers:
            os.kill(writer.pid, signal.SIGKILL)
            writer.communicate()
        cache = Cache(path)
        keys = [n.to_bytes(32, "big") for end in last for n in range(end - 19, end + 1)]
        found = cache.get(keys)
        assert set(found) == set(keys) and cache.trouble is None
        assert all(row[0] == int.from_bytes(key, "big") % 1000 for key, row in found.items())

    def test_killed_run_goes_on_where_it_was(
        self, models: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("mtqa.neural.native._FLUSH_SECONDS", 0.0)
        path = tmp_path / "c.sqlite"
        scorer = open_scorer(COMET, model=models["regression"], cache=path, budget=8)

        def killed(share: float) -> None:
            if share > 0.5:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            scorer.score(HYPOTHESES, SOURCES, REFERENCES, progress=killed)
        scorer.cache.close()
        resumed = scored(models["regression"], cache=path)
        assert resumed.reused > 2 and resumed.computed < 6
        assert np.abs(resumed.values - scored(models["regression"]).values).max() < 1e-6


class TestBatch:
    def batch(self) -> Batch:
        ids = ("a", "b", "c", "d")
        return Batch(ids, HYPOTHESES, REFERENCES, SOURCES, ("talk",) * 4, ("one",) * 4, ReferenceKind.CORRECTION)

    def test_scores_of_a_batch_in_its_order(self, models: dict[str, Path]) -> None:
        scorer = open_scorer(COMET, model=models["regression"], cache=False)
        assert np.array_equal(score_batch(scorer, self.batch()).values, scored(models["regression"]).values)
        nothing = Batch(("a",), ("x",), ((),), (None,), ("",), ("",))
        with pytest.raises(Refusal, match="segment 'a': source is text wanted, nothing found"):
            score_batch(scorer, nothing)

    def test_marked_errors_join_the_diagnosis(self, models: dict[str, Path]) -> None:
        scorer = open_scorer(XCOMET, model=models["xcomet"], cache=False)
        batch = self.batch()
        scores = score_batch(scorer, batch)
        errors = error_spans(scores, batch)
        assert scores.spans is not None and len(errors) == sum(map(len, scores.spans)) > 0
        texts = dict(zip(batch.id, batch.hypothesis, strict=True))
        for error in errors:
            assert error.hypothesis.of(texts[error.id]) == error.text and error.rule == "neural/xcomet"
            assert error.evidence[0] == f"model local {dict(scores.signature.parts)['sha256']}"
        assert error_spans(scored(models["regression"]), batch) == ()
        with pytest.raises(Refusal, match="4 scores for 1 segments; give the batch that was scored"):
            error_spans(scores, batch.take([0]))

    def test_data_hash_does_not_depend_on_chunks(self, models: dict[str, Path]) -> None:
        streamed = DataHash()
        for start, end in ((0, 1), (1, 4)):
            streamed.update(HYPOTHESES[start:end], SOURCES[start:end], REFERENCES[start:end])
        assert streamed.hexdigest() == dict(scored(models["regression"]).signature.parts)["data"]
        streamed.update(["a"], ["b"], [()])
        assert streamed.hexdigest() != dict(scored(models["regression"]).signature.parts)["data"]


class TestDoctor:
    @pytest.fixture(autouse=True)
    def own_cache(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MTQA_CACHE", str(tmp_path / "cache"))
        monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))

    def found(self, **given: Any) -> dict[str, tuple[str, str, str]]:
        return {one.subject: (one.state, one.found, one.mend) for one in doctor_findings(**given)}

    def test_whole_chain(self, models: dict[str, Path]) -> None:
        found = self.found(model=models["kiwi"], metric="cometkiwi")
        assert found["neural/native"][0] == "ok" and "int8" in found["neural/native"][1]
        assert "unified_metric, sha256 " in found["neural/model"][1]
        assert found["neural/layers"][1].startswith("sparsemax, encoder XLM-RoBERTa in ")
        assert found["neural/cache"][1].endswith("neural.sqlite, not there yet")
        assert found["neural/offline"] == ("ok", "nothing is fetched without --online", "")

    @pytest.mark.parametrize(
        ("flags", "said"),
        [
            ("fpu avx512_vnni amx_bf16", "fp32, int8, bf16 at full speed"),
            ("fpu avx512_vnni", "fp32, int8 at full speed; bf16 without instructions"),
            ("fpu sse2", "fp32 at full speed; int8, bf16 without instructions"),
            (None, "fp32; of int8 and bf16 this system does not say"),
        ],
    )
    def test_what_the_processor_is_fast_at(
        self, flags: str | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if flags is not None:
            (tmp_path / "cpuinfo").write_text(f"processor\t: 0\nflags\t\t: {flags}\nbugs\t\t: none\n")
        monkeypatch.setattr("mtqa.neural.doctor.Path", lambda name: tmp_path / Path(name).name)
        monkeypatch.setattr("mtqa.neural.doctor._model", lambda *given, **more: ())
        monkeypatch.setattr("mtqa.neural.doctor._cache", lambda: ("ok", "neural/cache", "", ""))
        found = {one[1]: one[2] for one in doctor_findings()}
        assert found["neural/precision"] == said

    def test_offline(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("mtqa.neural.doctor.find_spec", lambda name: None)
        assert self.found()["neural/offline"] == (
            *("ok", "nothing is fetched: huggingface-hub is not installed"),
            "pip install huggingface-hub",
        )
        monkeypatch.setenv("HF_HUB_OFFLINE", "1")
        assert self.found()["neural/offline"][1] == "nothing is fetched: HF_HUB_OFFLINE is set"

    def test_the_model_that_is_given(self, models: dict[str, Path]) -> None:
        assert self.found(model="no-such")["neural/model"][0] == "warn"
        assert self.found(model=models["kiwi"])["neural/model"] == (
            *("warn", f"{models['kiwi']}: this model reads no reference"),
            "use -m cometkiwi",
        )

    def test_the_command(self, models: dict[str, Path]) -> None:
        words = ["doctor", "-m", "xcomet", "--model", str(models["xcomet"])]
        run = subprocess.run(
            [sys.executable, "-m", "mtqa", *words], capture_output=True, text=True, check=True, env={**os.environ}
        )
        assert f"{models['xcomet']}, xcomet_metric, sha256 {file_hash(models['xcomet'])[:12]}" in run.stdout

    def test_what_is_wrong(self, models: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.found()["neural/model"] == (
            *("ok", "model Unbabel/wmt22-comet-da is not on this machine"),
            "give --model a path, or fetch it with --online",
        )
        model = damaged(models["regression"], tmp_path / "m", state_dict={})
        assert self.found(model=model)["neural/model"][0] == "warn"
        monkeypatch.setenv("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", "1")
        assert self.found()["neural/loading"][0] == "warn"
        monkeypatch.setattr(
            "mtqa.neural.upstream.find_spec", lambda name: None if name == "pkg_resources" else object()
        )
        assert self.found()["neural/upstream"] == (
            *("warn", "comet cannot be imported without pkg_resources"),
            "pip install 'setuptools<82'",
        )


def test_a_zip_of_something_else(models: dict[str, Path], tmp_path: Path) -> None:
    model = damaged(models["regression"], tmp_path / "m")
    with zipfile.ZipFile(model, "w") as file:
        file.writestr("readme.txt", "no tensors")
    with pytest.raises(Refusal, match="the checkpoint holds more than tensors and plain values, or is damaged"):
        scored(model)
