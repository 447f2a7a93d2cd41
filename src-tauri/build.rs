//! Gives each command of the window a permission of its own, and embeds the built interface.

/// The commands of `app::COMMANDS`.
const COMMANDS: &[&str] = &["welcome", "ask", "stop", "new_conversation"];

fn main() {
    // Ten seconds of `npm run build` are missing, not a crate: say so before Tauri's macro says it less clearly.
    println!("cargo:rerun-if-changed=../ui/dist");
    assert!(
        std::path::Path::new("../ui/dist/index.html").exists(),
        "the interface is not built: run `npm ci` and `npm run build` in ui/"
    );
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest)) {
        panic!("{error:#}");
    }
}
