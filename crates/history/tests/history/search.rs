use history::{Attachment, History, Hit, TitleBy};

use super::{begin, complete, turn};

fn said(texts: &[(&str, &str)]) -> History {
    let history = History::in_memory().unwrap();
    for (question, answer) in texts {
        let conversation = begin(&history, "Untold");
        turn(&history, conversation, None, question, answer);
    }
    history
}

fn marked(hit: &Hit) -> Vec<&str> {
    hit.snippet.iter().filter(|(_, hit)| *hit).map(|(text, _)| text.as_str()).collect()
}

#[test]
fn accents_capitals_and_elisions_do_not_matter() {
    let history = said(&[("Comment réparer l’ordinateur de l'élève ?", "ŒUVRE à Noël, déjà.")]);
    for words in [
        "ordinateur",
        "L'ORDINATEUR",
        "l’ordinateur",
        "l ordinateur",
        "eleve",
        "élève",
        "ELEVE",
        "reparer",
        "deja",
        "noel",
        "Noël",
        "e\u{301}le\u{300}ve",
        "ordinateur réparer",
    ] {
        assert_eq!(history.search(words, 9).unwrap().len(), 1, "{words}");
    }
    let hit = &history.search("eleve", 9).unwrap()[0];
    assert_eq!(marked(hit), ["élève"]);
    let whole: String = hit.snippet.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(whole, "Comment réparer l’ordinateur de l'élève ?");
    assert!(history.search("ordinateur giraffe", 9).unwrap().is_empty(), "all of the words, in one place");
}

#[test]
fn one_can_search_while_typing() {
    let history = said(&[("The constitution of Iceland", "Long")]);
    for words in ["c", "co", "con", "const", "constitution", "of icel", "\u{ff} con"] {
        assert_eq!(
            history.search(words, 9).unwrap().len(),
            usize::from(!words.starts_with('\u{ff}')),
            "{words}"
        );
    }
    assert!(history.search("stitution", 9).unwrap().is_empty());
    assert!(history.search("con iceland", 9).unwrap().is_empty(), "only the last word is a beginning");
}

#[test]
fn whatever_is_typed_is_words_and_never_an_error() {
    let history = said(&[("NEAR the river OR not AND so", "text: \"quoted\" a*b ^c {d} -e")]);
    for words in [
        "\"",
        "\"\"",
        "'",
        "*",
        "a*",
        "NEAR",
        "NEAR(",
        "NEAR(a b, 5)",
        "AND",
        "OR OR",
        "NOT",
        "text:",
        "text : a",
        "^",
        "-",
        "--",
        "(",
        ")",
        "{}",
        "{text}:",
        "+",
        "\\",
        ";",
        "/*",
        "\0",
        "a\0b",
        "😀",
        "😀 river",
        "👩‍👩‍👧",
        "…",
        "%",
        "_",
        "' OR 1=1 --",
        "\u{301}",
        "\u{2}",
        "\u{202e}",
        "",
        " ",
        "\n",
        "٣",
        "漢字",
        "ก็",
        "a\"b",
    ] {
        history.search(words, 9).unwrap_or_else(|error| panic!("{words:?}: {error}"));
    }
    for nothing in ["", " ", "\"", "*", "😀", "…", "()", "^"] {
        assert!(history.search(nothing, 9).unwrap().is_empty(), "{nothing:?}");
    }
    for found in ["NEAR", "near", "or", "quoted", "\"quoted\"", "text:", "a*b", "(river)", "😀 river"] {
        assert_eq!(history.search(found, 9).unwrap().len(), 1, "{found:?}");
    }
    let long = "river ".repeat(5000);
    assert_eq!(history.search(&long, 9).unwrap().len(), 1);
}

#[test]
fn titles_and_names_of_attachments_are_found_and_reasoning_is_not() {
    let history = History::in_memory().unwrap();
    let conversation = begin(&history, "The zebra's stripes");
    let attachment = Attachment { name: "giraffe.txt".to_owned(), text: "okapi".to_owned() };
    let question = history.ask(conversation, None, "Look", &[attachment]).unwrap();
    let answer = history.begin_answer(question, "small").unwrap();
    history.write(answer, "tapir", "gnu").unwrap();
    assert!(history.search("gnu", 9).unwrap().is_empty(), "not before it is finished");
    history.finish(answer, &history::Ending { reasoning: "tapir".to_owned(), ..complete("gnu") }).unwrap();
    let hit = &history.search("zebra", 9).unwrap()[0];
    assert_eq!(
        (hit.conversation, hit.message, hit.title.as_str()),
        (conversation, None, "The zebra's stripes")
    );
    assert_eq!(marked(hit), ["zebra"]);
    assert_eq!(history.search("giraffe", 9).unwrap()[0].message, Some(question));
    assert_eq!(history.search("gnu", 9).unwrap()[0].message, Some(answer));
    assert!(history.search("tapir", 9).unwrap().is_empty());
    history.rename(conversation, "Horses", TitleBy::Person).unwrap();
    assert!(history.search("zebra", 9).unwrap().is_empty());
    assert_eq!(history.search("horses", 9).unwrap().len(), 1);
}

#[test]
fn no_conversation_crowds_out_the_others() {
    let history = History::in_memory().unwrap();
    let (one, other) = (begin(&history, "One"), begin(&history, "Other"));
    turn(
        &history,
        other,
        None,
        "a walrus, and many more words so that it fits less well than the others",
        "yes",
    );
    let mut after = None;
    for _ in 0..10 {
        after = Some(turn(&history, one, after, "walrus", "walrus walrus").1);
    }
    let hits = history.search("walrus", 20).unwrap();
    assert_eq!(hits.iter().filter(|hit| hit.conversation == one).count(), 3);
    assert_eq!(hits.iter().filter(|hit| hit.conversation == other).count(), 1);
    assert_eq!(history.search("walrus", 2).unwrap().len(), 2);
}
