//! Glyphs, raster and scatter plot, by the pixels they leave.

use hidden_activity::canvas::colour::Rgb;
use hidden_activity::canvas::glyph::{GlyphMasks, GlyphSpec, Shape};
use hidden_activity::canvas::mark::{Emphasis, Mark};
use hidden_activity::canvas::palette::Theme;
use hidden_activity::canvas::raster::Raster;
use hidden_activity::canvas::scatter::{Scatter, ScatterPainter, ScatterStyle};
use hidden_activity::canvas::viewport::Viewport;

const BLACK: Rgb = Rgb::hex(0);
const WHITE: Rgb = Rgb::hex(0xffffff);
const RED: Rgb = Rgb::hex(0xff0000);
const BLUE: Rgb = Rgb::hex(0x0000ff);
const GREEN: Rgb = Rgb::hex(0x00ff00);

fn glyph(shape: Shape, radius: f32, outline: f32, opacity: f32) -> GlyphMasks {
    GlyphMasks::new(GlyphSpec {
        shape,
        radius,
        outline,
        opacity,
    })
}

/// A white glyph on black.
fn drawn(masks: &GlyphMasks, x: f64, y: f64, size: usize) -> Raster {
    let mut raster = Raster::new(size, size);
    raster.draw(masks, x, y, WHITE, WHITE);
    raster
}

/// The brightness of all pixels together in pixels of pure white, and where its centre is.
fn weight(raster: &Raster) -> (f64, [f64; 2]) {
    let (mut sum, mut center) = (0.0, [0.0; 2]);
    for y in 0..raster.height() {
        for x in 0..raster.width() {
            let w = f64::from(raster.pixel(x, y).expect("a pixel inside").g) / 255.0;
            sum += w;
            center[0] += w * (x as f64 + 0.5);
            center[1] += w * (y as f64 + 0.5);
        }
    }
    (sum, center.map(|c| c / sum))
}

#[test]
fn both_shapes_cover_pi_r_squared_about_their_centre() {
    for shape in [Shape::Disc, Shape::Triangle] {
        for radius in [1.5f32, 2.0, 3.3, 4.0, 8.0, 12.7, 30.0] {
            let masks = glyph(shape, radius, 0.0, 1.0);
            for (x, y) in [(50.5, 50.5), (50.0, 50.0), (50.25, 49.75), (49.5, 50.25)] {
                let (area, center) = weight(&drawn(&masks, x, y, 101));
                let wanted = std::f64::consts::PI * f64::from(radius).powi(2);
                assert!(
                    (area / wanted - 1.0).abs() < 0.02,
                    "{shape:?} {radius} at {x}, {y}: {area} for {wanted}"
                );
                assert!(
                    (center[0] - x).abs() < 0.03 && (center[1] - y).abs() < 0.03,
                    "{shape:?} {radius} at {x}, {y}: {center:?}"
                );
            }
        }
    }
}

#[test]
fn any_place_is_drawn_at_most_an_eighth_of_a_pixel_beside() {
    let masks = glyph(Shape::Disc, 4.0, 1.0, 1.0);
    for k in 0..64 {
        let (x, y) = (
            20.0 + f64::from(k) / 32.0,
            21.0 - f64::from(k * 7 % 64) / 32.0,
        );
        let center = weight(&drawn(&masks, x, y, 41)).1;
        assert!((center[0] - x).abs() < 0.135, "{x}: {center:?}");
        assert!((center[1] - y).abs() < 0.135, "{y}: {center:?}");
    }
}

#[test]
fn a_disc_is_the_same_from_all_eight_sides() {
    for (radius, at) in [(6.3, 10.5), (6.3, 10.0), (1.2, 10.5)] {
        let size = (at * 2.0) as usize;
        let raster = drawn(&glyph(Shape::Disc, radius, 1.0, 1.0), at, at, size);
        let last = size - 1;
        for y in 0..size {
            for x in 0..size {
                let own = raster.pixel(x, y);
                assert_eq!(own, raster.pixel(last - x, y));
                assert_eq!(own, raster.pixel(x, last - y));
                assert_eq!(own, raster.pixel(y, x));
            }
        }
    }
}

