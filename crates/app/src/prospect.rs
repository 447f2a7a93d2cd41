//! How a model would run here, for people.

use catalog::{Entry, Format};
use hardware::Computer;

use crate::choose::{Candidate, Choice, EngineSupport, Experience, Fit, choose};
use crate::{Prospect, Room};

/// The model that people come for.
pub(crate) const RECOMMENDED: &str = "gpt-oss-20b";
/// Tokens of a long conversation.
const CONTEXT: u64 = 8192;

/// How a model would run on a computer, in the form that is downloaded where none is named; `None` where no engine of this version runs it, or where its measures are not
/// known.
pub(crate) fn of(
    entry: &Entry,
    usual: Format,
    computer: &Computer,
    support: &[EngineSupport],
    experience: &Experience,
) -> Option<Prospect> {
    let candidate = Candidate { shape: entry.shape()?.clone(), formats: vec![usual] };
    let choices = choose(computer, &candidate, support, experience, CONTEXT);
    // The best comes first; what a later version could do is not what this one promises.
    let best = choices.iter().find(|choice| choice.obstacle.is_none())?;
    Some(told(entry.id.clone(), computer, best))
}

/// Whether anybody should be advised to download it.
pub(crate) fn is_advisable(prospect: &Prospect) -> bool {
    prospect.room != Room::TooLittle
}

fn told(model: String, computer: &Computer, choice: &Choice) -> Prospect {
    let (room, to_free) = match choice.fit {
        Fit::Fits => (Room::Enough, None),
        Fit::AfterClosing { to_free } => (Room::AfterClosing, Some(to_free)),
        Fit::FromDisk { .. } => (Room::Scarce, None),
        Fit::TooLarge { .. } => (Room::TooLittle, None),
        Fit::Unknown => (Room::Unknown, None),
    };
    Prospect {
        model,
        memory: computer.memory.total,
        card: choice.gpu.as_ref().and(choice.name.clone()),
        room,
        to_free,
        words: choice.speed.map(|speed| speed.words()),
    }
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::Room;
    use crate::choose::{Device, EngineSupport, Experience};
    use catalog::Format;
    use hardware::{Recording, interpret};

    const HERE: &[EngineSupport] = &[candle(Device::Cuda, false), candle(Device::Cpu, true)];

    const fn candle(device: Device, here: bool) -> EngineSupport {
        EngineSupport { engine: "candle", format: Format::Checkpoint, device, here }
    }

    fn room(recording: &str) -> Room {
        let computer = interpret(&Recording::parse(recording).unwrap());
        let entry = catalog::find(super::RECOMMENDED).unwrap();
        let prospect = of(&entry, Format::Checkpoint, &computer, HERE, &Experience::default()).unwrap();
        assert_eq!(prospect.words.is_some(), prospect.room != Room::TooLittle);
        assert_eq!(prospect.card, None, "no card is promised that this version cannot use");
        prospect.room
    }

    #[test]
    fn the_first_screen_says_what_choose_says() {
        assert_eq!(room(include_str!("../../hardware/recordings/windows-rtx4080-16gb.json")), Room::Enough);
        assert_eq!(
            room(include_str!("../../hardware/recordings/windows-16gb-no-gpu.json")),
            Room::AfterClosing
        );
        assert_eq!(room(include_str!("../../hardware/recordings/windows-8gb.json")), Room::TooLittle);
    }
}
