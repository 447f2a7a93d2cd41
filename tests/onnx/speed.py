"""Makes models of real widths with random weights for comparing speed, and measures onnxruntime-genai on them.

    python speed.py make FOLDER [--gpt-oss CHECKPOINT]
    python speed.py measure FOLDER/dense1b FOLDER/gptoss4

`make` writes FOLDER/dense1b, int4 of the shape of a dense model of 1.2 billion parameters, and with a gpt-oss checkpoint
in the Hugging Face layout (a few layers of it will do) FOLDER/gptoss4. Each takes some GB of memory and disk, one at a
time. `measure` prints for each of the folders one JSON object with the fields of `domicile bench --json`: tokens per second
of a prompt of 128, to the first token, and of 32 tokens after it, medians of three on as many threads as there are
processors, and the peak of memory. `cargo xtask compare` calls it. Licence: that of the project.
"""
import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

PROMPT, NEW, RUNS = 128, 32, 3
DENSE = {"vocab_size": 128256, "hidden_size": 2048, "intermediate_size": 8192, "num_hidden_layers": 16,
         "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 64, "max_position_embeddings": 131072,
         "bos_token_id": 128000, "eos_token_id": 128009, "pad_token_id": 128001, "tie_word_embeddings": True}
ROTATION = {"rope_type": "llama3", "rope_theta": 500000.0, "factor": 32.0, "low_freq_factor": 1.0,
            "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}


def dense_checkpoint(folder):
    import torch
    from transformers import AutoModelForCausalLM, LlamaConfig

    from checkpoints import tokenizer

    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(LlamaConfig(**DENSE, rope_parameters=ROTATION), dtype=torch.bfloat16)
    model.save_pretrained(folder)
    tokenizer(folder)


def make(into, gpt_oss):
    from make import QUANTISED_EMBEDDING, convert

    into.mkdir(parents=True, exist_ok=True)
    if gpt_oss:
        convert(gpt_oss, into / "gptoss4", "int4", "cpu", QUANTISED_EMBEDDING)
    with tempfile.TemporaryDirectory(dir=into) as scratch:
        dense_checkpoint(Path(scratch))
        convert(scratch, into / "dense1b", "int4", "cpu", {})


def measure(folder):
    import onnxruntime_genai as genai

    start = time.perf_counter()
    # It takes half of the cores of this kind of computer for itself, where Domicile takes all.
    config = genai.Config(str(folder))
    threads = {"model": {"decoder": {"session_options": {"intra_op_num_threads": os.cpu_count()}}}}
    config.overlay(json.dumps(threads))
    model = genai.Model(config)
    loading = time.perf_counter() - start
    prompt = np.random.default_rng(0).integers(0, 100000, PROMPT, dtype=np.int32)
    runs = [once(genai, model, prompt) for _ in range(RUNS)]
    first, decode = (statistics.median(run[i] for run in runs) for i in range(2))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    figures = {"load_s": loading, "prefill_tok_s": PROMPT / first, "decode_tok_s": NEW / decode, "peak_rss_bytes": memory}
    print(json.dumps(figures))


def once(genai, model, prompt):
    """Seconds to the first token, and of those after it."""
    params = genai.GeneratorParams(model)
    params.set_search_options(do_sample=False, max_length=PROMPT + NEW + 2, min_length=PROMPT + NEW + 2)
    start = time.perf_counter()
    generator = genai.Generator(model, params)
    generator.append_tokens(prompt)
    generator.generate_next_token()  # draws from the prompt's logits
    first = time.perf_counter()
    for _ in range(NEW):
        generator.generate_next_token()
    return first - start, time.perf_counter() - first


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=["make", "measure"])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--gpt-oss", type=Path)
    arguments = parser.parse_args()
    if arguments.what == "make":
        make(arguments.folders[0], arguments.gpt_oss)
    elif len(arguments.folders) == 1:
        measure(arguments.folders[0])
    else:
        for folder in arguments.folders:
            subprocess.run([sys.executable, __file__, "measure", str(folder)], check=True)


if __name__ == "__main__":
    main()
