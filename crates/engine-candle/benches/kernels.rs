//! `cargo bench -p engine-candle --features bench`: the kernels at the widths of gpt-oss-20b on all threads, and how near
//! they come to what the processor reads and multiplies at best.

#![expect(clippy::print_stdout, reason = "a table is what is asked for")]

use criterion::{Criterion, Throughput};
use engine_candle::bench::Bench;
use serde_json::Value;

fn benches() -> Vec<Bench> {
    let rows = 8 * 2880;
    vec![
        Bench::reading(1 << 30),
        Bench::multiplying(),
        // Four experts and more, so that nothing of it stays in the caches.
        Bench::mxfp4(8 * rows, 2880, 1),
        Bench::int8(4 * rows, 2880, 1),
        Bench::attention(8, 8, 64, 32_768),
        Bench::mxfp4(rows, 2880, 16),
        Bench::mxfp4(rows, 2880, 64),
        Bench::int8(rows, 2880, 512),
    ]
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args().sample_size(20);
    let benches = benches();
    let mut group = criterion.benchmark_group("kernels");
    for bench in &benches {
        let reads = bench.products <= 64 * bench.bytes / 16;
        group.throughput(if reads {
            Throughput::Bytes(bench.bytes)
        } else {
            Throughput::Elements(bench.products)
        });
        group.bench_function(&bench.name, |timing| timing.iter(|| bench.run()));
    }
    group.finish();
    criterion.final_summary();
    table(&benches);
}

/// Shares of the two limits, from the medians that have just been written.
fn table(benches: &[Bench]) {
    let seconds: Option<Vec<f64>> = benches.iter().map(|bench| median(&bench.name)).collect();
    let Some(seconds) = seconds else { return };
    let rate = |amount: u64, seconds: f64| amount as f64 / seconds / 1e9;
    let reading = rate(benches[0].bytes, seconds[0]);
    let multiplying = rate(benches[1].products, seconds[1]);
    println!("limits: {reading:.1} GB/s read, {multiplying:.0} billion products a second\n");
    for (bench, &seconds) in benches.iter().zip(&seconds).skip(2) {
        let (bytes, products) = (rate(bench.bytes, seconds), rate(bench.products, seconds));
        println!(
            "{:<34} {bytes:6.1} GB/s ({:3.0} %) {products:7.1} G products/s ({:3.0} %)",
            bench.name,
            100.0 * bytes / reading,
            100.0 * products / multiplying
        );
    }
}

/// Seconds.
fn median(name: &str) -> Option<f64> {
    // Criterion names its folders after the bench, in plain characters.
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"),
        std::path::PathBuf::from,
    );
    let folder = target.join("criterion/kernels").join(name);
    let estimates = std::fs::read(folder.join("new/estimates.json")).ok()?;
    let estimates: Value = serde_json::from_slice(&estimates).ok()?;
    Some(estimates["median"]["point_estimate"].as_f64()? / 1e9)
}
