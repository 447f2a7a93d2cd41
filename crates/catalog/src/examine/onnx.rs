//! Which weights an ONNX graph names, and how many of them one token uses:
//! <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>, <https://protobuf.dev/programming-guides/encoding>.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;

/// Bytes of the weights of a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Weights {
    /// All of them, wherever they lie.
    pub(crate) all: u64,
    /// Those that are read to write one token: of experts the chosen ones, and of a table no more than a row.
    pub(crate) per_token: u64,
}

// Numbers of fields in onnx.proto.
const MODEL_GRAPH: u64 = 7;
const GRAPH_NODE: u64 = 1;
const GRAPH_INITIALIZER: u64 = 5;
const NODE_INPUT: u64 = 1;
const NODE_OP_TYPE: u64 = 4;
const NODE_ATTRIBUTE: u64 = 5;
const ATTRIBUTE_NAME: u64 = 1;
const ATTRIBUTE_INT: u64 = 3;
const TENSOR_DIMS: u64 = 1;
const TENSOR_TYPE: u64 = 2;
const TENSOR_NAME: u64 = 8;

/// Names, operators and the like are never longer (bytes).
const LONGEST_TEXT: u64 = 4096;
/// No graph has more of anything.
const MOST_FIELDS: u32 = 1 << 24;

/// Reads a graph; the weights themselves are passed over.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] for what is no ONNX file.
pub(crate) fn weights(path: &Path) -> io::Result<Weights> {
    let file = File::open(path)?;
    let end = file.metadata()?.len();
    read(BufReader::new(file), end)
}

fn read(file: impl Read + Seek, end: u64) -> io::Result<Weights> {
    let mut reader = Reader { file, at: 0, fields: 0 };
    let mut graph = None;
    while let Some(field) = reader.field(end)? {
        match field {
            (MODEL_GRAPH, Content::Long(end)) => graph = Some(reader.graph(end)?),
            (_, content) => reader.pass(content)?,
        }
    }
    graph.ok_or_else(|| invalid("there is no graph in it")).map(|graph: Graph| graph.weights())
}

#[derive(Default)]
struct Graph {
    tensors: Vec<Tensor>,
    nodes: Vec<Node>,
}

#[derive(Default)]
struct Tensor {
    name: String,
    dims: Vec<u64>,
    kind: u64,
}

#[derive(Default)]
struct Node {
    operator: String,
    inputs: Vec<String>,
    /// The attribute `k`: experts for each token.
    chosen: Option<u64>,
}

impl Graph {
    fn weights(&self) -> Weights {
        let mut users: HashMap<&str, Vec<&Node>> = HashMap::new();
        for node in &self.nodes {
            node.inputs.iter().for_each(|input| users.entry(input).or_default().push(node));
        }
        let (mut all, mut per_token) = (0, 0);
        for tensor in &self.tensors {
            let bytes = tensor.bytes();
            let nodes = users.get(tensor.name.as_str()).map_or(&[][..], Vec::as_slice);
            all += bytes;
            // What several use is read whole where one of them does.
            per_token += nodes.iter().map(|node| node.part(tensor, bytes)).max().unwrap_or(0);
        }
        Weights { all, per_token }
    }
}

impl Node {
    /// Bytes of a tensor that one token makes this operator read.
    fn part(&self, tensor: &Tensor, bytes: u64) -> u64 {
        let rows = tensor.dims.first().copied().unwrap_or(1).max(1);
        match self.operator.as_str() {
            "Gather" | "GatherBlockQuantized" => bytes / rows,
            // Angles of every position.
            "GroupQueryAttention" | "RotaryEmbedding" if tensor.dims.len() == 2 => bytes / rows,
            "QMoE" | "MoE" => bytes / rows * self.chosen.unwrap_or(1).min(rows),
            _ => bytes,
        }
    }
}

