//! What another page asks of a figure that it embeds: in the address of its frame ([`Wish`]), and in
//! messages to it ([`Command`]). Both come from strangers: all of it is checked before anything is done.
//! docs/embedding.md is the description for those who embed.

mod command;

pub use command::{Colour, Command, KIND, MOST_INDICES, VERSION, Value, decode};

use crate::dataset::Part;

/// The figures that can stand alone, with their names in addresses.
const FIGURES: [(&str, Figure); 7] = [
    ("projection", Figure::Projection),
    ("pair", Figure::Pair),
    ("evolution", Figure::Evolution),
    ("trails", Figure::Trails),
    ("neurons", Figure::Neurons),
    ("curves", Figure::Curves),
    ("confusion", Figure::Confusion),
];

/// A figure that can stand alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// One projection.
    Projection,
    /// Two, before and after training.
    Pair,
    /// A sequence of layers or epochs, played.
    Evolution,
    /// The same with trails.
    Trails,
    /// The neurons of a layer, before and after training.
    Neurons,
    /// Neighborhood hit, accuracy and loss over the epochs.
    Curves,
    /// The confusion matrix.
    Confusion,
}

impl Figure {
    /// As in an address.
    pub fn name(self) -> &'static str {
        let found = FIGURES.iter().find(|(_, figure)| *figure == self);
        found.map_or("", |(name, _)| name)
    }
}

/// A layer, or what goes into the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// The pixels.
    Pixels,
    /// A hidden layer, from 0; whoever embeds counts from 1.
    Hidden(usize),
}

/// Observations that are to be selected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// By their places among the projected ones, from 0.
    Indices(Vec<u32>),
    /// All of a class, by its number from 0.
    Class(u8),
}

/// What a frame is to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Which figure.
    pub figure: Figure,
    /// Of which layer; otherwise the last.
    pub layer: Option<Layer>,
    /// After so many epochs; otherwise the last.
    pub epoch: Option<u32>,
    /// Whose observations.
    pub part: Part,
    /// Dark or light; otherwise as the reader's system has it.
    pub dark: Option<bool>,
    /// What is selected at first.
    pub select: Option<Chosen>,
}

/// What the parameters of an address ask for.
///
/// # Errors
/// The parameter that cannot be understood, and what it could be.
pub fn wish(get: &dyn Fn(&str) -> Option<String>) -> Result<Wish, String> {
    let name = get("embed").unwrap_or_default();
    let found = FIGURES.iter().find(|(own, _)| *own == name);
    let &(_, figure) = found.ok_or_else(|| {
        let names: Vec<_> = FIGURES.iter().map(|(name, _)| *name).collect();
        format!("embed is one of {}", names.join(", "))
    })?;
    let number = |name: &str| match get(name) {
        None => Ok(None),
        Some(text) => text
            .parse::<u32>()
            .map(Some)
            .map_err(|_| format!("{name} is a whole number")),
    };
    let layer = match get("layer").as_deref() {
        None => None,
        Some("pixels") => Some(Layer::Pixels),
        Some(text) => Some(hidden(text.parse().ok())?),
    };
    let part = match get("part").as_deref() {
        None | Some("test") => Part::Test,
        Some("train") => Part::Train,
        Some(_) => return Err("part is test or train".into()),
    };
    let dark = match get("theme").as_deref() {
        None | Some("auto") => None,
        Some("dark") => Some(true),
        Some("light") => Some(false),
        Some(_) => return Err("theme is light, dark or auto".into()),
    };
    let select = get("select").map(|text| {
        let chosen = match text.strip_prefix("class:") {
            Some(class) => class.parse().ok().map(Chosen::Class),
            None => {
                let all = text.split(',').map(|index| index.parse().ok());
                let indices: Option<Vec<u32>> = all.take(MOST_INDICES + 1).collect();
                indices
                    .filter(|indices| indices.len() <= MOST_INDICES)
                    .map(Chosen::Indices)
            }
        };
        chosen.ok_or("select is a list of places such as 3,17,42, or a class such as class:3")
    });
    Ok(Wish {
        figure,
        layer,
        epoch: number("epoch")?,
        part,
        dark,
        select: select.transpose()?,
    })
}

/// A hidden layer by its number from 1.
fn hidden(number: Option<u32>) -> Result<Layer, String> {
    number
        .and_then(|number| number.checked_sub(1))
        .map(|index| Layer::Hidden(index as usize))
        .ok_or_else(|| "layer is pixels, or the number of a hidden layer, from 1".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(address: &str) -> Result<Wish, String> {
        let pairs: Vec<(&str, &str)> = address
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .collect();
        wish(&|name| {
            let found = pairs.iter().find(|(own, _)| *own == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn every_figure_is_found_by_its_name() {
        for (name, figure) in FIGURES {
            let found = of(&format!("embed={name}")).unwrap();
            assert_eq!((found.figure, figure.name()), (figure, name));
            assert_eq!((found.layer, found.epoch), (None, None));
            assert_eq!((found.part, found.dark), (Part::Test, None));
        }
    }

    #[test]
    fn layers_count_from_one_outside_and_from_zero_inside() {
        let layer = |text: &str| of(&format!("embed=pair&layer={text}"));
        assert_eq!(layer("4").unwrap().layer, Some(Layer::Hidden(3)));
        assert_eq!(layer("pixels").unwrap().layer, Some(Layer::Pixels));
        for wrong in ["0", "-1", "last", ""] {
            assert!(layer(wrong).unwrap_err().contains("from 1"), "{wrong}");
        }
    }

    #[test]
    fn the_other_parameters_are_read_and_checked() {
        let all = "embed=trails&epoch=20&part=train&theme=dark&select=3,17,42";
        let found = of(all).unwrap();
        assert_eq!((found.epoch, found.part), (Some(20), Part::Train));
        assert_eq!(found.dark, Some(true));
        assert_eq!(found.select, Some(Chosen::Indices(vec![3, 17, 42])));
        let class = of("embed=trails&select=class:7").unwrap();
        assert_eq!(class.select, Some(Chosen::Class(7)));
        for wrong in [
            "embed=chart",
            "embed=",
            "embed=pair&epoch=soon",
            "embed=pair&epoch=-1",
            "embed=pair&part=both",
            "embed=pair&theme=pink",
            "embed=pair&select=a,b",
            "embed=pair&select=1,-2",
            "embed=pair&select=class:999",
            "embed=pair&select=",
        ] {
            let why = of(wrong).unwrap_err();
            let name = wrong
                .rsplit('&')
                .next()
                .and_then(|pair| pair.split('=').next());
            assert!(why.starts_with(name.unwrap()), "{wrong}: {why}");
        }
    }

    #[test]
    fn a_list_longer_than_any_picture_is_refused() {
        let list = vec!["1"; MOST_INDICES + 1].join(",");
        assert!(of(&format!("embed=pair&select={list}")).is_err());
        assert!(of(&format!("embed=pair&select={}", &list[2..])).is_ok());
    }
}
