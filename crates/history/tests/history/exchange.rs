use std::fs;
use std::io::Write as _;

use history::{
    Assistant, Attachment, Ending, ExportWords, Format, History, HistoryError, Lost, NewConversation, Page,
    Role, State, Timing, TitleBy, Unfit,
};
use serde_json::{Value, json};

use super::{begin, complete, texts, turn};

fn words() -> ExportWords {
    ExportWords {
        language: "en".to_owned(),
        heading: "Conversations".to_owned(),
        you: "You".to_owned(),
        answer: "Answer".to_owned(),
        reasoning: "Reasoning".to_owned(),
        attachment: "Attachment".to_owned(),
        incomplete: "This answer is incomplete.".to_owned(),
        untitled: "Untitled".to_owned(),
        date: Box::new(|time| format!("day {}", time / 86_400_000)),
    }
}

fn exported(history: &History, ids: Option<&[i64]>, format: Format) -> String {
    let mut out = Vec::new();
    history.export(ids, format, &words(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// A history with everything in it that there can be.
fn full() -> History {
    let history = History::in_memory().unwrap();
    history.add_folder("Empty").unwrap();
    let folder = history.add_folder("Work").unwrap();
    let cook =
        Assistant { id: "cook".to_owned(), name: "Cook".to_owned(), top_k: Some(4), ..Assistant::default() };
    history.keep_assistant(&cook).unwrap();
    let gone = begin(&history, "Gone");
    let one = history
        .create(NewConversation {
            title: "One <b>".to_owned(),
            assistant: Some("cook".to_owned()),
            model: Some("large".to_owned()),
            folder: Some(folder),
        })
        .unwrap();
    history.set_effort(one, Some("high")).unwrap();
    history.pin(one, true).unwrap();
    let attachment = Attachment { name: "a & b.txt".to_owned(), text: "```\ncode".to_owned() };
    let question = history.ask(one, None, "First <script>alert(1)</script>", &[attachment]).unwrap();
    let answer = history.begin_answer(question, "large").unwrap();
    let ending = Ending {
        reasoning: "think\ntwice".to_owned(),
        text: "answer \u{1f600} \"quoted\"".to_owned(),
        state: State::Stopped,
        timing: Some(Timing { total_s: 0.1, tokens: 7, ..Timing::default() }),
        problem: Some("{}".to_owned()),
    };
    history.finish(answer, &ending).unwrap();
    let (later, _) = turn(&history, one, Some(answer), "second", "reply");
    history.set_reads_from(later, true, Some("before")).unwrap();
    turn(&history, one, Some(answer), "second, edited", "another reply");
    turn(&history, one, None, "other root", "x");
    history.show(later).unwrap();
    let two = begin(&history, "Two");
    turn(&history, two, None, "dromedary", "camel");
    history.rename(two, "Two, named", TitleBy::Person).unwrap();
    begin(&history, "");
    history.delete(&[gone]).unwrap();
    history
}

#[test]
fn what_is_exported_comes_back_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("export.json");
    let mut history = full();
    let first = exported(&history, None, Format::Json);
    fs::write(&file, &first).unwrap();
    let ids: Vec<i64> =
        history.list(Page { count: 9, ..Page::default() }).unwrap().iter().map(|row| row.id).collect();
    let threads: Vec<_> = ids.iter().map(|id| texts(&history, *id)).collect();

    let again = history.import(&file).unwrap();
    assert_eq!((again.conversations, again.messages, again.skipped), (0, 0, 3));
    assert_eq!(exported(&history, None, Format::Json), first, "nothing comes twice");

    history.erase_everything().unwrap();
    let imported = history.import(&file).unwrap();
    assert_eq!((imported.conversations, imported.messages, imported.skipped), (3, 10, 0));
    assert!(imported.left_out.is_empty());
    assert_eq!(exported(&history, None, Format::Json), first);
    let rows = history.list(Page { count: 9, ..Page::default() }).unwrap();
    let back: Vec<_> = rows.iter().map(|row| texts(&history, row.id)).collect();
    assert_eq!(back, threads);
    assert_eq!(history.search("dromedary", 9).unwrap().len(), 1);
    assert_eq!(history.search("a & b.txt", 9).unwrap().len(), 1);

    // Among others, with other numbers, and one of them deleted meanwhile.
    let mut other = History::in_memory().unwrap();
    let before = begin(&other, "Before");
    let (_, answer) = turn(&other, before, None, "q", "a");
    other.import(&file).unwrap();
    let two = other.search("dromedary", 1).unwrap()[0].conversation;
    other.delete(&[two]).unwrap();
    assert_eq!(other.import(&file).unwrap().conversations, 1, "a deleted one comes back");
    assert_eq!(texts(&other, two), ["dromedary", "camel"]);
    turn(&other, before, Some(answer), "q2", "a2");
    assert_eq!(texts(&other, before), ["q", "a", "q2", "a2"]);
}

#[test]
fn one_conversation_is_exported_with_what_belongs_to_it_alone() {
    let history = full();
    let two = history.search("dromedary", 1).unwrap()[0].conversation;
    let value: Value =
        serde_json::from_str(&exported(&history, Some(&[two, two, 99]), Format::Json)).unwrap();
    assert_eq!(value["conversations"].as_array().unwrap().len(), 1);
    assert_eq!((&value["folders"], &value["assistants"]), (&json!([]), &json!([])));
    let nothing: Value = serde_json::from_str(&exported(&history, Some(&[]), Format::Json)).unwrap();
    assert_eq!(nothing["conversations"], json!([]));
}

#[test]
fn people_read_the_shown_branch() {
    let history = full();
    let text = exported(&history, None, Format::Markdown);
    for part in [
        "# One <b>\n",
        "## You\n\nFirst <script>",
        "> **Reasoning**\n>\n> think\n> twice\n",
        "## large\n",
        "*Attachment: a & b.txt*\n\n````\n```\ncode\n````\n",
        "*This answer is incomplete.*",
        "\nsecond\n",
        "\n---\n\n# Two, named\n",
        "# Untitled\n",
    ] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
    for part in ["edited", "other root", "Gone"] {
        assert!(!text.contains(part));
    }
    let page = exported(&history, None, Format::Page);
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && page.contains("a &amp; b.txt"));
    assert!(!page.contains("<script") && !page.contains("http:") && !page.contains("https:"));
    assert!(!page.contains("other root") && page.ends_with("</html>\n"));
}

fn node(id: &str, parent: Option<&str>, children: &[&str], message: Value) -> (String, Value) {
    (id.to_owned(), json!({"id": id, "parent": parent, "children": children, "message": message}))
}

fn message(role: &str, kind: &str, parts: Value) -> Value {
    json!({"author": {"role": role}, "create_time": 1_700_000_000.25, "recipient": "all",
        "content": {"content_type": kind, "parts": parts}, "metadata": {"model_slug": "gpt-4o"}})
}

/// As ChatGPT hands conversations out.
fn chatgpt() -> Value {
    let mut hidden = message("user", "text", json!(["hidden instructions"]));
    hidden["metadata"]["is_visually_hidden_from_conversation"] = json!(true);
    let mut call = message("assistant", "code", json!([]));
    call["recipient"] = json!("python");
    let mut thoughts = message("assistant", "thoughts", json!([]));
    thoughts["content"] =
        json!({"content_type": "thoughts", "thoughts": [{"summary": "Plan", "content": "Add"}]});
    let mut with_file = message("user", "text", json!(["and this file?"]));
    with_file["metadata"]["attachments"] = json!([{"name": "notes.pdf", "mime_type": "application/pdf"}]);
    let mapping: serde_json::Map<String, Value> = [
        node("root", None, &["sys"], Value::Null),
        node("sys", Some("root"), &["hid"], message("system", "text", json!([""]))),
        node("hid", Some("sys"), &["q"], hidden),
        node(
            "q",
            Some("hid"),
            &["t", "b"],
            message(
                "user",
                "multimodal_text",
                json!([{"content_type": "image_asset_pointer"}, "what is this hippopotamus?"]),
            ),
        ),
        node("t", Some("q"), &["a"], thoughts),
        node("a", Some("t"), &["call"], message("assistant", "text", json!(["Let me compute."]))),
        node("call", Some("a"), &["out"], call),
        node("out", Some("call"), &["a2"], message("tool", "execution_output", json!([]))),
        node("a2", Some("out"), &["q2", "q3"], message("assistant", "text", json!(["It is 4."]))),
        node("q2", Some("a2"), &["a3"], with_file),
        node("a3", Some("q2"), &[], message("assistant", "text", json!(["I have read it."]))),
        node("q3", Some("a2"), &[], message("user", "text", json!(["edited"]))),
        node("b", Some("q"), &[], message("assistant", "text", json!(["another answer"]))),
    ]
    .into_iter()
    .collect();
    json!([
        {"title": "Beasts", "create_time": 1_700_000_000.5, "update_time": 1_700_000_100.0, "mapping": mapping,
            "current_node": "a3", "conversation_id": "c-1"},
        {"title": null, "create_time": null, "mapping": {}, "current_node": null, "conversation_id": "c-2"},
        {"title": null, "create_time": 1.0, "id": "c-3", "current_node": "nowhere", "mapping": {
            "x": {"id": "x", "parent": "gone", "children": ["y", "x"], "message": message("assistant", "text", json!(["I begin"]))},
            "y": {"parent": "x", "children": ["z"], "message": message("user", "text", json!(["one  two"]))},
            "z": {"parent": "y", "children": ["x"], "message": message("user", "text", json!(["three"]))},
        }},
    ])
}

fn check_chatgpt(history: &History, imported: &history::Imported) {
    assert_eq!((imported.conversations, imported.skipped), (2, 0));
    let lost =
        |what| imported.left_out.iter().filter(|left| left.what == what).map(|left| left.count).sum::<u32>();
    let all = [lost(Lost::Images), lost(Lost::Files), lost(Lost::Tools), lost(Lost::Empty)];
    assert_eq!((all, imported.left_out.len()), ([1, 1, 1, 1], 4));
    let beasts = history.search("hippopotamus", 1).unwrap()[0].conversation;
    let row = history.row(beasts).unwrap();
    assert_eq!(
        (row.title.as_str(), row.created, row.updated),
        ("Beasts", 1_700_000_000_500, 1_700_000_100_000)
    );
    let thread = history.thread(beasts).unwrap();
    let shown: Vec<_> = thread.iter().map(|message| (message.role, message.text.as_str())).collect();
    assert_eq!(
        shown,
        [
            (Role::Person, "what is this hippopotamus?"),
            (Role::Model, "Let me compute.\n\nIt is 4."),
            (Role::Person, "and this file?"),
            (Role::Model, "I have read it."),
        ]
    );
    assert_eq!((thread[1].reasoning.as_str(), thread[1].siblings), ("**Plan**\n\nAdd", 2));
    assert_eq!((thread[1].model.as_deref(), thread[1].created), (Some("gpt-4o"), 1_700_000_000_250));
    assert_eq!((thread[2].siblings, thread[2].attachments[0].name.as_str()), (2, "notes.pdf"));
    let odd = history.search("three", 1).unwrap()[0].conversation;
    assert_eq!(texts(history, odd), ["", "I begin", "one  two", "", "three"]);
    assert!(history.search("hidden", 1).unwrap().is_empty());
}

#[test]
fn conversations_with_chatgpt_are_taken_over_once_packed_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let (plain, packed) = (folder.path().join("conversations.json"), folder.path().join("export.zip"));
    fs::write(&plain, chatgpt().to_string()).unwrap();
    let mut archive = zip::ZipWriter::new(fs::File::create(&packed).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    archive.start_file("chat.html", options).unwrap();
    archive.write_all(b"<html>").unwrap();
    archive.start_file("conversations.json", options).unwrap();
    archive.write_all(chatgpt().to_string().as_bytes()).unwrap();
    archive.finish().unwrap();

    let mut history = History::in_memory().unwrap();
    let imported = history.import(&packed).unwrap();
    check_chatgpt(&history, &imported);
    let again = history.import(&plain).unwrap();
    assert_eq!((again.conversations, again.skipped), (0, 2));
    let mut other = History::in_memory().unwrap();
    let imported = other.import(&plain).unwrap();
    check_chatgpt(&other, &imported);
}

#[test]
fn what_is_no_export_is_refused_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    let mut history = full();
    let before = exported(&history, None, Format::Json);
    let good = exported(&full(), None, Format::Json);
    let refused = |history: &mut History, bytes: &[u8]| {
        fs::write(&file, bytes).unwrap();
        match history.import(&file) {
            Err(HistoryError::NotAnExport { reason }) => reason,
            other => panic!("{other:?} of {:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(99)])),
        }
    };
    for unknown in
        ["{}", "[1]", "[{}]", "\"text\"", "1", "true", "null", "{\"mapping\":{}}", "[{\"mapping\":[]}]"]
    {
        assert_eq!(refused(&mut history, unknown.as_bytes()), Unfit::Unknown, "{unknown}");
    }
    let newer = refused(&mut history, b"{\"domicile\":99,\"conversations\":[]}");
    assert_eq!(newer, Unfit::Newer { version: 99 });
    for malformed in [
        "",
        "[",
        "not JSON",
        "\u{0}",
        "PK\u{3}\u{4}nonsense",
        "{\"domicile\":1,\"conversations\":[{}]}",
        "{\"domicile\":1,\"conversations\":7}",
        "{\"domicile\":1}x",
        &"[".repeat(100_000),
    ] {
        let reason = refused(&mut history, malformed.as_bytes());
        assert!(matches!(reason, Unfit::Malformed { .. }), "{malformed:.40}: {reason}");
    }
    let cut = good.len() - 10;
    assert!(matches!(refused(&mut history, &good.as_bytes()[..cut]), Unfit::Malformed { .. }));
    // Trees that are none.
    for (from, to) in [
        ("\"id\":2,\"parent\":1", "\"id\":2,\"parent\":2"),
        ("\"id\":3", "\"id\":9"),
        ("\"chosen\":2", "\"chosen\":0"),
    ] {
        assert!(good.contains(from), "{from}");
        // Under keys that are not here yet, or they would be passed over.
        let bad = good.replacen(from, to, 1).replace("\"key\":\"", "\"key\":\"new");
        assert!(matches!(refused(&mut history, bad.as_bytes()), Unfit::Malformed { .. }), "{to}");
    }
    assert!(matches!(history.import(&folder.path().join("none")), Err(HistoryError::Unreadable { .. })));
    assert_eq!(exported(&history, None, Format::Json), before);
    let conversation = begin(&history, "Still works");
    let question = history.ask(conversation, None, "q", &[]).unwrap();
    let answer = history.begin_answer(question, "small").unwrap();
    history.finish(answer, &complete("a")).unwrap();
}

#[test]
fn an_archive_that_unpacks_to_more_than_any_export_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bomb.zip");
    let mut archive = zip::ZipWriter::new(fs::File::create(&file).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    archive.start_file("conversations.json", options).unwrap();
    archive.write_all(b"[").unwrap();
    for _ in 0..300 {
        archive.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    archive.finish().unwrap();
    let outcome = History::in_memory().unwrap().import(&file);
    assert!(
        matches!(outcome, Err(HistoryError::NotAnExport { reason: Unfit::TooLarge { .. } })),
        "{outcome:?}"
    );
}
