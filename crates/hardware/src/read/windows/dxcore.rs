//! DXCore: adapters that compute with Direct3D 12, those included that cannot draw (NPUs).

use std::ffi::c_void;
use std::mem::{offset_of, transmute};

use ::windows::Win32::Foundation::{E_POINTER, ERROR_MOD_NOT_FOUND};
use ::windows::Win32::Graphics::DXCore::{
    DXCORE_ADAPTER_ATTRIBUTE_D3D12_CORE_COMPUTE, DXCORE_ADAPTER_ATTRIBUTE_D3D12_GRAPHICS,
    DXCoreAdapterProperty, DXCoreHardwareID, DriverDescription, DriverVersion, HardwareID, IDXCoreAdapter,
    IDXCoreAdapterFactory, IDXCoreAdapterList, InstanceLuid, IsHardware, IsIntegrated,
};
use ::windows::core::{Error, GUID, HRESULT, Interface};

use super::{Untyped, dotted, number, system_function};
use crate::recording::DxcoreAdapter;

/// `DXCORE_ADAPTER_ATTRIBUTE_D3D12_GENERIC_ML` of dxcore_interface.h, which the crate does not have.
const GENERIC_ML: GUID = GUID::from_u128(0xb71b0d41_1088_422f_a27c_0250b7d3a988);

type CreateFactory = unsafe extern "system" fn(*const GUID, *mut *mut c_void) -> HRESULT;

/// More than any property of an adapter needs; a driver that names a larger size is not believed.
const MOST_OF_A_PROPERTY: usize = 64 * 1024;

/// An empty list where DXCore is not part of the system.
pub(super) fn adapters() -> Result<Vec<DxcoreAdapter>, Error> {
    match system_function("dxcore.dll", c"DXCoreCreateAdapterFactory") {
        // SAFETY: dxcore.h declares the function of this name with exactly this signature.
        Ok(found) => listed(unsafe { transmute::<Untyped, CreateFactory>(found) }),
        Err(error) if error.code() == HRESULT::from_win32(ERROR_MOD_NOT_FOUND.0) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn listed(create: CreateFactory) -> Result<Vec<DxcoreAdapter>, Error> {
    let mut made = std::ptr::null_mut();
    // SAFETY: `create` is DXCoreCreateAdapterFactory, and `made` takes the pointer to an interface of the kind
    // that is asked for.
    unsafe { create(&IDXCoreAdapterFactory::IID, &raw mut made) }.ok()?;
    if made.is_null() {
        return Err(E_POINTER.into());
    }
    // SAFETY: `made` is an IDXCoreAdapterFactory that nobody else owns.
    let factory = unsafe { IDXCoreAdapterFactory::from_raw(made) };
    let mut found = of_attribute(&factory, DXCORE_ADAPTER_ATTRIBUTE_D3D12_CORE_COMPUTE)?;
    // Some NPUs are listed as such alone. A DXCore that is too old for the word knows no NPU either.
    for adapter in of_attribute(&factory, GENERIC_ML).unwrap_or_default() {
        if !found.iter().any(|known| known.luid == adapter.luid) {
            found.push(adapter);
        }
    }
    Ok(found)
}

fn of_attribute(factory: &IDXCoreAdapterFactory, attribute: GUID) -> Result<Vec<DxcoreAdapter>, Error> {
    // SAFETY: the factory is alive, and the attribute is a constant.
    let list: IDXCoreAdapterList = unsafe { factory.CreateAdapterList(&[attribute]) }?;
    // SAFETY: the list is alive.
    let count = unsafe { list.GetAdapterCount() };
    let mut found = Vec::new();
    for index in 0..count {
        // SAFETY: the list is alive, and the index is below its length.
        let adapter: IDXCoreAdapter = unsafe { list.GetAdapter(index) }?;
        found.push(described(&adapter));
    }
    Ok(found)
}

fn described(adapter: &IDXCoreAdapter) -> DxcoreAdapter {
    let id = property(adapter, HardwareID);
    let id_part = |at| id.as_deref().and_then(|id| number(id, at));
    let long = |name| property(adapter, name)?.first_chunk::<8>().copied().map(u64::from_le_bytes);
    let flag = |name| property(adapter, name)?.first().map(|byte| *byte != 0);
    // SAFETY: the adapter is alive, and the attribute is a constant.
    let graphics = unsafe { adapter.IsAttributeSupported(&DXCORE_ADAPTER_ATTRIBUTE_D3D12_GRAPHICS) };
    DxcoreAdapter {
        name: property(adapter, DriverDescription).map(|name| text(&name)).unwrap_or_default(),
        vendor_id: id_part(offset_of!(DXCoreHardwareID, vendorID)),
        device_id: id_part(offset_of!(DXCoreHardwareID, deviceID)),
        // The low part of a LUID comes first, as in a 64-bit number of this byte order.
        luid: long(InstanceLuid).map(u64::cast_signed),
        hardware: flag(IsHardware),
        integrated: flag(IsIntegrated),
        graphics: Some(graphics),
        driver: long(DriverVersion).and_then(dotted),
    }
}

/// The bytes of a property, where the adapter has it.
fn property(adapter: &IDXCoreAdapter, name: DXCoreAdapterProperty) -> Option<Vec<u8>> {
    // SAFETY: the adapter is alive; it answers for every number, known or not.
    if !unsafe { adapter.IsPropertySupported(name) } {
        return None;
    }
    // SAFETY: the adapter is alive; the size is returned by value.
    let size = unsafe { adapter.GetPropertySize(name) }.ok().filter(|size| *size <= MOST_OF_A_PROPERTY)?;
    let mut bytes = vec![0_u8; size];
    // SAFETY: the adapter is alive, and `bytes` has room for `size` bytes.
    unsafe { adapter.GetProperty(name, size, bytes.as_mut_ptr().cast()) }.ok()?;
    Some(bytes)
}

fn text(bytes: &[u8]) -> String {
    let text = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    String::from_utf8_lossy(text).trim().to_owned()
}
