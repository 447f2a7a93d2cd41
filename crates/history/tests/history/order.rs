use history::{Assistant, Attachment, Draft, History, HistoryError, Page, TitleBy};

use super::{begin, texts, turn};

fn titles(history: &History, page: Page) -> Vec<String> {
    history.list(page).unwrap().into_iter().map(|row| row.title).collect()
}

#[test]
fn the_list_goes_on_page_by_page_newest_first() {
    let history = History::in_memory().unwrap();
    for number in 0..25 {
        begin(&history, &number.to_string());
    }
    let mut page = Page { count: 10, ..Page::default() };
    let mut seen = Vec::new();
    loop {
        let rows = history.list(page).unwrap();
        let Some(last) = rows.last() else { break };
        page.before = Some((last.updated, last.id));
        seen.extend(rows.into_iter().map(|row| row.title));
    }
    let expected: Vec<_> = (0..25).rev().map(|number: i32| number.to_string()).collect();
    assert_eq!(seen, expected);
    assert_eq!(history.count().unwrap(), 25);

    // What is said in an old one brings it to the top.
    std::thread::sleep(std::time::Duration::from_millis(3));
    turn(&history, 1, None, "q", "a");
    assert_eq!(titles(&history, Page { count: 1, ..Page::default() }), ["0"]);
}

#[test]
fn conversations_are_filed_pinned_and_named() {
    let history = History::in_memory().unwrap();
    let (one, two) = (begin(&history, "One"), begin(&history, "Two"));
    let folder = history.add_folder("Work").unwrap();
    assert_eq!(history.add_folder("Work").unwrap(), folder);
    let other = history.add_folder("Home").unwrap();
    history.file(one, Some(folder)).unwrap();
    history.pin(two, true).unwrap();
    let all = Page { count: 9, ..Page::default() };
    assert_eq!(titles(&history, Page { folder: Some(folder), ..all }), ["One"]);
    assert_eq!(titles(&history, Page { pinned: Some(true), ..all }), ["Two"]);
    assert_eq!(titles(&history, Page { pinned: Some(false), ..all }), ["One"]);
    assert_eq!(history.folders().unwrap()[0].conversations, 1);
    assert!(
        matches!(history.rename_folder(other, "Work"), Err(HistoryError::FolderExists { name }) if name == "Work")
    );
    history.rename_folder(other, "House").unwrap();
    assert!(history.file(one, Some(99)).is_err());
    history.remove_folder(folder).unwrap();
    assert_eq!(history.row(one).unwrap().folder, None, "it stays, in no folder");
    assert_eq!(history.folders().unwrap().len(), 1);

    history.rename(one, "Of a model", TitleBy::Model).unwrap();
    assert_eq!(history.row(one).unwrap().title, "Of a model");
    history.rename(one, "Mine", TitleBy::Person).unwrap();
    history.rename(one, "Of a model again", TitleBy::Model).unwrap();
    let row = history.row(one).unwrap();
    assert_eq!((row.title.as_str(), row.title_by), ("Mine", TitleBy::Person));

    history.set_assistant(one, Some("writer")).unwrap();
    history.set_model(one, Some("large")).unwrap();
    history.set_effort(one, Some("high")).unwrap();
    let row = history.row(one).unwrap();
    let set = (row.assistant.as_deref(), row.model.as_deref(), row.effort.as_deref());
    assert_eq!(set, (Some("writer"), Some("large"), Some("high")));
    assert!(matches!(history.pin(99, true), Err(HistoryError::NotFound { .. })));
}

#[test]
fn deleted_conversations_come_back_until_they_are_purged() {
    let history = History::in_memory().unwrap();
    let (one, two) = (begin(&history, "One"), begin(&history, "Two"));
    let folder = history.add_folder("Work").unwrap();
    history.file(one, Some(folder)).unwrap();
    turn(&history, one, None, "zebra", "giraffe");
    history.delete(&[one, 99]).unwrap();
    let all = Page { count: 9, ..Page::default() };
    assert_eq!(titles(&history, all), ["Two"]);
    assert_eq!(history.folders().unwrap()[0].conversations, 0);
    assert!(history.search("zebra", 9).unwrap().is_empty());
    history.undelete(&[one]).unwrap();
    assert_eq!(history.search("zebra", 9).unwrap().len(), 1);
    assert_eq!(history.row(one).unwrap().folder, Some(folder));

    history.delete(&[one]).unwrap();
    assert_eq!(history.delete_all().unwrap(), [two], "only what was not deleted before comes back");
    assert_eq!(history.purge(0).unwrap(), 0, "not long ago enough");
    history.undelete(&[two]).unwrap();
    assert_eq!(history.purge(i64::MAX).unwrap(), 1);
    assert!(history.row(one).is_err());
    history.undelete(&[one]).unwrap();
    assert_eq!(titles(&history, all), ["Two"]);
    assert!(begin(&history, "Three") > two, "no number is used twice");
}

