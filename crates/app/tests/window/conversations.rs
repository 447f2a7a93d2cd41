//! Questions, branches, titles, drafts, search, files.

use std::fs;
use std::io::Write as _;
use std::time::Duration;

use app::ProblemCode;
use serde_json::{Value, json};

use crate::support::{House, TURN, engine, placed, question, timing};

#[test]
fn what_was_said_is_there_after_a_restart() {
    let house = House::new();
    let (conversation, question, answer) = house.asked(None, None, "Bonjour, qui es-tu ?");
    let before = house.done("conversation", json!(conversation));
    assert_eq!(before["messages"][1]["reasoning"], "Une maison.");
    assert_eq!(before["messages"][1]["state"], "complete");
    assert!(before["messages"][1]["timing"]["context_tokens"].as_u64() > Some(40));
    let house = house.again();
    let after = house.done("conversation", json!(conversation));
    assert_eq!(before, after);
    assert_eq!(after["messages"][0]["id"], question);
    assert_eq!(after["messages"][1]["id"], answer);
    let list =
        house.done("conversations", json!({"folder": null, "pinned": false, "after": null, "count": 10}));
    assert_eq!(list[0]["title"], "Bonjour, qui es-tu ?");
    assert_eq!(house.done("welcome", json!(null))["first"], false);
}

#[test]
fn another_question_and_another_answer_are_branches() {
    let house = House::new();
    let (conversation, first, answer) = house.asked(None, None, "Un");
    house.asked(Some(conversation), Some(answer), "Deux");
    // In other words.
    let (_, edited, _) = house.asked(Some(conversation), None, "Uno");
    assert_eq!(house.said(conversation), ["Uno", "Été à la maison."]);
    // Once more.
    let again = json!({
        "turn": 2, "conversation": conversation, "effort": "high", "route": "usual", "assistant": null, "folder": null,
        "what": { "kind": "again", "question": first },
    });
    let (_, question, second_answer) = placed(&house.ask(again));
    assert_eq!(question, first);
    assert_eq!(house.said(conversation), ["Un", "Été à la maison."]);
    let thread = house.done("show_branch", json!(answer));
    let texts: Vec<_> = thread["messages"].as_array().unwrap().iter().map(|m| &m["text"]).collect();
    assert_eq!(texts, ["Un", "Été à la maison.", "Deux", "Été à la maison."]);
    assert_eq!(thread["messages"][0]["branches"], json!([first, edited]));
    assert_eq!(thread["messages"][1]["branches"], json!([answer, second_answer]));
}

#[test]
fn a_branch_reads_what_it_follows_and_nothing_else() {
    let house = House::new();
    let read = |request| timing(&house.ask(request)).context_tokens;
    let alone = read(question(None, None, "Bonjour"));
    let (conversation, _, answer) = house.asked(None, None, "Bonjour");
    let after = read(question(Some(conversation), Some(answer), "Bonjour"));
    let beside = read(question(Some(conversation), None, "Bonjour"));
    assert!(after > alone, "{after} after {alone}");
    assert_eq!(beside, alone);
}

#[test]
fn what_cannot_be_asked_leaves_nothing_behind() {
    let house = House::new();
    assert_eq!(house.refused("ask", question(None, None, " \n")), ProblemCode::QuestionEmpty);
    assert_eq!(house.refused("ask", question(Some(7), None, "Bonjour")), ProblemCode::ConversationNotFound);
    let list =
        house.done("conversations", json!({"folder": null, "pinned": false, "after": null, "count": 10}));
    assert_eq!(list, json!([]));
}

#[test]
fn a_question_that_is_too_long_is_kept_and_not_in_the_way() {
    let house = House::new();
    let (conversation, _, answer) = house.asked(None, None, "Bonjour");
    let long = house.ask(question(Some(conversation), Some(answer), &"long ".repeat(2000)));
    assert_eq!(long.last().unwrap()["problem"]["code"], "context_full");
    let (_, _, failed) = placed(&long);
    let thread = house.done("conversation", json!(conversation));
    assert_eq!(thread["messages"][3]["state"], "failed");
    assert_eq!(thread["messages"][3]["problem"]["code"], "context_full");
    let next = house.ask(question(Some(conversation), Some(failed), "Bonjour"));
    assert_eq!(next.last().unwrap()["reason"], "complete");
}

#[test]
fn a_conversation_that_is_too_long_goes_on_shortened_and_is_read_again() {
    let house = House::new();
    let (conversation, _, mut answer) = house.asked(None, None, &"mot ".repeat(100));
    for _ in 0..3 {
        (_, _, answer) = house.asked(Some(conversation), Some(answer), &"mot ".repeat(100));
    }
    let context = |house: &House, after| {
        timing(&house.ask(question(Some(conversation), Some(after), "Bonjour"))).context_tokens
    };
    let all = context(&house, answer);
    let shorten = |how: &str| json!({"turn": 9, "conversation": conversation, "how": how});
    house.done("show_branch", json!(answer));
    let thread = house.done("shorten", shorten("leave_out"));
    let from: Vec<bool> =
        thread["messages"].as_array().unwrap().iter().map(|m| m["reads_from"].as_bool().unwrap()).collect();
    assert_eq!(from.iter().filter(|from| **from).count(), 1);
    assert!(!from[0], "the beginning is left out");
    let half = context(&house, answer);
    assert!(half * 3 < all * 2, "{half} of {all}");
    house.done("show_branch", json!(answer));
    let thread = house.done("shorten", shorten("sum_up"));
    let summary = thread["messages"].as_array().unwrap().iter().find_map(|m| m["summary"].as_str());
    assert_eq!(summary, Some("Été à la maison."));
    house.done("shorten", shorten("undo"));
    assert_eq!(context(&house, answer), all);
}

