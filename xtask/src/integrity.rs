//! Whether a file that was fetched is the one that is meant.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256, Sha512};

use crate::shell::Result;

/// Refuses a file that is another than the pinned one: `sha512-…` as npm writes it, or a SHA-256 in hexadecimal as
/// Python's index writes it.
pub(crate) fn check(file: &Path, pinned: &str) -> Result {
    let found = if pinned.starts_with("sha512-") {
        format!("sha512-{}", STANDARD.encode(digest::<Sha512>(file)?))
    } else {
        digest::<Sha256>(file)?.iter().map(|byte| format!("{byte:02x}")).collect()
    };
    if found == pinned {
        return Ok(());
    }
    Err(format!(
        "{} is not the file that was pinned, and is not used: it has {found} instead of {pinned}",
        file.display()
    ))
}

fn digest<D: Digest>(path: &Path) -> Result<Vec<u8>> {
    let unreadable = |error| format!("{} cannot be read: {error}", path.display());
    let mut file = File::open(path).map_err(unreadable)?;
    let mut digest = D::new();
    let mut part = vec![0; 1 << 16];
    loop {
        match file.read(&mut part).map_err(unreadable)? {
            0 => return Ok(digest.finalize().to_vec()),
            length => digest.update(&part[..length]),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::check;

    /// SHA-256 and SHA-512 of `abc`, as FIPS 180 gives them.
    const PINNED: [&str; 2] = [
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==",
    ];

    #[test]
    fn a_file_with_one_bit_turned_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("fetched");
        for pinned in PINNED {
            fs::write(&file, b"abc").unwrap();
            assert_eq!(check(&file, pinned), Ok(()));
            fs::write(&file, b"abb").unwrap();
            let problem = check(&file, pinned).unwrap_err();
            assert!(
                problem.contains("not the file that was pinned") && problem.contains(pinned),
                "{problem}"
            );
            assert!(check(&folder.path().join("absent"), pinned).is_err());
        }
    }
}
