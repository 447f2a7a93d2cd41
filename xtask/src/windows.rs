//! `cargo xtask windows`: the program for Windows, built on Linux and run under Wine.
//!
//! Neither rustup's toolchains nor Debian's releases carry a standard library for Windows, and Debian's development
//! branch carries the means to build one. It lives in a folder of its own, into which this program changes its root.

use std::env;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::onnxruntime::{Libraries, Platform};
use crate::processor::Need;
use crate::shell::{self, Result, command, probe};
use crate::{npm, packages};

const TARGET: &str = "x86_64-pc-windows-gnu";
const PACKAGES: &str = "cargo rustc rust-src gcc-mingw-w64-x86-64 g++-mingw-w64-x86-64 wine wine64 xvfb xauth procps \
                        ca-certificates pkg-config gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user";
/// Builds of another compiler must not be mixed with those of this one.
const BUILD_FOLDER: &str = "target/windows";

/// Builds `domicile.exe`, and checks the types of the window on Windows, which cannot be shown under Wine, and of what a
/// Mac is asked, which needs no tools of Apple's.
pub(crate) fn check() -> Result {
    Libraries::fetched(Platform::named("windows-x64")?, Need::Always)?.beside(&root().join(programs()))?;
    inside(&format!(
        "RUSTC_BOOTSTRAP=1 cargo check --locked -Zbuild-std=std,panic_unwind --target aarch64-apple-darwin \
         --target-dir {BUILD_FOLDER} -p hardware -p engine-candle"
    ))?;
    // The window's pages are inside its program.
    npm::install()?;
    npm::build()?;
    inside(&format!(
        "RUSTC_BOOTSTRAP=1 cargo check --locked -Zbuild-std=std,panic_unwind --target {TARGET} \
         --target-dir {BUILD_FOLDER} -p domicile-app"
    ))?;
    inside(&format!(
        "RUSTC_BOOTSTRAP=1 cargo build --locked -Zbuild-std=std,panic_unwind --target {TARGET} \
         --target-dir {BUILD_FOLDER} -p cli -p engine-candle -p hardware -p app"
    ))
}

/// Builds `domicile.exe` and runs it under Wine, after the tests of the engines.
pub(crate) fn windows() -> Result {
    check()?;
    engines()?;
    let script = root().join("tests/windows/wine.sh");
    let script = script.strip_prefix(root()).unwrap_or(&script).display().to_string();
    let mut hub = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--workspace", "--bin", "hub"])
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("the hub does not start: {error}"))?;
    let mut address = String::new();
    if let Some(out) = hub.stdout.take() {
        let _ = BufReader::new(out).read_line(&mut address);
    }
    let program = format!("{}/domicile.exe", programs());
    let result = inside(&format!("xvfb-run -a sh {script} {program} {}", address.trim()));
    // It stops when its standard input ends.
    drop(hub.stdin.take());
    let _ = hub.wait();
    result
}

/// Runs under Wine what the engines are tested with on the processor: the contract, the models that ONNX Runtime
/// GenAI's builder made, damaged files. A Windows processor is this one; its libraries, paths and mapped files are not.
fn engines() -> Result {
    let runner = "CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=wine WINEDEBUG=-all XDG_RUNTIME_DIR=/tmp \
                  WINEPREFIX=/builder/.wine-domicile";
    for tests in ["-p engine-candle --lib", "-p engine-onnx --test processor"] {
        inside(&format!(
            "RUSTC_BOOTSTRAP=1 {runner} cargo test --locked -Zbuild-std=std,panic_unwind --target {TARGET} \
             --target-dir {BUILD_FOLDER} {tests}"
        ))?;
    }
    Ok(())
}

/// Runs the kernels that are written for Arm processors, on one that qemu imitates.
pub(crate) fn arm() -> Result {
    let linker = "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc";
    let runner = "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER=qemu-aarch64";
    inside(&format!(
        "RUSTC_BOOTSTRAP=1 CARGO_PROFILE_DEV_DEBUG=0 {linker} {runner} QEMU_LD_PREFIX=/usr/aarch64-linux-gnu QEMU_CPU=max \
         cargo test --locked -Zbuild-std=std,panic_unwind --target aarch64-unknown-linux-gnu \
         --target-dir {BUILD_FOLDER} -p engine-candle --lib kernels"
    ))
}

/// Where in the repository the programs for Windows are.
fn programs() -> String {
    format!("{BUILD_FOLDER}/{TARGET}/debug")
}

