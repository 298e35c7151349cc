//! Figures to take away: what is in the SVG, in the CSV and in the table for screen readers.
#![allow(clippy::unwrap_used)]

use crate::figure_support;

use std::collections::BTreeMap;

use figure_support::{parse_csv, parse_xml};
use hidden_activity::canvas::mark::{Mark, emphasise};
use hidden_activity::canvas::palette::{Theme, class_color};
use hidden_activity::canvas::selection::Selection;
use hidden_activity::canvas::viewport::Bounds;
use hidden_activity::figure::{
    Axis, Chart, Content, Figure, Key, Matrix, NO_CLASS, Neurons, Observations, Parcel, Picture,
    Quantity, ROWS_OF_A_PAGE, Scale, Series, Stroke, Table, TablePages, Trails, draw, looks_of,
    to_csv,
};
use hidden_activity::worker::attachment::{decode, encode};
use hidden_activity::worker::figure_jobs::{FigureForm, FigureJob, MadeFigure};

const N: usize = 90;

fn names() -> Vec<String> {
    vec![
        "cat & <dog>".into(),
        "=SUM(1,2)".into(),
        "\"quoted\", 3\u{7}".into(),
    ]
}

/// Observations on a spiral, of three classes; every tenth is misclassified.
fn observations(theme: Theme, selected: &[u32], hidden: &[u32]) -> Figure {
    let label = |i: usize| (i % 3) as u8;
    let predicted = |i: usize| {
        if i.is_multiple_of(10) {
            (label(i) + 1) % 3
        } else {
            label(i)
        }
    };
    let place = |i: usize| {
        let angle = i as f32 * 0.3;
        [angle.cos() * i as f32, angle.sin() * i as f32 * 0.8]
    };
    let positions: Vec<f32> = (0..N).flat_map(place).collect();
    let mark = |i: usize| {
        let classes = [label(i), predicted(i)].map(usize::from);
        Mark::observation(Some(classes[0]), Some(classes[1]), theme)
    };
    let mut marks: Vec<Mark> = (0..N).map(mark).collect();
    let visible = Selection::from_fn(N, |i| !hidden.contains(&(i as u32)));
    emphasise(
        &mut marks,
        &Selection::from_indices(N, selected),
        Some(&visible),
    );
    Figure {
        title: "Digits & co: <FC 4> after 20 epochs".into(),
        caption: vec![
            "NH 98.36% (k = 6) · 90 test observations".into(),
            "t-SNE & more".into(),
        ],
        summary: "90 observations in the plane.".into(),
        dark: theme == Theme::Dark,
        classes: names(),
        content: Content::Observations(
            Picture {
                looks: looks_of(&marks),
                has_points: true,
                bounds: None,
                is_detail: false,
                trails: None,
                key: Key::Classes,
                positions: positions.clone(),
            },
            Observations {
                indices: (0..N as u32).map(|i| 7 * i).collect(),
                labels: (0..N).map(label).collect(),
                predicted: (0..N).map(predicted).collect(),
                probabilities: (0..N).map(|i| 0.5 + i as f32 / 200.0).collect(),
                steps: vec![String::new()],
                layouts: positions,
                hits: (0..N).map(|i| (i % 7) as f32 / 6.0).collect(),
                quantity: Quantity::default(),
            },
        ),
    }
}

fn picture(figure: &mut Figure) -> &mut Picture {
    match &mut figure.content {
        Content::Observations(picture, _) | Content::Neurons(picture, _) => picture,
        _ => panic!("no picture"),
    }
}

