//! The TypeScript that the window's pages are checked against is the one that the program speaks.

#[test]
fn the_bindings_are_up_to_date() {
    let file = tests::text("ui/src/bindings/commands.ts");
    assert!(file == app::bindings(), "ui/src/bindings/commands.ts is old: run `cargo xtask bindings`");
}
