//! Bundled trails, at any strength.

use super::bundling::Bundling;
use super::paths::TrailPaths;

/// Trails straight and bundled, so that a page can show what lies between the two without bundling
/// anew.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BundledTrails {
    /// Straight from step to step.
    pub straight: TrailPaths,
    /// The vertices of the straight trails where bundling brought them: m × 2, row-major.
    pub vertices: Vec<f32>,
}

impl From<&Bundling> for BundledTrails {
    /// What was bundled so far.
    fn from(bundling: &Bundling) -> Self {
        let (mut straight, mut bundled) = (TrailPaths::default(), TrailPaths::default());
        bundling.write_paths(0.0, &mut straight);
        bundling.write_paths(1.0, &mut bundled);
        Self {
            straight,
            vertices: bundled.vertices,
        }
    }
}

impl BundledTrails {
    /// Writes the trails as [`Bundling::write_paths`] does. First and last positions are exact at
    /// every strength.
    pub fn write_paths(&self, strength: f32, paths: &mut TrailPaths) {
        let strength = if strength > 0.0 {
            strength.min(1.0)
        } else {
            0.0
        };
        paths.clone_from(&self.straight);
        for (place, &bundled) in paths.vertices.iter_mut().zip(&self.vertices) {
            *place += strength * (bundled - *place);
        }
    }
}