#[test]
fn every_observation_is_drawn_in_the_colours_of_its_class() {
    for theme in [Theme::Light, Theme::Dark] {
        let svg = parse_xml(&draw(&observations(theme, &[], &[]), 1.0));
        let points = svg.by_id("points");
        let (discs, triangles) = (points.named("circle"), points.named("path"));
        assert_eq!(triangles.len(), N / 10);
        assert_eq!(discs.len(), N - N / 10);
        // Right ones in the colour of their class, wrong ones in that of the predicted class, with an
        // outline in that of their own.
        let mut fills = BTreeMap::new();
        for disc in &discs {
            *fills.entry(disc.attribute("fill").to_owned()).or_insert(0) += 1;
        }
        let of_class = |class: usize| (0..N).filter(|i| i % 3 == class && i % 10 != 0).count();
        for class in 0..3 {
            assert_eq!(fills[&class_color(class).css()], of_class(class));
        }
        assert_eq!(triangles[1].attribute("stroke"), class_color(10 % 3).css());
        assert_eq!(triangles[1].attribute("fill"), class_color(11 % 3).css());
        let ground = svg.children.iter().find(|e| e.name == "rect").unwrap();
        assert_eq!(ground.attribute("fill"), theme.background().css());
    }
}

#[test]
fn words_are_there_whatever_they_are() {
    let svg = parse_xml(&draw(&observations(Theme::Light, &[3], &[]), 1.0));
    assert_eq!(svg.children[0].name, "title");
    assert_eq!(svg.children[0].text, "Digits & co: <FC 4> after 20 epochs");
    assert_eq!(svg.children[1].name, "desc");
    assert_eq!(svg.children[1].text, "90 observations in the plane.");
    let key = svg.by_id("key").words();
    for name in [
        "cat & <dog>",
        "=SUM(1,2)",
        "\"quoted\", 3",
        "misclassified",
        "selected",
    ] {
        assert!(key.contains(name), "{name} is not in {key}");
    }
    assert!(svg.by_id("caption").words().contains("t-SNE & more"));
    // No other file is needed.
    let text = draw(&observations(Theme::Light, &[3], &[]), 1.0);
    assert!(!text.contains("href") && !text.contains("url(") && text.matches("http").count() == 1);
}

#[test]
fn nothing_is_drawn_beside_the_sheet() {
    let svg = parse_xml(&draw(&observations(Theme::Light, &[3], &[]), 1.0));
    let (width, height) = (svg.number("width"), svg.number("height"));
    let inner = svg.named("svg")[1];
    for point in inner.named("circle") {
        let (x, y, r) = (point.number("cx"), point.number("cy"), point.number("r"));
        assert!(x >= r && y >= r);
        assert!(x + r <= inner.number("width") && y + r <= inner.number("height"));
    }
    for words in svg.named("text") {
        assert!(words.number("y") <= height && words.number("x") <= width);
    }
    assert_eq!(svg.attribute("viewBox"), format!("0 0 {width} {height}"));
    let twice = parse_xml(&draw(&observations(Theme::Light, &[3], &[]), 2.0));
    assert_eq!(twice.number("width"), 2.0 * width);
    assert_eq!(twice.number("height"), 2.0 * height);
    assert_eq!(twice.attribute("viewBox"), svg.attribute("viewBox"));
}

#[test]
fn selected_ones_have_rings_and_hidden_ones_are_left_out() {
    let svg = parse_xml(&draw(
        &observations(Theme::Light, &[4, 8, 11], &[1, 2]),
        1.0,
    ));
    let points = svg.by_id("points");
    let rings = points
        .all()
        .into_iter()
        .filter(|e| e.attribute("class") == "ring");
    assert_eq!(rings.count(), 3);
    let drawn = points.named("circle").len() + points.named("path").len();
    assert_eq!(drawn, N - 2 + 3);
    let dimmed = points
        .all()
        .into_iter()
        .filter(|e| !e.attribute("opacity").is_empty());
    assert_eq!(dimmed.count(), N - 2 - 3);
}

#[test]
fn a_detail_shows_what_lies_in_it_and_nothing_else() {
    let mut figure = observations(Theme::Light, &[], &[]);
    let bounds = Bounds {
        min: [-20.0, -15.0],
        max: [20.0, 15.0],
    };
    let picture = picture(&mut figure);
    (picture.bounds, picture.is_detail) = (Some(bounds), true);
    let within = picture
        .positions
        .as_chunks::<2>()
        .0
        .iter()
        .filter(|p| p[0].abs() <= 20.0 && p[1].abs() <= 15.0);
    let within = within.count();
    let svg = parse_xml(&draw(&figure, 1.0));
    let points = svg.by_id("points");
    let drawn = points.named("circle").len() + points.named("path").len();
    assert!(drawn >= within && drawn < within + 6, "{drawn} of {within}");
    assert_eq!(svg.named("svg")[1].attribute("overflow"), "hidden");
    // The table has them all.
    assert_eq!(Table::of(&figure).rows.len(), N);
}

