"""Compares our forward pass with transformers' GptOssForCausalLM on the exported files, both in float32."""
import shutil
import tempfile

import torch


@torch.inference_mode()
def logits_difference(model, folder, prompts):
    from transformers import AutoModelForCausalLM, Mxfp4Config
    with tempfile.TemporaryDirectory() as scratch:
        for name in ("config.json", "generation_config.json", "model.safetensors"):
            shutil.copy(f"{folder}/{name}", scratch)
        theirs = AutoModelForCausalLM.from_pretrained(scratch, quantization_config=Mxfp4Config(dequantize=True), dtype=torch.bfloat16,
                                                      attn_implementation="eager").float().eval()
    largest, same, tokens = 0.0, 0, 0
    for prompt in prompts:
        ids, length = torch.tensor([prompt]), len(prompt)
        causal = torch.ones(1, length, length, dtype=torch.bool).tril()
        near = causal & ~causal.tril(-model.shape.window)
        ours = model.lm_head(model.hidden_states(ids, torch.arange(length)[None], causal, near))
        reference = theirs(ids).logits
        largest = max(largest, (ours - reference).abs().max().item())
        same += (ours.argmax(-1) == reference.argmax(-1)).sum().item()
        tokens += length
    return {"largest_logit_difference": largest, "same_first_choice": same / tokens, "tokens": tokens}
