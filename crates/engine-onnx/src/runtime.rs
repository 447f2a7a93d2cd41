//! The libraries of ONNX Runtime: found beside the program, one loaded in a process, and what it knows of this computer.
//!
//! There are two: the one for cards computes the experts of gpt-oss ten times slower on the processor than the one for
//! the processor, which is two versions newer.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use engine::{EngineError, Result};
use ort::environment::Environment;
use ort::logging::LogLevel;

use crate::provider::Provider;

/// The folder of the libraries, beside the program or where its bundle keeps such things.
const FOLDER: &str = "onnxruntime";

#[cfg(windows)]
const LIBRARY: &str = "onnxruntime.dll";
#[cfg(target_os = "macos")]
const LIBRARY: &str = "libonnxruntime.1.dylib";
#[cfg(not(any(windows, target_os = "macos")))]
const LIBRARY: &str = "libonnxruntime.so.1";

/// Where the library for cards is, for this program; `None` where it was not brought along. `DOMICILE_ONNXRUNTIME` names another
/// folder.
#[must_use]
pub fn library() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("DOMICILE_ONNXRUNTIME") {
        return Some(library_in(Path::new(&folder)));
    }
    let program = std::env::current_exe().ok()?;
    let beside = program.parent()?;
    // Windows and development; the bundle of macOS; a package of Linux.
    ["", "../Resources", "../lib/Domicile"]
        .iter()
        .map(|place| library_in(&beside.join(place).join(FOLDER)))
        .find(|library| library.is_file())
}

/// The library within this folder, whether it is there or not.
#[must_use]
pub fn library_in(folder: &Path) -> PathBuf {
    folder.join(LIBRARY)
}

/// The folder of the library for the processor, within that of the one for cards.
const PROCESSOR: &str = "processor";

/// The library for the processor, which is the one for cards where there is no other.
fn for_processor(library: &Path) -> PathBuf {
    let own = library.parent().map(|folder| library_in(&folder.join(PROCESSOR)));
    own.filter(|own| own.is_file()).unwrap_or_else(|| library.to_owned())
}

/// The environment of this process: there can be one library in it, and its logger is of no use twice.
static ENVIRONMENT: Mutex<Option<(PathBuf, Environment)>> = Mutex::new(None);

/// Loads the library, or gives the one that is loaded.
///
/// # Errors
/// [`EngineError::RuntimeUnusable`]: there is none, it cannot be loaded, or is too old.
pub(crate) fn environment(library: Option<&Path>, provider: Provider) -> Result<Environment> {
    let unusable = |detail: String| EngineError::RuntimeUnusable { detail };
    let library =
        library.ok_or_else(|| unusable(format!("there is no {FOLDER}/{LIBRARY} with this program")))?;
    let library = match provider {
        Provider::Cpu => for_processor(library),
        _ => library.to_owned(),
    };
    let mut loaded = ENVIRONMENT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((path, environment)) = &*loaded {
        // Either of them has the processor.
        if *path == library || provider == Provider::Cpu {
            return Ok(environment.clone());
        }
        return Err(unusable(format!("another library is loaded: {}", path.display())));
    }
    // Always the whole path: Windows has an old library of the same name.
    let absolute = std::path::absolute(&library).map_err(|error| unusable(error.to_string()))?;
    let builder = ort::init_from(&absolute).map_err(|error| unusable(error.to_string()))?;
    let environment = builder
        .with_name("domicile")
        .with_telemetry(false)
        .build()
        .map_err(|error| unusable(error.to_string()))?;
    environment.set_log_level(LogLevel::Error);
    *loaded = Some((library, environment.clone()));
    Ok(environment)
}
