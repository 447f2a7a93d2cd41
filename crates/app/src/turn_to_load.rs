//! Heavy models are loaded one at a time, whichever windows and terminals want one.
//!
//! The lock is a file of the data folder: the system opens it when its holder ends, however it ends. What stands in
//! the file is what is loaded: where it is still there after the computer was started anew, the computer went down in
//! the middle of it, as one does that is asked for more memory than it has.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::ops::ControlFlow;
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::choose::Place;
use crate::data::DataFolder;

const FILE: &str = "loading.lock";
/// How often one looks whether it is one's turn.
const LOOK: Duration = Duration::from_millis(100);

/// What is being loaded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Load {
    #[serde(flatten)]
    pub(crate) place: Place,
    pub(crate) model: String,
    /// [`hardware::booted`].
    pub(crate) booted: Option<u64>,
}

/// A clock that is set moves the time of the start, and a restart takes longer than this.
const SAME_START: u64 = 10;

impl Load {
    /// Whether the computer was started anew between the two.
    fn is_from_before(&self, now: &Self) -> bool {
        matches!((self.booted, now.booted), (Some(then), Some(now)) if then.abs_diff(now) > SAME_START)
    }
}

/// The right to load a heavy model, until it is dropped.
pub(crate) struct TurnToLoad(Option<File>);

impl TurnToLoad {
    /// Waits until nobody else loads; `waiting` is called while somebody does, and may break off: then there is no
    /// turn. Beside it comes what was being loaded when the computer went down.
    ///
    /// Where no file can be locked, nobody is kept waiting.
    pub(crate) fn wait(
        data: &DataFolder,
        load: &Load,
        waiting: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> (Option<Self>, Option<Load>) {
        let Some(mut file) = open(data) else { return (Some(Self(None)), None) };
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) => {
                    if waiting().is_break() {
                        return (None, None);
                    }
                    thread::sleep(LOOK);
                }
                Err(TryLockError::Error(_)) => return (Some(Self(None)), None),
            }
        }
        let mut text = String::new();
        let _ = file.read_to_string(&mut text);
        // What is empty was cleared, and what is half written was not yet loading.
        let unfinished = serde_json::from_str(&text).ok().filter(|then: &Load| then.is_from_before(load));
        let written = serde_json::to_string(load).unwrap_or_default();
        let _ =
            file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(written.as_bytes()));
        let _ = file.sync_all();
        (Some(Self(Some(file))), unfinished)
    }
}

impl Drop for TurnToLoad {
    fn drop(&mut self) {
        if let Some(file) = &self.0 {
            let _ = file.set_len(0);
        }
    }
}

fn open(data: &DataFolder) -> Option<File> {
    let path = data.file(FILE)?;
    let _ = path.parent().map(std::fs::create_dir_all);
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).ok()
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::{Load, TurnToLoad};
    use crate::choose::{Device, Place};
    use crate::data::DataFolder;

    fn load(model: &str) -> Load {
        let place = Place { engine: "candle".to_owned(), device: Device::Cpu, gpu: None, driver: None };
        Load { place, model: model.to_owned(), booted: Some(1_000_000) }
    }

    #[test]
    fn one_loads_and_the_others_wait_or_give_up() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::at(folder.path());
        let (loading, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let (turn, _) = TurnToLoad::wait(&data, &load("one"), &mut || ControlFlow::Continue(()));
                    most.fetch_max(loading.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    thread::sleep(Duration::from_millis(20));
                    loading.fetch_sub(1, Ordering::SeqCst);
                    drop(turn);
                });
            }
        });
        assert_eq!(most.into_inner(), 1);
        let (held, unfinished) = TurnToLoad::wait(&data, &load("one"), &mut || ControlFlow::Continue(()));
        assert!(held.is_some() && unfinished.is_none(), "everybody else has finished");
        let (turn, _) = TurnToLoad::wait(&data, &load("two"), &mut || ControlFlow::Break(()));
        assert!(turn.is_none());
    }

    #[test]
    fn a_load_in_which_the_computer_went_down_is_told_of_once() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::at(folder.path());
        let mut go_on = || ControlFlow::Continue(());
        let unfinished = |then: &Load| {
            std::fs::write(folder.path().join(super::FILE), serde_json::to_string(then).unwrap()).unwrap();
        };
        unfinished(&load("closed by the person"));
        assert_eq!(TurnToLoad::wait(&data, &load("one"), &mut go_on).1, None, "the computer stayed up");
        let huge = Load { booted: Some(900_000), ..load("huge") };
        unfinished(&huge);
        let (turn, unfinished) = TurnToLoad::wait(&data, &load("one"), &mut go_on);
        assert_eq!(unfinished, Some(huge));
        drop(turn);
        assert_eq!(TurnToLoad::wait(&data, &load("one"), &mut go_on).1, None);
    }

    #[test]
    fn where_there_is_no_folder_nobody_waits() {
        let go_on = &mut || ControlFlow::Continue(());
        assert!(TurnToLoad::wait(&DataFolder::default(), &load("one"), go_on).0.is_some());
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(TurnToLoad::wait(&DataFolder::at(file.path()), &load("one"), go_on).0.is_some());
    }
}