#[test]
fn trails_become_darker_on_their_way_and_lie_below_the_points() {
    let mut figure = observations(Theme::Light, &[], &[0]);
    let shown = picture(&mut figure);
    let places = shown.positions.as_chunks::<2>().0.to_vec();
    let way = |p: &[f32; 2]| [[0.0, 0.0], [p[0] / 2.0, p[1] / 2.0], *p];
    shown.trails = Some(Trails {
        vertices: places.iter().flat_map(way).flatten().collect(),
        times: places.iter().flat_map(|_| [0.0, 0.5, 1.0]).collect(),
        starts: (0..=N as u32).map(|i| 3 * i).collect(),
    });
    let svg = parse_xml(&draw(&figure, 1.0));
    let trails = svg.by_id("trails");
    // Two shades of each trail but that of the hidden observation.
    assert_eq!(trails.named("path").len(), 2 * (N - 1));
    let strokes: Vec<&str> = trails
        .children
        .iter()
        .map(|g| g.attribute("stroke"))
        .collect();
    assert_eq!(strokes.len(), 6);
    let luminance = |css: &str| {
        let digits = u32::from_str_radix(&css[1..], 16).unwrap();
        hidden_activity::canvas::colour::Rgb::hex(digits).luminance()
    };
    for class in 0..3 {
        assert!(luminance(strokes[class]) > luminance(strokes[3 + class]));
    }
    let inner = svg.named("svg")[1];
    let order: Vec<&str> = inner.children.iter().map(|g| g.attribute("id")).collect();
    assert_eq!(order, ["trails", "points"]);
    picture(&mut figure).has_points = false;
    assert!(!draw(&figure, 1.0).contains("<circle id=\"points\""));
    assert_eq!(
        parse_xml(&draw(&figure, 1.0)).named("svg")[1]
            .named("circle")
            .len(),
        0
    );
}

#[test]
fn the_csv_of_observations_reads_back_exactly() {
    let figure = observations(Theme::Light, &[4, 8], &[1]);
    let rows = parse_csv(&to_csv(&Table::of(&figure)));
    assert_eq!(rows.len(), N + 1);
    assert_eq!(
        rows[0],
        [
            "observation",
            "index",
            "class",
            "class_name",
            "predicted",
            "predicted_name",
            "probability",
            "x",
            "y",
            "neighborhood_hit",
            "selected"
        ]
    );
    let Content::Observations(_, known) = &figure.content else {
        panic!()
    };
    for (i, row) in rows[1..].iter().enumerate() {
        let float = |column: usize| row[column].parse::<f32>().unwrap();
        assert_eq!(row[0], (i + 1).to_string());
        assert_eq!(row[1], (7 * i).to_string());
        assert_eq!(row[2], (i % 3).to_string());
        assert_eq!(float(6), known.probabilities[i]);
        assert_eq!(
            [float(7), float(8)],
            [known.layouts[2 * i], known.layouts[2 * i + 1]]
        );
        assert_eq!(float(9), known.hits[i]);
        assert_eq!(row[10], if [4, 8].contains(&i) { "1" } else { "0" });
    }
    // A name that a spreadsheet would compute is disarmed; others are as they are.
    assert_eq!(rows[2][3], "'=SUM(1,2)");
    assert_eq!(rows[1][3], "cat & <dog>");
    assert_eq!(rows[3][3], "\"quoted\", 3\u{7}");
}

#[test]
fn numbers_stay_numbers_and_what_is_missing_is_empty() {
    let mut figure = observations(Theme::Light, &[], &[]);
    figure.classes = vec!["-1".into(), "+1e3".into(), "-x\r\ny".into()];
    let Content::Observations(_, known) = &mut figure.content else {
        panic!()
    };
    known.layouts[0] = f32::NAN;
    (known.predicted, known.probabilities, known.hits) = Default::default();
    let rows = parse_csv(&to_csv(&Table::of(&figure)));
    assert_eq!(rows[0].len(), 7);
    assert_eq!(rows[1][4], "");
    assert_eq!(
        [&rows[1][3], &rows[2][3], &rows[3][3]],
        ["-1", "+1e3", "'-x\r\ny"]
    );
}

