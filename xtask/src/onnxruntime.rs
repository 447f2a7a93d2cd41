//! `cargo xtask onnxruntime`: the libraries of ONNX Runtime, which programs look for in the folder `onnxruntime` beside
//! themselves. They are fetched with npm, from whichever registry it asks, and are what was pinned here or not used. That
//! for the processor is another: see `processor`.

use std::path::{Path, PathBuf};

use crate::processor::{self, Need};
use crate::shell::{self, Result, command};
use crate::wheel::Wheel;
use crate::{cargo, folder, integrity, npm};

/// One package with the libraries of every platform.
const PACKAGE: &str = "onnxruntime-node@1.30.0";
/// What `npm view onnxruntime-node@1.30.0 dist.integrity` says.
const INTEGRITY: &str =
    "sha512-twhs1C2C/BFkz1yc5OY0KIU2GUq6DURO7hD4bx5Q2Qy3nAMJwRXW8xU3NVczE29VA9lolLOYepoD8fjTGOfIqw==";

/// A kind of computer, and the libraries that it needs: never those that bind them to Node.js.
pub(crate) struct Platform {
    pub(crate) name: &'static str,
    /// Where they lie in the package.
    folder: &'static str,
    /// Their names and their SHA-256.
    libraries: &'static [(&'static str, &'static str)],
    /// What its library for the processor is taken from.
    processor: Wheel,
}

/// Every kind of computer that the program is for.
pub(crate) const PLATFORMS: &[Platform] = &[
    Platform {
        name: "windows-x64",
        folder: "package/bin/napi-v6/win32/x64",
        libraries: &[
            ("onnxruntime.dll", "508c362f5673483dd3a086379c392795b2e42d10d5e6f3f90ebd7ac21c97af67"),
            ("DirectML.dll", "234e8898778cdec88d3cb0539508273494082812c968699f3de665a018971625"),
            ("dxcompiler.dll", "593d42df78c7f9cbd97c1374af107cfe20985759f98b77afc1448fe41ee3cc76"),
            ("dxil.dll", "cf9a3981263f8ec30c9905d136eeaf4b4573209c602198671b958ec86905dea8"),
        ],
        processor: processor::package(
            "win_amd64",
            processor::WINDOWS,
            "efe7456952c243a05a53d5b8732953625144642c2f3989094277f6217f0c0c40",
        ),
    },
    Platform {
        name: "windows-arm64",
        folder: "package/bin/napi-v6/win32/arm64",
        libraries: &[
            ("onnxruntime.dll", "6c3a2abf5c6aca11c48a0d338a91af309f2266f25ce2e4084e6a87bbcb0fbfd0"),
            ("DirectML.dll", "aaf72a9d55aa123e0708d957d30dd4fbeb7a2e335ec6257ed5ff4261a402b9ee"),
            ("dxcompiler.dll", "442a995492579e1048cf1f05a86ab00f476c46b7f9d0996e588884040a543bbe"),
            ("dxil.dll", "859b6d638c5ca3df39e9cab2a602cb0f63d0e63d750f84bb2a9ec9031319b73e"),
        ],
        processor: processor::package(
            "win_arm64",
            processor::WINDOWS,
            "64d394c69d561af3efd4d4f49dcac8f11d0ce135a20701c16d53b74056cd4cf8",
        ),
    },
    Platform {
        name: "macos-arm64",
        folder: "package/bin/napi-v6/darwin/arm64",
        // The package has the same file under a second name.
        libraries: &[(
            "libonnxruntime.1.dylib",
            "685d2be5dba1309c89d3a5324b7fd06a5c42f1a61bfea32d14c4cc28d072121d",
        )],
        processor: processor::package(
            "macosx_14_0_arm64",
            processor::MACOS,
            "d52510bbbcc880c13b826f7d75cdf33ac5cf0bb864d960000fc29ce73f0cb83e",
        ),
    },
    Platform {
        name: "linux-x64",
        folder: "package/bin/napi-v6/linux/x64",
        libraries: &[(
            "libonnxruntime.so.1",
            "ffb75a925ba05e47b235bb66e3e3911714a80b328a9c9425539feb204aa32a23",
        )],
        processor: processor::package(
            "manylinux_2_28_x86_64",
            processor::LINUX,
            "99e1074c4b2197accd5073052a465361be17b89c093b8ffb6e6bd8f986c52df8",
        ),
    },
    Platform {
        name: "linux-arm64",
        folder: "package/bin/napi-v6/linux/arm64",
        libraries: &[(
            "libonnxruntime.so.1",
            "1f549d46250b005580b597f4164984aaf75b3bcb9f3aeb07c7f8a8fe60b23c76",
        )],
        processor: processor::package(
            "manylinux_2_28_aarch64",
            processor::LINUX,
            "e36c187006e7a7c8b8d6d57f1a209dd63f52430dca6c282b177718ad6b841054",
        ),
    },
];