#[test]
fn a_triangle_points_up_and_is_the_same_from_left_and_right() {
    let raster = drawn(&glyph(Shape::Triangle, 8.0, 1.5, 1.0), 20.5, 20.5, 41);
    let wide = |y: usize| {
        (0..41)
            .filter(|&x| raster.pixel(x, y) != Some(BLACK))
            .count()
    };
    let rows: Vec<_> = (0..41).map(wide).filter(|&w| w > 0).collect();
    assert!(rows[..rows.len() - 1].is_sorted(), "{rows:?}");
    assert!(rows[0] <= 2 && rows[rows.len() - 2] >= 20, "{rows:?}");
    for y in 0..41 {
        for x in 0..41 {
            assert_eq!(raster.pixel(x, y), raster.pixel(40 - x, y));
        }
    }
}

#[test]
fn the_outline_surrounds_the_fill_and_adds_up_with_it() {
    for shape in [Shape::Disc, Shape::Triangle] {
        let mut raster = Raster::new(41, 41);
        raster.draw(&glyph(shape, 10.0, 2.0, 1.0), 20.5, 20.5, RED, BLUE);
        assert_eq!(raster.pixel(20, 20), Some(RED));
        let bottom = (0..41)
            .rev()
            .find_map(|y| raster.pixel(20, y).filter(|&c| c == BLUE));
        assert_eq!(bottom, Some(BLUE));
        let (mut red, mut blue) = (0.0, 0.0);
        for pixel in raster.bytes().chunks(4) {
            red += f64::from(pixel[0]) / 255.0;
            blue += f64::from(pixel[2]) / 255.0;
            assert_eq!((pixel[1], pixel[3]), (0, 255));
            assert!(u16::from(pixel[0]) + u16::from(pixel[2]) <= 256);
        }
        // The apothem of the triangle with the area of a disc of radius 10.
        let edge = (std::f64::consts::PI * 100.0 / 27f64.sqrt()).sqrt();
        let share = match shape {
            Shape::Disc => 0.64,
            Shape::Triangle => ((edge - 2.0) / edge).powi(2),
        };
        assert!(
            (red / (red + blue) - share).abs() < 0.01,
            "{shape:?} {red} {blue}"
        );
    }
}

#[test]
fn opacity_blends_with_what_is_below() {
    let mut raster = Raster::new(21, 21);
    raster.clear(BLUE);
    raster.draw(&glyph(Shape::Disc, 5.0, 0.0, 0.25), 10.5, 10.5, RED, RED);
    assert_eq!(raster.pixel(10, 10), Some(Rgb::new(64, 0, 191)));
    raster.draw(&glyph(Shape::Disc, 5.0, 0.0, 0.5), 10.5, 10.5, GREEN, GREEN);
    assert_eq!(raster.pixel(10, 10), Some(Rgb::new(32, 128, 96)));
    assert_eq!(raster.pixel(0, 0), Some(BLUE));
    // All outline and no fill takes the other way through the code, to the same bytes.
    raster.clear(BLUE);
    raster.draw(&glyph(Shape::Disc, 5.0, 5.0, 0.25), 10.5, 10.5, GREEN, RED);
    assert_eq!(raster.pixel(12, 10), Some(Rgb::new(64, 0, 191)));
    let before = raster.clone();
    raster.draw(&glyph(Shape::Disc, 5.0, 1.0, 0.0), 10.5, 10.5, RED, RED);
    assert_eq!(raster, before);
}

#[test]
fn the_same_colour_on_itself_changes_nothing() {
    for byte in [0, 1, 77, 128, 254, 255] {
        let grey = Rgb::new(byte, byte, byte);
        let mut raster = Raster::new(21, 21);
        raster.clear(grey);
        let before = raster.clone();
        for opacity in [0.1, 0.5, 0.77, 1.0] {
            raster.draw(
                &glyph(Shape::Triangle, 6.0, 1.3, opacity),
                10.3,
                9.9,
                grey,
                grey,
            );
        }
        assert_eq!(raster, before);
    }
}

#[test]
fn what_is_cut_off_at_an_edge_is_what_a_larger_picture_shows() {
    for shape in [Shape::Disc, Shape::Triangle] {
        let masks = glyph(shape, 7.4, 1.6, 0.8);
        for k in -30..60 {
            for (x, y) in [(k, 3), (3, k), (k, k), (k, 27 - k), (28, k)] {
                let (x, y) = (f64::from(x) + 0.25, f64::from(y) + 0.5);
                let (mut small, mut large) = (Raster::new(30, 25), Raster::new(130, 125));
                small.draw(&masks, x, y, RED, GREEN);
                large.draw(&masks, x + 50.0, y + 50.0, RED, GREEN);
                for py in 0..25 {
                    for px in 0..30 {
                        assert_eq!(small.pixel(px, py), large.pixel(px + 50, py + 50));
                    }
                }
            }
        }
    }
}

