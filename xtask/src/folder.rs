//! Folders that are whole or not there.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use crate::shell::Result;

/// Makes sure that a folder holds what `contents` names: where it does not yet, it is filled beside its place and renamed,
/// so that an interrupted one is never taken for a whole one.
pub(crate) fn holding(folder: &Path, contents: &str, fill: impl FnOnce(&Path) -> Result) -> Result {
    let failed = |error| format!("{} cannot be made: {error}", folder.display());
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent).map_err(failed)?;
    }
    // It lies beside the folder, in which there is nothing but what it is for.
    let note = folder.with_extension("contents");
    let mut note =
        File::options().read(true).write(true).create(true).truncate(false).open(note).map_err(failed)?;
    // The second of two at the same time finds the folder made.
    note.lock().map_err(failed)?;
    let mut noted = String::new();
    note.read_to_string(&mut noted).map_err(failed)?;
    if noted == contents && folder.is_dir() {
        return Ok(());
    }
    note.set_len(0).map_err(failed)?;
    let unfinished = folder.with_extension("unfinished");
    remove(&unfinished)?;
    fs::create_dir(&unfinished).map_err(failed)?;
    if let Err(problem) = fill(&unfinished) {
        remove(&unfinished)?;
        return Err(problem);
    }
    remove(folder)?;
    fs::rename(&unfinished, folder).map_err(failed)?;
    note.rewind().and_then(|()| note.write_all(contents.as_bytes())).map_err(failed)
}

fn remove(folder: &Path) -> Result {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("{} cannot be removed: {error}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// Copies a file into a folder. Not a link: what packs the program writes over its copies, and would change them all.
pub(crate) fn copy(file: &Path, folder: &Path) -> Result {
    let name = file.file_name().unwrap_or_default();
    fs::copy(file, folder.join(name))
        .map(drop)
        .map_err(|error| format!("{} cannot be copied into {}: {error}", file.display(), folder.display()))
}

/// What lies in a folder, by name.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).and_then(|entries| {
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<std::io::Result<Vec<_>>>()
    });
    let mut entries = entries.map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
    entries.sort();
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::holding;

    #[test]
    fn a_folder_is_filled_once_and_again_when_it_is_to_hold_something_else() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("libraries");
        let mut times = 0;
        for contents in ["one", "one", "two"] {
            holding(&folder, contents, |unfinished| {
                times += 1;
                assert_eq!(fs::read_dir(unfinished).unwrap().count(), 0, "nothing of the last one stays");
                fs::write(unfinished.join(contents), "").map_err(|error| error.to_string())
            })
            .unwrap();
            assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
            assert!(folder.join(contents).exists());
        }
        assert_eq!(times, 2);
        fs::remove_dir_all(&folder).unwrap();
        holding(&folder, "two", |_| Ok(())).unwrap();
        assert!(folder.exists(), "what was taken away is made again");
    }

    #[test]
    fn what_could_not_be_filled_is_not_there() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("libraries");
        let half = |unfinished: &std::path::Path| {
            fs::write(unfinished.join("half"), "").map_err(|error| error.to_string())?;
            Err("the connection was cut".to_owned())
        };
        assert!(holding(&folder, "all", half).is_err());
        assert!(!folder.exists() && !folder.with_extension("unfinished").exists());
        // What was whole before stays until something whole takes its place, and is not taken for that.
        holding(&folder, "old", |_| Ok(())).unwrap();
        assert!(holding(&folder, "all", half).is_err());
        assert!(folder.exists());
        holding(&folder, "all", |unfinished| {
            fs::write(unfinished.join("all"), "").map_err(|e| e.to_string())
        })
        .unwrap();
        assert!(folder.join("all").exists());
    }
}
