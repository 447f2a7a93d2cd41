//! How fast a download is, and how fast it is when it may not be.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use tests::hub::Hub;

use crate::house::{House, MIB, MODEL, belonging, repository, total};

#[test]
fn the_speed_limit_holds() {
    let repository = repository(&[60 * MIB]);
    let hub = Hub::start([repository.clone()]);
    let house = House::new(&hub);
    let began = Instant::now();
    house.run(&["models", "pull", MODEL, "--limit", "10"]).well();
    #[expect(clippy::cast_precision_loss)]
    let speed = total(&repository) as f64 / began.elapsed().as_secs_f64();
    println!("{speed:.0} bytes per second of 10,000,000");
    // Listing and checking are in that time too.
    assert!((9.2e6..10.5e6).contains(&speed), "{speed}");
}

/// `cargo build --release -p cli`, then with `DOMICILE_PROGRAM=$PWD/target/release/domicile`
/// `cargo test --workspace --test downloads -- --ignored --nocapture faster`: needs curl, aria2c and the
/// Python client that hub_client installs. Everybody downloads the same files to the same disk in memory and checks
/// their SHA-256, in turn.
#[test]
#[ignore = "a bench"]
fn who_is_faster() {
    let repository = repository(&[1500 * MIB, 900 * MIB]);
    let hub = Hub::start([repository.clone()]);
    let files: Vec<String> = belonging(&repository).into_iter().map(|file| file.path).collect();
    let mut times = [const { Vec::new() }; 4];
    for _ in 0..3 {
        for (tool, times) in TOOLS.iter().zip(&mut times) {
            let disk = tempfile::tempdir_in("/dev/shm").unwrap();
            let began = Instant::now();
            tool.1(&hub, disk.path(), &files);
            times.push(began.elapsed().as_secs_f64());
        }
    }
    for ((name, _), times) in TOOLS.iter().zip(&mut times) {
        times.sort_by(f64::total_cmp);
        println!("{name:10} {:.2} s in the middle, {:.2} at best", times[1], times[0]);
    }
}

type Tool = (&'static str, fn(&Hub, &Path, &[String]));

const TOOLS: [Tool; 4] = [("domicile", domicile), ("aria2c", aria2c), ("curl", curl), ("hf", hf)];

fn domicile(hub: &Hub, folder: &Path, _: &[String]) {
    House::at(&folder.join("home"), hub).pull().well();
}

fn address(hub: &Hub, file: &str) -> String {
    format!("{}/{MODEL}/resolve/main/{file}", hub.endpoint())
}

/// As a person would: each file, with up to eight connections, compared with its hash.
fn aria2c(hub: &Hub, folder: &Path, files: &[String]) {
    for file in files.iter().filter(|file| *file != "empty.txt") {
        let mut command = Command::new("aria2c");
        command.args(["-q", "-x8", "-s8", "--file-allocation=none", "-d"]).arg(folder);
        if file.ends_with(".safetensors") {
            command.arg(format!("--checksum=sha-256={}", hub.sha256(MODEL, file)));
        }
        run(command.arg(address(hub, file)));
    }
}

fn curl(hub: &Hub, folder: &Path, files: &[String]) {
    for file in files {
        run(Command::new("curl").args(["-sL", "-o"]).arg(folder.join(file)).arg(address(hub, file)));
    }
    sha256sum(folder, files);
}

fn hf(hub: &Hub, folder: &Path, files: &[String]) {
    let mut command = Command::new(tests::target_folder().join("python/venv/bin/hf"));
    command.args(["download", MODEL, "--local-dir"]).arg(folder).args(files);
    command
        .env("HF_ENDPOINT", hub.endpoint())
        .env("HF_HUB_DISABLE_XET", "1")
        .env("HF_HOME", folder.join("cache"));
    run(command.env("HF_HUB_DISABLE_TELEMETRY", "1").stdout(Stdio::null()).stderr(Stdio::null()));
    sha256sum(folder, files);
}

/// What checks what has been downloaded, file by file.
fn sha256sum(folder: &Path, files: &[String]) {
    run(Command::new("sha256sum").args(files).current_dir(folder).stdout(Stdio::null()));
}

fn run(command: &mut Command) {
    let status = command.status().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?}: {status}");
}

/// The same with `memory`: 13 GB to the disk.
#[test]
#[ignore = "a bench"]
fn memory_of_a_large_download() {
    let repository = repository(&[4600 * MIB, 4600 * MIB, 3900 * MIB]);
    let hub = Hub::start([repository.clone()]);
    let house = House::new(&hub);
    let began = Instant::now();
    let mut child = house.start_pull();
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
        peak = line.trim().trim_end_matches(" kB").parse().unwrap_or(peak);
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let seconds = began.elapsed().as_secs_f64();
    assert!(house.place().exists());
    println!("{} bytes in {seconds:.1} s with at most {} MB of memory", total(&repository), peak / 1000);
    assert!(peak < 100_000, "{peak} kB");
}