impl Platform {
    /// The one of this name.
    pub(crate) fn named(name: &str) -> Result<&'static Self> {
        PLATFORMS.iter().find(|platform| platform.name == name).ok_or_else(|| {
            let names: Vec<_> = PLATFORMS.iter().map(|platform| platform.name).collect();
            format!("There is no ONNX Runtime for {name}, only for {}.", names.join(", "))
        })
    }

    /// That of this computer.
    pub(crate) fn here() -> Result<&'static Self> {
        let arch = match std::env::consts::ARCH {
            "x86_64" => "x64",
            "aarch64" => "arm64",
            other => other,
        };
        Self::named(&format!("{}-{arch}", std::env::consts::OS))
    }

    /// Whether Microsoft's DirectML is among its libraries.
    pub(crate) fn has_directml(&self) -> bool {
        self.libraries.iter().any(|(name, _)| *name == "DirectML.dll")
    }

    /// What a folder with its libraries holds.
    fn contents(&self) -> String {
        let libraries = self.libraries.iter().map(|(name, sha256)| format!("{sha256}  {name}\n"));
        format!("{PACKAGE}\n{}", libraries.collect::<String>())
    }
}

/// The libraries of a platform, on this computer.
pub(crate) struct Libraries {
    platform: &'static Platform,
    folder: PathBuf,
    /// Where that for the processor is, if it is.
    processor: Option<PathBuf>,
}

impl Libraries {
    /// Fetches them, where they are not here yet.
    pub(crate) fn fetched(platform: &'static Platform, need: Need) -> Result<Self> {
        let folder = for_cards(platform)?;
        let processor = processor::fetched(&platform.processor, &folder, need)?;
        Ok(Self { platform, folder, processor })
    }

    /// What a folder with them holds.
    pub(crate) fn contents(&self) -> String {
        let processor = self.processor.as_ref().map(|_| self.platform.processor.contents());
        self.platform.contents() + &processor.unwrap_or_default()
    }

    /// Copies them into a folder.
    pub(crate) fn copy(&self, into: &Path) -> Result {
        for (name, _) in self.platform.libraries {
            folder::copy(&self.folder.join(name), into)?;
        }
        let Some(processor) = &self.processor else { return Ok(()) };
        let into = into.join(processor::FOLDER);
        std::fs::create_dir(&into).map_err(|error| format!("{} cannot be made: {error}", into.display()))?;
        folder::entries(processor)?.iter().try_for_each(|file| folder::copy(file, &into))
    }

    /// Puts them into the folder `onnxruntime` beside programs.
    pub(crate) fn beside(&self, programs: &Path) -> Result {
        folder::holding(&programs.join("onnxruntime"), &self.contents(), |unfinished| self.copy(unfinished))
    }
}

