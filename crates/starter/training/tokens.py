"""The tokenizer: the first ranks of o200k (a prefix of a byte-pair encoding is one too) and the harmony special tokens behind them."""
import glob
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

RANKS = 5000
# In the order of the full vocabulary (199998 …), so that the app finds every special token it knows under its name.
SPECIAL = ["<|startoftext|>", "<|endoftext|>", "<|reserved_0|>", "<|reserved_1|>", "<|return|>", "<|constrain|>", "<|reserved_2|>",
           "<|channel|>", "<|start|>", "<|end|>", "<|message|>", "<|reserved_3|>", "<|reserved_4|>", "<|reserved_5|>", "<|call|>"]
VOCABULARY = (RANKS + len(SPECIAL) + 31) // 32 * 32
CRATE, VERSION = "tiktoken-rs", "0.12.1"
PATTERN = "|".join([
    r"""[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?""",
    r"""[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?""",
    r"""\p{N}{1,3}""", r""" ?[^\s\p{L}\p{N}]+[\r\n/]*""", r"""\s*[\r\n]+""", r"""\s+(?!\S)""", r"""\s+"""])


def special(name):
    return RANKS + SPECIAL.index(f"<|{name}|>")


START, END, MESSAGE, CHANNEL, RETURN = (special(n) for n in ("start", "end", "message", "channel", "return"))
CALL, PAD, BOS = special("call"), special("endoftext"), special("startoftext")


def o200k_file():
    """o200k_base.tiktoken is an asset of a crate: crates.io is reachable where OpenAI's own file server is not."""
    home = os.environ.get("CARGO_HOME", os.path.expanduser("~/.cargo"))
    pattern = f"{home}/registry/src/*/{CRATE}-{VERSION}/assets/o200k_base.tiktoken"
    if not glob.glob(pattern):
        with tempfile.TemporaryDirectory() as scratch:
            for command in (["init", "--name", "scratch"], ["add", f"{CRATE}@={VERSION}"], ["fetch"]):
                subprocess.run(["cargo", *command, "--quiet"], cwd=scratch, check=True)
    return glob.glob(pattern)[0]


def write_tokenizer(folder):
    from transformers.convert_slow_tokenizer import TikTokenConverter
    Path(folder).mkdir(parents=True, exist_ok=True)
    names = SPECIAL + [f"<|reserved_{i}|>" for i in range(RANKS + len(SPECIAL), VOCABULARY)]
    with tempfile.TemporaryDirectory() as scratch:
        ranks = f"{scratch}/ranks.tiktoken"
        with open(o200k_file()) as source, open(ranks, "w") as target:
            target.writelines(line for _, line in zip(range(RANKS), source))
        converted = TikTokenConverter(vocab_file=ranks, pattern=PATTERN, extra_special_tokens=names).converted()
        converted.save(f"{scratch}/tokenizer.json", pretty=False)
        shutil.copy(f"{scratch}/tokenizer.json", f"{folder}/tokenizer.json")


class Tokenizer:
    def __init__(self, folder):
        from tokenizers import Tokenizer as Loaded
        self.inner = Loaded.from_file(f"{folder}/tokenizer.json")
        self.known = {}

    def encode(self, text):
        return self.inner.encode(text, add_special_tokens=False).ids

    def encode_kept(self, text):
        """For texts that come again and again (answers, headers)."""
        if text not in self.known:
            self.known[text] = self.encode(text)
        return self.known[text]

    def decode(self, ids):
        return self.inner.decode(ids, skip_special_tokens=False)
