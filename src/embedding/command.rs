//! Messages to an embedded figure: `{ type: "hidden-activity", version: 1, command: …, … }`.

use super::{Chosen, Layer, hidden};
use crate::dataset::Part;

/// The `type` of all messages, to and from a figure.
pub const KIND: &str = "hidden-activity";
/// Their `version`.
pub const VERSION: u32 = 1;
/// A selection has no more observations than this; nor has a picture.
pub const MOST_INDICES: usize = 100_000;

/// A value of a message, as far as messages have any use for it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A string.
    Text(String),
    /// A number.
    Number(f64),
    /// An array of numbers, no longer than [`MOST_INDICES`].
    Numbers(Vec<f64>),
    /// Anything else.
    Other,
}

/// What observations are coloured by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Their class; those that the network is wrong about are triangles.
    Class,
    /// The class that the network predicts.
    Prediction,
    /// How strongly they activate a neuron.
    Activation {
        /// From 0.
        neuron: u32,
        /// Of this hidden layer, from 0; otherwise of the last.
        layer: Option<usize>,
    },
}

/// What a figure is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Select these instead of what is selected.
    Select {
        /// Whose observations; otherwise those that the figure shows.
        part: Option<Part>,
        /// Which.
        chosen: Chosen,
    },
    /// Colour the observations.
    Color(Colour),
    /// Show another epoch or layer.
    GoTo {
        /// After so many epochs.
        epoch: Option<u32>,
        /// Which layer.
        layer: Option<Layer>,
    },
}

/// The command of a message, given its values by name; `None` for a message that is not meant for a
/// figure of ours.
///
/// # Errors
/// What is wrong with a message that is.
pub fn decode(get: &dyn Fn(&str) -> Option<Value>) -> Option<Result<Command, String>> {
    let is_ours = matches!(get("type"), Some(Value::Text(kind)) if kind == KIND);
    is_ours.then(|| command(get))
}

fn command(get: &dyn Fn(&str) -> Option<Value>) -> Result<Command, String> {
    if get("version") != Some(Value::Number(f64::from(VERSION))) {
        return Err(format!("version is {VERSION}"));
    }
    let whole = |name: &str| match get(name) {
        None => Ok(None),
        Some(Value::Number(number)) if is_whole(number) => Ok(Some(number as u32)),
        Some(_) => Err(format!("{name} is a whole number from 0")),
    };
    let text = |name: &str| match get(name) {
        Some(Value::Text(text)) => text,
        _ => String::new(),
    };
    match text("command").as_str() {
        "select" => {
            let part = match (get("part"), text("part").as_str()) {
                (None, _) => None,
                (_, "test") => Some(Part::Test),
                (_, "train") => Some(Part::Train),
                _ => return Err("part is \"test\" or \"train\"".into()),
            };
            let chosen = match (get("indices"), whole("class")?) {
                (None, Some(class)) => u8::try_from(class).ok().map(Chosen::Class),
                (Some(Value::Numbers(numbers)), None)
                    if numbers.len() <= MOST_INDICES && numbers.iter().all(|n| is_whole(*n)) =>
                {
                    let indices = numbers.into_iter().map(|number| number as u32);
                    Some(Chosen::Indices(indices.collect()))
                }
                _ => None,
            };
            let chosen = chosen.ok_or_else(|| {
                format!(
                    "select has either indices, an array of at most {MOST_INDICES} whole numbers from 0, or class"
                )
            })?;
            Ok(Command::Select { part, chosen })
        }
        "color" => {
            let neuron = whole("neuron")?;
            let layer = layer(get)?;
            let colour = match (text("by").as_str(), neuron, layer) {
                ("class", None, None) => Colour::Class,
                ("prediction", None, None) => Colour::Prediction,
                ("activation", Some(neuron), None) => Colour::Activation {
                    neuron,
                    layer: None,
                },
                ("activation", Some(neuron), Some(Layer::Hidden(layer))) => Colour::Activation {
                    neuron,
                    layer: Some(layer),
                },
                _ => {
                    return Err(
                        "color has by, which is \"class\", \"prediction\", or \"activation\" with a neuron and perhaps its layer"
                            .into(),
                    );
                }
            };
            Ok(Command::Color(colour))
        }
        "goto" => match (whole("epoch")?, layer(get)?) {
            (None, None) => Err("goto has an epoch, a layer, or both".into()),
            (epoch, layer) => Ok(Command::GoTo { epoch, layer }),
        },
        _ => Err("command is \"select\", \"color\" or \"goto\"".into()),
    }
}

fn layer(get: &dyn Fn(&str) -> Option<Value>) -> Result<Option<Layer>, String> {
    match get("layer") {
        None => Ok(None),
        Some(Value::Text(text)) if text == "pixels" => Ok(Some(Layer::Pixels)),
        Some(Value::Number(number)) if is_whole(number) => hidden(Some(number as u32)).map(Some),
        Some(_) => hidden(None).map(Some),
    }
}

