"""Tiny real COMET checkpoints, built on the spot: real files, real tokenizer, random weights.

They need neither comet nor transformers; that unbabel-comet loads them strictly is itself a test.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import torch
import yaml
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from mtqa.neural.recipe import expected_tensors, read_encoder, read_recipe

ROOT = Path(__file__).parent.parent
SEEDS = [ROOT / "seeds" / name for name in ("000_8df44335bbcadca0.txt", "001_9c63570fe49a1101.txt")]
REFERENCES = ROOT / "references" / "001_9c63570fe49a1101.txt"
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")

SMALL: Mapping[str, object] = {
    "hidden_size": 32,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "intermediate_size": 64,
}
KINDS: Mapping[str, Mapping[str, object]] = {
    "regression": {"class_identifier": "regression_metric", "hidden_sizes": [48, 16], "layer": "mix"},
    "referenceless": {"class_identifier": "referenceless_regression_metric", "hidden_sizes": [48, 16], "layer": "mix"},
    "kiwi": {
        "class_identifier": "unified_metric",
        "hidden_sizes": [48, 16],
        "input_segments": ["mt", "src"],
        "word_layer": 2,
        "word_level_training": False,
        "layer_norm": False,
        "layer_transformation": "sparsemax",
    },
    "unite": {
        "class_identifier": "unified_metric",
        "hidden_sizes": [48, 16],
        "input_segments": ["mt", "src", "ref"],
        "word_layer": 2,
        "word_level_training": True,
        "error_labels": ["minor", "major"],
        "cross_entropy_weights": [0.1, 0.4, 0.5],
    },
    "xcomet": {
        "class_identifier": "xcomet_metric",
        "encoder_model": "XLM-RoBERTa",
        "hidden_sizes": [48, 16],
        "word_layer": 2,
        "error_labels": ["minor", "major", "critical"],
    },
    "xcomet-xl": {
        "class_identifier": "xcomet_metric",
        "encoder_model": "XLM-RoBERTa-XL",
        "hidden_sizes": [48, 16],
        "word_layer": 3,
        "error_labels": ["minor", "major", "critical"],
    },
}


def lines() -> list[str]:
    """The lines of the seeds and the reference, the only text of the tests' own."""
    texts = [path.read_text(encoding="utf-8") for path in (*SEEDS, REFERENCES)]
    return [line.strip() for text in texts for line in text.split("\n") if line.strip()]


@cache
def tokenizer() -> Tokenizer:
    """The tokenizer of the tests, trained on the seeds."""
    return train(lines(), 400)


def train(texts: Iterable[str], size: int) -> Tokenizer:
    """A unigram tokenizer laid out like XLM-R's: the same special ids, normal form, spaces and template."""
    made = Tokenizer(models.Unigram())
    made.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=size, special_tokens=list(SPECIAL), unk_token="<unk>", show_progress=False
    )
    made.train_from_iterator(texts, trainer)
    made.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return made


def write_encoder(
    folder: Path, sizes: Mapping[str, object] = SMALL, *, large: bool = False, made: Tokenizer | None = None
) -> Path:
    """config.json, tokenizer.json and tokenizer_config.json of an encoder, as the hub has them; no weights."""
    folder.mkdir(parents=True, exist_ok=True)
    made = tokenizer() if made is None else made
    made.save(str(folder / "tokenizer.json"))
    config = {
        "model_type": "xlm-roberta-xl" if large else "xlm-roberta",
        "vocab_size": made.get_vocab_size(),
        "max_position_embeddings": 514,
        "type_vocab_size": 1,
        "layer_norm_eps": 1e-5,
        "hidden_act": "gelu",
        "bos_token_id": 0,
        "pad_token_id": 1,
        "eos_token_id": 2,
        **sizes,
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "XLMRobertaTokenizerFast", "model_max_length": 512}), encoding="utf-8"
    )
    return folder


def build(
    folder: Path, kind: str, *, seed: int = 7, sizes: Mapping[str, object] = SMALL, made: Tokenizer | None = None
) -> Path:
    """A checkpoint of this kind in `folder`, laid out as COMET's own; gives the path of model.ckpt."""
    given: dict[str, object] = {"encoder_model": "XLM-RoBERTa", "pretrained_model": "no/such-encoder", **KINDS[kind]}
    identifier = str(given.pop("class_identifier"))
    large = given["encoder_model"] == "XLM-RoBERTa-XL"
    encoder = write_encoder(folder / "encoder", sizes, large=large, made=made)
    config = json.loads((encoder / "config.json").read_text(encoding="utf-8"))
    recipe = read_recipe(identifier, given, {}, where="test")
    shapes = expected_tensors(recipe, read_encoder(config, where="test"))
    generator = torch.Generator().manual_seed(seed)
    state = {}
    for name, shape in shapes.items():
        # Weights of a size that keeps the signal: about 1 over the root of what a map reads.
        spread = 1.0 / shape[1] ** 0.5 if len(shape) == 2 and "embeddings" not in name else 0.3
        values = torch.randn(shape, generator=generator) * spread
        state[name] = values + 1 if "orm.weight" in name or name.endswith("gamma") else values
    if identifier in ("unified_metric", "xcomet_metric") and "hidden2tag.bias" in state:
        state["hidden2tag.bias"] = torch.linspace(0.8, 0.0, len(state["hidden2tag.bias"]))
    layers = int(config["num_hidden_layers"]) + 1
    state["layerwise_attention.dropout_mask"] = torch.zeros(layers)
    state["layerwise_attention.dropout_fill"] = torch.full((layers,), -1e20)
    save(folder, state, {**given, "class_identifier": identifier})
    return folder / "checkpoints" / "model.ckpt"


def save(folder: Path, state: Mapping[str, torch.Tensor], parameters: Mapping[str, object]) -> None:
    """Writes the two files of a model as Lightning does: hparams.yaml and checkpoints/model.ckpt."""
    (folder / "checkpoints").mkdir(parents=True, exist_ok=True)
    carried = {name: value for name, value in parameters.items() if name != "class_identifier"}
    content = {
        "state_dict": dict(state),
        "hyper_parameters": carried,
        "pytorch-lightning_version": "2.6.0",
        "epoch": 0,
        "global_step": 0,
        "loops": None,
        "callbacks": {},
        "optimizer_states": [],
        "lr_schedulers": [],
    }
    torch.save(content, folder / "checkpoints" / "model.ckpt")
    (folder / "hparams.yaml").write_text(yaml.safe_dump(dict(parameters)), encoding="utf-8")
