//! Function tools in the TypeScript-like notation of the format.
//!
//! openai-harmony's output is followed line by line, with two exceptions: every line of a description gets its comment
//! sign, and a function whose schema has no properties takes nothing (as in gpt-oss's chat template).

use std::fmt::Write as _;

use serde_json::Value;

use crate::FunctionTool;

/// One function's declaration.
pub(super) fn function(tool: &FunctionTool) -> String {
    let mut text = comment("", &tool.description);
    let properties = tool.parameters.as_ref().and_then(|p| p.get("properties")).and_then(Value::as_object);
    let argument = match &tool.parameters {
        Some(schema) if properties.is_some_and(|p| !p.is_empty()) => format!("_: {}", type_of(schema, "")),
        _ => String::new(),
    };
    text += &format!("type {} = ({argument}) => any;", tool.name);
    text
}

fn type_of(schema: &Value, indent: &str) -> String {
    if let Some(variants) = schema.get("oneOf").and_then(Value::as_array) {
        return variants
            .iter()
            .map(|v| format!("\n{indent} | {}", variant(v, indent, described(v))))
            .collect();
    }
    match schema.get("type") {
        Some(Value::Array(types)) if !types.is_empty() => {
            let names: Vec<&str> = types.iter().filter_map(Value::as_str).map(number).collect();
            names.join(" | ")
        }
        Some(Value::String(name)) => match name.as_str() {
            "object" => object(schema, indent),
            "array" => match schema.get("items") {
                Some(items) => format!("{}[]", type_of(items, indent)),
                None => "Array<any>".to_owned(),
            },
            "string" => strings(schema),
            "number" | "integer" => "number".to_owned(),
            "boolean" => "boolean".to_owned(),
            _ => "any".to_owned(),
        },
        _ => "any".to_owned(),
    }
}

fn number(name: &str) -> &str {
    if name == "integer" { "number" } else { name }
}

fn strings(schema: &Value) -> String {
    let values = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
    let values: Vec<String> = values.filter_map(Value::as_str).map(|v| format!("\"{v}\"")).collect();
    if values.is_empty() { "string".to_owned() } else { values.join(" | ") }
}

fn object(schema: &Value, indent: &str) -> String {
    let mut text = comment(indent, described(schema).unwrap_or_default());
    text += "{\n";
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .map(|names| names.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    for (name, schema) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let optional = if required.contains(&name.as_str()) { "" } else { "?" };
        text += &property(&format!("{name}{optional}"), schema, indent);
    }
    text + indent + "}"
}

fn property(name: &str, schema: &Value, indent: &str) -> String {
    let mut text = String::new();
    if let Some(title) = schema.get("title").and_then(Value::as_str) {
        text += &comment(indent, title);
        text += &format!("{indent}//\n");
    }
    let variants = schema.get("oneOf").and_then(Value::as_array);
    if variants.is_none() {
        text += &comment(indent, described(schema).unwrap_or_default());
    }
    let examples = schema.get("examples").and_then(Value::as_array).filter(|e| !e.is_empty());
    if let Some(examples) = examples {
        text += &format!("{indent}// Examples:\n");
        for example in examples.iter().filter_map(Value::as_str) {
            text += &format!("{indent}// - \"{example}\"\n");
        }
    }
    let Some(variants) = variants else {
        let value = nullable(schema, type_of(schema, &format!("{indent}    ")));
        text += &format!("{indent}{name}: {value},{}\n", trailing(&[default(schema)]));
        return text;
    };
    // The property's description goes above it, unless its first variant says the same. A variant says its own where
    // the property does not say it already; of the first one the property's description is taken to speak.
    let own = described(schema);
    let above = own.filter(|own| variants.first().and_then(described) != Some(own));
    text += &comment(indent, above.unwrap_or_default());
    text += &default(schema).map(|d| format!("{indent}// {d}\n")).unwrap_or_default();
    text += &format!("{indent}{name}:\n");
    for (at, schema) in variants.iter().enumerate() {
        let description = described(schema).filter(|d| Some(*d) != own && !(at == 0 && above.is_some()));
        let _ = writeln!(text, "{indent} | {}", variant(schema, indent, description));
    }
    text + indent + ",\n"
}

/// One of several types that a value can have, with what there is to say of it behind.
fn variant(schema: &Value, indent: &str, description: Option<&str>) -> String {
    let value = nullable(schema, type_of(schema, &format!("{indent}   ")));
    value + &trailing(&[description.map(str::to_owned), default(schema)])
}

fn nullable(schema: &Value, value: String) -> String {
    let null = schema.get("nullable").and_then(Value::as_bool).unwrap_or(false);
    if null && !value.contains("null") { value + " | null" } else { value }
}

fn described(schema: &Value) -> Option<&str> {
    schema.get("description").and_then(Value::as_str)
}

/// The default as a comment has it: strings quoted, members of an enumeration not.
fn default(schema: &Value) -> Option<String> {
    let value = schema.get("default")?;
    Some(match value.as_str() {
        Some(text) if schema.get("enum").is_some() => format!("default: {text}"),
        Some(text) => format!("default: \"{text}\""),
        None => format!("default: {value}"),
    })
}

fn comment(indent: &str, text: &str) -> String {
    text.lines().map(|line| format!("{indent}// {line}\n")).collect()
}

fn trailing(parts: &[Option<String>]) -> String {
    let said: Vec<String> = parts.iter().flatten().map(|part| part.replace('\n', " ")).collect();
    if said.is_empty() { String::new() } else { format!(" // {}", said.join(" ")) }
}
