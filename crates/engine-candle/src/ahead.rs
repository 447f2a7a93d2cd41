//! Reading ahead: a mapped file comes into memory page by page as a model touches it, which would hold up the first
//! answer. A thread of its own touches the pages before the model does, in the order in which the model will.

use std::hint::black_box;
use std::thread;

use sysinfo::{MemoryRefreshKind, RefreshKind, System};

use crate::weights::Bytes;

/// The least that a system brings into memory at once; some bring more.
const PAGE: usize = 4096;

/// After this many bytes the thread looks whether the model is still there.
const STRIDE: usize = 16 << 20;

/// Begins to read `all` in this order, as far as memory has room for it. It ends early where nothing else holds the
/// bytes any more: a model that is let go of does not keep its files open.
pub(crate) fn read_ahead(all: impl Iterator<Item = Bytes>) {
    let mut room = available();
    let fits = |bytes: &Bytes| {
        room = room.saturating_sub(bytes.len() as u64);
        room > 0
    };
    let all: Vec<_> = all.take_while(fits).map(|bytes| bytes.downgrade()).collect();
    let read = move || {
        for bytes in all {
            let mut from = 0;
            while let Some(bytes) = bytes.upgrade().filter(|bytes| from < bytes.len()) {
                let to = bytes.len().min(from + STRIDE);
                black_box(bytes[from..to].iter().step_by(PAGE).fold(0, |all, byte| all ^ byte));
                from = to;
            }
        }
    };
    // A computer that has no thread for it reads what it needs when it needs it.
    let _ = thread::Builder::new().name("read-ahead".to_owned()).spawn(read);
}

/// Bytes that could be read into memory without driving out what is in use; none where the system does not say.
fn available() -> u64 {
    let ram = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
    let Ok(system) = System::new_with_specifics(ram) else { return 0 };
    let within = system.cgroup_limits().map_or(u64::MAX, |limits| limits.free_memory);
    system.available_memory().min(within)
}
