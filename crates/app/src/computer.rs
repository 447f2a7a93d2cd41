//! The computer this runs on, or one that was recorded elsewhere.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

pub use hardware::{Computer, Gpu, GpuKind, Recording, Remark, interpret};
use serde::{Deserialize, Serialize};

use crate::{Facts, Problem, ProblemCode, models};

/// What was measured on this computer, kept in the data folder.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Measured {
    /// The processor it was measured on: another one is measured again.
    cpu: Option<String>,
    cores: Option<u32>,
    /// Bytes per second.
    memory_bandwidth: u64,
}

/// Reads this computer. The speed of its memory is measured the first time, which takes less than half a second, and
/// remembered.
#[must_use]
pub fn read() -> Recording {
    let home = models::home();
    let mut recording = hardware::read(home.as_deref().unwrap_or(Path::new(".")));
    recording.memory.bandwidth = bandwidth(&hardware::interpret(&recording), home.map(|home| home.join("measured.json")));
    recording
}

/// Reads a recording from a file.
///
/// # Errors
/// [`ProblemCode::FileMissing`], [`ProblemCode::FileUnreadable`], [`ProblemCode::RecordingInvalid`].
pub fn load(file: &Path) -> Result<Recording, Problem> {
    let text = fs::read_to_string(file).map_err(|error| {
        let code = match error.kind() {
            std::io::ErrorKind::NotFound => ProblemCode::FileMissing,
            std::io::ErrorKind::InvalidData => ProblemCode::RecordingInvalid,
            _ => ProblemCode::FileUnreadable,
        };
        of(code, file, &error.to_string())
    })?;
    Recording::parse(&text).map_err(|error| of(ProblemCode::RecordingInvalid, file, &error.to_string()))
}

/// Writes a recording to a file.
///
/// # Errors
/// [`ProblemCode::FileUnwritable`].
pub fn save(recording: &Recording, file: &Path) -> Result<(), Problem> {
    let unwritable = |error: &dyn std::error::Error| of(ProblemCode::FileUnwritable, file, &error.to_string());
    let text = serde_json::to_string_pretty(recording).map_err(|error| unwritable(&error))?;
    write_whole(file, &(text + "\n")).map_err(|error| unwritable(&error))
}

fn of(code: ProblemCode, file: &Path, detail: &str) -> Problem {
    let name = file.display().to_string();
    let detail = format!("{name}: {detail}");
    Problem { code, facts: Facts { file: Some(name), ..Facts::default() }, detail }
}

fn bandwidth(computer: &Computer, kept: Option<PathBuf>) -> Option<u64> {
    let remembered: Option<Measured> =
        kept.as_ref().and_then(|file| fs::read_to_string(file).ok()).and_then(|text| serde_json::from_str(&text).ok());
    let same = |measured: &Measured| measured.cpu == computer.cpu.name && measured.cores == computer.cpu.cores;
    if let Some(measured) = remembered.filter(same) {
        return Some(measured.memory_bandwidth);
    }
    let threads = computer.cpu.cores.and_then(|cores| usize::try_from(cores).ok()).unwrap_or(1);
    let memory_bandwidth = hardware::measure_bandwidth(threads)?;
    let measured = Measured { cpu: computer.cpu.name.clone(), cores: computer.cpu.cores, memory_bandwidth };
    if let (Some(file), Ok(text)) = (kept, serde_json::to_string(&measured)) {
        // What cannot be remembered is measured again the next time.
        let _ = file.parent().map(fs::create_dir_all);
        let _ = write_whole(&file, &text);
    }
    Some(memory_bandwidth)
}

/// Writes beside the file and then puts it in its place, so that there is never half of one.
fn write_whole(file: &Path, text: &str) -> std::io::Result<()> {
    let part = file.with_extension("part");
    let mut out = fs::File::create(&part)?;
    out.write_all(text.as_bytes())?;
    out.sync_all()?;
    drop(out);
    fs::rename(&part, file)
}
