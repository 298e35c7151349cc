//! What pointers do on a picture: lasso, pan, pinch.

use web_sys::PointerEvent;

use crate::canvas::selection::Combine;
use crate::canvas::viewport::Viewport;

/// A drag shorter than this is a click, CSS pixels; a finger is less steady.
const CLICK: f64 = 4.0;
const TAP: f64 = 9.0;
/// A finger that rests for so long asks about what is below it, milliseconds. From then on it draws
/// its lasso in any direction; before, its way up or down scrolls the page.
pub const HOLD_MS: u32 = 450;

/// What dragging does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// Draws a lasso.
    Select,
    /// Moves the view.
    Pan,
}

/// A drag under way.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Drag {
    /// None.
    #[default]
    None,
    /// The line so far, CSS pixels.
    Lasso(Vec<[f64; 2]>),
    /// Where the pointer last was.
    Pan([f64; 2]),
    /// Two fingers: their identifiers and places.
    Pinch([(i32, [f64; 2]); 2]),
}

impl Drag {
    /// The drag after a pointer was pressed.
    pub fn joined_by(&self, event: &PointerEvent, tool: Tool) -> Self {
        let place = place_of(event);
        let second_finger = event.pointer_type() == "touch" && !event.is_primary();
        // The first finger is the primary pointer; its identifier comes with its next move.
        let pinch = |first| Self::Pinch([(-1, first), (event.pointer_id(), place)]);
        match self {
            Self::Lasso(line) if second_finger => pinch(line.last().copied().unwrap_or(place)),
            Self::Pan(first) if second_finger => pinch(*first),
            _ if tool == Tool::Select && !event.alt_key() => Self::Lasso(vec![place]),
            _ => Self::Pan(place),
        }
    }
}

/// Where an event happened, CSS pixels of its element.
pub fn place_of(event: &PointerEvent) -> [f64; 2] {
    [f64::from(event.offset_x()), f64::from(event.offset_y())]
}

/// How a selection combines with the last one, by the keys held.
pub fn combine(shift: bool, command: bool) -> Combine {
    match (shift, command) {
        (true, _) => Combine::Add,
        (false, true) => Combine::Toggle,
        (false, false) => Combine::Replace,
    }
}

/// Whether a line is so short that a click was meant, or a tap.
pub fn is_click(line: &[[f64; 2]], by_touch: bool) -> bool {
    let most = if by_touch { TAP } else { CLICK };
    line.iter().all(|p| {
        let [dx, dy] = [p[0] - line[0][0], p[1] - line[0][1]];
        dx.hypot(dy) < most
    })
}

/// The viewport after two fingers moved.
pub fn pinched(viewport: Viewport, before: [[f64; 2]; 2], after: [[f64; 2]; 2]) -> Viewport {
    let middle = |f: [[f64; 2]; 2]| [(f[0][0] + f[1][0]) / 2.0, (f[0][1] + f[1][1]) / 2.0];
    let spread = |f: [[f64; 2]; 2]| (f[0][0] - f[1][0]).hypot(f[0][1] - f[1][1]).max(1.0);
    let (from, to) = (middle(before), middle(after));
    viewport
        .panned(to[0] - from[0], to[1] - from[1])
        .zoomed(to, spread(after) / spread(before))
}
