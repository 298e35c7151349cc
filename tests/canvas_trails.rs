//! Trails as pixels: ink, opacity, shades, layers.
#![allow(clippy::unwrap_used)]

use hidden_activity::canvas::colour::Rgb;
use hidden_activity::canvas::mark::Emphasis;
use hidden_activity::canvas::palette::{CLASS_COLORS, Theme};
use hidden_activity::canvas::raster::Raster;
use hidden_activity::canvas::shade::{at_step, at_strength};
use hidden_activity::canvas::trail_painter::{TrailPainter, TrailScene, TrailStyle};
use hidden_activity::canvas::viewport::{Bounds, Viewport};
use hidden_activity::trails::TrailPaths;
use proptest::prelude::*;

const SIDE: usize = 40;

/// A view in which data units are pixels, y up.
fn view() -> Viewport {
    let bounds = Bounds {
        min: [0.0; 2],
        max: [SIDE as f64; 2],
    };
    Viewport::fit_bounds(bounds, SIDE as f64, SIDE as f64, 0.0)
}

fn paths(trails: &[&[[f32; 2]]]) -> TrailPaths {
    let mut paths = TrailPaths {
        starts: vec![0],
        ..TrailPaths::default()
    };
    for trail in trails {
        paths.vertices.extend(trail.iter().flatten());
        let last = (trail.len() - 1).max(1) as f32;
        paths
            .times
            .extend((0..trail.len()).map(|k| k as f32 / last));
        paths.starts.push(paths.times.len() as u32);
    }
    paths
}

fn style(opacity: f32) -> TrailStyle {
    TrailStyle {
        theme: Theme::Dark,
        pixel_ratio: 1.0,
        opacity,
    }
}

fn draw(
    trails: &[&[[f32; 2]]],
    colours: &[Rgb],
    emphasis: &[Emphasis],
    hovered: Option<u32>,
) -> Raster {
    draw_paths(&paths(trails), colours, emphasis, hovered)
}

fn draw_paths(
    paths: &TrailPaths,
    colours: &[Rgb],
    emphasis: &[Emphasis],
    hovered: Option<u32>,
) -> Raster {
    let viewport = view();
    let scene = TrailScene {
        paths,
        colours,
        emphasis,
        viewport: &viewport,
        hovered,
    };
    let mut raster = Raster::new(SIDE, SIDE);
    TrailPainter::new().paint(&mut raster, scene, style(0.5));
    raster
}

fn brightness(raster: &Raster, x: usize, y: usize) -> u32 {
    let pixel = raster.pixel(x, y).unwrap();
    u32::from(pixel.r) + u32::from(pixel.g) + u32::from(pixel.b)
}

fn total(raster: &Raster) -> u64 {
    let pixels = (0..SIDE * SIDE).map(|at| u64::from(brightness(raster, at % SIDE, at / SIDE)));
    pixels.sum()
}

const WHITE: Rgb = Rgb::new(255, 255, 255);
const NORMAL: [Emphasis; 4] = [Emphasis::Normal; 4];

#[test]
fn a_line_through_pixel_middles_has_the_opacity_asked_for() {
    let grey = Rgb::new(128, 128, 128);
    let raster = draw(&[&[[2.0, 20.5], [38.0, 20.5]]], &[grey], &NORMAL, None);
    for (x, time) in [(10, 1.0), (20, 1.0)] {
        let expected = f64::from(at_step(grey, time, Theme::Dark).r) / 2.0;
        let found = raster.pixel(x, SIDE - 1 - 20).unwrap();
        assert!(
            (f64::from(found.r) - expected).abs() <= 1.5,
            "{found:?} {expected}"
        );
    }
    // Nothing lands two pixels beside it.
    for x in 0..SIDE {
        assert_eq!(brightness(&raster, x, SIDE - 1 - 18), 0);
        assert_eq!(brightness(&raster, x, SIDE - 1 - 22), 0);
    }
}

