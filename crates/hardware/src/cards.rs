//! One identity per card: what several sources say of the same card is put together.

use crate::computer::{Gpu, GpuKind, Remark, Vendor};
use crate::recording::{
    DrmCard, DxcoreAdapter, DxgiAdapter, MetalDevice, NvmlCard, Recording, Segment, VulkanDevice, VulkanHeap,
};

/// What each source says of one card.
#[derive(Default)]
struct Card<'a> {
    dxgi: Option<(u32, &'a DxgiAdapter)>,
    dxcore: Option<&'a DxcoreAdapter>,
    nvml: Option<(u32, &'a NvmlCard)>,
    drm: Option<&'a DrmCard>,
    vulkan: Option<&'a VulkanDevice>,
    metal: Option<&'a MetalDevice>,
}

/// The cards of a recording. `memory_free` is what the computer has to share now.
pub(crate) fn cards(recording: &Recording, memory_free: Option<u64>, remarks: &mut Vec<Remark>) -> Vec<Gpu> {
    let mut gpus: Vec<Gpu> = Vec::new();
    for card in gathered(recording) {
        let mut gpu = card.gpu(memory_free);
        let same = gpus
            .iter()
            .filter(|other| other.id == gpu.id || other.id.starts_with(&format!("{}#", gpu.id)))
            .count();
        if same > 0 {
            gpu.id += &format!("#{}", same + 1);
        }
        card.remark(&gpu, remarks);
        gpus.push(gpu);
    }
    // Stable: cards that are alike stay in the order of their source.
    gpus.sort_by_key(|gpu| (rank(gpu.kind), std::cmp::Reverse(gpu.dedicated.max(gpu.shared))));
    gpus
}

fn rank(kind: Option<GpuKind>) -> u8 {
    match kind {
        Some(GpuKind::Discrete) => 0,
        None => 1,
        Some(GpuKind::Integrated) => 2,
        Some(GpuKind::Virtual) => 3,
        Some(GpuKind::Software) => 4,
    }
}

fn gathered(recording: &Recording) -> Vec<Card<'_>> {
    let mut cards: Vec<Card<'_>> = Vec::new();
    for (index, adapter) in (0..).zip(recording.dxgi.iter().flatten()) {
        cards.push(Card { dxgi: Some((index, adapter)), ..Card::default() });
    }
    for adapter in recording.dxcore.iter().flatten().filter(|adapter| adapter.graphics != Some(false)) {
        // DXCore is asked for NPUs; of cards it only says what DXGI may have left out.
        if let Some(card) = cards.iter_mut().find(|card| card.dxcore.is_none() && card.is_dxcore(adapter)) {
            card.dxcore = Some(adapter);
        }
    }
    for card in recording.drm.iter().flatten() {
        cards.push(Card { drm: Some(card), ..Card::default() });
    }
    for (index, nvml) in (0..).zip(recording.nvml.iter().flatten()) {
        match cards.iter_mut().find(|card| card.nvml.is_none() && card.is_nvml(nvml)) {
            Some(card) => card.nvml = Some((index, nvml)),
            None => cards.push(Card { nvml: Some((index, nvml)), ..Card::default() }),
        }
    }
    for device in recording.vulkan.iter().flatten() {
        match cards.iter_mut().find(|card| card.vulkan.is_none() && card.is_vulkan(device)) {
            Some(card) => card.vulkan = Some(device),
            None => cards.push(Card { vulkan: Some(device), ..Card::default() }),
        }
    }
    for device in recording.metal.iter().flatten() {
        cards.push(Card { metal: Some(device), ..Card::default() });
    }
    cards
}

/// A PCI address in one notation: sources differ in the digits of the domain and in case.
fn address(pci: &str) -> String {
    let pci = pci.to_ascii_lowercase();
    let (domain, rest) = pci.split_once(':').unwrap_or(("", &pci));
    format!("{}:{rest}", domain.trim_start_matches('0'))
}

/// The card that somebody else means: by its place where that is known, else the only one with such a chip.
pub(crate) fn meant<'a>(
    gpus: &'a [Gpu],
    pci: Option<&str>,
    dxgi_index: Option<u32>,
    chip: (u32, u32),
) -> Option<&'a Gpu> {
    if let Some(id) = pci.map(|pci| format!("pci{}", address(pci))) {
        return gpus.iter().find(|gpu| gpu.id == id);
    }
    if dxgi_index.is_some() {
        return gpus.iter().find(|gpu| gpu.dxgi_index == dxgi_index);
    }
    let mut alike = gpus.iter().filter(|gpu| gpu.chip == Some(chip));
    alike.next().filter(|_| alike.next().is_none())
}