/// Whether it is a whole number that an index can be.
fn is_whole(number: f64) -> bool {
    number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    /// As the page reads a message.
    fn of(message: Json) -> Option<Result<Command, String>> {
        decode(&|name| match message.get(name)? {
            Json::String(text) => Some(Value::Text(text.clone())),
            Json::Number(number) => number.as_f64().map(Value::Number),
            Json::Array(values) => {
                let numbers: Option<Vec<f64>> = values.iter().map(Json::as_f64).collect();
                Some(numbers.map_or(Value::Other, Value::Numbers))
            }
            _ => Some(Value::Other),
        })
    }

    fn ours(mut fields: Json) -> Result<Command, String> {
        fields["type"] = json!(KIND);
        fields["version"] = json!(1);
        of(fields).unwrap()
    }

    #[test]
    fn messages_of_others_are_not_ours() {
        for message in [
            json!({}),
            json!("hidden-activity"),
            json!([1, 2]),
            json!(null),
            json!({ "type": 1 }),
            json!({ "type": "webpackOk" }),
            json!({ "command": "select", "indices": [1] }),
        ] {
            assert_eq!(of(message.clone()), None, "{message}");
        }
    }

    #[test]
    fn every_command_is_read() {
        let select = |chosen| Ok(Command::Select { part: None, chosen });
        assert_eq!(
            ours(json!({ "command": "select", "indices": [3, 0, 3] })),
            select(Chosen::Indices(vec![3, 0, 3]))
        );
        assert_eq!(
            ours(json!({ "command": "select", "indices": [] })),
            select(Chosen::Indices(vec![]))
        );
        assert_eq!(
            ours(json!({ "command": "select", "class": 9 })),
            select(Chosen::Class(9))
        );
        assert_eq!(
            ours(json!({ "command": "select", "class": 0, "part": "train" })),
            Ok(Command::Select {
                part: Some(Part::Train),
                chosen: Chosen::Class(0)
            })
        );
        let color = |colour| Ok(Command::Color(colour));
        assert_eq!(
            ours(json!({ "command": "color", "by": "class" })),
            color(Colour::Class)
        );
        assert_eq!(
            ours(json!({ "command": "color", "by": "prediction" })),
            color(Colour::Prediction)
        );
        assert_eq!(
            ours(json!({ "command": "color", "by": "activation", "neuron": 12, "layer": 4 })),
            color(Colour::Activation {
                neuron: 12,
                layer: Some(3)
            })
        );
        assert_eq!(
            ours(json!({ "command": "goto", "epoch": 20 })),
            Ok(Command::GoTo {
                epoch: Some(20),
                layer: None
            })
        );
        assert_eq!(
            ours(json!({ "command": "goto", "layer": "pixels" })),
            Ok(Command::GoTo {
                epoch: None,
                layer: Some(Layer::Pixels)
            })
        );
    }

    #[test]
    fn malformed_commands_say_what_is_wrong() {
        for (message, word) in [
            (json!({}), "command"),
            (json!({ "command": "explode" }), "command"),
            (json!({ "command": ["select"] }), "command"),
            (json!({ "command": "select" }), "indices"),
            (json!({ "command": "select", "indices": "all" }), "indices"),
            (
                json!({ "command": "select", "indices": [1, "2"] }),
                "indices",
            ),
            (json!({ "command": "select", "indices": [0.5] }), "indices"),
            (json!({ "command": "select", "indices": [-1] }), "indices"),
            (
                json!({ "command": "select", "indices": [4294967296u64] }),
                "indices",
            ),
            (
                json!({ "command": "select", "indices": vec![1; MOST_INDICES + 1] }),
                "indices",
            ),
            (
                json!({ "command": "select", "indices": [1], "class": 1 }),
                "indices",
            ),
            (json!({ "command": "select", "class": 256 }), "class"),
            (json!({ "command": "select", "class": "3" }), "class"),
            (
                json!({ "command": "select", "class": 1, "part": "both" }),
                "part",
            ),
            (
                json!({ "command": "select", "class": 1, "part": null }),
                "part",
            ),
            (json!({ "command": "color" }), "by"),
            (json!({ "command": "color", "by": "mood" }), "by"),
            (json!({ "command": "color", "by": "activation" }), "neuron"),
            (
                json!({ "command": "color", "by": "activation", "neuron": 1.5 }),
                "neuron",
            ),
            (
                json!({ "command": "color", "by": "activation", "neuron": 1, "layer": 0 }),
                "layer",
            ),
            (
                json!({ "command": "color", "by": "activation", "neuron": 1, "layer": "pixels" }),
                "layer",
            ),
            (json!({ "command": "goto" }), "epoch"),
            (json!({ "command": "goto", "epoch": "last" }), "epoch"),
            (json!({ "command": "goto", "epoch": 1e300 }), "epoch"),
        ] {
            let why = ours(message.clone()).unwrap_err();
            assert!(why.contains(word), "{message}: {why}");
        }
        let other = of(json!({ "type": KIND, "version": 2, "command": "goto", "epoch": 1 }));
        assert!(other.unwrap().unwrap_err().contains("version"));
    }

    #[test]
    fn numbers_that_are_none_are_refused() {
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let read = decode(&|name| match name {
                "type" => Some(Value::Text(KIND.into())),
                "version" => Some(Value::Number(1.0)),
                "command" => Some(Value::Text("goto".into())),
                "epoch" => Some(Value::Number(number)),
                _ => None,
            });
            assert!(read.unwrap().is_err());
        }
    }
}
