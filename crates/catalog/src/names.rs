//! Names of files and folders that come from elsewhere.

/// Names that Windows keeps for itself, whatever follows the dot.
const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// Whether a path of a repository can lie in a model's folder on every system, and nowhere else: no way out of the
/// folder, and nothing that Windows cannot write.
#[must_use]
pub(crate) fn is_plain_path(path: &str) -> bool {
    !path.is_empty() && path.len() < 400 && path.split('/').all(is_plain_name)
}

/// Whether this can be the name of a file or folder on every system.
#[must_use]
pub(crate) fn is_plain_name(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let reserved = RESERVED.iter().any(|reserved| {
        let numbered = reserved.len() == 3 && stem.len() == 4 && stem.ends_with(|c: char| c.is_ascii_digit());
        stem == *reserved && !matches!(*reserved, "com" | "lpt")
            || numbered && stem.starts_with(reserved) && matches!(*reserved, "com" | "lpt")
    });
    !name.is_empty()
        && !name.starts_with('.')
        && !name.ends_with(['.', ' '])
        && !reserved
        && !name.chars().any(|c| c.is_control() || r#"<>:"/\|?*"#.contains(c))
}

#[cfg(test)]
mod tests {
    use super::is_plain_path;

    #[test]
    fn only_what_stays_in_the_folder_and_can_be_written_everywhere_is_taken() {
        for path in
            ["config.json", "a/b/model-00001-of-00002.safetensors", "modèle é.bin", "common.txt", "console"]
        {
            assert!(is_plain_path(path), "{path}");
        }
        for path in [
            "",
            "/a",
            "a//b",
            "../a",
            "a/../b",
            "a/./b",
            ".domicile/plan.json",
            "C:/a",
            "a\\b",
            "a?",
            "aux.txt",
            "COM1",
            "lpt9.bin",
            "a.",
            "a ",
            "a\nb",
            "nul",
        ] {
            assert!(!is_plain_path(path), "{path}");
        }
    }
}
