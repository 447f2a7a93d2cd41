//! The Vulkan loader, where one is installed: kinds, memory heaps and PCI addresses of graphics cards.

use std::ffi::{CStr, c_char};

use ash::{Entry, Instance, vk};

use crate::recording::{VulkanDevice, VulkanHeap};

/// `None` where no loader is installed.
pub(super) fn devices() -> Option<Result<Vec<VulkanDevice>, String>> {
    // SAFETY: the library found under the loader's name is the Vulkan loader.
    let entry = unsafe { Entry::load() }.ok()?;
    Some(listed(&entry).map_err(|error| error.to_string()))
}

fn listed(entry: &Entry) -> Result<Vec<VulkanDevice>, vk::Result> {
    let application = vk::ApplicationInfo::default().api_version(vk::API_VERSION_1_1);
    let information = vk::InstanceCreateInfo::default().application_info(&application);
    // SAFETY: `information` outlives the call, and the instance is destroyed below, after its last use.
    let instance = match unsafe { entry.create_instance(&information, None) } {
        // A loader without drivers is no failure: there is no card.
        Err(vk::Result::ERROR_INCOMPATIBLE_DRIVER) => return Ok(Vec::new()),
        instance => instance?,
    };
    // SAFETY: the instance is alive.
    let found = unsafe { instance.enumerate_physical_devices() }
        .map(|devices| devices.into_iter().map(|device| described(&instance, device)).collect());
    // SAFETY: nothing made from the instance is left.
    unsafe { instance.destroy_instance(None) };
    found
}

fn described(instance: &Instance, device: vk::PhysicalDevice) -> VulkanDevice {
    // SAFETY: `device` belongs to `instance`, which is alive.
    let first = unsafe { instance.get_physical_device_properties(device) };
    let modern = first.api_version >= vk::API_VERSION_1_1;
    VulkanDevice {
        name: text(&first.device_name),
        vendor_id: first.vendor_id,
        device_id: first.device_id,
        kind: match first.device_type {
            vk::PhysicalDeviceType::DISCRETE_GPU => "discrete",
            vk::PhysicalDeviceType::INTEGRATED_GPU => "integrated",
            vk::PhysicalDeviceType::VIRTUAL_GPU => "virtual",
            vk::PhysicalDeviceType::CPU => "cpu",
            _ => "other",
        }
        .to_owned(),
        api: Some(format!(
            "{}.{}.{}",
            vk::api_version_major(first.api_version),
            vk::api_version_minor(first.api_version),
            vk::api_version_patch(first.api_version)
        )),
        driver: modern.then(|| driver(instance, device)).flatten(),
        pci: modern.then(|| pci(instance, device)).flatten(),
        heaps: heaps(instance, device, modern),
    }
}

fn driver(instance: &Instance, device: vk::PhysicalDevice) -> Option<String> {
    if !offers(instance, device, ash::khr::driver_properties::NAME) {
        return None;
    }
    let mut driver = vk::PhysicalDeviceDriverProperties::default();
    let mut properties = vk::PhysicalDeviceProperties2::default().push_next(&mut driver);
    // SAFETY: `device` belongs to `instance`; the chain holds a structure that the device knows.
    unsafe { instance.get_physical_device_properties2(device, &mut properties) };
    let said = format!("{} {}", text(&driver.driver_name), text(&driver.driver_info));
    Some(said.trim().to_owned()).filter(|said| !said.is_empty())
}

fn pci(instance: &Instance, device: vk::PhysicalDevice) -> Option<String> {
    if !offers(instance, device, ash::ext::pci_bus_info::NAME) {
        return None;
    }
    let mut pci = vk::PhysicalDevicePCIBusInfoPropertiesEXT::default();
    let mut properties = vk::PhysicalDeviceProperties2::default().push_next(&mut pci);
    // SAFETY: `device` belongs to `instance`; the chain holds a structure that the device knows.
    unsafe { instance.get_physical_device_properties2(device, &mut properties) };
    Some(format!("{:04x}:{:02x}:{:02x}.{:x}", pci.pci_domain, pci.pci_bus, pci.pci_device, pci.pci_function))
}

fn heaps(instance: &Instance, device: vk::PhysicalDevice, modern: bool) -> Vec<VulkanHeap> {
    let budgeted = modern && offers(instance, device, ash::ext::memory_budget::NAME);
    let mut budget = vk::PhysicalDeviceMemoryBudgetPropertiesEXT::default();
    let memory = if budgeted {
        let mut properties = vk::PhysicalDeviceMemoryProperties2::default().push_next(&mut budget);
        // SAFETY: `device` belongs to `instance`; the chain holds a structure that the device knows.
        unsafe { instance.get_physical_device_memory_properties2(device, &mut properties) };
        properties.memory_properties
    } else {
        // SAFETY: `device` belongs to `instance`, which is alive.
        unsafe { instance.get_physical_device_memory_properties(device) }
    };
    let heap = |(index, heap): (usize, &vk::MemoryHeap)| VulkanHeap {
        size: heap.size,
        device_local: heap.flags.contains(vk::MemoryHeapFlags::DEVICE_LOCAL),
        budget: budgeted.then(|| budget.heap_budget[index]),
        used: budgeted.then(|| budget.heap_usage[index]),
    };
    memory.memory_heaps_as_slice().iter().enumerate().map(heap).collect()
}

fn offers(instance: &Instance, device: vk::PhysicalDevice, name: &CStr) -> bool {
    // SAFETY: `device` belongs to `instance`, which is alive.
    let extensions = unsafe { instance.enumerate_device_extension_properties(device) }.unwrap_or_default();
    extensions.iter().any(|extension| extension.extension_name_as_c_str() == Ok(name))
}

/// Text of fixed room, up to its first zero.
fn text(characters: &[c_char]) -> String {
    let bytes: Vec<u8> =
        characters.iter().map(|c| c.to_ne_bytes()[0]).take_while(|byte| *byte != 0).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}
