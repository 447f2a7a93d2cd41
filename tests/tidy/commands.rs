//! The commands of the window are the same wherever they are listed.

use tests::text;

#[test]
fn the_window_may_call_the_program_and_nothing_else() {
    let capability: serde_json::Value =
        serde_json::from_str(&text("src-tauri/capabilities/main.json")).unwrap();
    assert_eq!(capability["permissions"], serde_json::json!(["allow-call"]));
    assert!(text("src-tauri/build.rs").contains("COMMANDS: &[&str] = &[\"call\"];"));
    assert!(text("src-tauri/src/main.rs").contains("generate_handler![commands::call]"));
}

#[test]
fn every_command_has_its_place_in_the_program_and_there_is_no_other() {
    let declared: Vec<_> = app::COMMANDS.iter().map(|command| command.name.to_owned()).collect();
    let source = text("crates/app/src/app/call.rs");
    let named = source.lines().filter_map(|line| line.trim().strip_prefix('"')?.split_once("\" => "));
    let named: Vec<_> = named.map(|(name, _)| name.to_owned()).collect();
    assert_eq!(named, declared, "in the same order");
}
