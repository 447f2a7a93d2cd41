//! How fast the memory can be read: what bounds the speed of every model on the processor.

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

/// Larger than any cache, so that it is the memory that is measured.
const BYTES: usize = 256 << 20;
/// Enough for a good round on a busy computer, and too short to be noticed.
const LONGEST: Duration = Duration::from_millis(350);

/// Bytes per second read by `threads` threads together; the best of as many rounds as fit into a third of a second.
/// `None` where the memory for it cannot be had.
#[must_use]
pub fn measure_bandwidth(threads: usize) -> Option<u64> {
    let threads = threads.max(1);
    let mut words: Vec<u64> = Vec::new();
    words.try_reserve_exact(BYTES / size_of::<u64>()).ok()?;
    words.resize(BYTES / size_of::<u64>(), 1);
    let began = Instant::now();
    let mut best = Duration::MAX;
    while best == Duration::MAX || began.elapsed() + best < LONGEST {
        best = best.min(round(&words, threads));
    }
    let per_second = BYTES as f64 / best.as_secs_f64();
    // A float of this size is exact enough, and never negative.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    Some(per_second as u64)
}

fn round(words: &[u64], threads: usize) -> Duration {
    let began = Instant::now();
    thread::scope(|scope| {
        for part in words.chunks(words.len().div_ceil(threads)) {
            scope.spawn(move || black_box(sum(part)));
        }
    });
    began.elapsed()
}

/// Eight sums side by side, so that additions do not wait for each other.
fn sum(words: &[u64]) -> u64 {
    let mut sums = [0_u64; 8];
    for eight in words.chunks_exact(8) {
        for (sum, word) in sums.iter_mut().zip(eight) {
            *sum = sum.wrapping_add(*word);
        }
    }
    sums.iter().fold(0, |all, sum| all.wrapping_add(*sum))
}

#[cfg(test)]
mod tests {
    use super::measure_bandwidth;
    use std::time::Instant;

    #[test]
    fn memory_is_faster_than_a_disk_and_slower_than_a_cache() {
        let began = Instant::now();
        let bandwidth = measure_bandwidth(2).unwrap();
        println!("{:.1} GB/s in {:.0?}", bandwidth as f64 / 1e9, began.elapsed());
        assert!((1 << 28..1 << 42).contains(&bandwidth), "{bandwidth} bytes per second");
    }
}
