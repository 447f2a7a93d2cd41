"""Makes a written question look like a typed one: case, accents, slips of the finger, politeness, left-out words."""
import re
import unicodedata

from wording import swapped

KEYS = {"fr": ["azertyuiop", "qsdfghjklm", "wxcvbn"], "en": ["qwertyuiop", "asdfghjkl", "zxcvbnm"]}
BEFORE = {
    "fr": ["bonjour, ", "bonjour ", "salut, ", "salut ", "coucou, ", "bonsoir, ", "hello, ", "dis-moi, ", "dis-moi ", "dites-moi, ", "dis ", "dis, ",
           "euh ", "alors ", "et ", "donc ", "s'il te plaît, ", "s'il vous plaît, ", "stp ", "svp ", "question : ", "question: ", "une question : ",
           "petite question : ", "excusez-moi, ", "excuse-moi, ", "pardon, ", "j'ai une question : ", "au fait, ", "au fait ", "en fait ", "merci, ",
           "ok, ", "ok ", "d'accord, ", "je voudrais savoir : ", "j'aimerais savoir ", "je me demande ", "je veux savoir ", "bonjour, je voudrais savoir ",
           "bonjour ! ", "salut ! ", "peux-tu me dire ", "pouvez-vous me dire ", "tu peux me dire ", "vous pourriez me dire ", "explique-moi : ", "sinon, ", "mais ", "du coup "],
    "en": ["hello, ", "hi, ", "hi ", "hey, ", "hey ", "good morning, ", "good evening, ", "tell me, ", "so ", "so, ", "well, ", "um, ", "and ", "please, ",
           "please ", "pls ", "question: ", "a question: ", "quick question: ", "quick question, ", "excuse me, ", "sorry, ", "i have a question: ",
           "by the way, ", "btw ", "ok, ", "ok ", "okay, ", "thanks, ", "could you tell me ", "can you tell me: ", "i'd like to know ", "i would like to know: ",
           "i wonder: ", "just wondering, ", "i want to know ", "hello! ", "hi there, ", "please tell me ", "but ", "actually, ", "now, "]}
AFTER = {
    "fr": [" stp", " svp", ", s'il te plaît", " s'il vous plaît", " s'il te plait", ", merci", " merci", ", merci d'avance", " merci d'avance", " merci beaucoup", " au juste",
           " exactement", " en fait", " alors", " du coup", ", dis-moi", ", je me demande", " hein", " ou pas", ", par hasard"],
    "en": [" please", ", please", " pls", " plz", ", thanks", " thanks", ", thank you", " thanks in advance", " exactly", " then", ", by the way", ", i wonder", " actually", " or not", " though"]}
UNIMPORTANT = {
    "fr": set("le la les l' un une des de du d' est-ce que qu' ce c' se s' je j' tu vous on il elle y en et à au aux dans sur pour avec mon ma mes ton ta tes votre vos cette cet ça donc alors bien très aussi".split()),
    "en": set("the a an is are do does did i you we it this that of to in on for with my your and so be can could would will there have has just some any".split())}
TU_VOUS = [("tu peux", "vous pouvez"), ("peux-tu", "pouvez-vous"), ("tu as", "vous avez"), ("as-tu", "avez-vous"), ("tu es", "vous êtes"), ("es-tu", "êtes-vous"),
           ("tu sais", "vous savez"), ("sais-tu", "savez-vous"), ("tu fais", "vous faites"), ("fais-tu", "faites-vous"), ("tu dis", "vous dites"), ("dis-moi", "dites-moi"),
           ("explique-moi", "expliquez-moi"), ("montre-moi", "montrez-moi"), ("aide-moi", "aidez-moi"), ("parle-moi", "parlez-moi"), ("donne-moi", "donnez-moi"),
           ("explique", "expliquez"), ("tu penses", "vous pensez"), ("tu veux", "vous voulez"), ("tu conseilles", "vous conseillez"), ("ton", "votre"), ("tes", "vos"),
           ("s'il te plaît", "s'il vous plaît"), ("te", "vous"), ("tu connais", "vous connaissez"), ("tu crois", "vous croyez"), ("tu gardes", "vous gardez")]


