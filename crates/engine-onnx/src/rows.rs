//! Graphs as they are published give logits for every token of a prompt. Nobody reads those but the last, and they are
//! a large part of the work: for gpt-oss 579 million products a token, and 800 kB. So a step is put before the last
//! matrix that takes only the rows which are asked for.
//!
//! The file itself is left as it is: ONNX Runtime is given the changed graph from memory, and the folder for the weights.

use std::ops::Range;

use crate::graph::{Graph, Node};
use crate::wire::{Field, fields, push};

/// The input that names the rows: int32, one dimension.
pub(crate) const ROWS: &str = "domicile.rows";
const TAKEN: &str = "domicile.taken";

/// A graph with weights of its own inside is not copied for this.
const LARGEST: usize = 256 << 20;

// Numbers of fields in onnx.proto.
const MODEL_GRAPH: u32 = 7;
const GRAPH_NODE: u32 = 1;
const GRAPH_INPUT: u32 = 11;
const GRAPH_OUTPUT: u32 = 12;
const GRAPH_VALUE_INFO: u32 = 13;
const NODE_INPUT: u32 = 1;
const NODE_OUTPUT: u32 = 2;
const NODE_NAME: u32 = 3;
const NODE_OP_TYPE: u32 = 4;
const NODE_ATTRIBUTE: u32 = 5;
const VALUE_NAME: u32 = 1;
const VALUE_TYPE: u32 = 2;

/// The graph file with the input [`ROWS`]; `None` where its end is not of a kind that is known.
pub(crate) fn only_those_asked_for(bytes: &[u8], graph: &Graph, logits: &str) -> Option<Vec<u8>> {
    if bytes.len() > LARGEST {
        return None;
    }
    let end = End::of(graph, logits)?;
    let model = fields(bytes, 0..bytes.len())?;
    let graph = model.iter().find(|field| field.number == MODEL_GRAPH)?;
    let changed = changed_graph(bytes, graph.content.clone()?, &end, logits)?;
    let mut out = Vec::with_capacity(bytes.len() + 1024);
    out.extend_from_slice(&bytes[..graph.whole.start]);
    push(&mut out, MODEL_GRAPH, &changed);
    out.extend_from_slice(&bytes[graph.whole.end..]);
    Some(out)
}

/// The end of a graph: the last matrix, and what is done to each of its results alone.
struct End {
    /// Place of the last matrix among the nodes.
    matrix: usize,
    /// Names of what comes after it.
    after: Vec<String>,
}

impl End {
    fn of(graph: &Graph, logits: &str) -> Option<Self> {
        let mut wanted = logits;
        let mut after = Vec::new();
        // Soft capping is three steps, a change of type one.
        for _ in 0..8 {
            let at = graph.node.iter().position(|node| node.output.first().is_some_and(|o| o == wanted))?;
            let node = &graph.node[at];
            after.push(wanted.to_owned());
            if is_matrix(node) {
                let only = |name: &String| {
                    graph.node.iter().flat_map(|n| &n.input).filter(|i| *i == name).count() == 1
                };
                return node
                    .output
                    .first()
                    .is_some_and(|out| out == logits || only(out))
                    .then_some(Self { matrix: at, after });
            }
            let alone = matches!(node.op_type.as_str(), "Cast" | "Div" | "Mul" | "Tanh" | "Identity");
            wanted = alone.then_some(node.input.first()?.as_str())?;
        }
        None
    }
}

/// A matrix of weights on the right, applied to each row on the left.
fn is_matrix(node: &Node) -> bool {
    matches!(node.op_type.as_str(), "MatMul" | "MatMulNBits") && node.has_input(0) && node.output.len() == 1
}

fn changed_graph(bytes: &[u8], range: Range<usize>, end: &End, logits: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(range.len() + 1024);
    let mut nodes = 0;
    for field in fields(bytes, range)? {
        let content = || field.content.clone().map(|range| &bytes[range]);
        match field.number {
            GRAPH_NODE => {
                if nodes == end.matrix {
                    let (rows, matrix) = split(bytes, &field)?;
                    push(&mut out, GRAPH_NODE, &rows);
                    push(&mut out, GRAPH_NODE, &matrix);
                } else {
                    push(&mut out, GRAPH_NODE, content()?);
                }
                nodes += 1;
            }
            // What is said of the shape of these is no longer so; it is found out anew.
            GRAPH_VALUE_INFO if end.after.iter().any(|name| is_named(content(), name)) => {}
            GRAPH_OUTPUT if is_named(content(), logits) => {
                push(&mut out, GRAPH_OUTPUT, &shapeless(content()?)?)
            }
            _ => out.extend_from_slice(&bytes[field.whole.clone()]),
        }
    }
    push(&mut out, GRAPH_INPUT, &rows_input());
    Some(out)
}

/// The step that takes the rows, and the matrix after it.
fn split(bytes: &[u8], node: &Field) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut matrix = Vec::new();
    let mut all = None;
    for field in fields(bytes, node.content.clone()?)? {
        if field.number == NODE_INPUT && all.is_none() {
            all = field.content;
            push(&mut matrix, NODE_INPUT, TAKEN.as_bytes());
        } else {
            matrix.extend_from_slice(&bytes[field.whole.clone()]);
        }
    }
    let mut rows = Vec::new();
    push(&mut rows, NODE_INPUT, &bytes[all?]);
    push(&mut rows, NODE_INPUT, ROWS.as_bytes());
    push(&mut rows, NODE_OUTPUT, TAKEN.as_bytes());
    push(&mut rows, NODE_NAME, TAKEN.as_bytes());
    push(&mut rows, NODE_OP_TYPE, b"Gather");
    // axis = 1, of the type INT.
    let mut axis = Vec::new();
    push(&mut axis, 1, b"axis");
    axis.extend([3 << 3, 1, 0xa0, 0x01, 2]);
    push(&mut rows, NODE_ATTRIBUTE, &axis);
    Some((rows, matrix))
}

fn is_named(value: Option<&[u8]>, name: &str) -> bool {
    value.and_then(|value| {
        let name_field =
            fields(value, 0..value.len())?.into_iter().find(|field| field.number == VALUE_NAME)?;
        Some(&value[name_field.content?] == name.as_bytes())
    }) == Some(true)
}

/// An output of the same name and element type, whose shape is not said.
fn shapeless(value: &[u8]) -> Option<Vec<u8>> {
    let all = fields(value, 0..value.len())?;
    let kind = all.iter().find(|field| field.number == VALUE_TYPE)?.content.clone()?;
    let tensor = fields(value, kind)?.into_iter().find(|field| field.number == 1)?.content?;
    let element = fields(value, tensor)?.into_iter().find(|field| field.number == 1)?;
    let name = all.iter().find(|field| field.number == VALUE_NAME)?.content.clone()?;
    let mut kind = Vec::new();
    push(&mut kind, 1, &value[element.whole]);
    let mut out = Vec::new();
    push(&mut out, VALUE_NAME, &value[name]);
    push(&mut out, VALUE_TYPE, &kind);
    Some(out)
}

/// int32 of one dimension, `rows`.
fn rows_input() -> Vec<u8> {
    let (mut dim, mut shape, mut kind, mut value) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    push(&mut dim, 2, b"rows");
    push(&mut shape, 1, &dim);
    // elem_type = INT32.
    let mut tensor = vec![1 << 3, 6];
    push(&mut tensor, 2, &shape);
    push(&mut kind, 1, &tensor);
    push(&mut value, VALUE_NAME, ROWS.as_bytes());
    push(&mut value, VALUE_TYPE, &kind);
    value
}
