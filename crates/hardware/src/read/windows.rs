//! What Windows says: DXGI and Direct3D 12 about graphics cards, DXCore about what can only compute, and the kinds
//! of cores. The version of the system comes from sysinfo, which says it well.

mod dxcore;
mod dxgi;

use std::ffi::CStr;
use std::mem::offset_of;

use ::windows::Win32::System::LibraryLoader::{GetProcAddress, LOAD_LIBRARY_SEARCH_SYSTEM32, LoadLibraryExW};
use ::windows::Win32::System::SystemInformation::{
    GetLogicalProcessorInformationEx, PROCESSOR_RELATIONSHIP, RelationProcessorCore,
    SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX,
};
use ::windows::Win32::UI::WindowsAndMessaging::{GetSystemMetrics, SM_REMOTESESSION};
use ::windows::core::{Error, HSTRING, PCSTR};

use crate::recording::{DxcoreAdapter, DxgiAdapter};

/// A function of a library, before it is said what it takes.
type Untyped = unsafe extern "system" fn() -> isize;

/// The graphics adapters in the order of DXGI, software ones included.
pub(super) fn dxgi() -> Result<Vec<DxgiAdapter>, String> {
    dxgi::adapters().map_err(|error| error.to_string())
}

/// The adapters that can compute with Direct3D 12. An empty list where DXCore is not part of the system (before
/// Windows 10 2004): such a system offers no such adapters, which is no failure.
pub(super) fn dxcore() -> Result<Vec<DxcoreAdapter>, String> {
    dxcore::adapters().map_err(|error| error.to_string())
}

/// Physical cores of the fastest kind, where there are several kinds.
pub(super) fn performance_cores() -> Option<u32> {
    let classes = efficiency_classes(&core_records()?);
    // A higher class is a faster core that takes more power.
    let (lowest, highest) = (classes.iter().min()?, classes.iter().max()?);
    if lowest == highest {
        return None;
    }
    u32::try_from(classes.iter().filter(|class| *class == highest).count()).ok()
}

/// Whether this session is shown on another computer (Remote Desktop).
pub(super) fn remote_session() -> Option<bool> {
    // SAFETY: the call takes a number and touches no memory of ours.
    Some(unsafe { GetSystemMetrics(SM_REMOTESESSION) } != 0)
}

/// The records of all processor cores, one after the other, each with its own size.
fn core_records() -> Option<Vec<u8>> {
    let mut size = 0_u32;
    // Without a buffer this fails and says how large one has to be.
    // SAFETY: only `size` is written.
    let _ = unsafe { GetLogicalProcessorInformationEx(RelationProcessorCore, None, &raw mut size) };
    // Of 64-bit numbers, because the records have to be aligned as such.
    let mut records = vec![0_u64; usize::try_from(size).ok()?.div_ceil(size_of::<u64>())];
    let buffer = records.as_mut_ptr().cast::<SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX>();
    // SAFETY: `buffer` is aligned and has room for `size` bytes.
    unsafe { GetLogicalProcessorInformationEx(RelationProcessorCore, Some(buffer), &raw mut size) }.ok()?;
    let mut bytes: Vec<u8> = records.into_iter().flat_map(u64::to_le_bytes).collect();
    bytes.truncate(usize::try_from(size).ok()?);
    Some(bytes)
}

fn efficiency_classes(mut records: &[u8]) -> Vec<u8> {
    const SIZE: usize = offset_of!(SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX, Size);
    const CLASS: usize = offset_of!(SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX, Anonymous)
        + offset_of!(PROCESSOR_RELATIONSHIP, EfficiencyClass);
    let mut classes = Vec::new();
    while let (Some(size), Some(class)) = (number(records, SIZE), records.get(CLASS)) {
        classes.push(*class);
        // A record of no size would be read for ever.
        let size = usize::try_from(size).ok().filter(|size| *size > CLASS);
        records = size.and_then(|size| records.get(size..)).unwrap_or_default();
    }
    classes
}

/// A function of one of the system's own libraries, found at run time: a program that is linked to a library does
/// not start where that is absent.
fn system_function(library: &str, name: &CStr) -> Result<Untyped, Error> {
    // Only the system's folder is searched: a library of that name elsewhere is not the one that is meant.
    // SAFETY: the name ends with a zero, and a library of the system may be loaded at any time.
    let module = unsafe { LoadLibraryExW(&HSTRING::from(library), None, LOAD_LIBRARY_SEARCH_SYSTEM32) }?;
    // The library is never unloaded: the function and what is made with it stay valid.
    // SAFETY: the library is loaded, and the name ends with a zero.
    unsafe { GetProcAddress(module, PCSTR(name.as_ptr().cast())) }.ok_or_else(Error::from_thread)
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk::<4>().copied().map(u32::from_le_bytes)
}

/// A version of four parts, as drivers keep it in one number.
fn dotted(version: u64) -> Option<String> {
    let part = |shift: u32| (version >> shift) & 0xffff;
    (version != 0).then(|| format!("{}.{}.{}.{}", part(48), part(32), part(16), part(0)))
}
