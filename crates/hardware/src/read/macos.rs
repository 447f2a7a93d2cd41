//! What macOS says: Metal's devices and the kinds of cores.

use objc2_metal::{MTLCopyAllDevices, MTLDevice};

use crate::recording::MetalDevice;

/// The devices of Metal.
pub(super) fn metal() -> Vec<MetalDevice> {
    let described = |device: &objc2::runtime::ProtocolObject<dyn MTLDevice>| MetalDevice {
        name: device.name().to_string(),
        unified: Some(device.hasUnifiedMemory()),
        low_power: Some(device.isLowPower()),
        working_set: Some(device.recommendedMaxWorkingSetSize()).filter(|size| *size > 0),
        allocated: u64::try_from(device.currentAllocatedSize()).ok(),
    };
    let devices = MTLCopyAllDevices();
    (0..devices.count()).map(|index| described(&devices.objectAtIndex(index))).collect()
}

/// Physical cores of the fastest kind, where there are several kinds (Apple silicon).
pub(super) fn performance_cores() -> Option<u32> {
    (number(c"hw.nperflevels")? > 1).then(|| number(c"hw.perflevel0.physicalcpu")).flatten()
}

fn number(name: &std::ffi::CStr) -> Option<u32> {
    let mut value: u32 = 0;
    let mut size = size_of::<u32>();
    // SAFETY: `value` has room for `size` bytes, and the name ends with a zero.
    let status = unsafe {
        libc::sysctlbyname(name.as_ptr(), (&raw mut value).cast(), &raw mut size, std::ptr::null_mut(), 0)
    };
    (status == 0 && size == size_of::<u32>()).then_some(value)
}