impl Tensor {
    fn bytes(&self) -> u64 {
        // TensorProto.DataType, in bits.
        let bits = match self.kind {
            21..=23 => 4,
            2 | 3 | 9 | 17..=20 => 8,
            4 | 5 | 10 | 16 => 16,
            1 | 6 | 12 => 32,
            7 | 11 | 13 => 64,
            _ => 0,
        };
        let count = self.dims.iter().fold(1u64, |count, dim| count.saturating_mul(*dim));
        count.saturating_mul(bits).div_ceil(8).min(MOST_BYTES)
    }
}

/// No tensor is larger; so that no sum overflows.
const MOST_BYTES: u64 = 1 << 38;

/// What a field holds: a number, or what lies before this place of the file.
enum Content {
    Number(u64),
    Long(u64),
}

/// A file that is read once, from its beginning to its end.
struct Reader<F> {
    file: F,
    at: u64,
    fields: u32,
}

impl<F: Read + Seek> Reader<F> {
    /// The next field of a message that ends at `end`: its number, and what it holds.
    fn field(&mut self, end: u64) -> io::Result<Option<(u64, Content)>> {
        if self.at >= end {
            return if self.at == end { Ok(None) } else { Err(invalid("a field that does not end")) };
        }
        self.fields += 1;
        if self.fields > MOST_FIELDS {
            return Err(invalid("more fields than a graph has"));
        }
        let key = self.varint()?;
        let content = match key & 7 {
            0 => Content::Number(self.varint()?),
            1 => Content::Long(self.at + 8),
            2 => {
                let length = self.varint()?;
                Content::Long(self.at.saturating_add(length))
            }
            5 => Content::Long(self.at + 4),
            _ => return Err(invalid("a kind of field that is not known")),
        };
        match content {
            Content::Long(its) if its > end => Err(invalid("a field that does not end")),
            content => Ok(Some((key >> 3, content))),
        }
    }

    fn varint(&mut self) -> io::Result<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let mut byte = [0];
            self.file.read_exact(&mut byte)?;
            self.at += 1;
            value |= u64::from(byte[0] & 0x7f) << shift;
            if byte[0] < 0x80 {
                return Ok(value);
            }
        }
        Err(invalid("a number that does not end"))
    }

    fn pass(&mut self, content: Content) -> io::Result<()> {
        let Content::Long(end) = content else { return Ok(()) };
        let ahead = i64::try_from(end - self.at).map_err(|_| invalid("a length beyond all measure"))?;
        self.file.seek_relative(ahead)?;
        self.at = end;
        Ok(())
    }

    fn text(&mut self, end: u64) -> io::Result<String> {
        let length = end - self.at;
        if length > LONGEST_TEXT {
            return Err(invalid("a name longer than any"));
        }
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
        self.file.read_exact(&mut bytes)?;
        self.at = end;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn graph(&mut self, end: u64) -> io::Result<Graph> {
        let mut graph = Graph::default();
        while let Some(field) = self.field(end)? {
            match field {
                (GRAPH_NODE, Content::Long(end)) => graph.nodes.push(self.node(end)?),
                (GRAPH_INITIALIZER, Content::Long(end)) => graph.tensors.push(self.tensor(end)?),
                (_, content) => self.pass(content)?,
            }
        }
        Ok(graph)
    }

    fn node(&mut self, end: u64) -> io::Result<Node> {
        let mut node = Node::default();
        while let Some(field) = self.field(end)? {
            match field {
                (NODE_INPUT, Content::Long(end)) => node.inputs.push(self.text(end)?),
                (NODE_OP_TYPE, Content::Long(end)) => node.operator = self.text(end)?,
                (NODE_ATTRIBUTE, Content::Long(end)) => match self.attribute(end)? {
                    (name, Some(value)) if name == "k" => node.chosen = Some(value),
                    _ => {}
                },
                (_, content) => self.pass(content)?,
            }
        }
        Ok(node)
    }

    fn attribute(&mut self, end: u64) -> io::Result<(String, Option<u64>)> {
        let (mut name, mut value) = (String::new(), None);
        while let Some(field) = self.field(end)? {
            match field {
                (ATTRIBUTE_NAME, Content::Long(end)) => name = self.text(end)?,
                (ATTRIBUTE_INT, Content::Number(number)) => value = Some(number),
                (_, content) => self.pass(content)?,
            }
        }
        Ok((name, value))
    }

    fn tensor(&mut self, end: u64) -> io::Result<Tensor> {
        let mut tensor = Tensor::default();
        while let Some(field) = self.field(end)? {
            match field {
                (TENSOR_NAME, Content::Long(end)) => tensor.name = self.text(end)?,
                (TENSOR_TYPE, Content::Number(kind)) => tensor.kind = kind,
                (TENSOR_DIMS, Content::Number(dim)) => tensor.dims.push(dim),
                // Packed, as newer writers do.
                (TENSOR_DIMS, Content::Long(end)) => {
                    while self.at < end {
                        let dim = self.varint()?;
                        tensor.dims.push(dim);
                    }
                }
                (_, content) => self.pass(content)?,
            }
        }
        Ok(tensor)
    }
}

