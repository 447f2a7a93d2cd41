//! DXGI and Direct3D 12: graphics cards, their memory and what they can do.

use std::ffi::c_void;
use std::mem::transmute;

use ::windows::Win32::Graphics::Direct3D::{
    D3D_FEATURE_LEVEL, D3D_FEATURE_LEVEL_11_0, D3D_FEATURE_LEVEL_11_1, D3D_FEATURE_LEVEL_12_0,
    D3D_FEATURE_LEVEL_12_1, D3D_FEATURE_LEVEL_12_2,
};
use ::windows::Win32::Graphics::Direct3D12::{
    D3D12_FEATURE, D3D12_FEATURE_ARCHITECTURE, D3D12_FEATURE_ARCHITECTURE1, D3D12_FEATURE_DATA_ARCHITECTURE,
    D3D12_FEATURE_DATA_ARCHITECTURE1, D3D12_FEATURE_DATA_FEATURE_LEVELS, D3D12_FEATURE_FEATURE_LEVELS,
    ID3D12Device,
};
use ::windows::Win32::Graphics::Dxgi::{
    CreateDXGIFactory1, DXGI_ADAPTER_DESC1, DXGI_ADAPTER_FLAG_REMOTE, DXGI_ADAPTER_FLAG_SOFTWARE,
    DXGI_ERROR_NOT_FOUND, DXGI_MEMORY_SEGMENT_GROUP, DXGI_MEMORY_SEGMENT_GROUP_LOCAL,
    DXGI_MEMORY_SEGMENT_GROUP_NON_LOCAL, DXGI_QUERY_VIDEO_MEMORY_INFO, IDXGIAdapter1, IDXGIAdapter3,
    IDXGIAdapter4, IDXGIDevice, IDXGIFactory1,
};
use ::windows::core::{Error, GUID, HRESULT, Interface};

use super::{Untyped, dotted, system_function};
use crate::recording::{DxgiAdapter, Segment};

type CreateDevice =
    unsafe extern "system" fn(*mut c_void, D3D_FEATURE_LEVEL, *const GUID, *mut *mut c_void) -> HRESULT;