/// Fetches the libraries of a platform for cards, where they are not here yet, and says where they lie.
fn for_cards(platform: &Platform) -> Result<PathBuf> {
    let target = cargo::target()?.join("onnxruntime").join(platform.name);
    folder::holding(&target, &platform.contents(), |unfinished| {
        println!("Fetching ONNX Runtime for {}: 113 MB.", platform.name);
        let pack = ["pack", PACKAGE, "--ignore-scripts", "--silent", "--pack-destination"];
        // What npm has kept will do, and without a network it says so soon.
        let soon = ["--prefer-offline", "--fetch-retries=1", "--fetch-retry-mintimeout=1000"];
        let file = shell::output(npm::npm(&pack).arg(unfinished).args(soon))
            .map_err(|_| format!("npm does not bring {PACKAGE} (`npm pack {PACKAGE}` says why)"))?;
        let file = file.trim();
        // Before anything reads what is in it.
        integrity::check(&unfinished.join(file), INTEGRITY)?;
        // Relative names: some take `C:` for the name of another computer.
        let members = platform.libraries.iter().map(|(name, _)| format!("{}/{name}", platform.folder));
        let depth = format!("--strip-components={}", platform.folder.split('/').count());
        let unpack = ["-xzf".to_owned(), file.to_owned(), depth].into_iter().chain(members);
        shell::run(command("tar", unpack).current_dir(unfinished))?;
        for (name, sha256) in platform.libraries {
            integrity::check(&unfinished.join(name), sha256)?;
        }
        std::fs::remove_file(unfinished.join(file))
            .map_err(|error| format!("{file} cannot be removed: {error}"))
    })?;
    Ok(target)
}

/// Fetches the libraries of the platform of this name.
pub(crate) fn fetch(name: &str) -> Result {
    let libraries = Libraries::fetched(Platform::named(name)?, Need::WherePossible)?;
    println!("They are in {}", libraries.folder.display());
    Ok(())
}

/// Puts this computer's libraries beside the programs that cargo builds.
pub(crate) fn prepare(need: Need) -> Result {
    let libraries = Libraries::fetched(Platform::here()?, need)?;
    let target = cargo::target()?;
    ["debug", "release"].iter().try_for_each(|profile| libraries.beside(&target.join(profile)))
}

#[cfg(test)]
mod tests {
    use super::{Libraries, PLATFORMS, Platform};

    #[test]
    fn platforms_are_found_by_their_names_and_others_are_told_which_there_are() {
        for platform in PLATFORMS {
            assert_eq!(Platform::named(platform.name).map(|found| found.name), Ok(platform.name));
        }
        let problem = Platform::named("macos-x64").err().unwrap();
        assert!(problem.contains("macos-x64") && problem.contains("macos-arm64"), "{problem}");
    }

    #[test]
    fn a_platform_has_the_library_itself_and_nothing_that_binds_it_to_node() {
        for platform in PLATFORMS {
            assert!(platform.libraries[0].0.contains("onnxruntime."), "{}", platform.name);
            for (name, sha256) in platform.libraries {
                assert!(!name.ends_with(".node") && sha256.len() == 64, "{name} of {}", platform.name);
            }
            // The engine looks for it under the same name.
            let processor = &platform.processor;
            assert_eq!(processor.members[0].1, platform.libraries[0].0, "{}", platform.name);
            assert_eq!(processor.sha256.len(), 64, "{}", platform.name);
        }
    }

    #[test]
    fn the_library_for_the_processor_is_beside_programs_once_it_could_be_fetched() {
        let fetched = tempfile::tempdir().unwrap();
        let programs = tempfile::tempdir().unwrap();
        let platform = Platform::named("linux-x64").unwrap();
        std::fs::write(fetched.path().join("libonnxruntime.so.1"), "for cards").unwrap();
        let mut libraries = Libraries { platform, folder: fetched.path().to_owned(), processor: None };
        libraries.beside(programs.path()).unwrap();
        let beside = programs.path().join("onnxruntime");
        assert!(beside.join("libonnxruntime.so.1").exists() && !beside.join("processor").exists());

        let processor = fetched.path().join("processor");
        std::fs::create_dir(&processor).unwrap();
        std::fs::write(processor.join("libonnxruntime.so.1"), "for the processor").unwrap();
        libraries.processor = Some(processor);
        libraries.beside(programs.path()).unwrap();
        let read = |path: &str| std::fs::read_to_string(beside.join(path)).unwrap();
        assert_eq!(read("libonnxruntime.so.1"), "for cards");
        assert_eq!(read("processor/libonnxruntime.so.1"), "for the processor");
    }
}
