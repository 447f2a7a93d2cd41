"""Asks the exported model the held-out questions and judges its answers; writes evaluation.json."""
import argparse
import json
import random
import re
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch

import export
import harmony
import trial
from agreement import logits_difference
from corpus import LANGUAGES, Corpus
from generate import generate
from probe import prompt_of
from tokens import CHANNEL, END, MESSAGE, RETURN, START, Tokenizer

HERE = Path(__file__).parent
LEAST_SIMILARITY = 0.6
# Questions of each subset, drawn with a fixed seed: all of them would take half an hour.
MOST = {"topics": 320, "as typed": 200, "declined": 200, "declined, as typed": 100, "follow-ups": 120, "after other turns": 120,
        "examination": 400, "examination, as typed": 200, "examination, declined": 240, "examination, declined, as typed": 100}
MOST_OF_OTHERS = 80


class Judge:
    """Which known answer a text is, by the words they share."""

    def __init__(self, corpus):
        self.known = {}
        for subject, said in {**corpus.topics, "other": corpus.decline}.items():
            for lang in LANGUAGES:
                for text in (said[lang].answer, said[lang].short):
                    if text:
                        self.known[text] = (subject, lang, Counter(words(text)))

    def __call__(self, text):
        if text in self.known:
            return self.known[text][:2]
        given = Counter(words(text))
        score, best = max(((similar(given, bag), (subject, lang)) for subject, lang, bag in self.known.values()), default=(0, None))
        return best if score >= LEAST_SIMILARITY else ("nothing known", "")


def words(text):
    return re.findall(r"\w+", text.lower())


def similar(a, b):
    return (a & b).total() / max(1, (a | b).total())


def parse(tokenizer, ids):
    """Reasoning and answer, or None where the turn is not exactly one of each."""
    head = [CHANNEL, *tokenizer.encode_kept("analysis"), MESSAGE]
    middle = [END, *harmony.prompt(tokenizer), CHANNEL, *tokenizer.encode_kept("final"), MESSAGE]
    if ids[:len(head)] != head or ids[-1] != RETURN or END not in ids:
        return None
    end = ids.index(END)
    if ids[end:end + len(middle)] != middle:
        return None
    thought, answer = ids[len(head):end], ids[end + len(middle):-1]
    special = {CHANNEL, MESSAGE, START, END, RETURN}
    if special & set(thought) or special & set(answer) or not answer:
        return None
    return tokenizer.decode(thought), tokenizer.decode(answer)


def prompts_of(tokenizer, cases):
    """All three efforts in turn, on days far apart."""
    return [prompt_of(tokenizer, case, harmony.EFFORTS[i % 3], i * 37 % harmony.DAYS) for i, case in enumerate(cases)]


def ask(model, tokenizer, cases, temperature, min_p, rows=96):
    prompts = prompts_of(tokenizer, cases)
    order = sorted(range(len(cases)), key=lambda i: (i % 3, len(prompts[i])))
    turns = [None] * len(cases)

    def batch(start):
        torch.set_num_threads(1)
        chosen = order[start:start + rows]
        for i, ids in zip(chosen, generate(model, [prompts[i] for i in chosen], temperature, seed=start, min_p=min_p)):
            turns[i] = parse(tokenizer, ids)
    with ThreadPoolExecutor(2) as workers:
        list(workers.map(batch, range(0, len(order), rows)))
    return turns


def judged(cases, turns, judge):
    counts, confusions, wrong = defaultdict(Counter), Counter(), []
    for case, turn in zip(cases, turns):
        subject, lang = judge(turn[1]) if turn else ("malformed", "")
        right = subject == case.subject
        for name in (case.subset, "all"):
            counts[name].update(turns=1, well_formed=bool(turn), right_topic=right, right_language=lang == case.lang)
        if not right:
            confusions[f"{case.subject} → {subject}"] += 1
            wrong.append({"subset": case.subset, "question": case.question, "expected": case.subject, "answered": subject,
                          "thought": turn[0] if turn else ""})
    shares = {name: {key: round(c[key] / c["turns"], 4) if key != "turns" else c[key]
                     for key in ("turns", "right_topic", "right_language", "well_formed")} for name, c in counts.items()}
    return shares, confusions.most_common(60), wrong


def drawn(cases, share):
    cases, taken, kept = list(cases), Counter(), []
    random.Random(5).shuffle(cases)
    for case in cases:
        if taken[case.subset] < share * MOST.get(case.subset, MOST_OF_OTHERS):
            taken[case.subset] += 1
            kept.append(case)
    return kept


def main(folder, report, shares={0.0: 1.0, 0.7: 0.6}):
    """`shares` says for each temperature how many of the questions are asked."""
    torch.set_num_threads(1)
    started = time.time()
    corpus, tokenizer, model = Corpus(HERE / "corpus"), Tokenizer(folder), export.read(folder)
    judge, result, every = Judge(corpus), {}, trial.cases(corpus)
    min_p = json.loads(Path(folder, "generation_config.json").read_text()).get("min_p", 0.0)
    for temperature, share in shares.items():
        cases = drawn(every, share)
        counted, confusions, wrong = judged(cases, ask(model, tokenizer, cases, temperature, min_p), judge)
        result[f"temperature {temperature}"] = {"shares": counted, "confusions": confusions}
        print(f"temperature {temperature}, {time.time() - started:.0f} s")
        for name, figures in counted.items():
            print(f"  {name:22}" + "".join(f" {key} {value}" for key, value in figures.items()), flush=True)
        for confusion, number in confusions[:25]:
            print(f"  {number:3} {confusion}")
        for case in wrong:
            print(f"  {case['expected']} → {case['answered']}: {case['question']} [{case['subset']}] {case['thought']}")
    if report:
        result["agreement_with_transformers"] = logits_difference(model, folder, prompts_of(tokenizer, cases[:40]))
        print(result["agreement_with_transformers"])
        lines = [f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in result.items()]
        Path(report).write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, default=HERE.parent / "model")
    parser.add_argument("--report", type=Path, default=HERE / "evaluation.json")
    parser.add_argument("--quick", action="store_true", help="a third of the questions, at temperature 0, no report")
    options = parser.parse_args()
    if options.quick:
        main(options.model, None, {0.0: 0.3})
    else:
        main(options.model, options.report)
