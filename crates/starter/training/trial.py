"""The questions of the evaluation: held-out lines, as written and as typed, alone and after other turns; and the examination."""
import random
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import phrasing
from corpus import LANGUAGES, SHORT
from examples import Turn, follow


EXAMINATION = Path(__file__).parent / "examination"


@dataclass
class Case:
    subset: str
    lang: str
    subject: str
    question: str
    history: list = field(default_factory=list)    # (question, answer) of past turns
    asked: str = ""                                # the subject as the words of the question alone tell it; "": the same

    def __post_init__(self):
        self.asked = self.asked or self.subject


def cases(corpus, seed=1):
    rng = random.Random(seed)
    found = []
    for lang in LANGUAGES:
        for name in corpus.own_topics:
            for line in corpus.topics[name][lang].held:
                text = corpus.fill(line, lang, rng)
                found.append(Case("topics", lang, name, text[:1].upper() + text[1:]))
                found += variants(name, lang, text, rng)
        for name, asks in corpus.others.items():
            for line in asks[lang][1]:
                text = corpus.fill(line, lang, rng, held=True)
                found.append(Case("declined", lang, "other", text[:1].upper() + text[1:]))
                found.append(Case("declined, as typed", lang, "other", phrasing.typed(text, lang, rng)))
        found += followups(corpus, lang, rng)
        found += switches(corpus, lang, rng)
        found += examination(lang, rng)
    return found


def examination(lang, rng):
    """Questions written without sight of the corpus: what the guide is judged on."""
    for path in sorted(EXAMINATION.glob("*.toml")):
        for name, lists in tomllib.loads(path.read_text()).items():
            kind = "examination, declined" if name == "other" else "examination"
            for text in lists[lang]:
                yield Case(kind, lang, name, text)
                yield Case(f"{kind}, as typed", lang, name, phrasing.typed(text, lang, rng))


def variants(name, lang, text, rng):
    slipped = phrasing.slip(phrasing.slip(text, lang, rng), lang, rng) if len(text) > 40 else phrasing.slip(text, lang, rng)
    yield Case("as typed", lang, name, phrasing.typed(text, lang, rng))
    yield Case("typing mistakes", lang, name, slipped)
    yield Case("capitals", lang, name, text.upper())
    if lang == "fr":
        if phrasing.bare(text) != text:
            yield Case("no accents", lang, name, phrasing.bare(text))
        if re.search(r"\b(tu|te|ton|ta|tes|toi|t')\b", text):
            yield Case("tu", lang, name, text)
        if re.search(r"\b(vous|votre|vos)\b", text):
            yield Case("vous", lang, name, text)


def opening(corpus, lang, name, rng):
    """A first turn: phrased as in training, for it is the question after it that is on trial."""
    said = corpus.topics[name][lang]
    return Turn(name, lang, corpus.fill(rng.choice(said.train), lang, rng), said, said.answer)


def followups(corpus, lang, rng):
    for chosen in corpus.followups:
        after = [t for t in chosen.after or corpus.own_topics if t in corpus.topics]
        for line in chosen.asks[lang][1]:
            for _ in range(2 if chosen.same_as != SHORT else 6):
                first = opening(corpus, lang, rng.choice(after), rng)
                turn = follow(corpus, chosen, lang, first, corpus.fill(line, lang, rng))
                subset = "in short" if chosen.same_as == SHORT else "follow-ups"
                yield Case(subset, lang, turn.subject, turn.question, [(first.question, first.answer)], turn.asked)


def switches(corpus, lang, rng):
    """A held-out question after one to three turns on other subjects, the last of them in the other language."""
    other = LANGUAGES[1 - LANGUAGES.index(lang)]
    for name in corpus.own_topics:
        for line in corpus.topics[name][lang].held[:2]:
            before = [opening(corpus, other, rng.choice(corpus.own_topics), rng) for _ in range(rng.choice((1, 1, 2, 3)))]
            yield Case("after other turns", lang, name, corpus.fill(line, lang, rng), [(t.question, t.answer) for t in before])
