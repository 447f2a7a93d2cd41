//! The ways to run a model here, best first.

use engine::ModelFiles;
use hardware::Computer;

use crate::choose::{Choice, Device, Place, choose};
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
    // The guide is at home on any processor, and starts before the computer has been looked at. The same holds where
    // there is nothing to choose from.
    let cards = equipment.support.iter().any(|support| support.here && support.device != Device::Cpu);
    if let (true, ModelFiles::Folder(_), Ok(shape)) = (cards, files, models::shape_of(files)) {
        let computer = computer::interpret(&computer::read());
        let experience = computer::experience(&computer);
        ways = offered(&choose(&computer, &shape, equipment.support, &experience, CONTEXT), &computer);
    }
    for way in processor(equipment) {
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    ways.retain(|way| equipment.engine(&way.place.engine).is_some());
    ways
}

fn offered(choices: &[Choice], computer: &Computer) -> Vec<Way> {
    let way = |choice: &Choice| {
        let gpu = computer.gpus.iter().find(|gpu| Some(&gpu.id) == choice.gpu.as_ref());
        let device = match choice.device {
            Device::Cpu => engine::Device::Cpu,
            Device::Cuda => engine::Device::Cuda(usize::try_from(gpu?.cuda_index?).ok()?),
            Device::Metal => engine::Device::Metal,
            // No engine here computes on these yet.
            Device::WebGpu | Device::DirectMl => return None,
        };
        Some(Way { place: choice.place(), device, name: choice.name.clone() })
    };
    choices.iter().filter(|choice| choice.offered).filter_map(way).collect()
}

fn processor(equipment: &Equipment) -> impl Iterator<Item = Way> {
    let name = hardware::processor();
    equipment.engines.iter().map(move |engine| Way {
        place: Place {
            engine: engine.name().to_owned(),
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
    use super::{CONTEXT, offered};
    use crate::choose::{Device, EngineSupport, Experience, choose};
    use crate::{computer, models};
    use hardware::Recording;

    #[test]
    fn of_two_cards_each_is_a_way_of_its_own_and_the_processor_comes_last() {
        let recording = include_str!("../../hardware/recordings/windows-two-nvidia.json");
        let computer = computer::interpret(&Recording::parse(recording).unwrap());
        let support = [Device::Cuda, Device::WebGpu, Device::Cpu].map(|device| EngineSupport {
            engine: "candle",
            device,
            here: true,
        });
        let shape = models::shape("gpt-oss-20b").unwrap();
        let ways = offered(&choose(&computer, &shape, &support, &Experience::default(), CONTEXT), &computer);
        let mut devices: Vec<_> = ways.iter().map(|way| way.device).collect();
        assert_eq!(devices.pop(), Some(engine::Device::Cpu));
        devices.sort_by_key(|device| format!("{device:?}"));
        assert_eq!(devices, [engine::Device::Cuda(0), engine::Device::Cuda(1)]);
        assert!(ways.iter().all(|way| way.place.driver.is_some() && way.name.is_some()));
    }
}
