//! Trails as polylines to draw.

/// One polyline per trail, in the unit of the layouts. Kept and written anew for each strength of
/// bundling, so that a slider allocates nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TrailPaths {
    /// Vertices of all trails, one trail after the other: m × 2, row-major.
    pub vertices: Vec<f32>,
    /// When each vertex is passed (m), from 0 at the first step to 1 at the last.
    pub times: Vec<f32>,
    /// Where each trail's vertices begin; n + 1 entries, the last is m.
    pub starts: Vec<u32>,
}

impl TrailPaths {
    /// Trails.
    pub fn count(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Vertices and times of a trail; both empty where there is no such trail.
    pub fn trail(&self, trail: usize) -> (&[[f32; 2]], &[f32]) {
        let range = match self.starts.get(trail..trail.saturating_add(2)) {
            Some(&[start, end]) => start as usize..end as usize,
            _ => 0..0,
        };
        let vertices = self.vertices.as_chunks::<2>().0;
        let vertices = vertices.get(range.clone()).unwrap_or_default();
        (vertices, self.times.get(range).unwrap_or_default())
    }

    /// The trail that a vertex belongs to, for a search among all vertices such as
    /// [`crate::canvas::hit::PointGrid`]'s.
    pub fn trail_of_vertex(&self, vertex: u32) -> Option<u32> {
        let after = self.starts.partition_point(|&start| start <= vertex);
        let is_inside = after > 0 && after < self.starts.len();
        is_inside.then(|| after as u32 - 1)
    }
}
