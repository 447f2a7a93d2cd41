//! What ONNX Runtime finds in this computer by itself, and what providers of others find that lie beside it.

use std::ffi::{CStr, c_char};
use std::path::{Path, PathBuf};

use engine::Result;
use ort::AsPointer as _;
use ort::device::HardwareDevice;
use ort::environment::Environment;
use ort::memory::DeviceType;

use crate::provider::Provider;
use crate::runtime::environment;

/// An execution provider with a device that it could use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// As ONNX Runtime calls it: `CPUExecutionProvider`, `WebGpuExecutionProvider`, …
    pub provider: String,
    /// `cpu`, `gpu` or `npu`.
    pub kind: &'static str,
    /// PCI ids of the vendor and of the device.
    pub chip: (u32, u32),
    /// Its PCI address, on Linux.
    pub pci: Option<String>,
    /// Its number for DXGI, on Windows.
    pub dxgi_index: Option<u32>,
}

/// A provider that lies beside ONNX Runtime and cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Name of its file.
    pub file: String,
    /// Why, in the words of ONNX Runtime or of the system.
    pub detail: String,
}

/// The folder of providers of others, beside ONNX Runtime: OpenVINO, QNN, VitisAI, TensorRT-RTX, … as their makers build
/// them for any ONNX Runtime from 1.22 on (`RegisterExecutionProviderLibrary` in its API).
#[must_use]
pub fn providers_beside(library: &Path) -> PathBuf {
    library.with_file_name("providers")
}

/// Every provider with every device that it could use, those in the folder `providers` among them, and the providers
/// there that cannot be used.
///
/// # Errors
/// [`engine::EngineError::RuntimeUnusable`].
pub fn listed(library: Option<&Path>, providers: &Path) -> Result<(Vec<Listed>, Vec<Refused>)> {
    let environment = environment(library, Provider::WebGpu { low_power: false })?;
    let refused = libraries(providers).into_iter().filter_map(|file| refused(&environment, file)).collect();
    let listed = environment.devices().map(|device| {
        let hardware = device.hardware_device();
        Listed {
            provider: device.ep().unwrap_or_default().to_owned(),
            kind: match hardware.ty() {
                DeviceType::GPU => "gpu",
                DeviceType::NPU => "npu",
                _ => "cpu",
            },
            chip: (vendor_id(&hardware), hardware.id()),
            pci: said(&hardware, c"pci_bus_id"),
            dxgi_index: said(&hardware, c"DxgiAdapterNumber").and_then(|number| number.parse().ok()),
        }
    });
    Ok((listed.collect(), refused))
}

/// Makes a provider known; what it has against it.
fn refused(environment: &Environment, library: PathBuf) -> Option<Refused> {
    let file = library.file_name()?.to_string_lossy().into_owned();
    let error = environment.register_ep_library(file.clone(), &library).err()?;
    Some(Refused { file, detail: error.to_string() })
}

/// The libraries in a folder, in the order of their names.
fn libraries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == std::env::consts::DLL_EXTENSION))
        .collect();
    files.sort();
    files
}

fn vendor_id(device: &HardwareDevice) -> u32 {
    // SAFETY: ONNX Runtime gave the device, and keeps it as long as its environment.
    unsafe { (ort::api().HardwareDevice_VendorId)(device.ptr()) }
}

/// What the system says of a device under this name.
fn said(device: &HardwareDevice, name: &CStr) -> Option<String> {
    let api = ort::api();
    // SAFETY: as above; the text belongs to the device, and is null where there is none.
    let text: *const c_char =
        unsafe { (api.GetKeyValue)((api.HardwareDevice_Metadata)(device.ptr()), name.as_ptr()) };
    // SAFETY: as above.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned())
}
