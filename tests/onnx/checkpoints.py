"""The tiny checkpoints in the Hugging Face layout that make.py converts.

Their matrices lie on the grid of a symmetric int4 quantisation in blocks of 32, so that converting them loses
nothing: what an int4 folder answers then differs from transformers only by how it computes, and a mask, a
window or a rotation that is wrong stands out. Licence: that of the project.
"""
import importlib.util
import json
import sys
from pathlib import Path

import torch
from transformers import (AutoModelForCausalLM, Gemma2Config, Gemma3TextConfig, LlamaConfig, MistralConfig, Phi3Config,
                          Qwen2Config, Qwen3Config)


def reference():
    """The maker of the gpt-oss checkpoints and of the tokenizer."""
    spec = importlib.util.spec_from_file_location("reference", Path(__file__).parent.parent / "reference" / "make.py")
    sys.modules["reference"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


REFERENCE = reference()
BLOCK = 32
CONTEXT = 384  # the tables of the rotation are as long
STOPS = {"bos_token_id": REFERENCE.BYTES, "eos_token_id": REFERENCE.BYTES + 2, "pad_token_id": REFERENCE.BYTES + 1}
SIZES = {"vocab_size": REFERENCE.VOCAB, "hidden_size": 64, "intermediate_size": 32, "num_hidden_layers": 2,
         "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": CONTEXT}
WINDOW = 24


def on_grid(generator, *shape, std):
    """Multiples of a power of two from -8 to 7, or from -7 to 8: with the 8 in each block, int4 says them exactly."""
    step = 2.0 ** round(torch.tensor(std / 4.6).log2().item())
    blocks = torch.randint(-8, 8, (*shape[:-1], shape[-1] // BLOCK, BLOCK), generator=generator).float()
    alone = (*blocks.shape[:-1], 1)
    blocks.scatter_(-1, torch.randint(0, BLOCK, alone, generator=generator), -8.0)
    return (blocks * (torch.randint(0, 2, alone, generator=generator) * 2 - 1)).flatten(-2) * step


def signs(generator, shape):
    """On the last norm, they keep a token from foretelling itself where the head is the embedding."""
    return torch.randint(0, 2, shape, generator=generator) * 2 - 1


def mxfp4_on_grid(generator, blocks):
    """No 4, no 6, and one -4 in each block of 32."""
    codes = torch.stack([blocks & 15, blocks >> 4], dim=-1).flatten(-2)
    for code, other in [(6, 5), (7, 4), (15, 13)]:
        codes[codes == code] = other
    codes.scatter_(-1, torch.randint(0, BLOCK, (*codes.shape[:-1], 1), generator=generator), 14)
    return (codes[..., ::2] | codes[..., 1::2] << 4).contiguous()


def gpt_oss(folder, seed, shape):
    generator = torch.Generator().manual_seed(seed)
    shards, _ = REFERENCE.checkpoint(shape, generator)
    for shard in shards:
        for name, tensor in shard.items():
            shard[name] = adapted(generator, name, tensor)
    REFERENCE.save(folder, shape, shards)
    config = json.loads((folder / "config.json").read_text())
    original = 256
    config |= {"max_position_embeddings": CONTEXT, "initial_context_length": original}
    config["rope_scaling"]["original_max_position_embeddings"] = original
    (folder / "config.json").write_text(json.dumps(config, indent=1))


def adapted(generator, name, tensor):
    """A tensor of the reference's checkpoint on the grid, and such that every part of a layer is felt."""
    if name.endswith("_blocks"):
        return mxfp4_on_grid(generator, tensor)
    if name.endswith("gate_up_proj_scales"):
        return tensor + 3  # the SwiGLU clamps bite
    if name.endswith("down_proj_scales"):
        return tensor - 1
    if name.endswith("sinks"):
        return tensor * 2
    if name == "model.norm.weight":
        return tensor * signs(generator, tensor.shape)
    if not name.endswith("weight") or tensor.dim() != 2:
        return tensor
    std = 1.2 / tensor.shape[1] ** 0.5 if "self_attn" in name else tensor.float().std().item()
    if "embed_tokens" in name:
        std *= 4  # the token weighs more than what the layers add: the text wanders
    return on_grid(generator, *tensor.shape, std=std).to(torch.bfloat16)


def std_of(name, parameter, tied):
    """Attention looks at few tokens, and the residual stream carries the token more than the layers."""
    if "embed_tokens" in name:
        return 0.3 if tied else 1.0
    if "lm_head" in name:
        return 0.3
    gain = 2.4 if "q_proj" in name or "k_proj" in name else 1.2
    if "o_proj" in name or "down_proj" in name:
        gain = 0.5 if tied else 0.4
    return gain / parameter.shape[1] ** 0.5


def dense(folder, seed, config, rope=None):
    generator = torch.Generator().manual_seed(seed)
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    from_zero = config.model_type.startswith("gemma")  # its norms multiply by 1 + weight
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() > 1:
                parameter.copy_(on_grid(generator, *parameter.shape, std=std_of(name, parameter, config.tie_word_embeddings)))
                continue
            values = torch.randn(parameter.shape, generator=generator) * 0.1
            if not name.endswith("bias"):
                values += 1
            if name == "model.norm.weight":
                values *= signs(generator, values.shape)
            parameter.copy_(values - 1 if from_zero else values)
    model.save_pretrained(folder)
    if rope:
        text = json.loads((folder / "config.json").read_text())
        text["rope_parameters"] |= rope
        (folder / "config.json").write_text(json.dumps(text, indent=1))
    tokenizer(folder)


def tokenizer(folder):
    """The reference's, on one line, and what keeps transformers from adding a family's own tokens to it."""
    REFERENCE.tokenizer().save(str(folder / "tokenizer.json"), pretty=False)
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<|return|>", "pad_token": "<|endoftext|>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))


def sliding(layers, every=1):
    return ["sliding_attention" if i % every == 0 else "full_attention" for i in range(layers)]


def phi(folder, seed, **changes):
    sizes = SIZES | STOPS | {"original_max_position_embeddings": CONTEXT, "tie_word_embeddings": False} | changes
    dense(folder, seed, Phi3Config(**sizes))


SHAPE = REFERENCE.Shape(4, 64, 32, 4, 2, 32, 4, 2, 16, 0, 0)
SMALLER = REFERENCE.Shape(4, 32, 32, 2, 1, 16, 3, 2, 16, 0, 0)
LONG = {"rope_type": "longrope", "type": "longrope", "rope_theta": 10000.0, "partial_rotary_factor": 0.5,
        "short_factor": [1.0 + 0.05 * i for i in range(8)], "long_factor": [1.0 + 0.5 * i for i in range(8)]}
GLOBAL, LOCAL = {"rope_type": "default", "rope_theta": 1e6}, {"rope_type": "default", "rope_theta": 1e4}

CHECKPOINTS = {
    "gpt-oss": lambda folder: gpt_oss(folder, 1, SHAPE),
    "gpt-oss-smaller": lambda folder: gpt_oss(folder, 2, SMALLER),
    "qwen3": lambda folder: dense(folder, 3, Qwen3Config(
        **SIZES | {"num_attention_heads": 3, "num_key_value_heads": 1}, **STOPS, head_dim=32,
        tie_word_embeddings=True)),
    "qwen2": lambda folder: dense(folder, 4, Qwen2Config(**SIZES, **STOPS, tie_word_embeddings=True)),
    "llama": lambda folder: dense(folder, 5, LlamaConfig(
        **SIZES, **STOPS | {"eos_token_id": [REFERENCE.BYTES + 2, REFERENCE.BYTES + 8]}, tie_word_embeddings=True,
        rope_parameters={"rope_type": "llama3", "rope_theta": 500000.0, "factor": 8.0, "low_freq_factor": 1.0,
                         "high_freq_factor": 4.0, "original_max_position_embeddings": 128})),
    "phi3": lambda folder: phi(folder, 6, rope_parameters=LOCAL),
    "phi4": lambda folder: phi(folder, 7, rope_parameters=LONG, num_attention_heads=2, num_key_value_heads=1,
                               original_max_position_embeddings=256, tie_word_embeddings=True),
    "mistral": lambda folder: dense(folder, 8, MistralConfig(
        **SIZES, **STOPS, sliding_window=WINDOW, layer_types=sliding(2), tie_word_embeddings=False)),
    "gemma2": lambda folder: dense(folder, 9, Gemma2Config(
        **SIZES, **STOPS, head_dim=16, query_pre_attn_scalar=32, sliding_window=WINDOW, layer_types=sliding(2, 2),
        attn_logit_softcapping=5.0, final_logit_softcapping=8.0)),
    # The builder reads the two bases of the rotation under the names of older configurations as well.
    "gemma3": lambda folder: dense(folder, 10, Gemma3TextConfig(
        **SIZES, **STOPS, head_dim=16, query_pre_attn_scalar=32, sliding_window=WINDOW, layer_types=sliding(2, 2),
        rope_parameters={"full_attention": GLOBAL, "sliding_attention": LOCAL}),
        rope=GLOBAL | {"rope_local_base_freq": LOCAL["rope_theta"]}),
}
