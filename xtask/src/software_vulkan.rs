//! Vulkan without a graphics card, for tests of what computes on one: Mesa's lavapipe.

use std::fs;
use std::path::{Path, PathBuf};

use crate::shell::{self, Result, command, output, probe};
use crate::{cargo, folder, packages};

/// Names the file to a test, which gives it to what it tests as `VK_DRIVER_FILES`.
pub(crate) const VARIABLE: &str = "DOMICILE_SOFTWARE_VULKAN";

/// The Debian of which the Mesa is too old: what runs WebGPU refuses it, and takes that of the backports.
const OLD: (&str, &str) = ("12", "bookworm-backports");

const DRIVERS: &str = "mesa-vulkan-drivers";
/// Where a distribution puts the files that name drivers to Vulkan.
const MANIFESTS: &str = "usr/share/vulkan/icd.d";

/// The file that names lavapipe to Vulkan; none where this computer has no such thing.
pub(crate) fn prepare() -> Result<Option<PathBuf>> {
    if let Some(named) = std::env::var_os(VARIABLE) {
        // An empty one leaves those tests out.
        return Ok(Some(named.into()).filter(|named: &PathBuf| !named.as_os_str().is_empty()));
    }
    if !cfg!(target_os = "linux") {
        return Ok(None);
    }
    if !is_old(&fs::read_to_string("/etc/os-release").unwrap_or_default()) {
        packages::install(&["libvulkan1", DRIVERS])?;
        return Ok(manifest(Path::new("/")));
    }
    let system = cargo::target()?.join("lavapipe");
    folder::holding(&system, OLD.1, unpack)?;
    let manifest = manifest(&system);
    manifest.map(Some).ok_or_else(|| format!("{DRIVERS} of {} has no lavapipe", OLD.1))
}

/// Writes down how a single test is given it.
pub(crate) fn say() -> Result {
    match prepare()? {
        Some(manifest) => println!("{VARIABLE}={}", manifest.display()),
        None => println!("There is none here: tests of WebGPU without a graphics card are left out."),
    }
    Ok(())
}

/// Whether a system, by its `os-release`, is that Debian.
fn is_old(release: &str) -> bool {
    let value = |key: &str| {
        let values = release.lines().filter_map(|line| line.split_once('=')).filter(|(name, _)| *name == key);
        values.map(|(_, value)| value.trim_matches('"')).next()
    };
    value("ID") == Some("debian") && value("VERSION_ID") == Some(OLD.0)
}

/// The file that names lavapipe, in a system that begins at a folder.
fn manifest(system: &Path) -> Option<PathBuf> {
    let files = folder::entries(&system.join(MANIFESTS)).unwrap_or_default();
    files.into_iter().find(|file| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("lvp_icd.") && name.ends_with(".json")
    })
}

/// Unpacks Mesa's drivers of the backports into a folder. They are not installed: nothing of this computer changes, and
/// the window is tested with the Mesa that people have.
fn unpack(into: &Path) -> Result {
    println!("Fetching Mesa's lavapipe from {}.", OLD.1);
    let apt = into.join("apt");
    let package = download(&apt)?;
    let package = package.to_string_lossy();
    // What it needs is Debian's own, and mostly here already.
    let needed = output(&mut command("dpkg-deb", ["--field", &package, "Depends"]))?;
    packages::install(&names(&needed))?;
    shell::run(&mut command("dpkg-deb", ["--extract", &package, &into.to_string_lossy()]))?;
    fs::remove_dir_all(&apt).map_err(|error| format!("{} cannot be removed: {error}", apt.display()))?;

    let manifest = manifest(into).ok_or_else(|| format!("there is no lavapipe in {package}"))?;
    let library = library(into).ok_or_else(|| format!("there is no library of lavapipe in {package}"))?;
    let failed = |error| format!("{} cannot be changed: {error}", manifest.display());
    let text = fs::read_to_string(&manifest).map_err(failed)?;
    // It names a library of the system; with a slash, Vulkan takes it as seen from this file.
    let seen = Path::new("../../..").join(library.strip_prefix(into.join("usr")).unwrap_or(&library));
    let text = text.replace("\"libvulkan_lvp.so\"", &format!("\"{}\"", seen.display()));
    fs::write(&manifest, text).map_err(failed)?;
    loads(&library)
}

/// Fetches the package of the backports into a folder; apt is asked with lists of its own there.
fn download(apt: &Path) -> Result<PathBuf> {
    let (sources, lists) = (apt.join("sources.list"), apt.join("lists"));
    let mirror = packages::mirror()?;
    fs::create_dir_all(lists.join("partial"))
        .and_then(|()| fs::write(&sources, format!("deb {mirror} {} main\n", OLD.1)))
        .map_err(|error| format!("{} cannot be made: {error}", apt.display()))?;
    let options = [
        format!("Dir::Etc::SourceList={}", sources.display()),
        "Dir::Etc::SourceParts=/dev/null".to_owned(),
        format!("Dir::State::Lists={}", lists.display()),
        format!("Dir::Cache={}", apt.display()),
        // Another user could not write into this folder.
        "APT::Sandbox::User=root".to_owned(),
    ];
    let drivers = format!("{DRIVERS}/{}", OLD.1);
    for arguments in [&["--quiet", "update"][..], &["--quiet", "download", &drivers]] {
        let options = options.iter().flat_map(|option| ["--option", option]);
        let mut apt_get = command("apt-get", arguments.iter().copied().chain(options));
        shell::run(apt_get.current_dir(apt))?;
    }
    let package =
        folder::entries(apt)?.into_iter().find(|file| file.extension().is_some_and(|end| end == "deb"));
    package.ok_or_else(|| format!("apt-get fetched no {DRIVERS}"))
}

/// The names in a package's list of what it needs.
fn names(needed: &str) -> Vec<&str> {
    needed.split(',').filter_map(|package| package.split_whitespace().next()).collect()
}

/// The library, which lies in a folder that is called after the processor.
fn library(system: &Path) -> Option<PathBuf> {
    let folders = folder::entries(&system.join("usr/lib")).unwrap_or_default();
    folders.into_iter().map(|folder| folder.join("libvulkan_lvp.so")).find(|library| library.exists())
}

/// Whether all that a library asks for is here. Its package asks for a newer libdrm than Debian's, of which it uses
/// nothing new.
fn loads(library: &Path) -> Result {
    let found = probe("ldd", &["-r", &library.display().to_string()]).unwrap_or_default();
    let missing: Vec<_> = found
        .lines()
        .filter(|line| line.contains("not found") || line.contains("undefined symbol"))
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(format!("lavapipe does not load here: {}", missing.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::{is_old, names};

    #[test]
    fn only_debian_12_takes_its_mesa_from_the_backports() {
        assert!(is_old("PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nID=debian\n"));
        assert!(!is_old("VERSION_ID=\"13\"\nID=debian\n"));
        assert!(!is_old("VERSION_ID=\"12\"\nID=other\nID_LIKE=debian\n"));
        assert!(!is_old(""));
    }

    #[test]
    fn the_packages_that_a_package_needs_are_read_without_their_versions() {
        let needed = "libvulkan1, libc6 (>= 2.34), libllvm15 | libllvm16, zlib1g (>= 1:1.1.4)";
        assert_eq!(names(needed), ["libvulkan1", "libc6", "libllvm15", "zlib1g"]);
    }
}
