//! Packages of Python's index: fetched with pip, from whichever index it asks, checked before anything reads them, and
//! only what is named is taken out of them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::shell::{self, Result, command, probe};
use crate::{cargo, folder, integrity, packages};

/// The Python of this computer.
const PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };

/// Takes files out of a wheel, which is a zip file: not every `tar` reads one, and Python does.
const TAKE_OUT: &str = "\
import pathlib, sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
for member, name in zip(sys.argv[2::2], sys.argv[3::2]):
    pathlib.Path(name).write_bytes(wheel.read(member))";

/// A package for one kind of computer.
pub(crate) struct Wheel {
    /// Its name and version.
    pub(crate) package: &'static str,
    /// The Python that it is for.
    pub(crate) python: &'static str,
    /// The computer that it is for, as Python's index calls it.
    pub(crate) computer: &'static str,
    pub(crate) sha256: &'static str,
    /// What is taken out of it, and what that is called here.
    pub(crate) members: &'static [(&'static str, &'static str)],
}

impl Wheel {
    /// What a folder with its files holds.
    pub(crate) fn contents(&self) -> String {
        let names = self.members.iter().map(|(_, name)| format!("  {name}\n"));
        format!("{}  {}\n{}", self.sha256, self.package, names.collect::<String>())
    }

    fn names(&self) -> String {
        self.members.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(", ")
    }

    /// Fetches it and puts its files into a folder.
    pub(crate) fn unpack(&self, into: &Path) -> Result {
        let python = python()?;
        println!("Fetching {} for {}: {}.", self.package, self.computer, self.names());
        // In a folder of its own: what the file is called is the index's choice.
        let place = into.join("fetched");
        let quietly = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"];
        // Whatever computer this is: one file, of which the hash is known. Without a network it is said soon.
        let one = ["--only-binary=:all:", "--implementation=cp", "--retries=2"];
        let mut download = command(&python, quietly);
        download.args(one).arg("--platform").arg(self.computer).arg("--python-version").arg(self.python);
        shell::run(download.arg("--dest").arg(&place).arg(self.package))
            .map_err(|_| format!("pip does not bring {} for {}", self.package, self.computer))?;
        let [file] = &folder::entries(&place)?[..] else {
            return Err(format!("{} is not one file", self.package));
        };
        integrity::check(file, self.sha256)?;
        let mut take_out = command(&python, ["-c", TAKE_OUT]);
        take_out.arg(file);
        for (member, name) in self.members {
            take_out.arg(member).arg(into.join(name));
        }
        shell::run(&mut take_out).map_err(|_| format!("{} cannot be unpacked", file.display()))?;
        fs::remove_dir_all(&place).map_err(|error| format!("{} cannot be removed: {error}", place.display()))
    }
}

/// Makes sure of Python and its pip, or says what is missing.
pub(crate) fn prepare() -> Result {
    if python().is_ok() {
        return Ok(());
    }
    if cfg!(target_os = "linux") {
        packages::install(packages::PYTHON)?;
    }
    python().map(drop)
}

/// A Python that has pip. Debian's has none, but brings one into environments of its own.
fn python() -> Result<PathBuf> {
    if probe(PYTHON, &["-m", "pip", "--version"]).is_some() {
        return Ok(PYTHON.into());
    }
    let missing = || format!("{PYTHON} is missing, or its pip and venv (on Debian: python3-venv)");
    let version =
        probe(PYTHON, &["-c", "import ensurepip, sys, venv; print(sys.version)"]).ok_or_else(missing)?;
    let environment = cargo::target()?.join("pip");
    folder::holding(&environment, &version, |unfinished| {
        shell::run(command(PYTHON, ["-m", "venv"]).arg(unfinished))
    })?;
    Ok(environment.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" }))
}