def bare(text):
    """Without accents."""
    text = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def typed(text, lang, rng):
    """A random way of typing this question; about a third of them stay nearly as written."""
    if lang == "fr" and rng.random() < 0.3:
        text = swap_tu_vous(text, rng)
    if rng.random() < 0.7:
        text = swapped(text, lang, rng)
    text = leave_out(text, lang, rng)
    if rng.random() < 0.28:
        text = polite(text, lang, rng)
    text = punctuated(text, lang, rng)
    draw = rng.random()
    if lang == "fr" and draw < 0.2:
        text = bare(text)
    elif lang == "fr" and draw < 0.32:
        text = "".join(bare(c) if rng.random() < 0.5 else c for c in text)
    if rng.random() < 0.35:
        for _ in range(1 if len(text) < 30 else rng.choice((1, 1, 2, 2, 3) if len(text) > 60 else (1, 1, 2))):
            text = slip(text, lang, rng)
    return cased(text, rng)


def swap_tu_vous(text, rng):
    to_vous = rng.random() < 0.5
    for tu, vous in TU_VOUS:
        old, new = (tu, vous) if to_vous else (vous, tu)
        text = re.sub(rf"(?<![\w'-]){old}(?![\w'-])", new, text)
    return text


def leave_out(text, lang, rng):
    words = text.split(" ")
    draw = rng.random()
    small = [i for i, w in enumerate(words) if w.lower() in UNIMPORTANT[lang]]
    if draw < 0.04 and len(words) - len(small) >= 2:      # keywords only
        words = [w for i, w in enumerate(words) if i not in small]
    elif draw < 0.20 and small and len(words) > 3:
        del words[rng.choice(small)]
    elif draw < 0.26 and len(words) > 6:
        del words[rng.randrange(len(words))]
    elif draw < 0.28 and len(words) > 4:                  # two words in the wrong order
        i = rng.randrange(len(words) - 1)
        words[i], words[i + 1] = words[i + 1], words[i]
    return " ".join(words)


def polite(text, lang, rng):
    if rng.random() < 0.62:
        text = rng.choice(BEFORE[lang]) + text
    if rng.random() < 0.45:
        mark = re.search(r"\s*[?!.]*$", text)
        text = text[:mark.start()] + rng.choice(AFTER[lang]) + mark[0]
    return text


def punctuated(text, lang, rng):
    draw = rng.random()
    if draw < 0.4:
        text = text.rstrip(" ?!.")
    elif draw < 0.5:
        text = re.sub(r" ([?!:;])", r"\1", text)
    elif draw < 0.56:
        text = text.rstrip(" ?!.") + rng.choice([" ??", "??", "...", "!", " !", ".", " ...", " ?!", "?"])
    draw = rng.random()
    if draw < 0.15:
        text = text.replace("'", "’")
    elif draw < 0.22:
        text = text.replace("'", rng.choice(["", " "]))
    draw = rng.random()
    if draw < 0.08:
        text = text.replace("-", " ")
    elif draw < 0.12:
        text = text.replace(",", "")
    return text or "?"


def cased(text, rng):
    draw = rng.random()
    if draw < 0.28:
        return text.lower()
    if draw < 0.44:
        return text.upper()
    if draw < 0.47:
        return text.title()
    return text[:1].upper() + text[1:] if draw < 0.85 else text


def slip(text, lang, rng):
    places = [i for i, c in enumerate(text) if c.isalpha()]
    if len(places) < 4:
        return text
    i = rng.choice(places)
    c, kind = text[i], rng.random()
    if kind < 0.25 and i + 1 < len(text) and text[i + 1].isalpha():
        return text[:i] + text[i + 1] + c + text[i + 2:]
    if kind < 0.5:
        return text[:i] + text[i + 1:]
    if kind < 0.68:
        return text[:i] + c + text[i:]
    if kind < 0.93:
        return text[:i] + neighbour(c, lang, rng) + text[i + 1:]
    space = text.find(" ", i)
    if space > 0 and rng.random() < 0.5:
        return text[:space] + text[space + 1:]
    return text[:i] + " " + text[i:]


def neighbour(c, lang, rng):
    low = bare(c.lower())
    for row in KEYS[lang]:
        if low in row:
            at = row.index(low)
            near = [row[j] for j in (at - 1, at + 1) if 0 <= j < len(row)]
            return rng.choice(near).upper() if c.isupper() else rng.choice(near)
    return c
