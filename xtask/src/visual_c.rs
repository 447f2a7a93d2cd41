//! The run-time libraries of Visual C++, which ONNX Runtime for Windows asks for and a fresh Windows may lack. They are
//! Microsoft's: who has a licence of Visual Studio may hand them on with a program, unchanged. They are packed on Windows
//! alone, where Rust takes its linker from there.

use crate::onnxruntime::Platform;
use crate::wheel::Wheel;

/// What whoever packs is told.
pub(crate) const TERMS: &str = "Microsoft's libraries of Visual C++ are packed too: who hands them on with the program \
                                needs a licence of Visual Studio.";

/// Newer than the compiler that made ONNX Runtime, as they must be.
const PACKAGE: &str = "msvc-runtime==14.51.36231";

const X64: Wheel = Wheel {
    package: PACKAGE,
    python: "3.12",
    computer: "win_amd64",
    sha256: "89f70d1a37bb64164cdb09d02dd82d6b1400e1310be2995b4ed5a9f23efe2222",
    members: &[
        ("msvc_runtime-14.51.36231.data/data/Scripts/msvcp140.dll", "msvcp140.dll"),
        ("msvc_runtime-14.51.36231.data/data/Scripts/msvcp140_1.dll", "msvcp140_1.dll"),
        ("msvc_runtime-14.51.36231.data/data/Scripts/msvcp140_atomic_wait.dll", "msvcp140_atomic_wait.dll"),
        ("msvc_runtime-14.51.36231.data/data/Scripts/vcruntime140.dll", "vcruntime140.dll"),
        ("msvc_runtime-14.51.36231.data/data/Scripts/vcruntime140_1.dll", "vcruntime140_1.dll"),
    ],
};

const ARM64: Wheel = Wheel {
    package: PACKAGE,
    python: "3.12",
    computer: "win_arm64",
    sha256: "348e6adaa9a9e3b41fcd6e7bf2990da266d8f5bc6a1aaed9dab201c2c0f2d748",
    // `vcruntime140_1.dll` is for programs of x64 here too.
    members: &[
        ("msvc_runtime-14.51.36231.data/data/Scripts/msvcp140.dll", "msvcp140.dll"),
        ("msvc_runtime-14.51.36231.data/data/Scripts/msvcp140_1.dll", "msvcp140_1.dll"),
        ("msvc_runtime-14.51.36231.data/data/Scripts/msvcp140_atomic_wait.dll", "msvcp140_atomic_wait.dll"),
        ("msvc_runtime-14.51.36231.data/data/Scripts/vcruntime140.dll", "vcruntime140.dll"),
    ],
};

/// The package with those of a platform, which only Windows has.
pub(crate) fn package(platform: &Platform) -> Option<&'static Wheel> {
    match platform.name {
        "windows-x64" => Some(&X64),
        "windows-arm64" => Some(&ARM64),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::package;
    use crate::onnxruntime::PLATFORMS;

    #[test]
    fn windows_has_them_and_only_windows() {
        for platform in PLATFORMS {
            let package = package(platform);
            assert_eq!(package.is_some(), platform.has_directml(), "{}", platform.name);
            for (member, name) in package.iter().flat_map(|package| package.members) {
                assert!(member.ends_with(&format!("/{name}")), "{member} is not {name}");
            }
        }
    }
}