#[test]
fn an_evolution_has_a_place_for_each_step() {
    let mut figure = observations(Theme::Light, &[], &[]);
    let Content::Observations(_, known) = &mut figure.content else {
        panic!()
    };
    known.steps = vec!["FC 1".into(), "FC 2".into()];
    known.layouts = (0..4 * N).map(|i| i as f32).collect();
    known.hits = (0..2 * N).map(|i| i as f32).collect();
    known.quantity = Quantity {
        name: "activation".into(),
        values: vec![0.25; N],
    };
    let rows = parse_csv(&to_csv(&Table::of(&figure)));
    let column = |name: &str| rows[0].iter().position(|n| n == name).unwrap();
    assert_eq!(rows[1][column("y (FC 1)")], "1");
    assert_eq!(rows[1][column("x (FC 2)")], (2 * N).to_string());
    assert_eq!(
        rows[2][column("neighborhood_hit (FC 2)")],
        (N + 1).to_string()
    );
    assert_eq!(rows[N][column("activation")], "0.25");
}

#[test]
fn the_table_comes_in_pages_with_headings() {
    let figure = observations(Theme::Light, &[], &[]);
    let mut table = Table::of(&figure);
    let pages = TablePages::from(&table);
    assert_eq!((pages.rows as usize, pages.pages.len()), (N, 1));
    let head = parse_xml(&pages.head);
    let heads: Vec<&str> = head.children.iter().map(|th| th.text.as_str()).collect();
    assert_eq!(heads[3], "Class name");
    assert_eq!(heads[7..9], ["x", "y"]);
    assert!(
        head.children
            .iter()
            .all(|th| th.attribute("scope") == "col")
    );
    let body = parse_xml(&format!("<tbody>{}</tbody>", pages.pages[0]));
    assert_eq!(body.children.len(), N);
    let row = &body.children[0];
    assert_eq!(
        (
            row.children[0].name.as_str(),
            row.children[0].attribute("scope")
        ),
        ("th", "row")
    );
    assert_eq!(row.children[3].text, "cat & <dog>");
    assert_eq!(row.children.len(), heads.len());
    table.rows = vec![table.rows[0].clone(); 2 * ROWS_OF_A_PAGE + 1];
    let pages = TablePages::from(&table);
    let lengths = pages.pages.iter().map(|page| page.matches("<tr>").count());
    assert_eq!(
        lengths.collect::<Vec<_>>(),
        [ROWS_OF_A_PAGE, ROWS_OF_A_PAGE, 1]
    );
}

#[test]
fn neurons_have_their_class_and_score() {
    let mut figure = observations(Theme::Dark, &[], &[]);
    let shown = picture(&mut figure).clone();
    let scale = Scale {
        what: "Score".into(),
        least: 0.0,
        greatest: 0.089,
    };
    let key = Key::Strength(scale);
    let known = Neurons {
        classes: (0..N as u32)
            .map(|i| if i > 0 { i % 2 } else { NO_CLASS })
            .collect(),
        scores: (0..N).map(|i| i as f32 / 1000.0).collect(),
        quantity: Quantity::default(),
    };
    figure.content = Content::Neurons(Picture { key, ..shown }, known);
    let rows = parse_csv(&to_csv(&Table::of(&figure)));
    assert_eq!(
        rows[0],
        [
            "neuron",
            "x",
            "y",
            "best_class",
            "best_class_name",
            "score",
            "selected"
        ]
    );
    assert_eq!(rows[1][3..6], ["", "", "0"]);
    assert_eq!(rows[4][3..6], ["1", "'=SUM(1,2)", "0.003"]);
    let svg = parse_xml(&draw(&figure, 1.0));
    let key = svg.by_id("key");
    assert!(key.words().contains("Score") && key.words().contains("0.08"));
    assert!(!key.words().contains("quoted"), "no neuron has that class");
    assert!(key.named("rect").len() > 20);
}