#[test]
fn stopping_keeps_what_was_said() {
    let house = House::with(engine(TURN, Duration::from_millis(20)));
    let app = house.app.clone();
    let on_event = Box::new(move |event: Value| {
        if event["kind"] == "answer" {
            app.stop(app::StopRequest { turn: 1 });
        }
        true
    });
    house.app.call("ask", question(None, None, "Bonjour"), on_event).unwrap();
    let list =
        house.done("conversations", json!({"folder": null, "pinned": false, "after": null, "count": 10}));
    let thread = house.done("conversation", list[0]["id"].clone());
    let answer = &thread["messages"][1];
    assert_eq!(answer["state"], "stopped");
    assert_eq!(answer["reasoning"], "Une maison.");
    assert!(!answer["text"].as_str().unwrap().is_empty());
}

#[test]
fn a_window_that_goes_away_ends_its_turn_and_loses_nothing() {
    let house = House::with(engine(TURN, Duration::from_millis(20)));
    house
        .app
        .call("ask", question(None, None, "Bonjour"), Box::new(|event| event["kind"] != "reasoning"))
        .unwrap();
    let thread = house.done("conversation", json!(1));
    assert_eq!(thread["messages"][1]["state"], "stopped");
}

#[test]
fn texts_go_with_a_question() {
    let house = House::new();
    let mut with = question(None, None, "Résume");
    with["what"]["attachments"] = json!([{"name": "notes.txt", "text": "chat ".repeat(50)}]);
    let events = house.ask(with);
    let (conversation, ..) = placed(&events);
    assert!(timing(&events).context_tokens > 250, "the text is read");
    let thread = house.done("conversation", json!(conversation));
    assert_eq!(thread["messages"][0]["attachments"], json!([["notes.txt", 250]]));
    assert_eq!(thread["messages"][0]["text"], "Résume");
    let mut otherwise = question(Some(conversation), None, "Traduis");
    otherwise["what"]["rewords"] = thread["messages"][0]["id"].clone();
    assert!(timing(&house.ask(otherwise)).context_tokens > 250, "it is read again");
    let thread = house.done("conversation", json!(conversation));
    assert_eq!(thread["messages"][0]["attachments"], json!([["notes.txt", 250]]));
}

#[test]
fn drafts_outlive_the_program() {
    let house = House::new();
    let (conversation, ..) = house.asked(None, None, "Bonjour");
    house.done("keep_draft", json!({"conversation": conversation, "text": "Et puis"}));
    house.done("keep_draft", json!({"conversation": null, "text": "Neuf"}));
    let house = house.again();
    assert_eq!(house.done("welcome", json!(null))["draft"], "Neuf");
    assert_eq!(house.done("conversation", json!(conversation))["draft"], "Et puis");
    house.asked(None, None, "Neuf");
    assert_eq!(house.done("welcome", json!(null))["draft"], "", "what was sent is no draft");
}

#[test]
fn conversations_are_found_ordered_and_deleted_with_a_way_back() {
    let house = House::new();
    let (first, ..) = house.asked(None, None, "Un jardin en été");
    let (second, ..) = house.asked(None, None, "Une voiture");
    let change =
        |id: i64, change: Value| house.done("change_conversation", json!({"id": id, "change": change}));
    let found = |words: &str| -> Vec<i64> {
        let hits = house.done("search", json!(words));
        hits.as_array().unwrap().iter().map(|hit| hit["conversation"].as_i64().unwrap()).collect()
    };
    assert!(found("jardin ete").contains(&first) && !found("jardin").contains(&second));
    let folders = house.done("change_folders", json!({"kind": "add", "name": "Maison"}));
    let folder = folders[0]["id"].as_i64().unwrap();
    let two = house.done("change_folders", json!({"kind": "add", "name": "Jardin"}));
    let other = two.as_array().unwrap().iter().find(|folder| folder["name"] == "Jardin").unwrap();
    let rename = json!({"kind": "rename", "id": other["id"], "name": "Maison"});
    assert_eq!(house.refused("change_folders", rename), ProblemCode::FolderExists);
    change(first, json!({"kind": "file", "folder": folder}));
    change(first, json!({"kind": "pin", "pinned": true}));
    let renamed = change(second, json!({"kind": "rename", "title": " La\nDeux-chevaux "}));
    assert_eq!(renamed["title"], "La Deux-chevaux");
    assert_eq!(found("chevaux"), [second]);
    let list = |folder: Option<i64>, pinned: bool| {
        let page = json!({"folder": folder, "pinned": pinned, "after": null, "count": 10});
        house.done("conversations", page).as_array().unwrap().len()
    };
    assert_eq!((list(None, true), list(None, false), list(Some(folder), true)), (1, 1, 1));
    house.done("delete_conversations", json!([first]));
    assert_eq!((found("jardin"), list(None, true)), (Vec::new(), 0));
    assert_eq!(house.refused("conversation", json!(first)), ProblemCode::ConversationNotFound);
    house.done("undelete_conversations", json!([first]));
    assert!(found("jardin").contains(&first));
}

