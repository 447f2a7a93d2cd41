//! A download whose program is killed again and again.

use std::fs;
use std::time::Duration;

use rand::{Rng as _, SeedableRng as _};
use tests::hub::{Fault, Hub};

use crate::house::{House, MIB, repository, total};

/// How often it is killed.
const KILLS: u32 = 200;
/// What the line brings in a second.
const LINE: u64 = 40 * MIB;

#[test]
fn killed_two_hundred_times_it_goes_on_where_it_was() {
    let repository = repository(&[700 * MIB, 500 * MIB + 12_345, 400 * MIB]);
    let total = total(&repository);
    let hub = Hub::start([repository.clone()]);
    hub.misbehave(Fault::Slow { bytes_per_second: LINE });
    let house = House::new(&hub);
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(7);
    let mut kills = 0;
    while kills < KILLS {
        let mut child = house.start_pull();
        // Nearly all of them in the middle of fetching, some while it starts and while it lists.
        let most = total * 1000 / LINE / u64::from(KILLS);
        std::thread::sleep(Duration::from_millis(random.random_range(5..most.max(6))));
        let over = child.try_wait().unwrap().is_some();
        let _ = child.kill();
        let _ = child.wait();
        if over {
            break;
        }
        kills += 1;
        assert!(!house.place().exists(), "nothing is in the place of a model before it is ready");
    }
    house.pull().well();
    assert!(house.is_ready(&repository));
    let listed: u64 = hub.requests().iter().filter(|r| !r.path.contains("/cdn/")).map(|r| r.sent).sum();
    let fetched = hub.body_bytes() - listed;
    #[expect(clippy::cast_precision_loss)]
    let twice = fetched as f64 / total as f64 - 1.0;
    println!("{kills} kills, {total} bytes, {:.3} % of them twice", twice * 100.0);
    assert_eq!(kills, KILLS, "it was over before");
    assert!(twice <= 0.01, "{:.3} % came twice", twice * 100.0);
    assert!(!house.part().exists());
}

#[test]
fn after_a_power_cut_only_what_was_on_the_disk_counts() {
    let repository = repository(&[90 * MIB]);
    let hub = Hub::start([repository.clone()]);
    hub.misbehave(Fault::Slow { bytes_per_second: 20 * MIB });
    let house = House::new(&hub);
    let mut child = house.start_pull();
    std::thread::sleep(Duration::from_millis(2500));
    child.kill().unwrap();
    child.wait().unwrap();
    // The computer went down: what was on its way to the disk is lost, here overwritten, and it starts anew.
    let plan = house.part().join(".domicile/plan.json");
    let text = fs::read_to_string(&plan).unwrap();
    let (before, after) = text.split_once("\"booted\":").unwrap();
    let after = after.trim_start_matches(|c: char| c.is_ascii_digit());
    fs::write(&plan, format!("{before}\"booted\":1000{after}")).unwrap();
    let weights = house.part().join("model-00001-of-00001.safetensors");
    let size = fs::metadata(&weights).unwrap().len();
    fs::write(&weights, vec![0; usize::try_from(size).unwrap()]).unwrap();
    hub.behave();
    house.pull().well();
    assert!(house.is_ready(&repository));
}