/// In the order of DXGI.
pub(super) fn adapters() -> Result<Vec<DxgiAdapter>, Error> {
    // SAFETY: the call has no precondition; what it makes is owned by `factory`.
    let factory: IDXGIFactory1 = unsafe { CreateDXGIFactory1() }?;
    let create = create_device();
    let mut found = Vec::new();
    for index in 0..u32::MAX {
        // SAFETY: the factory is alive, and an index beyond the last adapter is answered with an error.
        match unsafe { factory.EnumAdapters1(index) } {
            Ok(adapter) => found.push(described(&adapter, create)?),
            Err(error) if error.code() == DXGI_ERROR_NOT_FOUND => break,
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

fn described(adapter: &IDXGIAdapter1, create: Option<CreateDevice>) -> Result<DxgiAdapter, Error> {
    let said = description(adapter)?;
    let flagged = |flag: i32| said.Flags & flag.cast_unsigned() != 0;
    let software = flagged(DXGI_ADAPTER_FLAG_SOFTWARE.0);
    // Asked before a device is made, whose own memory would count as used.
    let memory = adapter.cast::<IDXGIAdapter3>().ok();
    let segment_of = |group| memory.as_ref().and_then(|memory| segment(memory, group));
    let local = segment_of(DXGI_MEMORY_SEGMENT_GROUP_LOCAL);
    let non_local = segment_of(DXGI_MEMORY_SEGMENT_GROUP_NON_LOCAL);
    let device = create.filter(|_| !software).and_then(|create| device(adapter, create));
    Ok(DxgiAdapter {
        name: text(&said.Description),
        vendor_id: said.VendorId,
        device_id: said.DeviceId,
        subsystem_id: said.SubSysId,
        luid: Some((i64::from(said.AdapterLuid.HighPart) << 32) | i64::from(said.AdapterLuid.LowPart)),
        dedicated_video_memory: u64::try_from(said.DedicatedVideoMemory).ok(),
        dedicated_system_memory: u64::try_from(said.DedicatedSystemMemory).ok(),
        shared_system_memory: u64::try_from(said.SharedSystemMemory).ok(),
        software,
        remote: flagged(DXGI_ADAPTER_FLAG_REMOTE.0),
        local,
        non_local,
        driver: user_mode_driver(adapter),
        feature_level: device.as_ref().and_then(feature_level),
        unified: device.as_ref().and_then(unified),
    })
}

/// The newest description there is, in the form of the older one: what it has more is not needed, and the flags
/// asked for have the same bits in both.
fn description(adapter: &IDXGIAdapter1) -> Result<DXGI_ADAPTER_DESC1, Error> {
    let Ok(newer) = adapter.cast::<IDXGIAdapter4>() else {
        // SAFETY: the adapter is alive; the description is returned by value.
        return unsafe { adapter.GetDesc1() };
    };
    // SAFETY: the adapter is alive; the description is returned by value.
    let said = unsafe { newer.GetDesc3() }?;
    Ok(DXGI_ADAPTER_DESC1 {
        Description: said.Description,
        VendorId: said.VendorId,
        DeviceId: said.DeviceId,
        SubSysId: said.SubSysId,
        Revision: said.Revision,
        DedicatedVideoMemory: said.DedicatedVideoMemory,
        DedicatedSystemMemory: said.DedicatedSystemMemory,
        SharedSystemMemory: said.SharedSystemMemory,
        AdapterLuid: said.AdapterLuid,
        Flags: said.Flags.0.cast_unsigned(),
    })
}

fn segment(adapter: &IDXGIAdapter3, group: DXGI_MEMORY_SEGMENT_GROUP) -> Option<Segment> {
    let mut said = DXGI_QUERY_VIDEO_MEMORY_INFO::default();
    // SAFETY: the adapter is alive, and `said` is of the type that the call fills.
    unsafe { adapter.QueryVideoMemoryInfo(0, group, &raw mut said) }.ok()?;
    Some(Segment { budget: said.Budget, used: said.CurrentUsage })
}

fn user_mode_driver(adapter: &IDXGIAdapter1) -> Option<String> {
    // SAFETY: the adapter is alive, and the name of the interface is a constant.
    let version = unsafe { adapter.CheckInterfaceSupport(&IDXGIDevice::IID) }.ok()?;
    dotted(version.cast_unsigned())
}

/// `None` where Direct3D 12 is not part of the system.
fn create_device() -> Option<CreateDevice> {
    let found = system_function("d3d12.dll", c"D3D12CreateDevice").ok()?;
    // SAFETY: d3d12.h declares the function of this name with exactly this signature.
    Some(unsafe { transmute::<Untyped, CreateDevice>(found) })
}

/// `None` where the card cannot do Direct3D 12.
fn device(adapter: &IDXGIAdapter1, create: CreateDevice) -> Option<ID3D12Device> {
    let mut made = std::ptr::null_mut();
    // SAFETY: `create` is D3D12CreateDevice, the adapter is alive, and `made` takes the pointer to an interface of
    // the kind that is asked for.
    let status =
        unsafe { create(adapter.as_raw(), D3D_FEATURE_LEVEL_11_0, &ID3D12Device::IID, &raw mut made) };
    if status.is_err() || made.is_null() {
        return None;
    }
    // SAFETY: `made` is an ID3D12Device that nobody else owns.
    Some(unsafe { ID3D12Device::from_raw(made) })
}

fn feature_level(device: &ID3D12Device) -> Option<String> {
    const LEVELS: &[D3D_FEATURE_LEVEL] = &[
        D3D_FEATURE_LEVEL_12_2,
        D3D_FEATURE_LEVEL_12_1,
        D3D_FEATURE_LEVEL_12_0,
        D3D_FEATURE_LEVEL_11_1,
        D3D_FEATURE_LEVEL_11_0,
    ];
    // A system older than 12_2 may refuse a list that names it.
    let highest = highest_of(device, LEVELS).or_else(|| highest_of(device, LEVELS.get(1..)?))?;
    Some(format!("{}_{}", highest.0 >> 12, (highest.0 >> 8) & 0xf))
}

fn highest_of(device: &ID3D12Device, levels: &'static [D3D_FEATURE_LEVEL]) -> Option<D3D_FEATURE_LEVEL> {
    let question = D3D12_FEATURE_DATA_FEATURE_LEVELS {
        NumFeatureLevels: u32::try_from(levels.len()).ok()?,
        pFeatureLevelsRequested: levels.as_ptr(),
        ..Default::default()
    };
    // SAFETY: this is the structure of this feature; the levels it points to are constants, as many as it says.
    let answer = unsafe { supported(device, D3D12_FEATURE_FEATURE_LEVELS, question) }?;
    Some(answer.MaxSupportedFeatureLevel)
}

fn unified(device: &ID3D12Device) -> Option<bool> {
    let newer = D3D12_FEATURE_DATA_ARCHITECTURE1::default();
    // SAFETY: this is the structure of this feature, and it points to nothing.
    if let Some(answer) = unsafe { supported(device, D3D12_FEATURE_ARCHITECTURE1, newer) } {
        return Some(answer.UMA.as_bool());
    }
    let older = D3D12_FEATURE_DATA_ARCHITECTURE::default();
    // SAFETY: as above.
    unsafe { supported(device, D3D12_FEATURE_ARCHITECTURE, older) }.map(|answer| answer.UMA.as_bool())
}

/// Asks a device about one of its features.
///
/// # Safety
/// `T` is the structure of `feature`, and what it points to is alive.
unsafe fn supported<T>(device: &ID3D12Device, feature: D3D12_FEATURE, mut question: T) -> Option<T> {
    let size = u32::try_from(size_of::<T>()).ok()?;
    // SAFETY: the device is alive, `question` has `size` bytes, and the caller answers for the rest.
    unsafe { device.CheckFeatureSupport(feature, (&raw mut question).cast(), size) }.ok()?;
    Some(question)
}

fn text(units: &[u16]) -> String {
    let text = units.split(|unit| *unit == 0).next().unwrap_or_default();
    String::from_utf16_lossy(text).trim().to_owned()
}
