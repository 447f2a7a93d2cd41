//! The licences of the libraries that go with the program: texts of others, which are fetched like the libraries. The
//! package that has the libraries has none; they are in packages of Python's index. None of those has the licence of the
//! DirectX Shader Compiler: LLVM's, under which `dxcompiler.dll` stands, is among the notices of ONNX Runtime, and
//! Microsoft's terms of `dxil.dll` are still to be had. The library for the processor brings its own along: its notices are
//! others, as it is another version.

use std::path::Path;

use crate::onnxruntime::Platform;
use crate::shell::Result;
use crate::wheel::{self, Wheel};

const ONNX_RUNTIME: Wheel = Wheel {
    package: "onnxruntime==1.30.0",
    python: "3.12",
    computer: "win_amd64",
    sha256: "f3501472571f1b1eee50e017851e7929f5ea37312d2d8c2494a19e8fc58b4a38",
    members: &[
        ("onnxruntime/LICENSE", "onnxruntime-LICENSE.txt"),
        ("onnxruntime/ThirdPartyNotices.txt", "onnxruntime-ThirdPartyNotices.txt"),
    ],
};

/// DirectML is Microsoft's own: it may be handed on with a program, for Windows.
const DIRECTML: Wheel = Wheel {
    package: "tensorflow-directml-plugin==0.4.0.dev230202",
    python: "3.10",
    computer: "win_amd64",
    sha256: "77e9c15ed2d3b20f55ad15a7e2354c0ef7843aad2b09dfa979d8dd753b76154e",
    members: &[
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
    wheels(platform).iter().map(Wheel::contents).collect()
}

/// Writes the texts that a platform's libraries ask for into a folder.
pub(crate) fn write(platform: &Platform, into: &Path) -> Result {
    wheel::prepare()?;
    wheels(platform).iter().try_for_each(|wheel| wheel.unpack(into))
}
