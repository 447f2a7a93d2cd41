//! What this computer has: processor, memory, graphics cards, neural processors, disk and power.
//!
//! Reading is apart from interpreting. [`read`] asks every source and writes down what it says, a [`Recording`];
//! [`interpret`] concludes from a recording what the [`Computer`] is. A recording of any computer can so be a test.
//! What is unknown is `None`, never 0.
//!
//! This crate knows nothing of models, engines or what a person may want to do.

mod bandwidth;
mod cards;
mod computer;
mod interpret;
mod read;
pub mod recording;

pub use bandwidth::measure_bandwidth;
pub use computer::{Computer, Cpu, Disk, Gpu, GpuKind, Memory, Npu, Power, Remark, Vendor};
pub use interpret::interpret;
pub use read::{booted, processor, read};
pub use recording::{Recording, RecordingError};
