//! `domicile hardware`.

use std::path::PathBuf;

use app::computer::{self, Computer, Gpu, GpuKind, Remark};
use app::{Language, Problem};
use clap::Args;
use serde::Serialize;

use crate::engines::{self, Provider};
use crate::output;
use crate::text::{amount, hardware as words};

#[derive(Args)]
pub(crate) struct Hardware {
    /// Also write what was read to a file, for a report; it holds no name and no serial number
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Also load ONNX Runtime and list its execution providers, each with the device that it could use
    #[arg(long)]
    providers: bool,
    /// One JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// The computer and what could use it.
#[derive(Serialize)]
struct Found {
    #[serde(flatten)]
    computer: Computer,
    #[serde(skip_serializing_if = "Option::is_none")]
    providers: Option<Vec<Provider>>,
}

impl Hardware {
    pub(crate) fn run(&self) -> Result<(), Problem> {
        let recording = computer::read();
        if let Some(file) = &self.record {
            computer::save(&recording, file)?;
        }
        let computer = computer::interpret(&recording);
        let providers = self.providers.then(|| engines::providers(&computer)).transpose()?;
        let found = Found { computer, providers };
        if self.json {
            output::print_json(&found);
        } else {
            output::print(&described(&found, Language::of_system()));
        }
        Ok(())
    }
}

/// The computer in a few lines.
fn described(found: &Found, language: Language) -> String {
    let (words, computer) = (words(language), &found.computer);
    let mut lines =
        vec![(words.processor, processor(computer, language)), (words.memory, memory(computer, language))];
    if computer.gpus.iter().all(|gpu| gpu.kind == Some(GpuKind::Software)) {
        lines.push((words.card, words.no_card.to_owned()));
    }
    lines.extend(computer.gpus.iter().map(|gpu| (words.card, card(gpu, language))));
    lines.extend(computer.npus.iter().map(|npu| (words.npu, npu.name.clone())));
    if let Some(disk) = &computer.disk {
        let free = amount(disk.free, language);
        lines.push((words.disk, format!("{free} {} {}", words.free_of, amount(disk.total, language))));
    }
    if computer.power.battery == Some(true) {
        let on_battery = computer.power.on_battery == Some(true);
        lines.push((words.power, if on_battery { words.on_battery } else { words.on_mains }.to_owned()));
    }
    lines.extend(computer.remarks.iter().map(|remark| (words.remark, remarked(remark, language))));
    let providers = found.providers.iter().flatten();
    lines.extend(providers.map(|provider| ("ONNX Runtime", used_by(provider, computer, language))));
    lines.iter().map(|(title, text)| format!("{title:<18} {text}\n")).collect()
}

fn processor(computer: &Computer, language: Language) -> String {
    let words = words(language);
    let cpu = &computer.cpu;
    let name = cpu.name.clone().unwrap_or_else(|| words.unknown.to_owned());
    let cores =
        cpu.cores.map(|cores| format!(", {cores} {}", if cores == 1 { words.core } else { words.cores }));
    name + &cores.unwrap_or_default()
}

fn memory(computer: &Computer, language: Language) -> String {
    let words = words(language);
    let Some(total) = computer.memory.total else { return words.unknown.to_owned() };
    let mut text = match computer.memory.free {
        Some(free) => format!("{} {} {}", amount(free, language), words.free_of, amount(total, language)),
        None => amount(total, language),
    };
    if let Some(bandwidth) = computer.memory.bandwidth {
        text += &format!(", {} {}", amount(bandwidth, language), words.a_second);
    }
    text
}

fn card(gpu: &Gpu, language: Language) -> String {
    let words = words(language);
    let kind = match gpu.kind {
        Some(GpuKind::Discrete) => words.discrete,
        Some(GpuKind::Integrated) => words.integrated,
        Some(GpuKind::Virtual) => words.virtual_card,
        Some(GpuKind::Software) => words.software,
        None => words.unknown,
    };
    let mut text = format!("{} ({kind})", gpu.name);
    // Of an integrated card the few megabytes set aside for it say nothing.
    let room =
        if gpu.kind == Some(GpuKind::Integrated) { gpu.shared.or(gpu.dedicated) } else { gpu.dedicated };
    match (gpu.free, room) {
        (Some(free), Some(room)) => {
            text += &format!(", {} {} {}", amount(free, language), words.free_of, amount(room, language));
        }
        (None, Some(room)) => text += &format!(", {}", amount(room, language)),
        _ => {}
    }
    text
}

/// A provider and what it could use, by the name that it has above.
fn used_by(provider: &Provider, computer: &Computer, language: Language) -> String {
    let words = words(language);
    let card = provider.card.as_ref().and_then(|id| computer.gpus.iter().find(|gpu| gpu.id == *id));
    let device = match (&provider.refused, card, provider.kind) {
        (Some(detail), ..) => format!("{} ({detail})", words.refused),
        (_, Some(card), _) => card.name.clone(),
        (_, _, Some("cpu")) => computer.cpu.name.clone().unwrap_or_else(|| words.processor.to_owned()),
        (_, _, Some("npu")) => words.npu.to_owned(),
        _ => format!("{} ({})", words.card, words.unknown),
    };
    format!("{}, {device}", provider.provider)
}

fn remarked(remark: &Remark, language: Language) -> String {
    let words = words(language);
    match remark {
        Remark::SourceFailed { source, error } => format!("{} ({source}: {error})", words.source_failed),
        Remark::MemoryDisputed { taken, other, source, .. } => format!(
            "{} ({}, {source}: {})",
            words.memory_disputed,
            amount(*taken, language),
            amount(*other, language)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, described};
    use crate::engines::Provider;
    use app::Language;
    use app::computer::{Recording, interpret};

    #[test]
    fn a_laptop_is_described_in_both_languages() {
        let text = include_str!("../../hardware/recordings/windows-laptop-intel-nvidia.json");
        let computer = interpret(&Recording::parse(text).unwrap());
        let card = &computer.gpus[0];
        let webgpu = "WebGpuExecutionProvider".to_owned();
        let provider =
            Provider { provider: webgpu, kind: Some("gpu"), card: Some(card.id.clone()), refused: None };
        let name = card.name.clone();
        let found = Found { computer, providers: Some(vec![provider]) };
        let french = described(&found, Language::Fr);
        assert!(french.contains(&format!("ONNX Runtime       WebGpuExecutionProvider, {name}")), "{french}");
        assert!(
            french.contains("Carte graphique    NVIDIA GeForce RTX 4060 Laptop GPU (carte à part)"),
            "{french}"
        );
        assert!(french.contains("sur batterie"), "{french}");
        let english = described(&found, Language::En);
        assert!(english.contains("GB free of"), "{english}");
    }
}