#[test]
fn cutting_a_line_into_pieces_changes_next_to_nothing() {
    for end in [[35.2, 30.7], [9.1, 38.0], [1.0, 4.0], [3.3, 37.7]] {
        let drawn = [1, 2, 7, 50].map(|parts| {
            let at = |k: usize| [3.3, 5.1].map(|x: f32| (x, k as f32 / parts as f32));
            let vertices: Vec<[f32; 2]> = (0..=parts)
                .map(at)
                .map(|[(x, s), (y, _)]| [x + (end[0] - x) * s, y + (end[1] - y) * s])
                .collect();
            let mut paths = paths(&[&vertices]);
            // One shade all along.
            paths.times.fill(1.0);
            draw_paths(&paths, &[WHITE], &NORMAL, None)
        });
        let whole = total(&drawn[0]);
        assert!(whole > 0);
        for cut in &drawn[1..] {
            assert!(total(cut).abs_diff(whole) < whole / 10);
            // A column's ink is shared by where its middle lies, and a piece has another middle.
            for (a, b) in drawn[0].bytes().iter().zip(cut.bytes()) {
                assert!(a.abs_diff(*b) <= 24, "{a} {b}");
            }
        }
    }
}

#[test]
fn more_lines_on_one_place_are_more_opaque_in_any_order() {
    let (a, b) = ([[2.0, 20.5], [38.0, 20.5]], [[20.5, 2.0], [20.5, 38.0]]);
    let colours = [CLASS_COLORS[0], CLASS_COLORS[3], CLASS_COLORS[2]];
    let forth = draw(&[&a, &b, &a], &colours, &NORMAL, None);
    let back = draw(
        &[&a, &b, &a],
        &[colours[2], colours[1], colours[0]],
        &NORMAL,
        None,
    );
    let single = draw(&[&a], &colours, &NORMAL, None);
    assert!(brightness(&forth, 10, SIDE - 1 - 20) > brightness(&single, 10, SIDE - 1 - 20));
    // Sums of a few terms can differ by a bit's rounding.
    for (a, b) in forth.bytes().iter().zip(back.bytes()) {
        assert!(a.abs_diff(*b) <= 1);
    }
}

#[test]
fn later_is_brighter_on_dark_and_darker_on_light_in_the_same_hue() {
    for colour in CLASS_COLORS {
        for theme in [Theme::Dark, Theme::Light] {
            let lightness = |k: u32| at_step(colour, f64::from(k) / 10.0, theme).oklab()[0];
            for k in 0..10 {
                let rises = lightness(k + 1) > lightness(k);
                assert_eq!(rises, theme == Theme::Dark, "{colour:?} {k}");
            }
            let span = (lightness(10) - lightness(0)).abs();
            assert!(span > 0.15, "{colour:?} {theme:?} {span}");
            for time in [0.0, 0.5, 1.0] {
                let shade = at_step(colour, time, theme);
                assert!(
                    shade.contrast(theme.background()) > 1.25,
                    "{colour:?} {time}"
                );
                let hue = |c: Rgb| c.oklab()[2].atan2(c.oklab()[1]);
                let chroma = colour.oklab()[1].hypot(colour.oklab()[2]);
                let turned = (hue(shade) - hue(colour)).abs();
                let turned = turned.min(std::f64::consts::TAU - turned);
                assert!(chroma < 0.05 || turned < 0.12, "{colour:?} {time} {turned}");
            }
        }
    }
    assert_eq!(
        at_step(WHITE, f64::NAN, Theme::Dark),
        at_step(WHITE, 0.0, Theme::Dark)
    );
}

#[test]
fn a_strong_score_shows_the_colour_and_a_weak_one_recedes() {
    for theme in [Theme::Dark, Theme::Light] {
        for colour in CLASS_COLORS {
            assert_eq!(at_strength(colour, 1.0, theme), colour);
            let away = |k: u32| {
                at_strength(colour, f64::from(k) / 8.0, theme).distance(theme.background())
            };
            assert!((0..8).all(|k| away(k) < away(k + 1)));
        }
    }
}

