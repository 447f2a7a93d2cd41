//! Reading JSON one conversation at a time.

use std::fmt;
use std::io::BufReader;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::chatgpt;
use super::source::{Meter, Text};
use super::taker::Taker;
use crate::export::{ConversationForm, VERSION};
use crate::{Assistant, HistoryError, Result, Unfit};

/// Takes over what a text holds.
pub(super) fn read(text: BufReader<Text<'_>>, taker: &mut Taker<'_>) -> Result<()> {
    let meter = text.get_ref().meter.clone();
    let mut failure = None;
    let mut json = serde_json::Deserializer::from_reader(text);
    let top = Top { taker, failure: &mut failure, meter: &meter };
    let outcome = json.deserialize_any(top).and_then(|()| json.end());
    match (failure, outcome) {
        (Some(error), _) => Err(error),
        (None, Err(error)) => Err(meter.error(error)),
        (None, Ok(())) => Ok(()),
    }
}

/// What is at the top: an array of ChatGPT's conversations, or an object of ours.
struct Top<'a, 'b> {
    taker: &'a mut Taker<'b>,
    // An error that is not the parser's, for the way out through the parser.
    failure: &'a mut Option<HistoryError>,
    meter: &'a Meter,
}

impl Top<'_, '_> {
    fn fail<E: serde::de::Error>(&mut self, error: HistoryError) -> E {
        *self.failure = Some(error);
        E::custom("it cannot be taken over")
    }

    fn unknown<E: serde::de::Error>(&mut self) -> E {
        self.fail(HistoryError::NotAnExport { reason: Unfit::Unknown })
    }
}

impl<'de> Visitor<'de> for Top<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("conversations")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut conversations: A) -> std::result::Result<(), A::Error> {
        while let Some(conversation) = conversations.next_element::<Value>()? {
            self.meter.next();
            if !chatgpt::is_conversation(&conversation) {
                return Err(self.unknown());
            }
            let (form, lost) = chatgpt::form(&conversation);
            self.taker.take(form, lost).map_err(|error| self.fail(error))?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut parts: A) -> std::result::Result<(), A::Error> {
        let mut ours = false;
        while let Some(part) = parts.next_key::<String>()? {
            match part.as_str() {
                "domicile" => {
                    let version: u64 = parts.next_value()?;
                    if version > VERSION {
                        let reason = Unfit::Newer { version };
                        return Err(self.fail(HistoryError::NotAnExport { reason }));
                    }
                    ours = true;
                }
                _ if !ours => return Err(self.unknown()),
                "assistants" => {
                    for assistant in parts.next_value::<Vec<Assistant>>()? {
                        self.taker.assistant(&assistant).map_err(|error| self.fail(error))?;
                    }
                }
                "folders" => {
                    for folder in parts.next_value::<Vec<String>>()? {
                        self.taker.folder(&folder).map_err(|error| self.fail(error))?;
                    }
                }
                "conversations" => parts.next_value_seed(Ours(&mut self))?,
                _ => drop(parts.next_value::<IgnoredAny>()?),
            }
            self.meter.next();
        }
        if ours { Ok(()) } else { Err(self.unknown()) }
    }

    fn visit_str<E: serde::de::Error>(mut self, _: &str) -> std::result::Result<(), E> {
        Err(self.unknown())
    }

    fn visit_bool<E: serde::de::Error>(mut self, _: bool) -> std::result::Result<(), E> {
        Err(self.unknown())
    }

    fn visit_u64<E: serde::de::Error>(mut self, _: u64) -> std::result::Result<(), E> {
        Err(self.unknown())
    }

    fn visit_unit<E: serde::de::Error>(mut self) -> std::result::Result<(), E> {
        Err(self.unknown())
    }
}

/// The conversations in an object of ours.
struct Ours<'a, 'b, 'c>(&'a mut Top<'b, 'c>);

impl<'de> DeserializeSeed<'de> for Ours<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Ours<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array of conversations")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut conversations: A) -> std::result::Result<(), A::Error> {
        while let Some(form) = conversations.next_element::<ConversationForm>()? {
            self.0.meter.next();
            if let Err(error) = self.0.taker.take(form, Vec::new()) {
                return Err(self.0.fail(error));
            }
        }
        Ok(())
    }
}
