//! What stands in the page's address: written and read again, and never an error.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use hidden_activity::address::{Colouring, Insets, Looking, Opened, View, ViewState};
use hidden_activity::analysis::{AS_GIVEN, Along, Representation, Sequence, Source};
use hidden_activity::dataset::{Part, StreetDigits};
use hidden_activity::projection::Metric;
use proptest::prelude::*;

fn read(base: &ViewState, pairs: &[(&'static str, String)]) -> ViewState {
    let said: BTreeMap<_, _> = pairs.iter().cloned().collect();
    base.clone().with(|name| said.get(name).cloned())
}

fn base() -> ViewState {
    ViewState {
        k: 6,
        perplexity: 30.0,
        lambda: 0.02,
        ..ViewState::default()
    }
}

#[test]
fn nothing_is_written_of_the_state_that_an_analysis_opens_with() {
    assert_eq!(base().pairs(&base()), []);
}

#[test]
fn a_view_is_written_in_words_that_one_can_read() {
    let of = |part, index, epoch| Representation {
        part,
        source: Source::Layer { index, epoch },
    };
    let state = ViewState {
        opened: Some(Opened::Analysis("analyses/street.npz".into())),
        tab: View::Neurons,
        sides: [
            Some(of(Part::Train, 3, 20)),
            Some(of(Part::Test, 0, AS_GIVEN)),
        ],
        hidden: vec![3, 5, 6, 7],
        selected: [vec![0, 1, 2, 9], vec![], vec![]],
        looking: [
            Some(Looking {
                center: [0.5, -3.25],
                zoom: 4.0,
            }),
            None,
            None,
            None,
            None,
            None,
        ],
        ..base()
    };
    let pairs = state.pairs(&base());
    let written: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert_eq!(
        written.join("&"),
        "analysis=analyses/street.npz&view=neurons&left=train.4.20&right=test.1.given&hide=3,5-7&select=0-2,9\
         &zoom-left=0.5_-3.25_4"
    );
    assert_eq!(read(&base(), &pairs), state);
}

#[test]
fn what_nobody_writes_is_left_out() {
    let wrong = [
        ("view", "nothing"),
        ("left", "test"),
        ("left", "test.0.1"),
        ("right", "test.1.2.x."),
        ("along", "test.layers"),
        ("hide", "5-3"),
        ("hide", "7,5"),
        ("select", "1-99999999999"),
        ("select", "0-4000000000"),
        ("select", "*xyz"),
        ("zoom-left", "1_2"),
        ("zoom-left", "nan_1_1"),
        ("zoom-left", "0_0_-1"),
        ("k", "-1"),
        ("perplexity", "inf"),
        ("layer", "0"),
        ("pins", "test"),
        ("class", "256"),
        ("mds", "manhattan"),
    ];
    for (name, value) in wrong {
        assert_eq!(
            read(&base(), &[(name, value.to_owned())]),
            base(),
            "{name}={value}"
        );
    }
    // A list that would make an address too long to travel is not written.
    let every_second: Vec<u32> = (0..40_000).map(|i| i * 2).collect();
    let state = ViewState {
        selected: [every_second, vec![], vec![]],
        ..base()
    };
    assert!(
        state
            .pairs(&base())
            .iter()
            .all(|(_, value)| value.len() < 3_001)
    );
}

fn opened() -> impl Strategy<Value = Option<Opened>> {
    prop_oneof![
        Just(None),
        Just(Some(Opened::Digits)),
        Just(Some(Opened::Own)),
        "[a-z]{1,9}\\.npz".prop_map(|address| Some(Opened::Analysis(address))),
        "[a-z]{4,9}"
            .prop_filter("a word of its own", |id| id != "own")
            .prop_map(|id| Some(Opened::Site(id))),
        (1_usize..9_000, 1_usize..900, any::<u64>()).prop_map(|(train, test, seed)| Some(
            Opened::Street(StreetDigits { train, test, seed })
        )),
    ]
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![Just(Part::Test), Just(Part::Train)]
}

fn representation() -> impl Strategy<Value = Representation> {
    let layer = (0_usize..9, prop_oneof![0_u32..99, Just(AS_GIVEN)])
        .prop_map(|(index, epoch)| Source::Layer { index, epoch });
    (part(), prop_oneof![Just(Source::Pixels), layer])
        .prop_map(|(part, source)| Representation { part, source })
}

fn sequence() -> impl Strategy<Value = Sequence> {
    let along = prop_oneof![
        (0_u32..99).prop_map(|epoch| Along::Layers { epoch }),
        (0_usize..9, 2_usize..20).prop_map(|(layer, most)| Along::Epochs { layer, most }),
    ];
    (part(), along).prop_map(|(part, along)| Sequence { part, along })
}

fn chosen(most: u32) -> impl Strategy<Value = Vec<u32>> {
    proptest::collection::btree_set(0..most, 0..200).prop_map(|set| set.into_iter().collect())
}

fn looking() -> impl Strategy<Value = Option<Looking>> {
    proptest::option::of(
        (-60_000_i32..60_000, -60_000_i32..60_000, 1_025_u32..64_000).prop_map(|(x, y, zoom)| {
            Looking {
                center: [f64::from(x) / 1_024.0, f64::from(y) / 1_024.0],
                zoom: f64::from(zoom) / 1_024.0,
            }
        }),
    )
}

prop_compose! {
    fn state()(
        opened in opened(), tab in 0_usize..3, left in representation(), right in representation(),
        sequence in sequence(), step in 0_u32..9, layer in proptest::option::of(0_usize..9), colours in 0_usize..3,
        class in any::<u8>(), hidden in chosen(12), insets in 0_usize..3,
    )(
        pins in proptest::collection::vec((part(), 0_u32..2_000), 0..9), test in chosen(2_000), train in chosen(900),
        neurons in chosen(128), looking in [looking(), looking(), looking(), looking(), looking(), looking()],
        k in 1_u32..60, perplexity in 1_u32..200, mds in 0_usize..4, lambda in 0_u32..100,
        opened in Just(opened), tab in Just(tab), left in Just(left), right in Just(right), sequence in Just(sequence),
        step in Just(step), layer in Just(layer), colours in Just(colours), class in Just(class), hidden in Just(hidden),
        insets in Just(insets),
    ) -> ViewState {
        ViewState {
            opened,
            tab: [View::Projections, View::Evolution, View::Neurons][tab],
            sides: [Some(left), Some(right)],
            sequence: Some(sequence),
            step,
            layer,
            colours: [Colouring::Map, Colouring::OneClass, Colouring::MeanActivation][colours],
            class,
            hidden,
            insets: [Insets::None, Insets::Automatic, Insets::Pinned][insets],
            pins,
            selected: [test, train, neurons],
            looking,
            k,
            perplexity: perplexity as f32 / 4.0,
            mds: [None, Some(Metric::Euclidean), Some(Metric::Cosine), Some(Metric::Correlation)][mds],
            lambda: lambda as f32 / 100.0,
        }
    }
}

proptest! {
    #[test]
    fn every_view_comes_back(state in state()) {
        let pairs = state.pairs(&base());
        prop_assert_eq!(read(&base(), &pairs), state);
    }

    #[test]
    fn no_address_is_an_error(pairs in proptest::collection::vec((0_usize..26, ".{0,40}"), 0..12)) {
        let names: Vec<&str> = ViewState::names().collect();
        let said: BTreeMap<&str, String> = pairs.into_iter().map(|(name, value)| (names[name], value)).collect();
        let state = base().with(|name| said.get(name).cloned());
        // What was understood is written as something that is understood again.
        let again = state.pairs(&base());
        prop_assert_eq!(read(&base(), &again), state);
    }
}
