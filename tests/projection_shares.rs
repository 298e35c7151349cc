//! A neighbour search divided among several workers finds what one alone finds.
#![allow(clippy::unwrap_used)]

use crate::projection_support;

use hidden_activity::projection::{
    FoundNeighbours, NeighbourSearch, NeighbourShare, NeighbourTask, Stage, Tsne, TsneConfig,
};
use projection_support::noise;
use proptest::prelude::*;

fn search(task: &NeighbourTask, share: usize, shares: usize) -> FoundNeighbours {
    let mut search = NeighbourShare::new(task.clone(), share, shares).unwrap();
    let mut fraction = 0.0;
    while !search.advance() {
        assert!(search.fraction() >= fraction, "progress goes forward");
        fraction = search.fraction();
    }
    search.finish()
}

/// By row: its neighbours and their distances.
fn by_row(found: &[FoundNeighbours], k: usize) -> Vec<(u32, Vec<u32>, Vec<f32>)> {
    let mut all: Vec<_> = found
        .iter()
        .flat_map(|found| {
            let own = found
                .indices
                .chunks(k)
                .zip(found.squared_distances.chunks(k));
            let rows = found.rows.iter().zip(own);
            rows.map(|(&row, (near, far))| (row, near.to_vec(), far.to_vec()))
        })
        .collect();
    all.sort_by_key(|(row, ..)| *row);
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn shares_together_find_what_one_search_finds(
        n in 20usize..400, d in 1usize..9, shares in 1usize..9, approximate: bool, seed: u32,
    ) {
        let k = 7;
        let task = NeighbourTask {
            data: noise(n * d, seed), n, d, k, approximate, seed: u64::from(seed),
        };
        let whole = by_row(&[search(&task, 0, 1)], k);
        prop_assert_eq!(whole.len(), n);
        let parts: Vec<_> = (0..shares).map(|share| search(&task, share, shares)).collect();
        prop_assert_eq!(by_row(&parts, k), whole);
    }
}

#[test]
fn a_layout_is_the_same_bit_for_bit_however_its_search_was_divided() {
    let (n, d) = (900, 12);
    for neighbours in [NeighbourSearch::Exact, NeighbourSearch::Approximate] {
        let config = TsneConfig {
            neighbours,
            iterations: 60,
            reduce_to: Some(6),
            ..TsneConfig::default()
        };
        let alone = {
            let mut tsne = Tsne::new(noise(n * d, 3), n, d, &config).unwrap();
            while tsne.advance() != Stage::Done {}
            tsne.positions()
        };
        let mut tsne = Tsne::new(noise(n * d, 3), n, d, &config).unwrap();
        assert!(tsne.divide_neighbour_search(3).is_none(), "too early");
        while tsne.stage() != Stage::Neighbours {
            tsne.advance();
        }
        let task = tsne.divide_neighbour_search(3).unwrap();
        assert!(tsne.divide_neighbour_search(3).is_none(), "only once");
        for _ in 0..200 {
            tsne.advance();
        }
        assert_eq!(tsne.stage(), Stage::Neighbours, "waits for the others");
        assert!(!tsne.accept_neighbours(&FoundNeighbours {
            rows: vec![n as u32],
            indices: vec![0; task.k],
            squared_distances: vec![0.0; task.k],
        }));
        for share in [2, 1] {
            assert_eq!(tsne.stage(), Stage::Neighbours);
            assert!(tsne.accept_neighbours(&search(&task, share, 3)));
            tsne.advance();
        }
        while tsne.advance() != Stage::Done {}
        assert_eq!(tsne.positions(), alone, "{neighbours:?}");
    }
}

#[test]
fn tasks_that_do_not_fit_together_are_refused() {
    let task = NeighbourTask {
        data: noise(40, 1),
        n: 10,
        d: 4,
        k: 3,
        approximate: false,
        seed: 0,
    };
    assert!(NeighbourShare::new(task.clone(), 0, 1).is_some());
    assert!(NeighbourShare::new(task.clone(), 1, 1).is_none());
    let lies = [
        NeighbourTask {
            n: 11,
            ..task.clone()
        },
        NeighbourTask {
            d: 0,
            n: 0,
            ..task.clone()
        },
        NeighbourTask {
            k: 10,
            ..task.clone()
        },
        NeighbourTask {
            n: usize::MAX,
            d: 4,
            ..task
        },
    ];
    for task in lies {
        assert!(NeighbourShare::new(task, 0, 1).is_none());
    }
}