fn series(name: &str, points: &[[f32; 2]], stroke: Stroke) -> Series {
    Series {
        name: name.into(),
        points: points.as_flattened().to_vec(),
        colour: Some(0),
        stroke,
    }
}

fn chart() -> Chart {
    let axis = |name: &str, greatest| Axis {
        name: name.into(),
        greatest,
        ..Axis::default()
    };
    let training: Vec<[f32; 2]> = (1..=2000)
        .map(|i| [i as f32 / 500.0, 1.0 / i as f32])
        .collect();
    let test = [[0.0, 2.3], [1.0, f32::NAN], [2.0, 0.4]];
    Chart {
        x: axis("Epoch", 4.0),
        y: axis("Loss", 2.5),
        series: vec![
            series("Training loss", &training, Stroke::Solid),
            series("Test loss", &test, Stroke::Dashed),
        ],
    }
}

#[test]
fn curves_share_their_rows() {
    let mut figure = observations(Theme::Light, &[], &[]);
    figure.content = Content::Chart(chart());
    let rows = parse_csv(&to_csv(&Table::of(&figure)));
    assert_eq!(rows[0], ["epoch", "training_loss", "test_loss"]);
    assert_eq!(rows.len(), 1 + 2000 + 1);
    assert_eq!(rows[1], ["0", "", "2.3"]);
    let at = |epoch: &str| rows.iter().find(|row| row[0] == epoch).unwrap();
    assert_eq!(at("2")[1..], ["0.001", "0.4"]);
    assert_eq!(at("1")[2], "");
    let svg = parse_xml(&draw(&figure, 1.0));
    let lines = svg.named("path");
    // Two curves, each with a sample in the key; the long one thinned.
    assert_eq!(lines.len(), 4);
    assert_eq!(
        lines
            .iter()
            .filter(|line| !line.attribute("stroke-dasharray").is_empty())
            .count(),
        2
    );
    let vertices = lines
        .iter()
        .map(|line| line.attribute("d").matches(['M', 'L']).count());
    assert_eq!(vertices.max(), Some(400));
    assert!(svg.words().contains("Test loss") && svg.by_id("axes").words().contains("2.5"));
}

#[test]
fn pairs_are_dots_with_a_row_each() {
    let pairs: Vec<[f32; 2]> = (0..50).map(|i| [i as f32, 50.0 - i as f32]).collect();
    let mut pairs_of = chart();
    pairs_of.series = vec![
        series("Pairs", &pairs, Stroke::Pairs),
        series("Equal", &[[0.0, 0.0], [4.0, 4.0]], Stroke::Solid),
    ];
    let mut figure = observations(Theme::Dark, &[], &[]);
    figure.content = Content::Chart(pairs_of);
    let svg = parse_xml(&draw(&figure, 1.0));
    assert_eq!(svg.named("circle").len(), 50 + 1);
    let rows = parse_csv(&to_csv(&Table::of(&figure)));
    assert_eq!(rows.len(), 51);
    assert_eq!(rows[3], ["2", "48"]);
}

#[test]
fn a_matrix_has_its_counts_in_both() {
    let mut figure = observations(Theme::Dark, &[], &[]);
    let counts = vec![20, 1, 0, 0, 30, 2, 5, 0, 7];
    figure.content = Content::Matrix(Matrix {
        classes: 3,
        counts: counts.clone(),
    });
    let rows = parse_csv(&to_csv(&Table::of(&figure)));
    assert_eq!(rows[0][2], "taken for =SUM(1,2)");
    let read = rows[1..]
        .iter()
        .flat_map(|row| &row[1..])
        .map(|cell| cell.parse().unwrap());
    assert_eq!(read.collect::<Vec<u32>>(), counts);
    let svg = parse_xml(&draw(&figure, 1.0));
    let matrix = svg.by_id("matrix");
    let words = matrix.words();
    for count in counts.iter().filter(|count| **count > 0) {
        assert!(
            words.contains(&format!(" {count} ")),
            "{count} is not in {words}"
        );
    }
    assert_eq!(matrix.named("rect").len(), 9 + 1);
}

