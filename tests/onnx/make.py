"""Makes tiny ONNX Runtime GenAI folders with GenAI's own builder, and what they must answer.

    pip install -r requirements.txt && python make.py

For each folder below: what the builder wrote (`genai_config.json`, `model.onnx`, `model.onnx.data`), the tokenizer,
and `expected.safetensors` with

- `tokens`, a prompt that is longer than the windows, and `positions`, the last of it;
- `logprobs` [positions, vocabulary]: transformers in float32 on the checkpoint, the experts dequantised;
- `logits` [the last 8 positions, vocabulary] and `greedy` [64], the tokens after the prompt: onnxruntime-genai on the
  CPU. A folder that no CPU runs has `greedy_of_another` instead, that of the folder that `expected.json` names.

`expected.json` has the divergence (Kullback-Leibler) of onnxruntime-genai's answer from transformers', the mean over
the positions, and the least lead of the best token over the second along `greedy`. The folders of one checkpoint share
their prompt and have the same `greedy`. The same versions on the same kind of processor make the same bytes. Licence:
that of the project.
"""
import contextlib
import io
import json
import logging
import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import onnxruntime_genai as genai
import torch
from onnxruntime_genai.models import builder
from safetensors.numpy import save_file
from transformers import AutoModelForCausalLM

from checkpoints import CHECKPOINTS, REFERENCE, tokenizer

HERE = Path(__file__).parent
PROMPT, KEPT, KEPT_LOGITS, ANSWER = 80, 32, 8, 64
PROMPTS = 800  # tried, for one whose answer no rounding turns
FINALISTS = 8
LEAST_LEAD, LEAST_TOKENS = 0.02, 20


@dataclass
class Folder:
    name: str
    checkpoint: str
    precision: str
    provider: str
    options: dict = field(default_factory=dict)
    on_cpu: bool = True
    why: str = ""


WHOLE = {"windowed_kv_cache": "false"}  # sliding layers keep all keys
QUANTISED_EMBEDDING = {"op_types_to_quantize": "MatMul/Gather"}
FOLDERS = [
    Folder("gpt-oss-int4-cpu", "gpt-oss", "int4", "cpu", why="as the builder makes it: sliding layers keep a window of keys"),
    Folder("gpt-oss-int4-cpu-whole", "gpt-oss", "int4", "cpu", WHOLE | QUANTISED_EMBEDDING, why="every layer keeps all keys, the embedding in int4: as published"),
    Folder("gpt-oss-int4-webgpu", "gpt-oss", "int4", "webgpu", QUANTISED_EMBEDDING, why="float16 inside"),
    Folder("gpt-oss-int4-webgpu-fp32", "gpt-oss", "int4", "webgpu", QUANTISED_EMBEDDING | {"use_webgpu_fp32": "true"}, why="for cards and drivers without float16"),
    Folder("gpt-oss-fp32-cpu", "gpt-oss-smaller", "fp32", "cpu", WHOLE, why="MoE in place of QMoE, answers to the last digits"),
    Folder("qwen3-int4-cpu", "qwen3", "int4", "cpu", why="norms on queries and keys, one matrix for embedding and head"),
    Folder("qwen3-fp32-cpu", "qwen3", "fp32", "cpu", why="answers to the last digits"),
    Folder("qwen3-int4-webgpu-fp32", "qwen3", "int4", "webgpu", {"use_webgpu_fp32": "true"}, on_cpu=False, why="the norms inside the attention, which no CPU does"),
    Folder("qwen2-int4-cpu", "qwen2", "int4", "cpu", why="biases on queries, keys and values"),
    Folder("llama-int4-cpu", "llama", "int4", "cpu", why="Llama 3's rotation, several stop tokens"),
    Folder("llama-fp32-cpu", "llama", "fp32", "cpu", why="answers to the last digits"),
    Folder("llama-fp16-webgpu", "llama", "fp16", "webgpu", why="float16 weights"),
    Folder("llama-int4-dml", "llama", "int4", "dml", why="rotation outside the attention, position_ids, three matrices"),
    Folder("phi3-int4-cpu", "phi3", "int4", "cpu", why="a checkpoint with packed matrices, embedding and head apart"),
    Folder("phi4-int4-cpu", "phi4", "int4", "cpu", why="a rotation of half a head, two tables chosen by an If"),
    Folder("mistral-int4-cpu", "mistral", "int4", "cpu", QUANTISED_EMBEDDING, why="every layer keeps a window of keys"),
    Folder("gemma2-int4-cpu", "gemma2", "int4", "cpu", why="attention and head soft-capped"),
    Folder("gemma3-int4-cpu", "gemma3", "int4", "cpu", why="norms on queries and keys, two bases of rotation"),
]


def convert(checkpoint, into, precision, provider, options):
    """What the builder says on the way is shown where it fails."""
    cache = into / "cache"
    arguments = (None, str(checkpoint), str(into), precision, provider, str(cache))
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            parsed = builder.parse_extra_options(*arguments, [f"{key}={value}" for key, value in options.items()])
            builder.create_model(*arguments, **parsed)
    except Exception:
        print(said.getvalue())
        raise
    shutil.rmtree(cache, ignore_errors=True)


