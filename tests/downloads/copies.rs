//! A model on a USB stick, and models of other programs.

use std::fs;
use std::time::Duration;

use tests::hub::Hub;

use crate::house::{House, MIB, NAME, assert_right, repository};

#[test]
fn a_model_goes_to_a_stick_and_from_there_to_another_computer() {
    let repository = repository(&[60 * MIB, 9 * MIB]);
    let hub = Hub::start([repository.clone()]);
    let (mine, yours) = (House::new(&hub), House::new(&hub));
    mine.pull().well();
    let stick = tempfile::tempdir().unwrap();
    let (export, name) =
        (["models", "export", NAME, stick.path().to_str().unwrap()], stick.path().join(NAME));
    // Pulled out again and again.
    for milliseconds in [10, 20, 40] {
        let mut child = mine.command(&export).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        let _ = child.kill();
        let _ = child.wait();
    }
    mine.run(&export).well();
    assert_right(&name, &repository);
    assert!(!stick.path().join(format!("{NAME}.part")).exists());
    yours.run(&["models", "import", name.to_str().unwrap()]).well();
    assert!(yours.is_ready(&repository));
    // It knows where it is from, so that it can be repaired there too.
    let weights = yours.place().join("model-00002-of-00002.safetensors");
    let mut bytes = fs::read(&weights).unwrap();
    bytes[77] ^= 1;
    fs::write(&weights, &bytes).unwrap();
    assert_eq!(yours.run(&["models", "verify", NAME]).code(), "file_damaged");
    yours.run(&["models", "verify", NAME, "--repair"]).well();
    assert!(yours.is_ready(&repository));
}

#[test]
fn nothing_of_the_same_name_is_written_over() {
    let repository = repository(&[3 * MIB]);
    let hub = Hub::start([repository.clone()]);
    let house = House::new(&hub);
    // A folder that somebody put among the models.
    fs::create_dir_all(house.place()).unwrap();
    fs::write(house.place().join("mine.txt"), "mine").unwrap();
    assert_eq!(house.pull().code(), "model_exists");
    assert_eq!(fs::read_to_string(house.place().join("mine.txt")).unwrap(), "mine");
    fs::remove_dir_all(house.place()).unwrap();
    house.pull().well();
    // A folder of that name on the stick, and another model of that name on the way back.
    let stick = tempfile::tempdir().unwrap();
    let export = ["models", "export", NAME, stick.path().to_str().unwrap()];
    fs::create_dir_all(stick.path().join(NAME)).unwrap();
    assert_eq!(house.run(&export).code(), "model_exists");
    fs::remove_dir(stick.path().join(NAME)).unwrap();
    house.run(&export).well();
    house.run(&export).well();
    let import = ["models", "import", &stick.path().join(NAME).display().to_string()];
    house.run(&import).well();
    let note = house.place().join("domicile.json");
    let text = fs::read_to_string(&note).unwrap();
    fs::write(&note, text.replace("apache-2.0", "another")).unwrap();
    assert_eq!(house.run(&import).code(), "model_exists");
    assert!(house.place().join("config.json").exists());
}

#[test]
fn a_damaged_stick_is_noticed() {
    let repository = repository(&[20 * MIB]);
    let hub = Hub::start([repository.clone()]);
    let (mine, yours) = (House::new(&hub), House::new(&hub));
    mine.pull().well();
    let stick = tempfile::tempdir().unwrap();
    mine.run(&["models", "export", NAME, stick.path().to_str().unwrap()]).well();
    let weights = stick.path().join(NAME).join("model-00001-of-00001.safetensors");
    let mut bytes = fs::read(&weights).unwrap();
    bytes[15_000_000] ^= 1;
    fs::write(&weights, &bytes).unwrap();
    let import = ["models", "import", &stick.path().join(NAME).display().to_string()];
    assert_eq!(yours.run(&import).code(), "download_wrong");
    assert!(!yours.is_ready(&repository));
    bytes[15_000_000] ^= 1;
    fs::write(&weights, &bytes).unwrap();
    yours.run(&import).well();
    assert!(yours.is_ready(&repository));
}

#[test]
fn a_folder_of_another_program_is_taken_over_and_what_does_not_run_is_refused() {
    let hub = Hub::start([]);
    let house = House::new(&hub);
    let checkpoint = tests::checkpoint("small");
    let imported =
        house.run(&["models", "import", checkpoint.to_str().unwrap(), "--name", "Mon Petit"]).well();
    assert_eq!(imported.last("imported")["id"], "mon-petit");
    house.run(&["models", "verify", "mon-petit"]).well();
    let taken = house.run(&["models", "import", checkpoint.to_str().unwrap(), "--name", "mon-petit"]);
    assert_eq!(taken.code(), "model_exists");
    // It runs.
    let inspected = house.run(&["inspect", "--model", "mon-petit", "--tokens", "1,2,3", "--exact"]);
    assert_eq!(inspected.code, Some(0), "{:?}", inspected.error);
    house.run(&["models", "use", "mon-petit"]).well();
    // It answers where none is named, in its random way; and then the guide does again.
    let chat = ["chat", "--prompt", "Bonjour", "--temperature", "0", "--max-tokens", "20"];
    let random = house.run(&chat).well();
    house.run(&["models", "use"]).well();
    let guide = house.run(&chat).well();
    assert_ne!(random.last("reasoning"), guide.last("reasoning"));
    assert!(guide.last("reasoning").as_str().unwrap().starts_with("La question"), "{guide:?}");
    assert_eq!(house.run(&["models", "use", "absent"]).code(), "model_not_found");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    assert_eq!(house.run(&["models", "import", path]).code(), "not_a_model");
    fs::write(folder.path().join("genai_config.json"), r#"{"model": {"type": "phi3"}}"#).unwrap();
    assert_eq!(house.run(&["models", "import", path]).code(), "model_not_conversational");
    fs::write(folder.path().join("genai_config.json"), r#"{"model": {"type": "whisper"}}"#).unwrap();
    assert_eq!(house.run(&["models", "import", path]).code(), "model_unsupported");
}