/// One figure of each kind.
fn all_kinds() -> Vec<Figure> {
    let mut moment = observations(Theme::Dark, &[2], &[5]);
    let shown = picture(&mut moment);
    (shown.is_detail, shown.has_points) = (true, false);
    shown.bounds = Some(Bounds {
        min: [-20.5, -15.0],
        max: [20.0, 15.25],
    });
    shown.trails = Some(Trails {
        vertices: vec![1.0, 2.0, f32::INFINITY],
        times: vec![0.5],
        starts: vec![7, 8],
    });
    let with = |content: Content| Figure {
        content,
        ..observations(Theme::Light, &[], &[])
    };
    let shown = picture(&mut moment).clone();
    let scale = Scale {
        what: "S".into(),
        least: -0.5,
        greatest: 1e-30,
    };
    let strength = Picture {
        key: Key::Strength(scale.clone()),
        ..shown.clone()
    };
    let sequential = Picture {
        key: Key::Sequential(scale),
        trails: None,
        ..shown
    };
    let known = Neurons {
        classes: vec![3, NO_CLASS],
        scores: vec![0.25, 0.0],
        quantity: Quantity {
            name: "mean".into(),
            values: vec![1.5],
        },
    };
    let mut curves = chart();
    curves.series[1].points = vec![0.0, -1.0];
    curves.series[0].colour = None;
    curves.x.names = vec!["FC 1".into()];
    let matrix = Matrix {
        classes: 2,
        counts: vec![1, 2, 3, 4],
    };
    vec![
        moment,
        with(Content::Neurons(strength, known.clone())),
        with(Content::Neurons(sequential, known)),
        with(Content::Chart(curves)),
        with(Content::Matrix(matrix)),
        Figure::default(),
    ]
}

#[test]
fn a_figure_travels_to_the_worker_and_loses_nothing() {
    for figure in all_kinds() {
        assert_eq!(Parcel::pack(figure.clone()).unpack(), figure);
        for (form, wanted) in [
            (FigureForm::Drawing { scale: 2 }, draw(&figure, 2.0)),
            (FigureForm::Numbers, to_csv(&Table::of(&figure))),
        ] {
            let encoded = encode(FigureJob::new(figure.clone(), form)).unwrap();
            let job = decode::<FigureJob>(encoded).unwrap();
            let MadeFigure::File(bytes) = job.make() else {
                panic!("no file")
            };
            assert_eq!(String::from_utf8(bytes.into_inner()).unwrap(), wanted);
        }
        let job = FigureJob::new(figure.clone(), FigureForm::Table);
        let MadeFigure::Table(pages) = job.make() else {
            panic!("no table")
        };
        assert_eq!(pages, TablePages::from(&Table::of(&figure)));
    }
}

#[test]
fn a_damaged_parcel_makes_some_figure() {
    for figure in all_kinds() {
        let whole = Parcel::pack(figure);
        for cut in 0..whole.numbers.len() {
            let mut parcel = whole.clone();
            parcel.numbers.truncate(cut);
            parse_xml(&draw(&parcel.clone().unpack(), 1.0));
            parcel.numbers.push(5);
            let _ = to_csv(&Table::of(&parcel.unpack()));
        }
    }
}

#[test]
fn an_empty_figure_is_still_one() {
    let mut figure = observations(Theme::Light, &[], &[]);
    let Content::Observations(picture, known) = &mut figure.content else {
        panic!()
    };
    (picture.positions, picture.looks) = Default::default();
    *known = Observations::default();
    let svg = parse_xml(&draw(&figure, 1.0));
    assert!(svg.number("height") > 0.0);
    assert_eq!(TablePages::from(&Table::of(&figure)).rows, 0);
    // Points that all lie in one place, and such that lie nowhere.
    let mut figure = observations(Theme::Light, &[], &[]);
    let shown = self::picture(&mut figure);
    shown.positions.fill(3.0);
    shown.positions[0] = f32::NAN;
    let svg = parse_xml(&draw(&figure, 1.0));
    let points = svg.by_id("points");
    assert_eq!(
        points.named("circle").len() + points.named("path").len(),
        N - 1
    );
}
