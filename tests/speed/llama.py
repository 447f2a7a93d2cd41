"""Makes models of real widths with random weights, and measures llama.cpp on the same weights.

    python llama.py make FOLDER LAYERS --tiktoken o200k_base.tiktoken   # FOLDER/checkpointLAYERS and the same .gguf
    python llama.py dense FOLDER                                        # FOLDER/dense1b.gguf
    python llama.py build                                               # llama.cpp for this processor
    python llama.py measure FILE.gguf [OPTION OF llama-bench …]

`make` writes a gpt-oss checkpoint of the width of gpt-oss-20b; it wants torch, transformers, tiktoken, blobfile,
safetensors and gguf, and about 27 GB of disk for 24 layers, 6 for 4; o200k_base.tiktoken is an asset of the crate
tiktoken-rs. `dense` writes Q4_K_M of a dense model of 1.2 billion parameters; it wants numpy and gguf. `build` takes llama.cpp's sources from the package
llama-cpp-python and some minutes; what it makes lies in target/compare/llama. `measure` prints a JSON object: tokens per
second, the peak of memory, and the time of the whole run. `cargo xtask compare FOLDER` calls both. Licence: that of the
project.
"""
import argparse
import json
import os
import resource
import subprocess
import sys
import tarfile
import time
import venv
from pathlib import Path

VERSION = "0.3.36"
PLACE = Path(__file__).resolve().parents[2] / "target/compare/llama"
SOURCES = PLACE / f"llama_cpp_python-{VERSION}/vendor/llama.cpp"
BENCH, QUANTIZE = PLACE / "build/bin/llama-bench", PLACE / "build/bin/llama-quantize"

HIDDEN, HEADS, KV_HEADS, HEAD_DIM, EXPERTS, CHOSEN, WINDOW = 2880, 64, 8, 64, 32, 4, 128
VOCAB, FIRST_MARKER = 201088, 199998
DENSE_VOCAB, DENSE_LAYERS = 128256, 16
MARKERS = {0: "startoftext", 1: "endoftext", 4: "return", 5: "constrain", 7: "channel", 8: "start", 9: "end", 10: "message",
           14: "call", 20: "endofprompt"}
# As gpt-oss cuts text before its tokens (o200k).
PATTERN = "|".join([
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"\p{N}{1,3}", r" ?[^\s\p{L}\p{N}]+[\r\n/]*", r"\s*[\r\n]+", r"\s+(?!\S)", r"\s+"])


def sources():
    """llama.cpp's sources, as a package brings them."""
    if SOURCES.is_dir():
        return
    PLACE.mkdir(parents=True, exist_ok=True)
    venv.create(PLACE / "venv", with_pip=True)
    pip = [PLACE / "venv/bin/python", "-m", "pip", "--quiet"]
    subprocess.run([*pip, "install", "scikit-build-core==1.1.2", "cmake==4.4.5", "gguf==0.19.0"], check=True, stdout=sys.stderr)
    subprocess.run([*pip, "download", "--no-binary", "llama-cpp-python", "--no-deps", "--no-build-isolation", "-d", PLACE,
                    f"llama-cpp-python=={VERSION}"], check=True, stdout=sys.stderr)
    with tarfile.open(PLACE / f"llama_cpp_python-{VERSION}.tar.gz") as archive:
        archive.extractall(PLACE, filter="data")


def build():
    sources()
    if BENCH.is_file() and QUANTIZE.is_file():
        return
    cmake = PLACE / "venv/bin/cmake"
    options = ["-DCMAKE_BUILD_TYPE=Release", "-DGGML_NATIVE=ON", "-DLLAMA_CURL=OFF", "-DLLAMA_BUILD_TESTS=OFF",
               "-DLLAMA_BUILD_EXAMPLES=OFF", "-DLLAMA_BUILD_SERVER=OFF", "-DLLAMA_BUILD_TOOLS=ON"]
    subprocess.run([cmake, "-S", SOURCES, "-B", PLACE / "build", *options], check=True, stdout=sys.stderr)
    subprocess.run([cmake, "--build", PLACE / "build", "--target", "llama-bench", "llama-quantize",
                    f"-j{os.cpu_count()}"], check=True, stdout=sys.stderr)


