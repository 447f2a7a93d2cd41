"""Writes and reads the checkpoint in the Hugging Face layout of gpt-oss: MXFP4 experts, BF16 rest."""
import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

import mxfp4
from model import GptOss, Shape
from optimiser import is_expert
from tokens import BOS, CALL, PAD, RETURN

# Of what came before, the last question changes what a question means, and all else only confuses the guide: the app leaves it out.
PAST_TURNS, PAST_ANSWERS = 1, False
# What is said by heart has one right continuation: whatever is far less likely than the likeliest is a slip.
MIN_P = 0.2
RENAMED = {"input_layernorm": "input_layernorm.weight", "post_attention_layernorm": "post_attention_layernorm.weight",
           "mlp.gate_up_proj": "mlp.experts.gate_up_proj", "mlp.down_proj": "mlp.experts.down_proj",
           "mlp.gate_up_proj_bias": "mlp.experts.gate_up_proj_bias", "mlp.down_proj_bias": "mlp.experts.down_proj_bias"}


def published_name(name):
    if name == "lm_head.weight":
        return name
    if name == "norm":
        return "model.norm.weight"
    if name.startswith("layers."):
        _, number, rest = name.split(".", 2)
        name = f"layers.{number}.{RENAMED.get(rest, rest)}"
    return "model." + name


def interleaved(weight, name):
    """Gate rows then up rows, as trained, become gate0, up0, gate1, …"""
    if "gate_up_proj" not in name:
        return weight
    gate, up = weight.chunk(2, 1)
    return torch.stack((gate, up), 2).flatten(1, 2)


def parted(weight, name):
    if "gate_up_proj" not in name:
        return weight
    return torch.cat((weight[:, 0::2], weight[:, 1::2]), 1)


def write(model, folder):
    folder = Path(folder)
    tensors = {}
    for name, p in model.named_parameters():
        weight, public = interleaved(p.detach(), name).contiguous(), published_name(name)
        if is_expert(name):
            tensors[public + "_blocks"], tensors[public + "_scales"] = mxfp4.packed(weight)
        else:
            tensors[public] = weight.bfloat16()
    # Written beside and moved over, so that someone who loads the model meanwhile never sees half of it.
    save_file(tensors, folder / "model.safetensors.part", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(config(model.shape), indent=1) + "\n")
    # A guide should say the same thing twice in nearly the same words.
    generation = {"bos_token_id": BOS, "do_sample": True, "eos_token_id": [RETURN, PAD, CALL], "pad_token_id": PAD, "temperature": 0.3, "min_p": MIN_P,
                  "past_turns": PAST_TURNS, "past_answers": PAST_ANSWERS}
    (folder / "generation_config.json").write_text(json.dumps(generation, indent=1) + "\n")
    (folder / "model.safetensors.part").chmod(0o644)
    (folder / "model.safetensors.part").rename(folder / "model.safetensors")


def read(folder):
    """The exported weights in float32, as any other program would read them."""
    tensors = load_file(f"{folder}/model.safetensors")
    written = json.loads(Path(folder, "config.json").read_text())
    model = GptOss(Shape(vocabulary=written["vocab_size"], hidden=written["hidden_size"], layers=written["num_hidden_layers"],
                         heads=written["num_attention_heads"], kv_heads=written["num_key_value_heads"], head_dim=written["head_dim"],
                         experts=written["num_local_experts"], chosen=written["num_experts_per_tok"], inner=written["intermediate_size"],
                         window=written["sliding_window"]))
    with torch.no_grad():
        for name, p in model.named_parameters():
            public = published_name(name)
            weight = mxfp4.unpacked(tensors[public + "_blocks"], tensors[public + "_scales"]) if is_expert(name) else tensors[public].float()
            p.copy_(parted(weight, name))
    return model.eval()


def config(s):
    return {
        "architectures": ["GptOssForCausalLM"], "model_type": "gpt_oss", "attention_bias": True, "attention_dropout": 0.0,
        "bos_token_id": BOS, "eos_token_id": RETURN, "pad_token_id": PAD, "experts_per_token": s.chosen, "num_experts_per_tok": s.chosen,
        "num_local_experts": s.experts, "head_dim": s.head_dim, "hidden_act": "silu", "hidden_size": s.hidden,
        "initial_context_length": s.original, "initializer_range": 0.02, "intermediate_size": s.inner,
        "layer_types": ["sliding_attention" if i % 2 == 0 else "full_attention" for i in range(s.layers)],
        "max_position_embeddings": s.context, "num_attention_heads": s.heads, "num_hidden_layers": s.layers,
        "num_key_value_heads": s.kv_heads, "output_router_logits": False, "rms_norm_eps": s.eps,
        "rope_scaling": {"beta_fast": 32.0, "beta_slow": 1.0, "factor": s.factor, "original_max_position_embeddings": s.original,
                         "rope_type": "yarn", "truncate": False},
        "rope_theta": int(s.theta), "router_aux_loss_coef": 0.01, "sliding_window": s.window, "swiglu_limit": 7.0,
        "tie_word_embeddings": False, "use_cache": True, "vocab_size": s.vocabulary, "torch_dtype": "bfloat16",
        "quantization_config": {"quant_method": "mxfp4", "modules_to_not_convert": [
            "model.layers.*.self_attn", "model.layers.*.mlp.router", "model.embed_tokens", "lm_head"]}}
