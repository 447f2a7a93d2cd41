//! How much memory this process holds: ONNX Runtime does not say how far it has come with a model.

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// What the process held at a moment.
pub(crate) struct Resident {
    then: u64,
}

impl Resident {
    pub(crate) fn now() -> Self {
        Self { then: bytes() }
    }

    /// Bytes that have come since: the weights, and little else while a model is loaded to the processor.
    pub(crate) fn grown(&self) -> u64 {
        bytes().saturating_sub(self.then)
    }
}

fn bytes() -> u64 {
    let own = Pid::from_u32(std::process::id());
    let Ok(mut system) = System::new() else { return 0 };
    let memory = ProcessRefreshKind::nothing().with_memory();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[own]), false, memory);
    system.process(own).map_or(0, sysinfo::Process::memory)
}