fn root() -> PathBuf {
    shell::root()
}

/// The folder with the other system; outside of `target`, so that nothing that is cleaned up holds a system.
fn system() -> Result<PathBuf> {
    let named = env::var_os("DOMICILE_WINDOWS_SYSTEM").map(PathBuf::from);
    let cached = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".cache")));
    named
        .or_else(|| cached.map(|cache| cache.join("domicile/debian-sid")))
        .ok_or_else(|| "there is no home folder to keep a Debian system in".to_owned())
}

/// Runs a line of shell in the other system, in the repository. Mounts are seen by this command alone, and are gone
/// with it.
fn inside(line: &str) -> Result {
    let system = prepared()?;
    let cargo = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(Path::new(&env::var_os("HOME")?).join(".cargo")));
    let mut script = String::from("set -e; cd /; ");
    script += "mount -t proc proc \"$SYSTEM/proc\"; mount --rbind /dev \"$SYSTEM/dev\"; mkdir -p \"$SYSTEM/domicile\" ";
    script += "\"$SYSTEM/builder/.cargo\"; mount --bind \"$REPOSITORY\" \"$SYSTEM/domicile\"; ";
    if cargo.as_ref().is_some_and(|cargo| cargo.is_dir()) {
        script += "mount --bind \"$CARGO\" \"$SYSTEM/builder/.cargo\"; ";
    }
    script += "exec chroot \"$SYSTEM\" /usr/bin/env -i HOME=/builder PATH=/usr/bin:/bin:/usr/sbin:/sbin LANG=C.UTF-8 \
               sh -c \"cd /domicile && $LINE\"";
    let mut command = command("unshare", ["--mount", "--propagation", "private", "sh", "-c", &script]);
    command.env("SYSTEM", &system).env("REPOSITORY", root()).env("LINE", line);
    if let Some(cargo) = cargo {
        command.env("CARGO", cargo);
    }
    shell::run(&mut command)
}

/// The folder with the other system, made where it is missing.
fn prepared() -> Result<PathBuf> {
    if !cfg!(target_os = "linux") || probe("id", &["-u"]).as_deref() != Some("0") {
        return Err(
            "Building for Windows works on Linux, as root: it changes into another system.".to_owned()
        );
    }
    let system = system()?;
    let ready = system.join("ready");
    // It says what was installed: a longer list installs the rest.
    if fs::read_to_string(&ready).is_ok_and(|installed| installed == PACKAGES) {
        reach_what_this_system_reaches(&system);
        return Ok(system);
    }
    packages::install(&["debootstrap"])?;
    println!("Making a Debian system in {}: about 3 GB.", system.display());
    fs::create_dir_all(&system).map_err(|error| format!("{}: {error}", system.display()))?;
    let folder = system.display().to_string();
    if !system.join("usr/bin/apt-get").exists() {
        shell::run(&mut command("debootstrap", ["--variant=minbase", "sid", &folder, &packages::mirror()?]))?;
    }
    reach_what_this_system_reaches(&system);
    shell::run(&mut chroot(
        &folder,
        &format!(
            "apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends {PACKAGES}"
        ),
    ))?;
    // Once more: the package of certificates brought its own.
    reach_what_this_system_reaches(&system);
    fs::write(&ready, PACKAGES).map_err(|error| format!("{}: {error}", ready.display()))?;
    Ok(system)
}

/// Names, certificates and how apt fetches are this system's. Where it has none, the other needs none.
fn reach_what_this_system_reaches(system: &Path) {
    let copy = |file: &Path| {
        let target = system.join(file.strip_prefix("/").unwrap_or(file));
        let _ = target.parent().map(fs::create_dir_all);
        let _ = fs::copy(file, target);
    };
    copy(Path::new("/etc/resolv.conf"));
    copy(Path::new("/etc/hosts"));
    copy(Path::new("/etc/ssl/certs/ca-certificates.crt"));
    for file in fs::read_dir("/etc/apt/apt.conf.d").into_iter().flatten().flatten() {
        // The others start programs that the new system does not have.
        let text = fs::read_to_string(file.path()).unwrap_or_default();
        if text.lines().all(|line| line.trim().is_empty() || line.starts_with("Acquire::")) {
            copy(&file.path());
        }
    }
}

fn chroot(folder: &str, line: &str) -> Command {
    command("chroot", [folder, "sh", "-c", line])
}
