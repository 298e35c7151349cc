//! Selections against ordinary sets, and the laws of undo and redo.

use std::collections::BTreeSet;

use hidden_activity::canvas::history::History;
use hidden_activity::canvas::selection::{Combine, Selection};
use proptest::prelude::*;

fn indices(n: usize) -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(0..n as u32 + 5, 0..40)
}

proptest! {
    #[test]
    fn selections_combine_as_sets_do((n, a, b) in (0usize..200).prop_flat_map(|n| (Just(n), indices(n), indices(n)))) {
        let set = |v: &[u32]| v.iter().copied().filter(|&i| (i as usize) < n).collect::<BTreeSet<u32>>();
        let (left, right) = (set(&a), set(&b));
        let wanted = [
            (Combine::Replace, right.clone()),
            (Combine::Add, &left | &right),
            (Combine::Subtract, &left - &right),
            (Combine::Toggle, &left ^ &right),
            (Combine::Intersect, &left & &right),
        ];
        for (how, wanted) in wanted {
            let mut selection = Selection::from_indices(n, &a);
            selection.combine(&Selection::from_indices(n, &b), how);
            prop_assert_eq!(selection.count(), wanted.len());
            prop_assert_eq!(selection.is_empty(), wanted.is_empty());
            prop_assert!(selection.iter().eq(wanted.iter().copied()), "{:?}", how);
            prop_assert!((0..n as u32 + 70).all(|i| selection.contains(i) == wanted.contains(&i)));
            let as_list: Vec<_> = wanted.into_iter().collect();
            prop_assert_eq!(&selection, &Selection::from_indices(n, &as_list));
        }
        let mut inverse = Selection::from_indices(n, &a);
        inverse.invert();
        prop_assert_eq!(inverse.count(), n - left.len());
        prop_assert!(left.iter().all(|&i| !inverse.contains(i)));
        inverse.invert();
        prop_assert_eq!(inverse, Selection::from_indices(n, &a));
    }

    /// Against the plainest history there is: a list of all values and a place in it.
    #[test]
    fn history_goes_back_and_forth(bound in 0usize..6, steps in prop::collection::vec(0u8..7, 0..80)) {
        let mut history = History::new(0u8, bound);
        let (mut values, mut place) = (vec![0u8], 0usize);
        for step in steps {
            match step {
                5 => {
                    let moved = history.undo().copied();
                    prop_assert_eq!(moved.is_some(), place > 0);
                    place = place.saturating_sub(1);
                }
                6 => {
                    let moved = history.redo().copied();
                    prop_assert_eq!(moved.is_some(), place + 1 < values.len());
                    place = (place + 1).min(values.len() - 1);
                }
                value => {
                    history.push(value);
                    if value != values[place] {
                        values.truncate(place + 1);
                        values.push(value);
                        if values.len() > bound + 1 {
                            values.remove(0);
                        }
                        place = values.len() - 1;
                    }
                }
            }
            prop_assert_eq!(*history.present(), values[place]);
            prop_assert_eq!(history.can_undo(), place > 0);
            prop_assert_eq!(history.can_redo(), place + 1 < values.len());
        }
    }
}

#[test]
fn all_and_none_at_word_borders() {
    for n in [0, 1, 63, 64, 65, 128] {
        assert_eq!(Selection::all(n).count(), n);
        assert!(Selection::none(n).is_empty());
        assert!(Selection::all(n).iter().eq(0..n as u32));
        assert_eq!(Selection::all(n), Selection::from_fn(n, |_| true));
    }
}

#[test]
fn single_observations_come_and_go() {
    let mut selection = Selection::none(70);
    selection.insert(69);
    selection.insert(3);
    selection.insert(70);
    assert!(selection.iter().eq([3, 69]));
    selection.remove(3);
    selection.remove(1000);
    assert!(selection.iter().eq([69]));
    selection.clear();
    assert_eq!(selection, Selection::none(70));
}

#[test]
fn a_larger_universe_cannot_leak_in() {
    let mut small = Selection::none(10);
    small.combine(&Selection::all(200), Combine::Replace);
    assert_eq!(small, Selection::all(10));
    let mut large = Selection::all(200);
    large.combine(&Selection::all(10), Combine::Intersect);
    assert_eq!(large.count(), 10);
}

#[test]
fn replacing_the_present_is_no_step() {
    let mut history = History::new(1, 9);
    history.push(2);
    history.replace(3);
    assert_eq!(history.undo(), Some(&1));
    assert_eq!(history.redo(), Some(&3));
}
