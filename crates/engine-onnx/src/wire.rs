//! Protocol buffers as they lie in a file: enough to change one part of a message and leave every other byte alone.
//!
//! A typed library drops what its schema does not name; a graph by another maker may hold such things.
//! Encoding: <https://protobuf.dev/programming-guides/encoding>.

use std::ops::Range;

/// A field of a message.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    /// Its number in the schema.
    pub number: u32,
    /// The field with its key.
    pub whole: Range<usize>,
    /// The content alone, where it has a length of its own: a message, a text, bytes.
    pub content: Option<Range<usize>>,
}

/// The fields of a message that lies in `bytes[range]`, in their order; `None` where it is none.
pub(crate) fn fields(bytes: &[u8], range: Range<usize>) -> Option<Vec<Field>> {
    let mut fields = Vec::new();
    let (mut at, end) = (range.start, range.end);
    while at < end {
        let start = at;
        let key = varint(bytes, &mut at, end)?;
        let mut content = None;
        match key & 7 {
            0 => drop(varint(bytes, &mut at, end)?),
            1 => at = at.checked_add(8)?,
            2 => {
                let length = usize::try_from(varint(bytes, &mut at, end)?).ok()?;
                content = Some(at..at.checked_add(length)?);
                at = at.checked_add(length)?;
            }
            5 => at = at.checked_add(4)?,
            _ => return None,
        }
        if at > end {
            return None;
        }
        fields.push(Field { number: u32::try_from(key >> 3).ok()?, whole: start..at, content });
    }
    Some(fields)
}

/// Writes a field that has a length: a message, a text, bytes.
pub(crate) fn push(out: &mut Vec<u8>, number: u32, content: &[u8]) {
    push_varint(out, u64::from(number) << 3 | 2);
    push_varint(out, content.len() as u64);
    out.extend_from_slice(content);
}

fn push_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn varint(bytes: &[u8], at: &mut usize, end: usize) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.get(..end)?.get(*at)?;
        *at += 1;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{fields, push};

    #[test]
    fn what_is_written_is_read() {
        let mut bytes = Vec::new();
        push(&mut bytes, 7, &[1; 300]);
        push(&mut bytes, 2, b"logits");
        // A number and two fixed ones.
        bytes.extend([0x08, 0x96, 0x01, 0x11, 0, 0, 0, 0, 0, 0, 0, 0, 0x1d, 0, 0, 0, 0]);
        let found = fields(&bytes, 0..bytes.len()).unwrap();
        let numbers: Vec<u32> = found.iter().map(|field| field.number).collect();
        assert_eq!(numbers, [7, 2, 1, 2, 3]);
        assert_eq!(&bytes[found[1].content.clone().unwrap()], b"logits");
        assert_eq!(found.last().unwrap().whole.end, bytes.len());
    }

    #[test]
    fn what_ends_too_early_is_no_message() {
        let mut bytes = Vec::new();
        push(&mut bytes, 7, &[1; 300]);
        for end in 1..bytes.len() {
            assert!(fields(&bytes[..end], 0..end).is_none(), "{end}");
        }
        assert!(fields(&[0xff; 20], 0..20).is_none());
    }
}
