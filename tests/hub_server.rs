//! The hub on this computer as a program of its own, for tests on other systems: it writes its address, and stops when
//! its standard input ends.

use std::io::Read as _;

use tests::hub::{Content, Fault, Hub, HubFile, Repository};

fn main() {
    let weights = |number: u64, length| {
        let path = format!("model-{number:05}-of-00002.safetensors");
        HubFile::lfs(path, Content::Generated { seed: number, length })
    };
    let hub = Hub::start([Repository {
        id: "maker/small-gpt".to_owned(),
        revision: "0123456789abcdef0123456789abcdef01234567".to_owned(),
        files: vec![
            HubFile::plain("config.json", &br#"{"model_type": "gpt_oss"}"#[..]),
            weights(1, 70 << 20),
            weights(2, 12_345_678),
        ],
        gated: None,
        licence: Some("apache-2.0".to_owned()),
    }]);
    hub.misbehave(Fault::Slow { bytes_per_second: 20 << 20 });
    println!("{}", hub.endpoint());
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}