fn invalid(detail: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, detail)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::path::PathBuf;

    use super::{read, weights};

    fn graph(name: &str) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/onnx").join(name).join("model.onnx")
    }

    #[test]
    fn all_weights_are_the_file_beside_the_graph() {
        for name in ["gpt-oss-int4-cpu", "gpt-oss-fp32-cpu", "llama-int4-cpu", "llama-fp16-webgpu"] {
            let beside = std::fs::metadata(graph(name).with_extension("onnx.data")).unwrap().len();
            let all = weights(&graph(name)).unwrap().all;
            // What is small lies in the graph itself; in the file there may be gaps.
            assert!(all.abs_diff(beside) < 16 << 10, "{name}: {all}, {beside}");
        }
    }

    /// A field that has a length.
    fn long(number: u8, content: &[u8]) -> Vec<u8> {
        [&[number << 3 | 2, u8::try_from(content.len()).unwrap()], content].concat()
    }

    /// float32 of these dimensions.
    fn tensor(name: &str, dims: &[u8]) -> Vec<u8> {
        let dims = dims.iter().flat_map(|dim| [1 << 3, *dim]);
        long(5, &dims.chain([2 << 3, 1]).chain(long(8, name.as_bytes())).collect::<Vec<_>>())
    }

    fn node(operator: &str, inputs: &[&str]) -> Vec<u8> {
        let inputs = inputs.iter().flat_map(|input| long(1, input.as_bytes()));
        let chosen = long(5, &[long(1, b"k"), vec![3 << 3, 2]].concat());
        long(1, &inputs.chain(long(4, operator.as_bytes())).chain(chosen).collect::<Vec<_>>())
    }

    #[test]
    fn of_experts_the_chosen_ones_are_read_and_of_tables_a_row() {
        let graph = [
            node("Gather", &["table"]),
            node("GroupQueryAttention", &["x", "angles"]),
            node("QMoE", &["x", "experts"]),
            node("MatMul", &["x", "matrix"]),
            tensor("table", &[50, 4]),
            tensor("angles", &[100, 2]),
            tensor("experts", &[8, 3, 2]),
            tensor("matrix", &[5, 7]),
            tensor("of nobody", &[9]),
        ];
        let length = graph.concat().len();
        let key = [7 << 3 | 2, (length & 0x7f) as u8 | 0x80, (length >> 7) as u8];
        let file = [&key[..], &graph.concat()].concat();
        let found = read(Cursor::new(&file), file.len() as u64).unwrap();
        assert_eq!(found.all, 4 * (200 + 200 + 48 + 35 + 9));
        assert_eq!(found.per_token, 4 * (4 + 2 + 2 * 6 + 35));
    }

    #[test]
    fn every_cut_is_an_error() {
        let bytes = std::fs::read(graph("llama-int4-dml")).unwrap();
        assert!(read(Cursor::new(&bytes), bytes.len() as u64).is_ok());
        for length in (0..bytes.len()).step_by(97) {
            assert!(read(Cursor::new(&bytes[..length]), length as u64).is_err(), "{length}");
        }
        assert!(read(Cursor::new([0xff; 64]), 64).is_err());
        assert!(read(Cursor::new([]), 0).is_err());
    }
}
