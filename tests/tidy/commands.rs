//! The commands of the window are the same wherever they are listed.

use tests::text;

/// The words between the first `from` and the next `to`.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("no {from}"));
    rest.split_once(to).unwrap_or_else(|| panic!("no {to} after {from}")).0
}

fn sorted<T: Into<String>>(names: impl Iterator<Item = T>) -> Vec<String> {
    let mut names: Vec<String> = names.map(Into::into).collect();
    names.sort();
    names
}

/// The items of a list, without what `decoration` says stands around each.
fn items(list: &str, before: &str, after: &str) -> Vec<String> {
    let items = list.split(',').map(str::trim).filter(|item| !item.is_empty());
    sorted(items.map(|item| item.trim_start_matches(before).trim_end_matches(after)))
}

#[test]
fn the_commands_are_listed_alike_everywhere() {
    let declared = sorted(app::COMMANDS.iter().map(|command| command.name));
    assert!(!declared.is_empty());

    let main = text("src-tauri/src/main.rs");
    assert_eq!(items(between(&main, "generate_handler![", "]"), "commands::", ""), declared, "main.rs");

    let build = text("src-tauri/build.rs");
    assert_eq!(items(between(&build, "COMMANDS: &[&str] = &[", "]"), "\"", "\""), declared, "build.rs");

    let capability: serde_json::Value =
        serde_json::from_str(&text("src-tauri/capabilities/main.json")).unwrap();
    let permissions = capability["permissions"].as_array().unwrap().iter();
    let allowed = permissions.map(|permission| permission.as_str().unwrap());
    let expected = declared.iter().map(|name| format!("allow-{}", name.replace('_', "-")));
    assert_eq!(sorted(allowed), sorted(expected), "the window may do what its commands do, and nothing else");
}