def only_what_is_needed(folder):
    for file in folder.iterdir():
        if file.name not in ("genai_config.json", "model.onnx", "model.onnx.data"):
            file.unlink()
    tokenizer(folder)


def transformers_model(checkpoint):
    model = AutoModelForCausalLM.from_pretrained(checkpoint, dtype=torch.float32, attn_implementation="eager")
    return model.float().eval()  # experts are dequantised to BF16, which holds them exactly


def on_the_cpu(folder):
    config = genai.Config(str(folder))
    config.clear_providers()
    return genai.Model(config)


def answer(model, tokens):
    """The prompt's logits, the greedy tokens after it, and the least lead of one over the second."""
    params = genai.GeneratorParams(model)
    params.set_search_options(do_sample=False, max_length=len(tokens) + ANSWER)
    generator = genai.Generator(model, params)
    generator.append_tokens(tokens.astype(np.int32))
    logits = generator.get_output("logits")[0].astype(np.float32)
    greedy, lead = [], float("inf")
    while len(greedy) < ANSWER and not generator.is_done():
        second, first = np.sort(generator.get_logits().ravel().astype(np.float32))[-2:]
        lead = min(lead, float(first - second))
        generator.generate_next_token()
        greedy.append(generator.get_next_tokens()[0])
    return logits, np.array(greedy, dtype=np.int64), lead


def decided(tokens, models):
    """The least lead of the answer to a prompt, if it is full, various and the same in every model."""
    least, same = float("inf"), None
    for model in models:
        _, greedy, lead = answer(model, tokens)
        least, same = min(least, lead), greedy if same is None else same
        if len(greedy) < ANSWER or len(set(greedy)) < LEAST_TOKENS or (greedy != same).any():
            return 0.0
    return least


def choose(models, reference):
    """Of the prompts whose answers are most decided, the one on which the models keep closest to transformers."""
    generator = np.random.default_rng(0)
    prompts = [generator.integers(0, REFERENCE.BYTES, PROMPT, dtype=np.int64) for _ in range(PROMPTS)]
    leads = np.array([decided(tokens, models) for tokens in prompts])
    best = [prompts[i] for i in leads.argsort()[::-1][:FINALISTS] if leads[i] > LEAST_LEAD]
    assert best, "no prompt has an answer that is decided"
    expected = [log_softmax(reference(torch.from_numpy(tokens)[None]).logits[0, -KEPT:].numpy()) for tokens in best]
    far = [max(divergence(logprobs, answer(model, tokens)[0][-KEPT:]) for model in models)
           for tokens, logprobs in zip(best, expected)]
    nearest = int(np.argmin(far))
    return best[nearest], expected[nearest]


def log_softmax(logits):
    return torch.log_softmax(torch.from_numpy(logits).double(), -1)


def divergence(expected, logits):
    return float((expected.exp() * (expected - log_softmax(logits))).sum(-1).mean())


def write_expected(folder, tokens, logprobs, model, greedy_of):
    name, greedy = greedy_of
    tensors = {"tokens": tokens, "positions": np.arange(PROMPT - KEPT, PROMPT), "logprobs": logprobs.float().numpy()}
    facts = {}
    if model:
        logits, greedy, lead = answer(model, tokens)
        tensors |= {"logits": np.ascontiguousarray(logits[-KEPT_LOGITS:]), "greedy": greedy}
        facts = {"divergence": divergence(logprobs, logits[-KEPT:]), "least_lead": lead}
    else:
        tensors |= {"greedy_of_another": greedy}
        facts = {"greedy_of_another": name}
    save_file(tensors, folder / "expected.safetensors")
    (folder / "expected.json").write_text(json.dumps(facts, indent=1) + "\n")
    return facts


def make(name, scratch):
    """The folders of one checkpoint, which share their prompt."""
    checkpoint = scratch / name
    checkpoint.mkdir()
    CHECKPOINTS[name](checkpoint)
    folders = [folder for folder in FOLDERS if folder.checkpoint == name]
    for folder in folders:
        shutil.rmtree(HERE / folder.name, ignore_errors=True)
        convert(checkpoint, HERE / folder.name, folder.precision, folder.provider, folder.options)
        only_what_is_needed(HERE / folder.name)
    models = {folder.name: on_the_cpu(HERE / folder.name) for folder in folders if folder.on_cpu}
    with torch.no_grad():
        tokens, logprobs = choose(list(models.values()), transformers_model(checkpoint))
    first = folders[0].name, answer(models[folders[0].name], tokens)[1]
    for folder in folders:
        facts = write_expected(HERE / folder.name, tokens, logprobs, models.get(folder.name), first)
        size = sum(file.stat().st_size for file in (HERE / folder.name).iterdir())
        print(f"{folder.name} - {folder.why} - {size} bytes, {len(set(first[1]))} tokens, {facts}", flush=True)


def main():
    for name in ("transformers", "onnxruntime.quantization.matmul_nbits_quantizer"):
        logging.getLogger(name).setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as scratch:
        for name in CHECKPOINTS:
            make(name, Path(scratch))


if __name__ == "__main__":
    main()
