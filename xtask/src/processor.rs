//! The library of ONNX Runtime for the processor, in the folder `processor` within that of the libraries for cards. It is
//! a newer one: that for cards computes the experts of gpt-oss ten times slower on a processor, and takes twice the
//! memory. npm has none as new, and Python's index has it for processors only.

use std::path::{Path, PathBuf};

use crate::folder;
use crate::shell::Result;
use crate::wheel::{self, Wheel};

/// Its folder.
pub(crate) const FOLDER: &str = "processor";

/// What is in the package that a platform's is taken from, and what it is called here: the library as that for cards is,
/// and its own licence and notices.
type Members = &'static [(&'static str, &'static str)];

const LICENSE: (&str, &str) = ("onnxruntime/LICENSE", "onnxruntime-LICENSE.txt");
const NOTICES: (&str, &str) = ("onnxruntime/ThirdPartyNotices.txt", "onnxruntime-ThirdPartyNotices.txt");

// The library beside it in the packages is for providers in files of their own, and it does not ask for that one.
pub(crate) const WINDOWS: Members =
    &[("onnxruntime/capi/onnxruntime.dll", "onnxruntime.dll"), LICENSE, NOTICES];
pub(crate) const MACOS: Members =
    &[("onnxruntime/capi/libonnxruntime.1.32.0.dylib", "libonnxruntime.1.dylib"), LICENSE, NOTICES];
pub(crate) const LINUX: Members =
    &[("onnxruntime/capi/libonnxruntime.so.1.32.0", "libonnxruntime.so.1"), LICENSE, NOTICES];

/// The package for one kind of computer.
pub(crate) const fn package(computer: &'static str, members: Members, sha256: &'static str) -> Wheel {
    Wheel { package: "onnxruntime==1.32.0", python: "3.12", computer, sha256, members }
}

/// What becomes of a command without this library.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Need {
    /// It fails, after it has installed what was missing for fetching it.
    Always,
    /// It goes on: the program takes the library for cards instead.
    WherePossible,
}

/// Fetches it into its folder within that of the libraries for cards, where it is not there yet, and says where it lies.
pub(crate) fn fetched(package: &Wheel, libraries: &Path, need: Need) -> Result<Option<PathBuf>> {
    let target = libraries.join(FOLDER);
    let held = folder::holding(&target, &package.contents(), |unfinished| {
        if need == Need::Always {
            wheel::prepare()?;
        }
        package.unpack(unfinished)
    });
    match (held, need) {
        (Ok(()), _) => Ok(Some(target)),
        (Err(problem), Need::Always) => Err(format!("ONNX Runtime for the processor: {problem}")),
        (Err(problem), Need::WherePossible) => {
            println!("gpt-oss in ONNX form will be slow on the processor: {problem}");
            Ok(None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LINUX, Need, fetched, package};

    #[test]
    fn what_cannot_be_had_stops_those_who_need_it() {
        let package = package("manylinux_2_28_x86_64", LINUX, "");
        // No folder can be made within a file.
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(fetched(&package, file.path(), Need::WherePossible), Ok(None));
        let problem = fetched(&package, file.path(), Need::Always).unwrap_err();
        assert!(problem.contains("for the processor"), "{problem}");
    }
}