#[test]
fn emphasis_dims_hides_and_lifts() {
    use Emphasis::{Dimmed, Hidden, Normal, Selected};
    let line = [[2.0_f32, 20.5], [38.0, 20.5]];
    let at = |emphasis| total(&draw(&[&line], &[WHITE], &[emphasis], None));
    assert_eq!(at(Hidden), 0);
    assert!(at(Hidden) < at(Dimmed) && at(Dimmed) < at(Normal) && at(Normal) < at(Selected));
    let hovered = total(&draw(&[&line], &[WHITE], &[Normal], Some(0)));
    assert!(hovered > at(Selected));
    assert_eq!(total(&draw(&[&line], &[WHITE], &[Hidden], Some(0))), 0);
    assert_eq!(
        total(&draw(&[&line], &[WHITE], &[Normal], Some(7))),
        at(Normal)
    );
}

#[test]
fn the_painter_leaves_nothing_behind_for_the_next_frame() {
    let (first, second) = (
        paths(&[&[[0.0, 0.0], [40.0, 40.0]]]),
        paths(&[&[[5.0, 5.5], [9.0, 5.5]]]),
    );
    let viewport = view();
    let scene = |paths| TrailScene {
        paths,
        colours: &[WHITE],
        emphasis: &NORMAL[..1],
        viewport: &viewport,
        hovered: None,
    };
    let (mut painter, mut raster) = (TrailPainter::new(), Raster::new(SIDE, SIDE));
    painter.paint(&mut raster, scene(&first), style(0.5));
    raster.clear(Rgb::default());
    painter.paint(&mut raster, scene(&second), style(0.5));
    let mut fresh = Raster::new(SIDE, SIDE);
    TrailPainter::new().paint(&mut fresh, scene(&second), style(0.5));
    assert_eq!(raster, fresh);
    painter.paint(&mut raster, scene(&second), style(f32::NAN));
    assert_eq!(raster, fresh);
}

#[test]
fn lines_beyond_the_picture_are_cut_off() {
    let inside = draw(&[&[[0.0, 20.5], [40.0, 20.5]]], &[WHITE], &NORMAL, None);
    let through = draw(&[&[[-4e5, 20.5], [4e5, 20.5]]], &[WHITE], &NORMAL, None);
    for x in 3..SIDE - 3 {
        let (a, b) = (
            brightness(&inside, x, SIDE - 21),
            brightness(&through, x, SIDE - 21),
        );
        assert!(a.abs_diff(b) < 40, "{x}: {a} {b}");
    }
    let outside = draw(
        &[&[[-50.0, 3.0], [-9.0, 60.0]], &[[3.0, 99.0], [9.0, 99.0]]],
        &[WHITE; 2],
        &NORMAL,
        None,
    );
    assert_eq!(total(&outside), 0);
}

#[test]
fn opacity_falls_with_the_number_of_trails() {
    let opacity = |n| TrailStyle::for_trails(n, 1.0, Theme::Dark).opacity;
    assert!(opacity(1) > opacity(500) && opacity(500) > opacity(2_000));
    assert!(opacity(2_000) > 0.1 && opacity(100_000_000) > 0.0 && opacity(0) < 1.0);
}

proptest! {
    #[test]
    fn any_line_is_drawn_without_panic_and_inside(
        ends in prop::collection::vec(prop::array::uniform2(prop_oneof![
            -60.0_f32..100.0,
            prop::sample::select(vec![f32::NAN, f32::INFINITY, -1e30, 1e30, 0.0, 40.0, 39.999]),
        ]), 1..6),
        size in prop::sample::select(vec![[1_usize, 1], [3, 7], [40, 40], [0, 0], [5, 1]]),
        hovered in prop::option::of(Just(0_u32)),
    ) {
        let (paths, viewport) = (paths(&[&ends]), view());
        let scene = TrailScene {
            paths: &paths,
            colours: &[WHITE],
            emphasis: &NORMAL[..1],
            viewport: &viewport,
            hovered,
        };
        let mut raster = Raster::new(size[0], size[1]);
        TrailPainter::new().paint(&mut raster, scene, style(0.5));
        prop_assert!(raster.bytes().chunks_exact(4).all(|pixel| pixel[3] == 255));
    }
}
