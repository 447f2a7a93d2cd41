"""Makes tiny random gpt-oss checkpoints and what transformers computes on them.

    pip install -r requirements.txt && python make.py

For each shape below: a checkpoint in the Hugging Face layout (experts in MXFP4, the rest in BF16) and
`expected.safetensors` with `tokens`, `positions` and `logprobs` [positions, vocabulary], computed by
transformers' GptOssForCausalLM in float32 with the experts dequantised. Licence: that of the project.
"""
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoModelForCausalLM, GptOssConfig

HERE = Path(__file__).parent
BYTES = 256  # the tokenizer knows the 256 bytes and the markers
MARKERS = ["<|startoftext|>", "<|endoftext|>", "<|return|>", "<|constrain|>", "<|channel|>", "<|start|>", "<|end|>",
           "<|message|>", "<|call|>"]
VOCAB = 288
E2M1 = torch.tensor([0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6])


@dataclass
class Shape:
    layers: int
    hidden: int
    intermediate: int
    heads: int
    kv_heads: int
    head_dim: int
    experts: int
    top_k: int
    window: int
    prompt: int
    kept: int  # positions at the end of the prompt whose log-probabilities are kept
    scale: int = 0  # added to the exponents of the experts: 4 makes the SwiGLU clamps bite
    shards: bool = False
    why: str = ""


SHAPES = {
    "small": Shape(4, 64, 96, 4, 2, 32, 4, 2, 16, 90, 90, why="hidden and intermediate differ, head_dim is not 64, the window is shorter than the prompt"),
    "all-experts": Shape(3, 96, 64, 6, 3, 16, 4, 4, 7, 60, 60, shards=True, why="every expert is chosen, an odd window, one shard for each layer"),
    "clamped": Shape(4, 64, 64, 8, 1, 64, 8, 3, 32, 80, 80, scale=4, why="activations reach the SwiGLU clamps, one key head for all"),
    "long": Shape(2, 32, 32, 2, 1, 16, 2, 1, 128, 4600, 64, why="positions past 4,096, where YaRN departs from the original range"),
    "wide": Shape(2, 160, 32, 2, 2, 40, 16, 4, 24, 70, 70, scale=2, why="widths that are no multiple of a vector, as many key heads as heads"),
}


def bf16(generator, *shape, std=0.02, mean=0.0):
    return (torch.randn(*shape, generator=generator) * std + mean).to(torch.bfloat16)


