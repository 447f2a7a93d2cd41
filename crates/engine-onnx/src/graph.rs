//! What an ONNX file says of its graph, without the weights: <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>.
//!
//! It is looked at before ONNX Runtime sees it: a file is refused in our words, and what a provider is known to
//! compute wrongly is seen before it is computed.

use std::fs::File;
use std::path::{Component, Path, PathBuf};

use engine::{EngineError, Result};
use memmap2::Mmap;
use prost::Message;

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Model {
    #[prost(int64, tag = "1")]
    pub ir_version: i64,
    #[prost(message, optional, tag = "7")]
    pub graph: Option<Graph>,
    #[prost(message, repeated, tag = "8")]
    pub opset_import: Vec<Opset>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Opset {
    #[prost(string, tag = "1")]
    pub domain: String,
    #[prost(int64, tag = "2")]
    pub version: i64,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Graph {
    #[prost(message, repeated, tag = "1")]
    pub node: Vec<Node>,
    #[prost(string, tag = "2")]
    pub name: String,
    #[prost(message, repeated, tag = "5")]
    pub initializer: Vec<Tensor>,
    #[prost(message, repeated, tag = "11")]
    pub input: Vec<Named>,
    #[prost(message, repeated, tag = "12")]
    pub output: Vec<Named>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Node {
    #[prost(string, repeated, tag = "1")]
    pub input: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    pub output: Vec<String>,
    #[prost(string, tag = "3")]
    pub name: String,
    #[prost(string, tag = "4")]
    pub op_type: String,
    #[prost(message, repeated, tag = "5")]
    pub attribute: Vec<Attribute>,
    #[prost(string, tag = "7")]
    pub domain: String,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Attribute {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(float, tag = "2")]
    pub f: f32,
    #[prost(int64, tag = "3")]
    pub i: i64,
    #[prost(bytes = "vec", tag = "4")]
    pub s: Vec<u8>,
    #[prost(message, optional, tag = "5")]
    pub t: Option<Tensor>,
    #[prost(message, optional, boxed, tag = "6")]
    pub g: Option<Box<Graph>>,
    #[prost(int32, tag = "20")]
    pub kind: i32,
}

/// A tensor without its data, which is passed over.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Tensor {
    #[prost(int64, repeated, tag = "1")]
    pub dims: Vec<i64>,
    #[prost(int32, tag = "2")]
    pub data_type: i32,
    #[prost(string, tag = "8")]
    pub name: String,
    #[prost(message, repeated, tag = "13")]
    pub external_data: Vec<Entry>,
    #[prost(int32, tag = "14")]
    pub data_location: i32,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Entry {
    #[prost(string, tag = "1")]
    pub key: String,
    #[prost(string, tag = "2")]
    pub value: String,
}

/// An input or output.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Named {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(message, optional, tag = "2")]
    pub kind: Option<Kind>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Kind {
    #[prost(message, optional, tag = "1")]
    pub tensor: Option<TensorKind>,
}

/// The type of a tensor; its shape is as ONNX Runtime tells it.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct TensorKind {
    #[prost(int32, tag = "1")]
    pub element: i32,
}

impl Named {
    /// A tensor of this element type ([`Tensor::data_type`]) and of any shape.
    pub(crate) fn tensor(name: &str, element: i32) -> Self {
        Self { name: name.to_owned(), kind: Some(Kind { tensor: Some(TensorKind { element }) }) }
    }
}

/// A graph of one node, as a file of its own would hold it.
pub(crate) fn of_one(node: Node, input: Vec<Named>, output: Vec<Named>) -> Vec<u8> {
    let opset = |domain: &str, version| Opset { domain: domain.to_owned(), version };
    let graph = Graph { node: vec![node], name: "one".to_owned(), input, output, ..Graph::default() };
    let opset_import = vec![opset("", 21), opset("com.microsoft", 1)];
    Model { ir_version: 10, graph: Some(graph), opset_import }.encode_to_vec()
}

impl Node {
    /// An attribute that is a whole number.
    pub(crate) fn int(&self, name: &str) -> Option<i64> {
        self.attribute.iter().find(|attribute| attribute.name == name).map(|attribute| attribute.i)
    }

    /// Whether the input of this place is given.
    pub(crate) fn has_input(&self, at: usize) -> bool {
        self.input.get(at).is_some_and(|name| !name.is_empty())
    }
}

/// A graph file that has been looked at.
pub(crate) struct GraphFile {
    /// Its name in the model's folder.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// What it says.
    pub graph: Graph,
    /// Bytes of weights, in it and beside it.
    pub bytes: u64,
    /// The file as it lies there.
    pub content: Mmap,
}

impl GraphFile {
    /// Reads a graph, and looks whether its weights are where it says.
    ///
    /// # Errors
    /// The file is missing, or no graph; weights lie outside the folder, or are missing
    /// or shorter than announced.
    pub(crate) fn open(folder: &Path, name: &str) -> Result<Self> {
        let path = folder.join(inside(name).ok_or_else(|| invalid(name, "it is not in the model's folder"))?);
        let file = File::open(&path).map_err(|error| unreadable(name, error))?;
        // SAFETY: a file that somebody cuts while it is mapped ends the engine's process, which is told as such.
        let content = unsafe { Mmap::map(&file) }.map_err(|error| unreadable(name, error))?;
        let model = Model::decode(&content[..]).map_err(|error| invalid(name, &error.to_string()))?;
        let graph = model.graph.filter(|graph| !graph.node.is_empty());
        let graph = graph.ok_or_else(|| invalid(name, "there is no graph in it"))?;
        let beside = external(folder, name, &graph)?;
        Ok(Self { name: name.to_owned(), path, bytes: content.len() as u64 + beside, graph, content })
    }
}

/// Looks at every tensor whose data is in another file, and gives the bytes of those files.
fn external(folder: &Path, name: &str, graph: &Graph) -> Result<u64> {
    let mut lengths: Vec<(String, u64)> = Vec::new();
    for tensor in tensors(graph) {
        if tensor.data_location != 1 {
            continue;
        }
        let place = Place::of(tensor).ok_or_else(|| {
            invalid(name, &format!("it does not say where the weights {} are", tensor.name))
        })?;
        let known = lengths.iter().find(|(file, _)| *file == place.file).map(|(_, length)| *length);
        let length = match known {
            Some(length) => length,
            None => {
                let path = inside(&place.file).ok_or_else(|| {
                    invalid(name, &format!("it wants weights from outside of its folder: {}", place.file))
                })?;
                let found = std::fs::metadata(folder.join(path));
                let length = found.map_err(|error| unreadable(&place.file, error))?.len();
                lengths.push((place.file.clone(), length));
                length
            }
        };
        let end = place.offset.checked_add(place.length.max(bytes_of(tensor)));
        if end.is_none_or(|end| end > length) {
            let expected = end.unwrap_or(u64::MAX);
            return Err(EngineError::FileTruncated { file: place.file, expected, found: length });
        }
    }
    Ok(lengths.iter().map(|(_, length)| length).sum())
}

/// Every tensor of a graph, and of the graphs within it.
fn tensors(graph: &Graph) -> Vec<&Tensor> {
    let mut all: Vec<&Tensor> = graph.initializer.iter().collect();
    for attribute in graph.node.iter().flat_map(|node| &node.attribute) {
        all.extend(&attribute.t);
        all.extend(attribute.g.iter().flat_map(|graph| tensors(graph)));
    }
    all
}

/// Where the data of a tensor is.
struct Place {
    file: String,
    offset: u64,
    length: u64,
}

impl Place {
    fn of(tensor: &Tensor) -> Option<Self> {
        let value = |key: &str| {
            tensor.external_data.iter().find(|entry| entry.key == key).map(|entry| entry.value.as_str())
        };
        let number = |key: &str| value(key).map_or(Some(0), |text| text.parse().ok());
        Some(Self {
            file: value("location")?.to_owned(),
            offset: number("offset")?,
            length: number("length")?,
        })
    }
}

/// Bytes that a tensor of this type and these dimensions takes; 0 where the type is not known.
fn bytes_of(tensor: &Tensor) -> u64 {
    // TensorProto.DataType, in bits.
    let bits: u64 = match tensor.data_type {
        21..=23 => 4,
        2 | 3 | 9 | 17..=20 => 8,
        4 | 5 | 10 | 16 => 16,
        1 | 6 | 12 => 32,
        7 | 11 | 13 => 64,
        _ => 0,
    };
    let count = tensor.dims.iter().try_fold(1u64, |count, &dim| count.checked_mul(u64::try_from(dim).ok()?));
    count.and_then(|count| count.checked_mul(bits)).map_or(u64::MAX, |bits| bits.div_ceil(8))
}

/// A path that cannot leave the folder.
fn inside(name: &str) -> Option<&Path> {
    let path = Path::new(name);
    let plain = |part: Component| matches!(part, Component::Normal(_) | Component::CurDir);
    // What Windows takes for another folder is none here either.
    (path.components().all(plain) && !name.contains(['\\', ':'])).then_some(path)
}

pub(crate) fn invalid(file: &str, detail: &str) -> EngineError {
    EngineError::FileInvalid { file: file.to_owned(), detail: detail.to_owned() }
}

fn unreadable(file: &str, source: std::io::Error) -> EngineError {
    match source.kind() {
        std::io::ErrorKind::NotFound => EngineError::FileMissing { file: file.to_owned() },
        _ => EngineError::FileUnreadable { file: file.to_owned(), source },
    }
}
