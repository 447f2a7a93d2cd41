//! The licences of the libraries that go with the program: texts of others, which are fetched like the libraries. The
//! package that has the libraries has none; they are in packages of Python's index. None of those has the licence of the
//! DirectX Shader Compiler: LLVM's, under which `dxcompiler.dll` stands, is among the notices of ONNX Runtime, and
//! Microsoft's terms of `dxil.dll` are still to be had.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::onnxruntime::Platform;
use crate::shell::{self, Result, command, probe};
use crate::{folder, integrity, packages};

const PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };

/// A package with texts, the same for every platform.
struct Wheel {
    /// Its name and version.
    package: &'static str,
    /// The Python that it is for.
    python: &'static str,
    sha256: &'static str,
    /// The texts in it, and what they are called beside the libraries.
    texts: &'static [(&'static str, &'static str)],
}

const ONNX_RUNTIME: Wheel = Wheel {
    package: "onnxruntime==1.30.0",
    python: "3.12",
    sha256: "f3501472571f1b1eee50e017851e7929f5ea37312d2d8c2494a19e8fc58b4a38",
    texts: &[
        ("onnxruntime/LICENSE", "onnxruntime-LICENSE.txt"),
        ("onnxruntime/ThirdPartyNotices.txt", "onnxruntime-ThirdPartyNotices.txt"),
    ],
};

/// DirectML is Microsoft's own: it may be handed on with a program, for Windows.
const DIRECTML: Wheel = Wheel {
    package: "tensorflow-directml-plugin==0.4.0.dev230202",
    python: "3.10",
    sha256: "77e9c15ed2d3b20f55ad15a7e2354c0ef7843aad2b09dfa979d8dd753b76154e",
    texts: &[
        ("tensorflow-plugins/directml/DirectML_LICENSE.txt", "DirectML-LICENSE.txt"),
        ("tensorflow-plugins/directml/DirectML_ThirdPartyNotices.txt", "DirectML-ThirdPartyNotices.txt"),
    ],
};

/// The packages with what a platform's libraries ask for.
fn wheels(platform: &Platform) -> &'static [Wheel] {
    if platform.has_directml() { &[ONNX_RUNTIME, DIRECTML] } else { &[ONNX_RUNTIME] }
}

/// What `write` writes.
pub(crate) fn contents(platform: &Platform) -> String {
    wheels(platform).iter().map(|wheel| format!("{}  {}\n", wheel.sha256, wheel.package)).collect()
}

/// Writes the texts that a platform's libraries ask for into a folder.
pub(crate) fn write(platform: &Platform, into: &Path) -> Result {
    prepare()?;
    wheels(platform).iter().try_for_each(|wheel| texts(wheel, into))
}

fn texts(wheel: &Wheel, into: &Path) -> Result {
    println!("Fetching the licences in {}.", wheel.package);
    // In a folder of its own: what the file is called is the index's choice.
    let place = into.join("fetched");
    let quietly = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--dest"];
    // Whatever computer this is: one file, of which the hash is known.
    let one = ["--only-binary=:all:", "--platform=win_amd64", "--implementation=cp", "--python-version"];
    shell::run(python(&quietly).arg(&place).args(one).args([wheel.python, wheel.package]))?;
    let [file] = &folder::entries(&place)?[..] else {
        return Err(format!("{} is not one file", wheel.package));
    };
    integrity::check(file, wheel.sha256)?;
    for (text, name) in wheel.texts {
        let print =
            "import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))";
        let text = shell::output(python(&["-c", print]).arg(file).arg(text))?;
        let path = into.join(name);
        fs::write(&path, text).map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
    }
    fs::remove_dir_all(&place).map_err(|error| format!("{} cannot be removed: {error}", place.display()))
}

fn python(arguments: &[&str]) -> Command {
    command(PYTHON, arguments)
}

/// Makes sure of Python and its pip, or says what is missing.
fn prepare() -> Result {
    if probe(PYTHON, &["-m", "pip", "--version"]).is_some() {
        return Ok(());
    }
    if cfg!(target_os = "linux") {
        return packages::install(packages::PIP);
    }
    Err("Python with its pip is missing, with which the licences are fetched.".to_owned())
}
