//! Exact arithmetic: matrices of few bits name the precision of what they are applied to, and published graphs name int8.
//! Without that name it is float32.

use crate::wire::{fields, push};

// Numbers of fields in onnx.proto.
const MODEL_GRAPH: u32 = 7;
const GRAPH_NODE: u32 = 1;
const NODE_OP_TYPE: u32 = 4;
const NODE_ATTRIBUTE: u32 = 5;
const ATTRIBUTE_NAME: u32 = 1;

/// A graph file whose matrices are applied to float32; `None` where it is none.
pub(crate) fn in_float32(model: &[u8]) -> Option<Vec<u8>> {
    rewritten(model, MODEL_GRAPH, |graph| {
        rewritten(graph, GRAPH_NODE, |node| {
            let is_matrix = text(node, NODE_OP_TYPE)? == b"MatMulNBits";
            if is_matrix { without_precision(node) } else { Some(node.to_vec()) }
        })
    })
}

/// A message in which each field of this number is another one.
fn rewritten(message: &[u8], number: u32, change: impl Fn(&[u8]) -> Option<Vec<u8>>) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(message.len());
    for field in fields(message, 0..message.len())? {
        match field.content {
            Some(content) if field.number == number => push(&mut out, number, &change(&message[content])?),
            _ => out.extend_from_slice(&message[field.whole]),
        }
    }
    Some(out)
}

fn without_precision(node: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(node.len());
    for field in fields(node, 0..node.len())? {
        let named = field.content.clone().filter(|_| field.number == NODE_ATTRIBUTE);
        let name = named.and_then(|attribute| text(&node[attribute], ATTRIBUTE_NAME));
        if name != Some(b"accuracy_level") {
            out.extend_from_slice(&node[field.whole]);
        }
    }
    Some(out)
}

/// The first text of this number.
fn text(message: &[u8], number: u32) -> Option<&[u8]> {
    let field = fields(message, 0..message.len())?.into_iter().find(|field| field.number == number)?;
    Some(&message[field.content?])
}