#[test]
fn conversations_are_written_out_and_taken_in() {
    let house = House::new();
    let (conversation, ..) = house.asked(None, None, "Un jardin : à Rome / l’été ?");
    let target = house.folder.path().join("export.json");
    assert_eq!(house.done("export_conversations", json!({"ids": null, "format": "json"})), Value::Null);
    house.person.chooses.lock().unwrap().push_back(target.clone());
    let exported = house.done("export_conversations", json!({"ids": [conversation], "format": "json"}));
    assert_eq!(exported["conversations"], 1);
    let app::Dialog::PlaceForConversations { name } = house.person.asked.lock().unwrap()[1].clone() else {
        panic!()
    };
    assert_eq!(name, "Un jardin à Rome l’été.json", "every system takes it for a name");

    let other = House::new();
    other.person.chooses.lock().unwrap().extend([target.clone(), target]);
    assert_eq!(other.done("import_conversations", json!(null))["conversations"], 1);
    assert_eq!(other.said(1), house.said(conversation));
    assert_eq!(other.done("import_conversations", json!(null))["known"], 1);
    for (format, expected) in [("markdown", "Été à la maison."), ("page", "<!doctype html>")] {
        let file = house.folder.path().join(format);
        house.person.chooses.lock().unwrap().push_back(file.clone());
        house.done("export_conversations", json!({"ids": null, "format": format}));
        assert!(
            fs::read_to_string(file).unwrap().to_lowercase().contains(&expected.to_lowercase()),
            "{format}"
        );
    }
    let nonsense = other.folder.path().join("photo.json");
    fs::File::create(&nonsense).unwrap().write_all(b"{}").unwrap();
    other.person.chooses.lock().unwrap().push_back(nonsense);
    assert_eq!(other.refused("import_conversations", json!(null)), ProblemCode::NotAnExport);
}

#[test]
fn a_title_is_found_by_a_model_that_can_and_never_over_a_persons() {
    let house = House::new();
    let models = house.folder.path().join("models/small");
    fs::create_dir_all(&models).unwrap();
    for entry in fs::read_dir(crate::support::checkpoint()).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), models.join(entry.file_name())).unwrap();
    }
    let (by_guide, ..) = house.asked(None, None, "Bonjour");
    let title = |id: i64| house.done("conversation", json!(id))["row"]["title"].as_str().unwrap().to_owned();
    assert_eq!(title(by_guide), "Bonjour");
    house.done("use_model", json!("small"));
    let (conversation, _, answer) = house.asked(None, None, "Bonjour");
    assert_eq!(title(conversation), "Été à la maison");
    let change = json!({"id": conversation, "change": {"kind": "rename", "title": "À moi"}});
    house.done("change_conversation", change);
    house.asked(Some(conversation), Some(answer), "Encore");
    assert_eq!(title(conversation), "À moi");
}

#[test]
fn a_link_opens_a_conversation() {
    let house = House::new();
    house.app.follow_link("domicile://conversation/12");
    assert_eq!(house.done("welcome", json!(null))["open"], 12);
    assert_eq!(house.done("welcome", json!(null))["open"], Value::Null, "once");
    for link in ["domicile://settings", "https://example.org", "domicile://conversation/abc"] {
        house.app.follow_link(link);
        assert_eq!(house.done("welcome", json!(null))["open"], Value::Null, "{link}");
    }
}

#[test]
fn damage_that_was_found_is_mended_at_the_next_start_and_told() {
    let house = House::new();
    let (conversation, ..) = house.asked(None, None, "Bonjour");
    let said = house.said(conversation);
    let House { app, folder, .. } = house;
    drop(app);
    // As the look after the start leaves it.
    fs::write(folder.path().join("conversations.doubted"), "").unwrap();
    let house = House::in_folder(folder, engine(TURN, Duration::ZERO));
    assert_eq!(house.done("welcome", json!(null))["restored"]["conversations"], 1);
    assert_eq!(house.said(conversation), said);
    let house = house.again();
    assert_eq!(house.done("welcome", json!(null))["restored"], Value::Null, "once");
    assert_eq!(house.said(conversation), said);
}

#[test]
fn conversations_that_are_nonsense_are_put_aside_and_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("conversations.db"), "nonsense ".repeat(5000)).unwrap();
    let house = House::in_folder(folder, engine(TURN, Duration::ZERO));
    let restored = house.done("welcome", json!(null))["restored"].clone();
    assert!(fs::exists(restored["damaged"].as_str().unwrap()).unwrap(), "{restored}");
    house.asked(None, None, "Bonjour");
}
