"""Reads the corpus: topics, follow-ups, what is declined; which lines are kept out of training; French typography of answers."""
import hashlib
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

LANGUAGES = ("fr", "en")
HELD_OUT_PERCENT = 15
SHORT = "*short"     # `same_as` of a follow-up that asks for the last answer in one sentence
BRANCHES = re.compile(r"\{([^{}]*)\}")
SLOT = re.compile(r"<([a-z0-9_-]+)>")


def held_out(*key):
    """By hash and not by draw: a line stays where it is when others are added, so evaluation stays honest while the corpus grows."""
    digest = hashlib.sha256("\0".join(key).encode()).digest()
    return int.from_bytes(digest[:4], "big") % 100 < HELD_OUT_PERCENT


def typeset(text, language):
    """French no-break spaces: narrow before ? ! ; and wide before : and inside « »."""
    if language != "fr":
        return text
    text = re.sub(r"[ \u00a0]+([?!;])", "\u202f\\1", text)
    text = re.sub(r"[ \u00a0]+([:»])", "\u00a0\\1", text)
    return re.sub(r"«[ \u00a0]+", "«\u00a0", text)


@dataclass
class Said:
    """One subject in one language: how it is asked, what is thought and what is answered."""
    about: str
    think: str
    answer: str
    short: str = ""
    train: list = field(default_factory=list)
    held: list = field(default_factory=list)

    def add(self, key, lang, lines):
        train, held = split(key, lang, [line for line in lines if line not in self.train + self.held])
        self.train, self.held = self.train + train, self.held + held


@dataclass
class Followup:
    id: str
    after: list      # subjects just answered; empty: any
    same_as: str     # the subject whose answer it gets; "" where it has one of its own; SHORT for the short form of the last
    asks: dict       # language -> (train, held)


class Corpus:
    def __init__(self, folder):
        self.topics, self.followups, self.others, self.slots, self.decline = {}, [], {}, {}, {}
        for path in sorted(Path(folder).glob("*.toml")):
            self.read(path.stem, tomllib.loads(path.read_text()))
        for path in sorted(Path(folder).glob("more/*.toml")):
            add = self.add_followup_lines if path.stem == "followups" else self.add_lines
            add(tomllib.loads(path.read_text()))
        self.followups = [f for f in self.followups if f.same_as == SHORT or f.same_as in self.topics]
        if len(self.decline) < len(LANGUAGES):
            self.others = {}
        self.own_topics = [t for t in self.topics if not t.startswith("followup/")]

    def read(self, name, data):
        for topic in data.get("topic", []):
            assert topic["id"] not in self.topics, f"topic {topic['id']} is written twice"
            self.topics[topic["id"]] = {lang: said(topic["id"], lang, topic[lang], topic[lang]["ask"]) for lang in LANGUAGES}
        for entry in data.get("followup", []):
            self.add_followup(entry, entry.get("id") or entry["same_as"])
        for group in data.get("other", []):
            self.others[group["id"]] = {lang: split(group["id"], lang, asks_of(group, lang)) for lang in LANGUAGES}
        for lang, lists in data.get("slot", {}).items():
            self.slots[lang] = {slot: split("slot:" + slot, lang, values) for slot, values in lists.items()}
        for lang, text in data.get("decline", {}).items():
            self.decline[lang] = said("decline", lang, text, [])

    def add_lines(self, data):
        """Further ways of asking, kept apart from the answers: `[topic-id]` with `fr` and `en` lists."""
        for topic, lists in data.items():
            for lang in LANGUAGES:
                self.topics[topic][lang].add(topic, lang, lists.get(lang, []))

    def add_followup_lines(self, data):
        for followup in self.followups:
            for lang, (train, held) in followup.asks.items():
                new = [line for line in data.get(followup.id, {}).get(lang, []) if line not in train + held]
                more, kept = split("followup:" + followup.id, lang, new)
                train += more
                held += kept

    def add_followup(self, entry, name):
        same = entry.get("same_as", "")
        asks = {lang: split("followup:" + name, lang, entry[lang]["ask"]) for lang in LANGUAGES}
        after = [] if entry["after"] == ["*"] else entry["after"]
        if not same and "answer" in entry["fr"]:
            same = "followup/" + name
            self.topics[same] = {lang: said(same, lang, entry[lang], []) for lang in LANGUAGES}
        self.followups.append(Followup(name, after, same, asks))

    def fill(self, line, lang, rng, held=None):
        """One expansion of a line. For what is declined, `held` says whether held-out values are wanted or the others: there, a new
        thing in a known sentence is as much of a trial as a new sentence."""
        def branch(match):
            branches = match[1].split("|")
            if held is not None and len(branches) >= 4:
                branches = [b for b in branches if held_out("branch", lang, b) == held] or branches
            return rng.choice(branches)

        def value(match):
            train, kept = self.slots[lang][match[1]]
            return BRANCHES.sub(branch, rng.choice(kept if held and kept else train))
        return re.sub(r"\s+", " ", SLOT.sub(value, BRANCHES.sub(branch, line))).strip()


def asks_of(group, lang):
    text = group[lang]
    return text["ask"] if isinstance(text, dict) else text


def split(key, lang, lines):
    train, held = [], []
    for line in dict.fromkeys(lines):
        (held if held_out(key, lang, line) else train).append(line)
    return train, held


def said(key, lang, text, asks):
    train, held = split(key, lang, asks) if asks else ([], [])
    fields = {k: typeset(text.get(k, ""), lang) for k in ("about", "think", "answer", "short")}
    return Said(**fields, train=train, held=held)
