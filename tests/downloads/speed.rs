//! How fast a download is, and how fast it is when it may not be.

use std::time::Instant;

use tests::hub::Hub;

use crate::house::{House, MIB, MODEL, repository, total};

#[test]
fn the_speed_limit_holds() {
    let repository = repository(&[60 * MIB]);
    let hub = Hub::start([repository.clone()]);
    let house = House::new(&hub);
    let began = Instant::now();
    house.run(&["models", "pull", MODEL, "--limit", "10"]).well();
    #[expect(clippy::cast_precision_loss)]
    let speed = total(&repository) as f64 / began.elapsed().as_secs_f64();
    println!("{speed:.0} bytes per second of 10,000,000");
    // Listing and checking are in that time too.
    assert!((9.2e6..10.5e6).contains(&speed), "{speed}");
}
