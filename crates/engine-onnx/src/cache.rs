//! The KV cache: for each layer two tensors of `[1, key heads, capacity, head size]` on the device. ONNX Runtime is given
//! the same ones as past and as present, so that a step writes its own tokens into them and copies nothing else.

use engine::{EngineError, Result};
use ort::memory::Allocator;
use ort::session::{IoBinding, Session};
use ort::value::{DynTensor, Outlet, TensorElementType, ValueType};

use crate::backend;
use crate::genai::{Config, of_layer, wrong};
use crate::grow::Grow;

/// Tokens that a cache begins with; it doubles, and from [`LARGEST_STEP`] on grows by as much.
const FIRST: usize = 256;
const LARGEST_STEP: usize = 4096;

/// One tensor of the cache, as the graph knows it.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    past: String,
    present: String,
    element: TensorElementType,
    heads: usize,
    head_size: usize,
}

/// Every tensor of the cache, keys and values.
///
/// # Errors
/// The graph has not what genai_config.json names, or it is of another shape or type than a cache.
pub(crate) fn slots(session: &Session, config: &Config) -> Result<Vec<Slot>> {
    let names = [
        (&config.inputs.past_key_names, &config.outputs.present_key_names),
        (&config.inputs.past_value_names, &config.outputs.present_value_names),
    ];
    let mut slots = Vec::with_capacity(2 * config.layers);
    for layer in 0..config.layers {
        for (past, present) in names {
            let (past, present) = (of_layer(past, layer), of_layer(present, layer));
            let outlet = named(session.inputs(), &past, "decoder.inputs")?;
            named(session.outputs(), &present, "decoder.outputs")?;
            slots.push(Slot::of(outlet, config, past, present)?);
        }
    }
    Ok(slots)
}

/// The input or output of this name.
///
/// # Errors
/// There is none.
pub(crate) fn named<'a>(outlets: &'a [Outlet], name: &str, field: &str) -> Result<&'a Outlet> {
    outlets
        .iter()
        .find(|outlet| outlet.name() == name)
        .ok_or_else(|| wrong(field, &format!("names \"{name}\", which the graph has not")))
}

impl Slot {
    fn of(outlet: &Outlet, config: &Config, past: String, present: String) -> Result<Self> {
        let ValueType::Tensor { ty, shape, .. } = outlet.dtype() else {
            return Err(wrong("decoder.inputs", &format!("names \"{past}\", which is no tensor")));
        };
        // What the graph leaves open is negative.
        let size = |dim: i64, said: usize| usize::try_from(dim).unwrap_or(said);
        let &[_, heads, _, head_size] = &shape[..] else {
            let detail = format!("names \"{past}\", whose shape {shape:?} is not that of a cache");
            return Err(wrong("decoder.inputs", &detail));
        };
        let (heads, head_size) = (size(heads, config.kv_heads), size(head_size, config.head_size));
        if !matches!(ty, TensorElementType::Float32 | TensorElementType::Float16) {
            return Err(wrong("decoder.inputs", &format!("names \"{past}\", which holds {ty}")));
        }
        Ok(Self { past, present, element: *ty, heads, head_size })
    }

    pub(crate) const fn element(&self) -> TensorElementType {
        self.element
    }

    fn bytes_per_token(&self) -> usize {
        self.heads * self.head_size * self.element_bytes()
    }

    fn element_bytes(&self) -> usize {
        if self.element == TensorElementType::Float16 { 2 } else { 4 }
    }
}

/// Where caches are.
pub(crate) struct Device {
    /// What gives memory there.
    pub allocator: Allocator,
    /// What copies there; `None`: it is the computer's memory.
    pub grow: Option<Grow>,
}

/// The cache of one session.
pub(crate) struct KvCache {
    tensors: Vec<DynTensor>,
    capacity: usize,
}

impl KvCache {
    /// A cache without room, which costs nothing.
    pub(crate) const fn new() -> Self {
        Self { tensors: Vec::new(), capacity: 0 }
    }

    /// Sees to it that there is room for `needed` tokens, at most `most`, and keeps the first `len`. Whether anything
    /// had to be done: the tensors are others then, and want to be bound.
    ///
    /// # Errors
    /// [`EngineError::OutOfMemory`].
    pub(crate) fn reserve(
        &mut self,
        slots: &[Slot],
        device: &mut Device,
        needed: usize,
        most: usize,
        len: usize,
    ) -> Result<bool> {
        if needed <= self.capacity {
            return Ok(false);
        }
        let mut capacity = self.capacity.max(FIRST);
        while capacity < needed {
            capacity += capacity.min(LARGEST_STEP);
        }
        let capacity = capacity.min(most.max(needed));
        let mut tensors = Vec::with_capacity(slots.len());
        for (index, slot) in slots.iter().enumerate() {
            let shape = [1, slot.heads, capacity, slot.head_size];
            let mut tensor = DynTensor::new(&device.allocator, slot.element, shape).map_err(|_| {
                let per_token: usize = slots.iter().map(Slot::bytes_per_token).sum();
                EngineError::OutOfMemory { needed: (per_token * capacity) as u64 }
            })?;
            if len > 0 {
                let old = &self.tensors[index];
                match &mut device.grow {
                    Some(grow) => grow.copy(old, &mut tensor, capacity - self.capacity)?,
                    None => copy(slot, old, self.capacity, &mut tensor, capacity, len),
                }
            }
            tensors.push(tensor);
        }
        (self.tensors, self.capacity) = (tensors, capacity);
        Ok(true)
    }

    /// Past and present are these.
    pub(crate) fn bind(&mut self, slots: &[Slot], binding: &mut IoBinding) -> Result<()> {
        for (slot, tensor) in slots.iter().zip(&mut self.tensors) {
            binding.bind_input(slot.past.as_str(), tensor).map_err(backend)?;
            binding.bind_output(slot.present.as_str(), tensor).map_err(backend)?;
        }
        Ok(())
    }
}

/// Copies the first `len` tokens of every head between two tensors in the computer's memory.
fn copy(
    slot: &Slot,
    from: &DynTensor,
    from_capacity: usize,
    to: &mut DynTensor,
    to_capacity: usize,
    len: usize,
) {
    let token = slot.head_size * slot.element_bytes();
    let (from, to) = (from.data_ptr().cast::<u8>(), to.data_ptr_mut().cast::<u8>());
    for head in 0..slot.heads {
        // SAFETY: both tensors are `[1, heads, capacity, head size]` of the slot's elements, in memory that this
        // process reads and writes, and `len` is at most either capacity; they are two allocations.
        unsafe {
            let from = from.add(head * from_capacity * token);
            let to = to.add(head * to_capacity * token);
            std::ptr::copy_nonoverlapping(from, to, len * token);
        }
    }
}
