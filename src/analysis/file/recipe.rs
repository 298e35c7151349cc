//! Images that a file need not hold, because they can be drawn again to the last bit.

use serde::{Deserialize, Serialize};

use super::error::AnalysisFileError;
use super::index::{RECIPE_VERSION, VERSION, of_part};
use super::{ArrayValues, NamedArray, Parts};
use crate::dataset::{Dataset, Part, Preprocessing, StreetDigits};

/// How the images of a data set were made.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// The street digits that were drawn.
    pub street_digits: StreetDigits,
    /// What was done to them then; nothing by default.
    #[serde(default)]
    pub preprocessing: Preprocessing,
}

/// Parts of a file for drawing again would be more images than a site ships: a file that asks for more
/// is not believed.
const MOST_IMAGES: usize = 20_000;

impl Parts {
    /// Leaves the images out, and says how they are drawn again. The file is then of a version that
    /// knows of recipes.
    #[must_use]
    pub fn with_recipe(mut self, recipe: Recipe) -> Self {
        let images = [Part::Train, Part::Test].map(|part| of_part(part, "images"));
        self.arrays.retain(|array| !images.contains(&array.name));
        self.index.dataset.recipe = Some(recipe);
        self.index.version = RECIPE_VERSION;
        self
    }

    /// How the images are to be drawn, where the file has none.
    ///
    /// # Errors
    /// A recipe of more images than a file of ours has.
    pub fn recipe(&self, file: &str) -> Result<Option<Recipe>, AnalysisFileError> {
        let recipe = self.index.dataset.recipe;
        let images = |recipe: &Recipe| {
            let StreetDigits { train, test, .. } = recipe.street_digits;
            train.saturating_add(test)
        };
        match recipe {
            Some(recipe) if images(&recipe) > MOST_IMAGES => Err(AnalysisFileError::Description {
                file: file.to_owned(),
                why: format!("its recipe is of more than {MOST_IMAGES} images"),
            }),
            recipe => Ok(recipe),
        }
    }

    /// Puts the images in that were drawn by the [recipe](Self::recipe).
    ///
    /// # Errors
    /// The file is of observations that were not drawn.
    pub fn redraw(&mut self, drawn: &Dataset, file: &str) -> Result<(), AnalysisFileError> {
        for part in [Part::Train, Part::Test] {
            let name = of_part(part, "indices");
            let indices = self.arrays.iter().find(|array| array.name == name);
            let Some(ArrayValues::Indices(indices)) = indices.map(|array| &array.values) else {
                continue; // whoever assembles the parts says that they are missing
            };
            if indices
                .iter()
                .any(|&index| index as usize >= drawn.split(part).len())
            {
                return Err(AnalysisFileError::Description {
                    file: file.to_owned(),
                    why: "its recipe draws fewer images than it has observations".to_owned(),
                });
            }
            let shape = drawn.shape;
            let images = NamedArray {
                name: of_part(part, "images"),
                shape: vec![indices.len(), shape.height, shape.width, shape.channels],
                values: ArrayValues::Bytes(drawn.images_at(part, indices)),
            };
            self.arrays.push(images);
        }
        self.index.dataset.recipe = None;
        self.index.version = VERSION;
        Ok(())
    }
}
