"""Writes what the exported model answers to one question, for the self-test of engines: `python known_answer.py`."""
import json
from pathlib import Path

import torch

import export
import harmony
from generate import generate
from tokens import Tokenizer

QUESTION, DAY, LENGTH = "Qui es-tu ?", 700, 64


@torch.inference_mode()
def known_answer(folder):
    """The tokens of the prompt, those of the answer at temperature 0, and the logarithms of their probabilities, in float32."""
    model, tokenizer = export.read(folder), Tokenizer(folder)
    prompt = harmony.system(tokenizer, "low", DAY) + harmony.user(tokenizer, QUESTION) + harmony.prompt(tokenizer)
    answer = generate(model, [prompt], 0, 0, limit=LENGTH)[0]
    ids = torch.tensor([prompt + answer])
    causal = torch.ones(1, ids.shape[1], ids.shape[1], dtype=torch.bool).tril()
    near = causal & ~causal.tril(-model.shape.window)
    hidden = model.hidden_states(ids, torch.arange(ids.shape[1])[None], causal, near)
    rows = model.lm_head(hidden[0, len(prompt) - 1:-1]).log_softmax(-1)
    logprobs = rows.gather(1, torch.tensor(answer)[:, None])[:, 0]
    return {"prompt": prompt, "answer": answer, "logprobs": [round(x, 5) for x in logprobs.tolist()]}


def write(folder):
    Path(folder, "self-test.json").write_text(json.dumps(known_answer(folder)) + "\n")


if __name__ == "__main__":
    write(Path(__file__).parent.parent / "model")
