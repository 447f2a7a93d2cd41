//! `cargo xtask bundle`: the window as people install it, with the libraries of ONNX Runtime and their licences.

use crate::onnxruntime::{self, Platform};
use crate::shell::{self, Result, root};
use crate::{folder, licences, npm, system};

/// The program that packs, a package of npm: built already, where cargo would build it for a quarter of an hour.
const TAURI: &str = "--package=@tauri-apps/cli@2.12.5";

/// What is told to Tauri beside `tauri.conf.json`, which a build without the libraries reads too.
const CONFIG: &str = "src-tauri/tauri.bundle.conf.json";

/// Where it says that the libraries are.
const GATHERED: &str = "target/onnxruntime/bundle";

/// Builds and packs.
pub(crate) fn bundle(options: &[&str]) -> Result {
    system::prepare()?;
    npm::install()?;
    npm::build()?;
    let mut tauri = npm::npm(&["exec", "--yes", TAURI, "--", "tauri", "build"]);
    match Platform::here() {
        Ok(platform) => {
            gather(platform)?;
            tauri.arg("--config").arg(root().join(CONFIG));
        }
        Err(problem) => println!("Without ONNX Runtime: {problem}"),
    }
    shell::run(tauri.args(options).current_dir(root()))
}

/// Puts what goes with the program into the folder that the configuration names.
fn gather(platform: &Platform) -> Result {
    let libraries = onnxruntime::fetched(platform)?;
    let contents = platform.contents() + &licences::contents(platform);
    folder::holding(&root().join(GATHERED), &contents, |unfinished| {
        folder::entries(&libraries)?.iter().try_for_each(|library| folder::copy(library, unfinished))?;
        licences::write(platform, unfinished)
    })
}

#[cfg(test)]
mod tests {
    use super::{CONFIG, GATHERED, root};

    #[test]
    fn what_is_gathered_lies_where_tauri_is_told() {
        let config = std::fs::read_to_string(root().join(CONFIG)).unwrap();
        assert!(config.contains(&format!("\"../{GATHERED}/\": \"onnxruntime/\"")), "{config}");
        let always = std::fs::read_to_string(root().join("src-tauri/tauri.conf.json")).unwrap();
        assert!(!always.contains("resources"), "a build without the libraries would fail");
    }
}
