//! NVIDIA's management library, loaded where a driver has brought it.

use nvml_wrapper::enum_wrappers::device::Clock;
use nvml_wrapper::error::NvmlError;
use nvml_wrapper::{Device, Nvml};

use crate::recording::NvmlCard;

/// `None` where no driver is installed.
pub(super) fn cards() -> Option<Result<Vec<NvmlCard>, String>> {
    match Nvml::init() {
        Ok(nvml) => Some(listed(&nvml).map_err(|error| error.to_string())),
        Err(NvmlError::LibloadingError(_) | NvmlError::LibraryNotFound) => None,
        Err(error) => Some(Err(error.to_string())),
    }
}

fn listed(nvml: &Nvml) -> Result<Vec<NvmlCard>, NvmlError> {
    let driver = nvml.sys_driver_version().ok();
    let cuda_version = nvml.sys_cuda_driver_version().ok();
    let card = |index| {
        let device = nvml.device_by_index(index)?;
        Ok(NvmlCard { driver: driver.clone(), cuda_version, ..known(&device) })
    };
    (0..nvml.device_count()?).map(card).collect()
}

/// What the card tells of itself; whatever it keeps to itself is unknown.
fn known(device: &Device<'_>) -> NvmlCard {
    let pci = device.pci_info().ok();
    let memory = device.memory_info().ok();
    NvmlCard {
        name: device.name().ok(),
        pci: pci.as_ref().map(|pci| pci.bus_id.clone()),
        pci_device_id: pci.as_ref().map(|pci| pci.pci_device_id),
        memory_total: memory.as_ref().map(|memory| memory.total),
        memory_free: memory.as_ref().map(|memory| memory.free),
        compute_capability: device
            .cuda_compute_capability()
            .ok()
            .and_then(|version| Some((version.major.try_into().ok()?, version.minor.try_into().ok()?))),
        memory_bus_width: device.memory_bus_width().ok(),
        memory_clock: device.max_clock_info(Clock::Memory).ok(),
        driver: None,
        cuda_version: None,
    }
}
