"""Swaps words of a question for others of the same meaning, keeping French elision right."""
import re
import tomllib
from pathlib import Path

SHARE = 0.18
SETS = tomllib.loads((Path(__file__).parent / "synonyms.toml").read_text())
CHOICES = {lang: {} for lang in SETS}
for language, sets in SETS.items():
    for words in sets:
        for word in words:
            CHOICES[language].setdefault(word.lower(), []).append([w for w in words if w != word])
# Longest first, so that « comment faire pour » is not read as « comment ».
PATTERNS = {lang: re.compile(r"(?<![\w'-])(" + "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)) + r")(?![\w-])", re.I)
            for lang, words in CHOICES.items()}
AFTER_ELISION = {lang: re.compile(pattern.pattern.replace(r"(?<![\w'-])", r"(?<=[ldcLDC]')"), re.I) for lang, pattern in PATTERNS.items() if lang == "fr"}
VOWEL = "aeiouyhàâéèêëîïôùûœ"


def swapped(text, lang, rng):
    def choose(match):
        if rng.random() > SHARE:
            return match[0]
        others = rng.choice(CHOICES[lang][match[0].lower()])
        return rng.choice(others)
    new = PATTERNS[lang].sub(choose, text)
    if lang == "fr":
        new = AFTER_ELISION[lang].sub(choose, new)
    return elided(new) if lang == "fr" and new != text else new


def elided(text):
    text = re.sub(rf"\b([ld])'(?=[^{VOWEL}\W])", lambda m: m[1] + "e ", text)
    text = re.sub(rf"\b(le|la|de) (?=[{VOWEL}])(?!huit|haut|onze|oui)", lambda m: m[1][0] + "'", text)
    return text.replace("de le ", "du ").replace("de les ", "des ").replace("à le ", "au ")