#[test]
fn places_and_sizes_that_make_no_sense_draw_nothing_or_little() {
    let mut raster = Raster::new(9, 9);
    let empty = raster.clone();
    let disc = glyph(Shape::Disc, 3.0, 1.0, 1.0);
    for x in [f64::NAN, f64::INFINITY, -1e300, 1e9] {
        raster.draw(&disc, x, 4.0, RED, RED);
        raster.draw(&disc, 4.0, x, RED, RED);
    }
    for radius in [0.0, -4.0, f32::NAN] {
        raster.draw(
            &glyph(Shape::Triangle, radius, 1.0, 1.0),
            4.3,
            4.0,
            RED,
            RED,
        );
    }
    assert_eq!(raster, empty);
    raster.draw(
        &glyph(Shape::Disc, 1e9, f32::NAN, f32::NAN),
        4.0,
        4.0,
        RED,
        RED,
    );
    assert!(raster.bytes().chunks(4).all(|p| p == [255, 0, 0, 255]));
    let mut nothing = Raster::new(0, 0);
    nothing.draw(&disc, 0.0, 0.0, RED, RED);
    assert_eq!(nothing.pixel(0, 0), None);
}

#[test]
fn a_raster_of_the_same_size_is_used_again() {
    let mut raster = Raster::new(64, 48);
    let address = raster.bytes().as_ptr();
    raster.resize(64, 48);
    raster.clear(RED);
    assert_eq!(raster.bytes().as_ptr(), address);
    assert_eq!(raster.bytes().len(), 64 * 48 * 4);
    assert!(raster.bytes().chunks(4).all(|p| p == [255, 0, 0, 255]));
    assert_eq!(
        (raster.pixel(63, 47), raster.pixel(64, 0)),
        (Some(RED), None)
    );
}

const STYLE: ScatterStyle = ScatterStyle {
    theme: Theme::Dark,
    pixel_ratio: 2.0,
    radius: 4.0,
    outline: 0.0,
    opacity: 1.0,
    dimmed_opacity: 0.25,
};

fn mark(fill: Rgb, shape: Shape, emphasis: Emphasis) -> Mark {
    Mark {
        fill,
        outline: fill,
        shape,
        emphasis,
    }
}

fn painted(positions: &[f32], marks: &[Mark], viewport: &Viewport, hovered: Option<u32>) -> Raster {
    let mut raster = Raster::default();
    let scatter = Scatter {
        positions,
        marks,
        viewport,
        hovered,
    };
    ScatterPainter::new().paint(&mut raster, scatter, STYLE);
    raster
}

#[test]
fn points_stand_where_the_viewport_says_in_device_pixels() {
    let positions = [0.0, 0.0, 10.0, 5.0, f32::NAN, 2.0];
    let view = Viewport::fit(&positions, 120.0, 70.0, 10.0);
    let marks = [RED, GREEN, BLUE].map(|c| mark(c, Shape::Disc, Emphasis::Normal));
    let raster = painted(&positions, &marks, &view, None);
    assert_eq!((raster.width(), raster.height()), (240, 140));
    assert_eq!(raster.pixel(20, 120), Some(RED));
    assert_eq!(raster.pixel(220, 20), Some(GREEN));
    assert_eq!(raster.pixel(120, 70), Some(STYLE.theme.background()));
    assert!(raster.bytes().chunks(4).all(|p| p[..3] != [0, 0, 255]));
}

