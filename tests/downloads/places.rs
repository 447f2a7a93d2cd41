//! Folders as people have them: full, far away, with any name, that may not be written.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tests::hub::{Fault, Hub};

use crate::house::{House, MIB, MODEL, NAME, PROGRAM, repository};

#[test]
fn names_with_spaces_accents_and_great_length_are_folders_like_others() {
    let repository = repository(&[5 * MIB]);
    let hub = Hub::start([repository.clone()]);
    let folder = tempfile::tempdir().unwrap();
    let long = "modèles très privés de Zoé 日本語 ".repeat(3);
    let deep = (0..3).fold(folder.path().to_owned(), |path, _| path.join(long.trim()));
    for home in [folder.path().join("C’est à moi, 100 %"), deep] {
        let house = House::at(&home, &hub);
        house.pull().well();
        assert!(house.is_ready(&repository), "{}", home.display());
        house.run(&["models", "verify", NAME]).well();
    }
}

#[test]
#[cfg(unix)]
fn a_folder_that_may_not_be_written_is_named() {
    // Root may write anywhere but on what is mounted to be read.
    let repository = repository(&[MIB]);
    let hub = Hub::start([repository]);
    let script = r#"mount -t tmpfs -o ro none "$1" && exec "$2" models pull "$3" --json"#;
    let folder = tempfile::tempdir().unwrap();
    let run = in_own_mounts(script, folder.path(), &hub).arg(MODEL).output().unwrap();
    let error: serde_json::Value = serde_json::from_slice(&run.stderr).expect("an error");
    assert_eq!(error["error"]["code"], "file_unwritable", "{error}");
}

#[test]
#[cfg(unix)]
fn a_disk_that_is_too_small_is_refused_before_a_byte_is_fetched() {
    let repository = repository(&[50 * MIB]);
    let hub = Hub::start([repository]);
    let script = r#"mount -t tmpfs -o size=40m none "$1" && exec "$2" models pull "$3" --json"#;
    let folder = tempfile::tempdir().unwrap();
    let run = in_own_mounts(script, folder.path(), &hub).arg(MODEL).output().unwrap();
    let error: serde_json::Value = serde_json::from_slice(&run.stderr).expect("an error");
    assert_eq!(error["error"]["code"], "disk_full", "{error}");
    assert!(error["error"]["message"].as_str().unwrap().contains("MB"), "{error}");
    assert!(hub.body_bytes() < 20_000);
}

#[test]
#[cfg(unix)]
fn a_disk_that_fills_on_the_way_is_waited_for() {
    let repository = repository(&[20 * MIB, 20 * MIB]);
    let hub = Hub::start([repository]);
    hub.misbehave(Fault::Slow { bytes_per_second: 20 * MIB });
    // It is killed before room is set aside for the second file, somebody else fills the disk, and later makes room.
    let script = r#"
        mount -t tmpfs -o size=70m none "$1" || exit 90
        "$2" models pull "$3" --json > /dev/null &
        sleep 2
        kill -9 $!
        rm "$1"/models/small-gpt.part/model-00002* || exit 91
        head -c 45000000 /dev/zero > "$1/filler" || exit 92
        ( sleep 3; rm -f "$1/filler" ) &
        exec "$2" models pull "$3" --json"#;
    let folder = tempfile::tempdir().unwrap();
    let run = in_own_mounts(script, folder.path(), &hub).arg(MODEL).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(out.contains("\"disk_full\""), "{out} {err}");
    assert!(out.contains("\"ready\":{"), "{out} {err}");
}

/// The program in mounts of its own, where `$1` is the data folder, `$2` the program and `$3` what follows.
#[cfg(unix)]
fn in_own_mounts(script: &str, folder: &Path, hub: &Hub) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--mount", "--map-root-user", "sh", "-c", script, "sh"]).arg(folder).arg(&*PROGRAM);
    command.env("DOMICILE_HOME", folder).env("HF_ENDPOINT", hub.endpoint()).env("LANG", "en_GB.UTF-8");
    command
}

#[test]
fn the_models_move_to_another_folder_and_back_and_a_broken_move_goes_on() {
    let repository = repository(&[40 * MIB]);
    let hub = Hub::start([repository.clone()]);
    let house = House::new(&hub);
    house.pull().well();
    let other = tempfile::tempdir().unwrap();
    let target = other.path().join("autre disque");
    let arguments = ["models", "move", target.to_str().unwrap()];
    house.run(&arguments).well();
    assert!(!house.place().exists());
    crate::house::assert_right(&target.join(NAME), &repository);
    // It is found where it is now, and so is the next one.
    house.run(&["models", "verify", NAME]).well();
    let home = house.home.join("models");
    house.run(&["models", "move", home.to_str().unwrap()]).well();
    assert!(house.is_ready(&repository));
    // To another disk it is copied, and killed on the way.
    let shm = Path::new("/dev/shm");
    if shm.is_dir() {
        let disk = tempfile::tempdir_in(shm).unwrap();
        let target = disk.path().join("models");
        for milliseconds in [5, 10, 20, 30] {
            let mut child = house.command(&["models", "move", target.to_str().unwrap()]).spawn().unwrap();
            std::thread::sleep(Duration::from_millis(milliseconds));
            let _ = child.kill();
            let _ = child.wait();
        }
        house.run(&["models", "move", target.to_str().unwrap()]).well();
        crate::house::assert_right(&target.join(NAME), &repository);
        fs::remove_dir_all(&target).unwrap();
    }
}
