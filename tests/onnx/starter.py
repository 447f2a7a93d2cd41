"""Converts the starter model (crates/starter/model) into an ONNX Runtime GenAI folder, for `cargo test --test starter_onnx`.

    python starter.py FOLDER [PRECISION [KEY=VALUE ...]]

The precision (fp32, int4, int8; fp32 if none is said) and the keys and values are those of GenAI's builder. Beside what it
writes lie the guide's own `tokenizer.json` and `generation_config.json`, and `questions.json`: the prompts, as tokens, of some
hundred questions of its evaluation, drawn as `evaluate.py` draws them.

Answers that are word for word those of candle: with fp32 (46 MB) 98 of 100, and a hundred of a hundred of its exact mode; with
fp32 and `moe_quant_type=int8` (24 MB) 99; with int8 and `moe_quant_type=int8` (17 MB) 97; with int4 and
`moe_quant_type=int8` (16 MB) 84, the other matrices having too few bits.
Licence: that of the project.
"""
import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from make import convert

STARTER = Path(__file__).parents[2] / "crates" / "starter"
sys.path.append(str(STARTER / "training"))

import evaluate
import trial
from corpus import Corpus
from tokens import Tokenizer

KEPT = ("generation_config.json", "tokenizer.json")
SHARE = 0.15


def checkpoint(folder):
    """The builder wants to be told what the tokenizer is, which the program knows."""
    for name in ("config.json", "model.safetensors", *KEPT):
        shutil.copy(STARTER / "model" / name, folder)
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<|return|>", "pad_token": "<|endoftext|>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))


def questions():
    cases = evaluate.drawn(trial.cases(Corpus(STARTER / "training" / "corpus")), SHARE)
    return evaluate.prompts_of(Tokenizer(STARTER / "model"), cases)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("precision", nargs="?", default="fp32")
    parser.add_argument("options", nargs="*", metavar="KEY=VALUE")
    arguments = parser.parse_args()
    shutil.rmtree(arguments.folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as scratch:
        checkpoint(Path(scratch))
        options = dict(option.split("=", 1) for option in arguments.options)
        convert(Path(scratch), arguments.folder, arguments.precision, "cpu", options)
    (arguments.folder / "tokenizer_config.json").unlink()
    for name in KEPT:
        shutil.copy(STARTER / "model" / name, arguments.folder)
    prompts = questions()
    (arguments.folder / "questions.json").write_text(json.dumps(prompts) + "\n")
    size = sum(file.stat().st_size for file in arguments.folder.iterdir() if file.name != "questions.json")
    print(f"{arguments.folder}: {size} bytes, {len(prompts)} questions")


if __name__ == "__main__":
    main()
