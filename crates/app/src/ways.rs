//! The ways to run a model here, best first.

use catalog::Format;
use engine::ModelFiles;
use hardware::{Computer, Gpu, GpuKind};

use crate::choose::{Candidate, Choice, Device, Place, choose};
use crate::running::Equipment;
use crate::{DeviceCard, computer, models};

/// Tokens of a long conversation.
pub(crate) const CONTEXT: u64 = 8192;

/// An engine on a device.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// As it is remembered.
    pub place: Place,
    /// As the engine is told.
    pub device: engine::Device,
    /// The device's name.
    pub name: Option<String>,
}

impl Way {
    /// The device, as a person knows it.
    #[must_use]
    pub fn card(&self) -> DeviceCard {
        DeviceCard { processor: self.place.device == Device::Cpu, name: self.name.clone() }
    }
}

/// What is offered for this model, and at the end the processor, which a person may have chosen against all advice.
pub(crate) fn of(equipment: &Equipment, files: &ModelFiles) -> Vec<Way> {
    let mut ways = Vec::new();
    let format = models::format_of(files);
    // The guide is at home on any processor, and starts before the computer has been looked at. The same holds where
    // there is nothing to choose from.
    let cards = equipment
        .support
        .iter()
        .any(|support| support.format == format && support.here && support.device != Device::Cpu);
    if let (true, ModelFiles::Folder(_), Ok(shape)) = (cards, files, models::shape_of(files)) {
        let computer = computer::interpret(&computer::read());
        let experience = computer::experience(&computer);
        let candidate = Candidate { shape, formats: vec![format] };
        ways = offered(&choose(&computer, &candidate, &equipment.support, &experience, CONTEXT), &computer);
    }
    for way in processor(equipment, format) {
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    ways.retain(|way| equipment.engine(&way.place.engine).is_some());
    ways
}

fn offered(choices: &[Choice], computer: &Computer) -> Vec<Way> {
    let discrete = computer.gpus.iter().any(|gpu| gpu.kind == Some(GpuKind::Discrete));
    let low_power = |gpu: &Gpu| discrete && gpu.kind == Some(GpuKind::Integrated);
    let way = |choice: &Choice| {
        let gpu = computer.gpus.iter().find(|gpu| Some(&gpu.id) == choice.gpu.as_ref());
        let device = match choice.device {
            Device::Cpu => engine::Device::Cpu,
            Device::Cuda => engine::Device::Cuda(usize::try_from(gpu?.cuda_index?).ok()?),
            Device::Metal => engine::Device::Metal,
            Device::WebGpu => engine::Device::WebGpu { low_power: low_power(gpu?) },
            Device::DirectMl => engine::Device::DirectMl(usize::try_from(gpu?.dxgi_index?).ok()?),
        };
        Some(Way { place: choice.place(), device, name: choice.name.clone() })
    };
    let mut ways: Vec<Way> = Vec::new();
    for way in choices.iter().filter(|choice| choice.offered).filter_map(way) {
        // Of two cards of a kind WebGPU takes one, whichever is meant.
        let same = |other: &Way| (&other.place.engine, other.device) == (&way.place.engine, way.device);
        if !ways.iter().any(same) {
            ways.push(way);
        }
    }
    ways
}

/// Every engine for these files on the processor. Where something is missing for that, the engine says so.
fn processor(equipment: &Equipment, format: Format) -> impl Iterator<Item = Way> {
    let name = hardware::processor();
    let on_processor = equipment
        .support
        .iter()
        .filter(move |support| support.format == format && support.device == Device::Cpu);
    on_processor.map(move |support| Way {
        place: Place {
            engine: support.engine.to_owned(),
            device: Device::Cpu,
            gpu: None,
            driver: name.clone(),
        },
        device: engine::Device::Cpu,
        name: name.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::{CONTEXT, Way, offered};
    use crate::choose::{Device, EngineSupport, Experience, choose};
    use crate::{computer, models};
    use catalog::Format;
    use hardware::Recording;

    const fn support(engine: &'static str, format: Format, device: Device) -> EngineSupport {
        EngineSupport { engine, format, device, here: true }
    }

    const SUPPORT: &[EngineSupport] = &[
        support("candle", Format::Checkpoint, Device::Cuda),
        support("candle", Format::Checkpoint, Device::Cpu),
        support("onnx", Format::Onnx, Device::WebGpu),
        support("onnx", Format::Onnx, Device::DirectMl),
        support("onnx", Format::Onnx, Device::Cpu),
    ];

    /// The ways to run gpt-oss-20b in this form on a recorded computer.
    fn ways(recording: &str, format: Format) -> Vec<Way> {
        let computer = computer::interpret(&Recording::parse(recording).unwrap());
        let mut candidate = models::candidate("gpt-oss-20b").unwrap();
        candidate.formats = vec![format];
        offered(&choose(&computer, &candidate, SUPPORT, &Experience::default(), CONTEXT), &computer)
    }

    #[test]
    fn of_two_cards_each_is_a_way_of_its_own_and_the_processor_comes_last() {
        let recording = include_str!("../../hardware/recordings/windows-two-nvidia.json");
        let ways = ways(recording, Format::Checkpoint);
        let mut devices: Vec<_> = ways.iter().map(|way| way.device).collect();
        assert_eq!(devices.pop(), Some(engine::Device::Cpu));
        devices.sort_by_key(|device| format!("{device:?}"));
        assert_eq!(devices, [engine::Device::Cuda(0), engine::Device::Cuda(1)]);
        assert!(ways.iter().all(|way| way.place.driver.is_some() && way.name.is_some()));
    }

    #[test]
    fn webgpu_tells_no_two_cards_of_a_kind_apart() {
        let recording = include_str!("../../hardware/recordings/windows-two-nvidia.json");
        let devices: Vec<_> = ways(recording, Format::Onnx).iter().map(|way| way.device).collect();
        assert_eq!(devices, [engine::Device::WebGpu { low_power: false }, engine::Device::Cpu]);
    }

    #[test]
    fn graphics_of_the_processor_are_the_weaker_ones_only_beside_a_card() {
        let offered = |recording, low_power| {
            let device = engine::Device::WebGpu { low_power };
            ways(recording, Format::Onnx).iter().any(|way| way.device == device)
        };
        let alone = include_str!("../../hardware/recordings/windows-igpu-32gb-shared.json");
        assert!(offered(alone, false) && !offered(alone, true));
        let both = include_str!("../../hardware/recordings/windows-laptop-intel-nvidia.json");
        assert!(offered(both, true));
    }
}
