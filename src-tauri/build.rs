//! Gives the command of the window a permission of its own, and embeds the built interface.

use std::error::Error;
use std::path::Path;

/// The one command, through which those of `app::COMMANDS` pass.
const COMMANDS: &[&str] = &["call"];

fn main() -> Result<(), Box<dyn Error>> {
    // Without this line a new interface would stay outside of an executable that cargo takes for up to date.
    println!("cargo:rerun-if-changed=../ui/dist");
    if !Path::new("../ui/dist/index.html").exists() {
        return Err("the interface is not built: run `npm ci` and `npm run build` in ui/".into());
    }
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))?;
    Ok(())
}
