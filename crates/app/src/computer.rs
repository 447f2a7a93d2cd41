//! The computer this runs on, or one that was recorded elsewhere.

use std::fs;
use std::path::Path;

pub use hardware::{Computer, Gpu, GpuKind, Recording, Remark, interpret};
use serde::{Deserialize, Serialize};

use crate::choose::{Experience, Place, Reached};
use crate::data::{DataFolder, write_whole};
use crate::{Facts, Problem, ProblemCode, models, self_test};

/// What was measured on this computer, kept in the data folder.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Measured {
    /// The processor it was measured on: another one is measured again.
    cpu: Option<String>,
    cores: Option<u32>,
    /// Bytes per second.
    memory_bandwidth: Option<u64>,
    #[serde(flatten)]
    experience: Experience,
}

const FILE: &str = "measured.json";

impl Measured {
    /// What is remembered of this computer; nothing where there is no such file, or where it is damaged or from
    /// another processor: then everything is measured again.
    fn of(computer: &Computer, data: &DataFolder) -> Self {
        let kept: Self = data.read(FILE);
        if kept.cpu == computer.cpu.name && kept.cores == computer.cpu.cores {
            return kept;
        }
        Self { cpu: computer.cpu.name.clone(), cores: computer.cpu.cores, ..Self::default() }
    }
}

/// Reads this computer. The speed of its memory is measured the first time, which takes less than half a second, and
/// remembered.
#[must_use]
pub fn read() -> Recording {
    let home = models::home();
    let mut recording = hardware::read(home.as_deref().unwrap_or(Path::new(".")));
    let computer = interpret(&recording);
    let data = DataFolder::of_this_computer();
    let mut measured = Measured::of(&computer, &data);
    if measured.memory_bandwidth.is_none() {
        let threads = computer.cpu.cores.and_then(|cores| usize::try_from(cores).ok()).unwrap_or(1);
        measured.memory_bandwidth = hardware::measure_bandwidth(threads);
        data.write(FILE, &measured);
    }
    recording.memory.bandwidth = measured.memory_bandwidth;
    recording
}

/// What was learned on this computer.
#[must_use]
pub fn experience(computer: &Computer) -> Experience {
    let data = DataFolder::of_this_computer();
    let mut experience = Measured::of(computer, &data).experience;
    experience.self_tests = self_test::known(&data);
    experience
}

/// Below this a model lies in the processor's cache, and its speed tells nothing about another.
const LEAST_TO_LEARN_FROM: u64 = 500 << 20;

/// Remembers how fast a model wrote in a place, in place of an earlier figure. A model that fits into a cache teaches
/// nothing, and is left out.
pub fn remember(data: &DataFolder, place: &Place, bytes_per_token: u64, tokens_per_second: f64) {
    if bytes_per_token < LEAST_TO_LEARN_FROM || !tokens_per_second.is_normal() {
        return;
    }
    let Place { engine, device, gpu, .. } = place.clone();
    #[expect(clippy::cast_precision_loss)]
    let bytes_per_second = bytes_per_token as f64 * tokens_per_second;
    let reached = Reached { engine, device, gpu, bytes_per_second };
    let mut measured = Measured::of(&interpret(&read()), data);
    let all = &mut measured.experience.reached;
    all.retain(|other| (&other.engine, other.device, &other.gpu) != (&reached.engine, device, &reached.gpu));
    all.push(reached);
    data.write(FILE, &measured);
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
    let unwritable =
        |error: &dyn std::error::Error| of(ProblemCode::FileUnwritable, file, &error.to_string());
    let text = serde_json::to_string_pretty(recording).map_err(|error| unwritable(&error))?;
    write_whole(file, &(text + "\n")).map_err(|error| unwritable(&error))
}

fn of(code: ProblemCode, file: &Path, detail: &str) -> Problem {
    let name = file.display().to_string();
    let detail = format!("{name}: {detail}");
    Problem { code, facts: Facts { file: Some(name), ..Facts::default() }, detail }
}