def measure(gguf, options):
    start = time.perf_counter()
    run = [BENCH, "-m", gguf, "-t", str(os.cpu_count()), "-r", "1", "-o", "json", *options]
    results = json.loads(subprocess.run(run, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout)
    wall = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    print(json.dumps({"tok_s": results[-1]["avg_ts"], "wall_s": wall, "peak_rss_gb": memory / 1e9}))


def make(into, layers, tiktoken):
    folder = into / f"checkpoint{layers}"
    folder.mkdir(parents=True, exist_ok=True)
    weights(folder, layers)
    tokenizer(folder, tiktoken)
    sources()
    gguf = into / f"checkpoint{layers}.gguf"
    convert = [sys.executable, SOURCES / "convert_hf_to_gguf.py", folder, "--outtype", "q8_0", "--outfile", gguf]
    subprocess.run(convert, check=True)


def dense(folder):
    """The shape of a Llama of 1.2 billion parameters, whose first matrix is its last one too."""
    import gguf
    import numpy as np

    build()
    folder.mkdir(parents=True, exist_ok=True)
    whole, into = folder / "dense1b-f16.gguf", folder / "dense1b.gguf"
    random = np.random.default_rng(0)
    writer = gguf.GGUFWriter(whole, "llama")
    writer.add_vocab_size(DENSE_VOCAB)
    writer.add_tokenizer_model("none")
    writer.add_context_length(131072)
    writer.add_embedding_length(2048)
    writer.add_block_count(DENSE_LAYERS)
    writer.add_feed_forward_length(8192)
    writer.add_head_count(32)
    writer.add_head_count_kv(8)
    writer.add_rope_dimension_count(64)
    writer.add_rope_freq_base(500000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)

    def normal(name, *shape):
        writer.add_tensor(f"{name}.weight", random.normal(0, 0.02, shape).astype(np.float16))

    normal("token_embd", DENSE_VOCAB, 2048)
    writer.add_tensor("output_norm.weight", np.ones(2048, np.float32))
    for layer in range(DENSE_LAYERS):
        for norm in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"blk.{layer}.{norm}.weight", np.ones(2048, np.float32))
        for name, outputs, inputs in (("attn_q", 2048, 2048), ("attn_k", 512, 2048), ("attn_v", 512, 2048),
                                      ("attn_output", 2048, 2048), ("ffn_gate", 8192, 2048), ("ffn_up", 8192, 2048),
                                      ("ffn_down", 2048, 8192)):
            normal(f"blk.{layer}.{name}", outputs, inputs)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    subprocess.run([QUANTIZE, whole, into, "Q4_K_M"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    whole.unlink()


def weights(folder, layers):
    import torch
    from safetensors.torch import save_file

    generator = torch.Generator().manual_seed(0)
    where = {}

    def normal(*shape, std=0.02, mean=0.0):
        return (torch.randn(*shape, generator=generator) * std + mean).to(torch.bfloat16)

    def save(name, tensors):
        save_file(tensors, folder / name, metadata={"format": "pt"})
        where.update(dict.fromkeys(tensors, name))

    def experts(name, outputs):
        blocks = (EXPERTS, outputs, HIDDEN // 32)
        return {f"{name}_blocks": torch.randint(0, 256, (*blocks, 16), generator=generator, dtype=torch.uint8),
                f"{name}_scales": torch.randint(118, 122, blocks, generator=generator, dtype=torch.uint8),
                f"{name}_bias": normal(EXPERTS, outputs)}

    save("model-embeddings.safetensors", {"model.embed_tokens.weight": normal(VOCAB, HIDDEN, std=1.0),
                                          "model.norm.weight": normal(HIDDEN, std=0.1, mean=1.0),
                                          "lm_head.weight": normal(VOCAB, HIDDEN)})
    for layer in range(layers):
        name = f"model.layers.{layer}"
        tensors = {f"{name}.{norm}.weight": normal(HIDDEN, std=0.1, mean=1.0)
                   for norm in ("input_layernorm", "post_attention_layernorm")}
        for part, outputs, inputs in (("q", HEADS * HEAD_DIM, HIDDEN), ("k", KV_HEADS * HEAD_DIM, HIDDEN),
                                      ("v", KV_HEADS * HEAD_DIM, HIDDEN), ("o", HIDDEN, HEADS * HEAD_DIM)):
            tensors[f"{name}.self_attn.{part}_proj.weight"] = normal(outputs, inputs)
            tensors[f"{name}.self_attn.{part}_proj.bias"] = normal(outputs)
        tensors[f"{name}.self_attn.sinks"] = normal(HEADS, std=1.0)
        tensors[f"{name}.mlp.router.weight"] = normal(EXPERTS, HIDDEN)
        tensors[f"{name}.mlp.router.bias"] = normal(EXPERTS, std=0.1)
        tensors.update(experts(f"{name}.mlp.experts.gate_up_proj", 2 * HIDDEN))
        tensors.update(experts(f"{name}.mlp.experts.down_proj", HIDDEN))
        save(f"model-layer-{layer:02}.safetensors", tensors)
    (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": where}))
    (folder / "config.json").write_text(json.dumps(config(layers), indent=1))
    ends = [FIRST_MARKER + 4, FIRST_MARKER + 1, FIRST_MARKER + 14]
    (folder / "generation_config.json").write_text(json.dumps({"do_sample": True, "eos_token_id": ends}))


def config(layers):
    return {
        "architectures": ["GptOssForCausalLM"], "model_type": "gpt_oss", "attention_bias": True, "hidden_act": "silu",
        "eos_token_id": FIRST_MARKER + 4, "pad_token_id": FIRST_MARKER + 1, "experts_per_token": CHOSEN,
        "num_experts_per_tok": CHOSEN, "num_local_experts": EXPERTS, "head_dim": HEAD_DIM, "hidden_size": HIDDEN,
        "intermediate_size": HIDDEN, "initial_context_length": 4096, "max_position_embeddings": 131072,
        "layer_types": [["sliding_attention", "full_attention"][layer % 2] for layer in range(layers)],
        "num_attention_heads": HEADS, "num_hidden_layers": layers, "num_key_value_heads": KV_HEADS, "rms_norm_eps": 1e-5,
        "rope_scaling": {"beta_fast": 32.0, "beta_slow": 1.0, "factor": 32.0, "original_max_position_embeddings": 4096,
                         "rope_type": "yarn", "truncate": False},
        "rope_theta": 150000, "sliding_window": WINDOW, "swiglu_limit": 7.0, "tie_word_embeddings": False,
        "vocab_size": VOCAB, "torch_dtype": "bfloat16",
        "quantization_config": {"quant_method": "mxfp4",
                                "modules_to_not_convert": ["model.layers.*.self_attn", "model.layers.*.mlp.router",
                                                           "model.embed_tokens", "lm_head"]}}


def tokenizer(folder, tiktoken):
    from transformers import PreTrainedTokenizerFast
    from transformers.convert_slow_tokenizer import TikTokenConverter

    markers = [f"<|{MARKERS.get(i, f'reserved_{FIRST_MARKER + i}')}|>" for i in range(VOCAB - FIRST_MARKER)]
    converted = TikTokenConverter(vocab_file=str(tiktoken), pattern=PATTERN, extra_special_tokens=markers).converted()
    PreTrainedTokenizerFast(tokenizer_object=converted, bos_token="<|startoftext|>", eos_token="<|return|>",
                            pad_token="<|endoftext|>").save_pretrained(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    tasks = parser.add_subparsers(dest="task", required=True)
    making = tasks.add_parser("make")
    making.add_argument("folder", type=Path)
    making.add_argument("layers", type=int)
    making.add_argument("--tiktoken", type=Path, required=True)
    tasks.add_parser("dense").add_argument("folder", type=Path)
    tasks.add_parser("build")
    measuring = tasks.add_parser("measure")
    measuring.add_argument("gguf", type=Path)
    arguments, options = parser.parse_known_args()
    if arguments.task == "make":
        make(arguments.folder, arguments.layers, arguments.tiktoken)
    elif arguments.task == "dense":
        dense(arguments.folder)
    elif arguments.task == "build":
        build()
    else:
        measure(arguments.gguf, options)


if __name__ == "__main__":
    main()