def mxfp4(generator, shift, experts, outputs, inputs):
    blocks = torch.randint(0, 256, (experts, outputs, inputs // 32, 16), generator=generator, dtype=torch.uint8)
    scales = torch.randint(120 + shift, 124 + shift, (experts, outputs, inputs // 32), generator=generator, dtype=torch.uint8)
    return blocks, scales


def dequantised(blocks, scales):
    """[experts, inputs, outputs] in float32: transformers keeps the inputs first."""
    values = torch.stack([E2M1[(blocks & 15).long()], E2M1[(blocks >> 4).long()]], dim=-1).flatten(-2)
    values = values * torch.exp2(scales.float() - 127)[..., None]
    return values.flatten(-2).transpose(1, 2).contiguous()


def config(shape):
    return {
        "architectures": ["GptOssForCausalLM"], "model_type": "gpt_oss", "attention_bias": True, "attention_dropout": 0.0,
        "eos_token_id": BYTES + 2, "pad_token_id": BYTES + 1, "experts_per_token": shape.top_k, "num_experts_per_tok": shape.top_k,
        "num_local_experts": shape.experts, "head_dim": shape.head_dim, "hidden_act": "silu", "hidden_size": shape.hidden,
        "initial_context_length": 4096, "intermediate_size": shape.intermediate,
        "layer_types": ["sliding_attention" if i % 2 == 0 else "full_attention" for i in range(shape.layers)],
        "max_position_embeddings": 131072, "num_attention_heads": shape.heads, "num_hidden_layers": shape.layers,
        "num_key_value_heads": shape.kv_heads, "rms_norm_eps": 1e-05,
        "rope_scaling": {"beta_fast": 32.0, "beta_slow": 1.0, "factor": 32.0, "original_max_position_embeddings": 4096,
                         "rope_type": "yarn", "truncate": False},
        "rope_theta": 150000, "sliding_window": shape.window, "swiglu_limit": 7.0, "tie_word_embeddings": False,
        "use_cache": True, "vocab_size": VOCAB, "torch_dtype": "bfloat16",
        "quantization_config": {"quant_method": "mxfp4", "modules_to_not_convert": [
            "model.layers.*.self_attn", "model.layers.*.mlp.router", "model.embed_tokens", "lm_head"]},
    }


def checkpoint(shape, generator):
    """The tensors as they lie in the files, shard by shard, and as transformers wants them in float32."""
    g, b = generator, lambda *s, **k: bf16(generator, *s, **k)
    ends = {"model.embed_tokens.weight": b(VOCAB, shape.hidden, std=1.0), "model.norm.weight": b(shape.hidden, std=0.1, mean=1.0),
            "lm_head.weight": b(VOCAB, shape.hidden, std=0.3)}
    shards, whole = [ends], dict(ends)
    for layer in range(shape.layers):
        p = f"model.layers.{layer}."
        q, kv = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
        tensors = {p + "input_layernorm.weight": b(shape.hidden, std=0.1, mean=1.0),
                   p + "post_attention_layernorm.weight": b(shape.hidden, std=0.1, mean=1.0),
                   p + "self_attn.sinks": b(shape.heads, std=1.0),
                   p + "mlp.router.weight": b(shape.experts, shape.hidden, std=0.3), p + "mlp.router.bias": b(shape.experts, std=0.1),
                   p + "mlp.experts.gate_up_proj_bias": b(shape.experts, 2 * shape.intermediate, std=0.5),
                   p + "mlp.experts.down_proj_bias": b(shape.experts, shape.hidden, std=0.1)}
        for name, outputs, inputs in [("q", q, shape.hidden), ("k", kv, shape.hidden), ("v", kv, shape.hidden), ("o", shape.hidden, q)]:
            tensors[p + f"self_attn.{name}_proj.weight"] = b(outputs, inputs, std=0.15)
            tensors[p + f"self_attn.{name}_proj.bias"] = b(outputs, std=0.1)
        whole |= tensors
        for name, outputs, inputs in [("gate_up_proj", 2 * shape.intermediate, shape.hidden), ("down_proj", shape.hidden, shape.intermediate)]:
            blocks, scales = mxfp4(g, shape.scale, shape.experts, outputs, inputs)
            tensors |= {p + f"mlp.experts.{name}_blocks": blocks, p + f"mlp.experts.{name}_scales": scales}
            whole[p + f"mlp.experts.{name}"] = dequantised(blocks, scales)
        shards.append(tensors)
    return shards, {name: tensor.float() for name, tensor in whole.items()}


def save(folder, shape, shards):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if shape.shards:
        names = [f"model-{i:05d}-of-{len(shards) - 1:05d}.safetensors" for i in range(len(shards))]
        index = {tensor: name for name, shard in zip(names, shards) for tensor in shard}
        (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": index}, indent=1))
    else:
        names, shards = ["model.safetensors"], [{k: v for shard in shards for k, v in shard.items()}]
    for name, shard in zip(names, shards):
        save_file(shard, folder / name, metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(config(shape), indent=1))
    stops = {"bos_token_id": BYTES, "eos_token_id": [BYTES + 2, BYTES + 1, BYTES + 8], "pad_token_id": BYTES + 1}
    (folder / "generation_config.json").write_text(json.dumps(stops))
    tokenizer().save(str(folder / "tokenizer.json"))


def tokenizer():
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={c: i for i, c in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(MARKERS + [f"<|reserved_{i}|>" for i in range(BYTES + len(MARKERS), VOCAB)])
    return tokenizer


def expected(shape, tensors, generator):
    settings = {k: v for k, v in config(shape).items() if k != "quantization_config"}
    model = AutoModelForCausalLM.from_config(GptOssConfig(**settings), attn_implementation="eager", dtype=torch.float32)
    model.load_state_dict(tensors, strict=True)
    model.eval()
    tokens = torch.randint(0, VOCAB, (shape.prompt,), generator=generator)
    with torch.no_grad():
        logits = model(tokens[None]).logits[0, -shape.kept:]
    positions = torch.arange(shape.prompt - shape.kept, shape.prompt)
    return {"tokens": tokens, "positions": positions, "logprobs": torch.log_softmax(logits.float(), -1).contiguous()}


def main():
    for number, (name, shape) in enumerate(SHAPES.items()):
        generator = torch.Generator().manual_seed(number)
        shards, whole = checkpoint(shape, generator)
        folder = HERE / name
        save(folder, shape, shards)
        save_file(expected(shape, whole, generator), folder / "expected.safetensors")
        print(name, "-", shape.why, "-", sum(f.stat().st_size for f in folder.iterdir()), "bytes")


if __name__ == "__main__":
    main()
