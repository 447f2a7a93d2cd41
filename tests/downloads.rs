//! Downloads against a hub on this computer that misbehaves as networks do, with the program as people have it.

#[path = "downloads/broken.rs"]
mod broken;
#[path = "downloads/catalog.rs"]
mod catalog;
#[path = "downloads/company.rs"]
mod company;
#[path = "downloads/copies.rs"]
mod copies;
#[path = "downloads/front.rs"]
mod front;
#[path = "downloads/house.rs"]
mod house;
#[path = "downloads/kills.rs"]
mod kills;
#[path = "downloads/places.rs"]
mod places;
#[path = "downloads/queue.rs"]
mod queue;
#[path = "downloads/speed.rs"]
mod speed;
#[path = "downloads/whole.rs"]
mod whole;