#[test]
fn emphasis_decides_what_lies_on_top() {
    use Emphasis::{Dimmed, Hidden, Normal, Selected};
    let view = Viewport::fit(&[0.0, 0.0], 40.0, 40.0, 0.0);
    let positions = [0.0; 8];
    let top = |looks: [(Shape, Emphasis); 4]| {
        let colours = [RED, GREEN, BLUE, WHITE];
        let marks: Vec<_> = (0..4)
            .map(|k| mark(colours[k], looks[k].0, looks[k].1))
            .collect();
        painted(&positions, &marks, &view, None).pixel(40, 40)
    };
    let (disc, triangle) = (Shape::Disc, Shape::Triangle);
    // In one layer the last is on top.
    assert_eq!(top([(disc, Normal); 4]), Some(WHITE));
    // Misclassified over correct, normal over dimmed, selected over all, hidden nowhere.
    assert_eq!(
        top([
            (disc, Normal),
            (triangle, Normal),
            (disc, Normal),
            (disc, Normal)
        ]),
        Some(GREEN)
    );
    assert_eq!(
        top([
            (disc, Normal),
            (triangle, Dimmed),
            (disc, Dimmed),
            (disc, Dimmed)
        ]),
        Some(RED)
    );
    assert_eq!(
        top([
            (disc, Dimmed),
            (triangle, Normal),
            (disc, Selected),
            (triangle, Normal)
        ]),
        Some(BLUE)
    );
    assert_eq!(top([(disc, Hidden); 4]), Some(STYLE.theme.background()));
}

#[test]
fn selected_points_are_larger_with_a_ring_and_dimmed_ones_faint() {
    let view = Viewport::fit(&[0.0, 0.0], 60.0, 60.0, 0.0);
    let count = |emphasis, hovered| {
        let marks = [mark(RED, Shape::Disc, emphasis)];
        let raster = painted(&[0.0, 0.0], &marks, &view, hovered);
        let of = |colour: Rgb| {
            let wanted = [colour.r, colour.g, colour.b, 255];
            raster.bytes().chunks(4).filter(|p| *p == wanted).count()
        };
        (
            of(RED),
            of(STYLE.theme.foreground()),
            of(STYLE.theme.background()),
        )
    };
    let (normal, selected) = (
        count(Emphasis::Normal, None),
        count(Emphasis::Selected, None),
    );
    assert!(normal.0 > 150 && normal.1 == 0, "{normal:?}");
    assert!(selected.0 > normal.0 * 3 / 2, "{selected:?}");
    assert!(selected.1 > 50, "{selected:?}");
    assert_eq!(count(Emphasis::Dimmed, None).0, 0);
    let hovered = count(Emphasis::Normal, Some(0));
    assert!(
        hovered.1 > 50 && hovered.2 + 400 < selected.2,
        "{hovered:?}"
    );
    assert_eq!(count(Emphasis::Hidden, Some(0)).2, 120 * 120);
    assert_eq!(count(Emphasis::Normal, Some(7)), normal);
}

#[test]
fn lengths_that_differ_draw_the_shorter() {
    let view = Viewport::fit(&[0.0, 0.0], 40.0, 40.0, 0.0);
    let marks = [mark(RED, Shape::Disc, Emphasis::Normal); 3];
    assert_eq!(
        painted(&[0.0, 0.0, 1.0], &marks, &view, Some(2)).pixel(40, 40),
        Some(RED)
    );
    assert_eq!(
        painted(&[0.0; 20], &[], &view, None).pixel(40, 40),
        Some(STYLE.theme.background())
    );
}

#[test]
fn the_next_frame_is_drawn_as_if_it_were_the_first() {
    let positions: Vec<f32> = (0..200).map(|k| (k * 37 % 101) as f32).collect();
    let view = Viewport::fit(&positions, 80.0, 60.0, 6.0);
    let marks: Vec<_> = (0..100)
        .map(|k| Mark::observation(Some(k % 10), Some(k / 7 % 10), STYLE.theme))
        .collect();
    let (mut painter, mut raster) = (ScatterPainter::new(), Raster::default());
    let closer = view.zoomed([10.0, 10.0], 3.0);
    for viewport in [&view, &closer, &view] {
        let scatter = Scatter {
            positions: &positions,
            marks: &marks,
            viewport,
            hovered: Some(4),
        };
        painter.paint(&mut raster, scatter, STYLE);
        assert_eq!(raster, painted(&positions, &marks, viewport, Some(4)));
    }
    let style = ScatterStyle::for_points(100, &view, 1.0, Theme::Light);
    let scatter = Scatter {
        positions: &positions,
        marks: &marks,
        viewport: &view,
        hovered: None,
    };
    painter.paint(&mut raster, scatter, style);
    assert_eq!((raster.width(), raster.height()), (80, 60));
    assert_eq!(raster.pixel(0, 0), Some(Theme::Light.background()));
}