/// Whether two cards may be one: the same address where both have one, else the same kind of chip.
fn same(one: (Option<&str>, Option<(u32, u32)>), other: (Option<&str>, Option<(u32, u32)>)) -> bool {
    match (one.0, other.0) {
        (Some(one), Some(other)) => address(one) == address(other),
        _ => one.1.is_some() && one.1 == other.1,
    }
}

impl Card<'_> {
    fn pci(&self) -> Option<&str> {
        self.drm
            .and_then(|card| card.pci.as_deref())
            .or(self.nvml.and_then(|(_, card)| card.pci.as_deref()))
            .or(self.vulkan.and_then(|device| device.pci.as_deref()))
    }

    /// Vendor and device id.
    fn chip(&self) -> Option<(u32, u32)> {
        self.dxgi
            .map(|(_, adapter)| (adapter.vendor_id, adapter.device_id))
            .or_else(|| self.drm.and_then(|card| Some((card.vendor_id?, card.device_id?))))
            .or_else(|| self.nvml.and_then(|(_, card)| chip_of(card)))
            .or_else(|| self.vulkan.map(|device| (device.vendor_id, device.device_id)))
    }

    fn is_dxcore(&self, adapter: &DxcoreAdapter) -> bool {
        let Some((_, dxgi)) = self.dxgi else { return false };
        match (dxgi.luid, adapter.luid) {
            (Some(one), Some(other)) => one == other,
            _ => adapter.vendor_id == Some(dxgi.vendor_id) && adapter.device_id == Some(dxgi.device_id),
        }
    }

    fn is_nvml(&self, nvml: &NvmlCard) -> bool {
        same((self.pci(), self.chip()), (nvml.pci.as_deref(), chip_of(nvml)))
    }

    fn is_vulkan(&self, device: &VulkanDevice) -> bool {
        let chip = Some((device.vendor_id, device.device_id));
        same((self.pci(), self.chip()), (device.pci.as_deref(), chip))
    }

    fn gpu(&self, memory_free: Option<u64>) -> Gpu {
        let kind = self.kind();
        let (vendor_id, device_id) = self.chip().unwrap_or_default();
        let vendor = if self.metal.is_some() && vendor_id == 0 {
            self.vendor_by_name()
        } else {
            Vendor::of(vendor_id)
        };
        let (dedicated, shared) = (self.dedicated(kind), self.shared(kind));
        Gpu {
            id: self.pci().map_or_else(
                || format!("{vendor_id:04x}:{device_id:04x}"),
                |pci| format!("pci{}", address(pci)),
            ),
            name: self.name(vendor),
            vendor,
            chip: self.chip(),
            kind,
            dedicated,
            shared,
            free: self.free(kind, dedicated, shared, memory_free),
            bandwidth: self.nvml.and_then(|(_, card)| bandwidth(card)),
            driver: self.driver(),
            direct3d: self.dxgi.and_then(|(_, adapter)| adapter.feature_level.clone()),
            cuda: self.nvml.and_then(|(_, card)| card.compute_capability),
            cuda_index: self.nvml.map(|(index, _)| index),
            dxgi_index: self.dxgi.map(|(index, _)| index),
            metal: self.metal.is_some(),
            vulkan: self.vulkan.and_then(|device| device.api.clone()),
            sources: self.sources(),
        }
    }

    /// Metal gives no ids.
    fn vendor_by_name(&self) -> Vendor {
        match self.metal.map(|device| device.name.as_str()).unwrap_or_default() {
            name if name.starts_with("Apple") => Vendor::Apple,
            name if name.contains("AMD") => Vendor::Amd,
            name if name.contains("Intel") => Vendor::Intel,
            name if name.contains("NVIDIA") => Vendor::Nvidia,
            _ => Vendor::Other,
        }
    }

    fn name(&self, vendor: Vendor) -> String {
        let known = self
            .nvml
            .and_then(|(_, card)| card.name.clone())
            .or_else(|| self.dxgi.map(|(_, adapter)| adapter.name.clone()))
            .or_else(|| self.metal.map(|device| device.name.clone()))
            .or_else(|| self.drm.and_then(|card| card.name.clone()))
            // Mesa adds the name of its driver and of the chip's generation.
            .or_else(|| {
                self.vulkan.map(|device| device.name.split(" (RADV").next().unwrap_or_default().to_owned())
            });
        known.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).unwrap_or_else(|| {
            match vendor {
                Vendor::Nvidia => "NVIDIA",
                Vendor::Amd => "AMD",
                Vendor::Intel => "Intel",
                Vendor::Apple => "Apple",
                Vendor::Qualcomm => "Qualcomm",
                Vendor::Microsoft => "Microsoft",
                Vendor::Other => "?",
            }
            .to_owned()
        })
    }

    /// Never from the name: "Arc" and "Radeon" are sold as both.
    fn kind(&self) -> Option<GpuKind> {
        let kind_of = |integrated| if integrated { GpuKind::Integrated } else { GpuKind::Discrete };
        if let Some((_, adapter)) = self.dxgi {
            if adapter.remote {
                return Some(GpuKind::Virtual);
            }
            // The Basic Render Driver, which older systems do not flag.
            if adapter.software || (adapter.vendor_id, adapter.device_id) == (0x1414, 0x8c) {
                return Some(GpuKind::Software);
            }
            if Vendor::of(adapter.vendor_id) == Vendor::Microsoft {
                return Some(GpuKind::Virtual);
            }
            if let Some(unified) = adapter.unified.or(self.dxcore.and_then(|adapter| adapter.integrated)) {
                return Some(kind_of(unified));
            }
        }
        if let Some(device) = self.metal {
            return device.unified.map(|unified| kind_of(unified || device.low_power == Some(true)));
        }
        match self.vulkan.map(|device| device.kind.as_str()) {
            Some("discrete") => return Some(GpuKind::Discrete),
            Some("integrated") => return Some(GpuKind::Integrated),
            Some("virtual") => return Some(GpuKind::Virtual),
            Some("cpu") => return Some(GpuKind::Software),
            _ => {}
        }
        if self.nvml.is_some() {
            return Some(GpuKind::Discrete);
        }
        match self.drm?.driver.as_deref()? {
            "virtio-pci" | "virtio_gpu" | "vmwgfx" | "qxl" | "bochs-drm" | "hyperv_drm" => {
                Some(GpuKind::Virtual)
            }
            // Intel's integrated graphics have had this address since they exist, and their cards another.
            "i915" | "xe" => Some(kind_of(address(self.pci()?) == ":00:02.0")),
            _ => None,
        }
    }

    /// Each source that knows the card's own memory, the most reliable first.
    fn dedicated_by_source(&self) -> Vec<(&'static str, u64)> {
        let own =
            |heaps: &[VulkanHeap]| heaps.iter().filter(|heap| heap.device_local).map(|heap| heap.size).max();
        let vulkan =
            self.vulkan.filter(|device| device.kind == "discrete").and_then(|device| own(&device.heaps));
        [
            ("nvml", self.nvml.and_then(|(_, card)| card.memory_total)),
            ("drm", self.drm.and_then(|card| card.vram_total)),
            ("dxgi", self.dxgi.and_then(|(_, adapter)| adapter.dedicated_video_memory)),
            ("vulkan", vulkan),
        ]
        .into_iter()
        .filter_map(|(source, size)| Some((source, size.filter(|size| *size > 0)?)))
        .collect()
    }

    fn dedicated(&self, kind: Option<GpuKind>) -> Option<u64> {
        if matches!(kind, Some(GpuKind::Software | GpuKind::Virtual)) {
            return None;
        }
        // What Metal recommends for a card of its own is what the card has.
        let metal =
            self.metal.filter(|_| kind == Some(GpuKind::Discrete)).and_then(|device| device.working_set);
        self.dedicated_by_source().first().map(|(_, size)| *size).or(metal)
    }

    fn shared(&self, kind: Option<GpuKind>) -> Option<u64> {
        if matches!(kind, Some(GpuKind::Software | GpuKind::Virtual)) {
            return None;
        }
        let integrated = kind == Some(GpuKind::Integrated);
        let heaps = || {
            let device = self.vulkan.filter(|_| integrated)?;
            device.heaps.iter().map(|heap| heap.size).max()
        };
        self.dxgi
            .and_then(|(_, adapter)| adapter.shared_system_memory)
            .or_else(|| self.drm.and_then(|card| card.gtt_total))
            .or_else(|| self.metal.filter(|_| integrated).and_then(|device| device.working_set))
            .or_else(heaps)
            .filter(|size| *size > 0)
    }

    fn free(
        &self,
        kind: Option<GpuKind>,
        dedicated: Option<u64>,
        shared: Option<u64>,
        memory_free: Option<u64>,
    ) -> Option<u64> {
        match kind? {
            GpuKind::Discrete => self.own_free().map(|free| dedicated.map_or(free, |own| free.min(own))),
            GpuKind::Integrated => {
                let budget = self.shared_free().or(shared)?;
                Some(memory_free.map_or(budget, |memory| budget.min(memory)))
            }
            GpuKind::Virtual | GpuKind::Software => None,
        }
    }

    fn own_free(&self) -> Option<u64> {
        let drm = || self.drm.and_then(|card| Some(card.vram_total?.saturating_sub(card.vram_used?)));
        let dxgi = || self.dxgi.and_then(|(_, adapter)| adapter.local.and_then(left));
        let metal =
            || self.metal.and_then(|device| Some(device.working_set?.saturating_sub(device.allocated?)));
        let vulkan = || {
            let heaps = self.vulkan?.heaps.iter().filter(|heap| heap.device_local);
            heaps.max_by_key(|heap| heap.size).and_then(|heap| Some(heap.budget?.saturating_sub(heap.used?)))
        };
        self.nvml
            .and_then(|(_, card)| card.memory_free)
            .or_else(drm)
            .or_else(dxgi)
            .or_else(metal)
            .or_else(vulkan)
    }

    /// Of the memory it shares with the computer.
    fn shared_free(&self) -> Option<u64> {
        let drm = || self.drm.and_then(|card| Some(card.gtt_total?.saturating_sub(card.gtt_used?)));
        let metal =
            || self.metal.and_then(|device| Some(device.working_set?.saturating_sub(device.allocated?)));
        let vulkan = || {
            let heap = self.vulkan?.heaps.iter().max_by_key(|heap| heap.size)?;
            Some(heap.budget?.saturating_sub(heap.used?))
        };
        // With unified memory DXGI's local segment is the memory of the computer.
        self.dxgi
            .and_then(|(_, adapter)| adapter.local.and_then(left))
            .or_else(drm)
            .or_else(metal)
            .or_else(vulkan)
    }

    fn driver(&self) -> Option<String> {
        self.nvml
            .and_then(|(_, card)| card.driver.clone())
            .or_else(|| self.dxgi.and_then(|(_, adapter)| adapter.driver.clone()))
            .or_else(|| self.vulkan.and_then(|device| device.driver.clone()))
            .or_else(|| self.drm.and_then(|card| card.driver.clone()))
    }

    fn sources(&self) -> Vec<&'static str> {
        [
            ("dxgi", self.dxgi.is_some()),
            ("dxcore", self.dxcore.is_some()),
            ("drm", self.drm.is_some()),
            ("nvml", self.nvml.is_some()),
            ("vulkan", self.vulkan.is_some()),
            ("metal", self.metal.is_some()),
        ]
        .into_iter()
        .filter_map(|(source, there)| there.then_some(source))
        .collect()
    }

    fn remark(&self, gpu: &Gpu, remarks: &mut Vec<Remark>) {
        let Some((taken, others)) = gpu.dedicated.zip(self.dedicated_by_source().get(1..).map(<[_]>::to_vec))
        else {
            return;
        };
        let far = others.into_iter().filter(|(_, other)| other.abs_diff(taken) > taken / 10);
        remarks.extend(far.map(|(source, other)| Remark::MemoryDisputed {
            gpu: gpu.id.clone(),
            taken,
            other,
            source,
        }));
    }
}

fn chip_of(card: &NvmlCard) -> Option<(u32, u32)> {
    card.pci_device_id.map(|id| (id & 0xffff, id >> 16))
}

/// Two bits a cycle on each line of the bus.
fn bandwidth(card: &NvmlCard) -> Option<u64> {
    let bits = u64::from(card.memory_clock?) * 1_000_000 * 2 * u64::from(card.memory_bus_width?);
    Some(bits / 8).filter(|bytes| *bytes > 0)
}

/// A budget of nothing is one that nobody counts, as under Wine.
fn left(segment: Segment) -> Option<u64> {
    (segment.budget > 0).then(|| segment.budget.saturating_sub(segment.used))
}