#[test]
fn what_is_purged_is_nowhere_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("conversations.db");
    let (history, _) = History::open(&file).unwrap();
    let conversation = begin(&history, "quagmire title");
    let attachment = Attachment { name: "quagmire.txt".to_owned(), text: "quagmire ".repeat(3000) };
    let question = history.ask(conversation, None, "quagmire question", &[attachment]).unwrap();
    let answer = history.begin_answer(question, "small").unwrap();
    for words in 1..200 {
        history.write(answer, "", &"quagmire answer ".repeat(words)).unwrap();
    }
    history.finish(answer, &super::complete(&"quagmire answer ".repeat(200))).unwrap();
    let kept = begin(&history, "kept");
    turn(&history, kept, None, "q", "a");
    let in_file = || {
        let entries = std::fs::read_dir(folder.path()).unwrap();
        let bytes: Vec<_> = entries.map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect();
        bytes.iter().any(|bytes| bytes.windows(8).any(|window| window == b"quagmire"))
    };
    history.delete(&[conversation]).unwrap();
    assert!(in_file());
    assert_eq!(history.purge(i64::MAX).unwrap(), 1);
    assert!(!in_file());

    // And where there is so much that the search forgets it all at once.
    let conversation = begin(&history, "Long");
    let mut after = None;
    for number in 0..150 {
        after = Some(turn(&history, conversation, after, &format!("quagmire{number}"), "quagmire").1);
    }
    history.delete(&[conversation]).unwrap();
    assert_eq!(history.purge(i64::MAX).unwrap(), 1);
    assert!(!in_file());
    assert_eq!(texts(&history, kept), ["q", "a"]);
    assert_eq!(history.search("q", 9).unwrap().len(), 1);
    drop(history);
    assert!(History::check(&file).unwrap());
}

#[test]
fn what_is_being_typed_is_kept_for_every_conversation() {
    let history = History::in_memory().unwrap();
    let one = begin(&history, "One");
    let attachments = vec![Attachment { name: "a.txt".to_owned(), text: "b".to_owned() }];
    history.keep_draft(None, "a new one").unwrap();
    history.keep_draft(Some(one), "an").unwrap();
    history.keep_draft(Some(one), "and the").unwrap();
    history.keep_draft_attachments(Some(one), &attachments).unwrap();
    assert_eq!(history.draft(None).unwrap().text, "a new one");
    assert_eq!(history.draft(Some(one)).unwrap(), Draft { text: "and the".to_owned(), attachments });
    history.keep_draft(Some(one), "").unwrap();
    assert_eq!(history.draft(Some(one)).unwrap().attachments.len(), 1);
    history.keep_draft_attachments(Some(one), &[]).unwrap();
    assert_eq!(history.draft(Some(one)).unwrap(), Draft::default());
    history.keep_draft(None, "").unwrap();
    assert_eq!(history.draft(None).unwrap(), Draft::default());
}

#[test]
fn assistants_are_kept_changed_and_removed() {
    let history = History::in_memory().unwrap();
    let mut cook = Assistant {
        id: "cook".to_owned(),
        name: "Cook".to_owned(),
        about: "Cooks.".to_owned(),
        instructions: "Be brief.".to_owned(),
        model: Some("large".to_owned()),
        effort: Some("low".to_owned()),
        temperature: Some(0.5),
        top_p: Some(0.9),
        top_k: Some(40),
        min_p: Some(0.05),
    };
    let plain = Assistant { id: "plain".to_owned(), ..Assistant::default() };
    history.keep_assistant(&cook).unwrap();
    history.keep_assistant(&plain).unwrap();
    cook.temperature = None;
    history.keep_assistant(&cook).unwrap();
    assert_eq!(history.assistants().unwrap(), [cook, plain.clone()]);
    history.remove_assistant("cook").unwrap();
    assert_eq!(history.assistants().unwrap(), [plain]);
}

#[test]
fn erasing_leaves_nothing_and_one_can_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("conversations.db");
    let (mut history, _) = History::open(&file).unwrap();
    let conversation = begin(&history, "One");
    turn(&history, conversation, None, "zebra", "giraffe");
    history.backup_if_due(0).unwrap().unwrap();
    std::fs::write(folder.path().join("conversations-damaged-1.db"), "zebra").unwrap();
    std::fs::write(folder.path().join("settings.json"), "{}").unwrap();
    assert!(history.info().unwrap().backup_bytes > 0);
    history.erase_everything().unwrap();
    assert_eq!(history.count().unwrap(), 0);
    let info = history.info().unwrap();
    assert_eq!((info.backup_bytes, info.conversations, info.messages), (0, 0, 0));
    let mut names: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names.retain(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
    assert_eq!(names, ["conversations.db", "settings.json"]);
    begin(&history, "Two");
    assert_eq!(history.info().unwrap().conversations, 1);
}
