"""Writes the small models that engines for ONNX are tried with, and what they answer: `python make.py`.

The folders are those of tests/onnx, which GenAI's own builder wrote. The prompt is theirs. The answer and the logarithms
of its probabilities are those of ONNX Runtime's CPU provider, which computes prompt and answer in one pass and keeps no
cache; transformers in float32 says the same on these checkpoints (see tests/onnx). Needs onnxruntime, numpy, safetensors.
"""
import json
import shutil
from pathlib import Path

import numpy as np
import onnxruntime
from safetensors.numpy import load_file

HERE = Path(__file__).parent
FOLDERS = {
    "gpt-oss": "gpt-oss-int4-webgpu-fp32",  # experts, sinks and windows; float32, for cards without float16 too
    "dense": "llama-int4-dml",  # rotation outside of the attention, as DirectML needs it
}
FILES = ["genai_config.json", "model.onnx", "model.onnx.data", "tokenizer.json"]
LONGEST, LEAST_LEAD = 32, 0.2  # a token that leads by less may be another one on another device


def rows(folder, tokens):
    """The logits of every position."""
    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    ids = np.array([tokens], dtype=np.int64)
    given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "position_ids": np.arange(ids.shape[1])[None]}
    decoder = json.loads((folder / "genai_config.json").read_text())["model"]["decoder"]
    heads, size = decoder["num_key_value_heads"], decoder["head_size"]
    for wanted in session.get_inputs():
        if wanted.name not in given:
            kind = {"tensor(float)": np.float32, "tensor(float16)": np.float16}[wanted.type]
            given[wanted.name] = np.zeros((1, heads, 0, size), dtype=kind)
    names = {wanted.name for wanted in session.get_inputs()}
    return session.run(["logits"], {name: value for name, value in given.items() if name in names})[0][0].astype(np.float64)


def known_answer(folder, expected):
    prompt, greedy = expected["tokens"].tolist(), expected["greedy"].tolist()[:LONGEST]
    logits = rows(folder, prompt + greedy)[len(prompt) - 1:-1]
    logprobs = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    answer = []
    for token, row in zip(greedy, logprobs):
        second, first = np.sort(row)[-2:]
        if row.argmax() != token or first - second < LEAST_LEAD:
            break
        answer.append((token, round(float(first), 5)))
    assert len(answer) >= 8, f"{folder}: {len(answer)} tokens are too few"
    return {"prompt": prompt, "answer": [token for token, _ in answer], "logprobs": [value for _, value in answer]}


def main():
    for name, origin in FOLDERS.items():
        source, target = HERE.parents[2] / "tests" / "onnx" / origin, HERE / name
        target.mkdir(exist_ok=True)
        for file in FILES:
            shutil.copyfile(source / file, target / file)
        answer = known_answer(target, load_file(source / "expected.safetensors"))
        (target / "self-test.json").write_text(json.dumps(answer) + "\n")
        print(name, len(answer["answer"]), "tokens")


if __name__ == "__main__":
    main()
