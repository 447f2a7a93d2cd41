//! `cargo xtask bundle`: the window as people install it, with the libraries of ONNX Runtime and their licences.

use crate::onnxruntime::{Libraries, Platform};
use crate::processor::Need;
use crate::shell::{self, Result, root};
use crate::wheel::{self, Wheel};
use crate::{folder, licences, npm, system, visual_c};

/// The program that packs, a package of npm: built already, where cargo would build it for a quarter of an hour.
const TAURI: &str = "--package=@tauri-apps/cli@2.12.5";

/// What is told to Tauri beside `tauri.conf.json`, which a build without the libraries reads too.
const CONFIG: &str = "src-tauri/tauri.bundle.conf.json";

/// Where it says that the libraries are.
const GATHERED: &str = "target/onnxruntime/bundle";

/// What is told to it beside, on Windows alone, and where it says that the libraries of Visual C++ are. Beside the program,
/// not beside ONNX Runtime: there Windows looks for what a library asks for.
const WINDOWS_CONFIG: &str = "src-tauri/tauri.bundle.windows.conf.json";
const VISUAL_C: &str = "target/onnxruntime/visual-c";

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
            if let Some(package) = visual_c::package(platform) {
                println!("{}", visual_c::TERMS);
                gather_visual_c(package)?;
                tauri.arg("--config").arg(root().join(WINDOWS_CONFIG));
            }
        }
        Err(problem) => println!("Without ONNX Runtime: {problem}"),
    }
    shell::run(tauri.args(options).current_dir(root()))
}

/// Puts what goes with the program into the folder that the configuration names.
fn gather(platform: &'static Platform) -> Result {
    let libraries = Libraries::fetched(platform, Need::Always)?;
    let contents = libraries.contents() + &licences::contents(platform);
    folder::holding(&root().join(GATHERED), &contents, |unfinished| {
        libraries.copy(unfinished)?;
        licences::write(platform, unfinished)
    })
}

fn gather_visual_c(package: &Wheel) -> Result {
    folder::holding(&root().join(VISUAL_C), &package.contents(), |unfinished| {
        wheel::prepare()?;
        package.unpack(unfinished)
    })
}

#[cfg(test)]
mod tests {
    use super::{CONFIG, GATHERED, VISUAL_C, WINDOWS_CONFIG, root};

    #[test]
    fn what_is_gathered_lies_where_tauri_is_told() {
        for (config, from, to) in [(CONFIG, GATHERED, "onnxruntime/"), (WINDOWS_CONFIG, VISUAL_C, "")] {
            let config = std::fs::read_to_string(root().join(config)).unwrap();
            assert!(config.contains(&format!("\"../{from}/\": \"{to}\"")), "{config}");
        }
        let always = std::fs::read_to_string(root().join("src-tauri/tauri.conf.json")).unwrap();
        assert!(!always.contains("resources"), "a build without the libraries would fail");
    }
}
