//! Figures in words.

use std::fmt::Write as _;

use crate::projection::NeighborhoodHit;

/// What a picture of observations shows, for those who do not see it: how many there are, how well the
/// classes are separated and which best and worst, how many are misclassified and selected.
pub fn describe_observations(
    points: usize,
    hit: Option<&NeighborhoodHit>,
    class_name: &dyn Fn(usize) -> String,
    misclassified: Option<usize>,
    selected: usize,
) -> String {
    let mut text = format!("{points} observations in the plane.");
    if let Some(hit) = hit {
        let percent = |share: f32| format!("{:.1}%", 100.0 * f64::from(share));
        if let Some(overall) = hit.defined() {
            let _ = write!(
                text,
                " Neighborhood hit {:.2}%, with {} neighbours.",
                100.0 * f64::from(overall),
                hit.k
            );
        }
        if let Some(why) = hit.reservation() {
            let _ = write!(text, " {why}");
        }
        let classes = hit.per_class.iter().enumerate();
        let known: Vec<(usize, f32)> = classes.filter_map(|(c, hit)| Some((c, (*hit)?))).collect();
        // Of equal ones the first.
        let worst = known
            .iter()
            .copied()
            .reduce(|a, b| if b.1 < a.1 { b } else { a });
        let best = known
            .iter()
            .copied()
            .reduce(|a, b| if b.1 > a.1 { b } else { a });
        if let (Some(best), Some(worst)) = (best, worst)
            && best.0 != worst.0
        {
            let _ = write!(
                text,
                " Best separated is class {} ({}), worst class {} ({}).",
                class_name(best.0),
                percent(best.1),
                class_name(worst.0),
                percent(worst.1),
            );
        }
    }
    if let Some(wrong) = misclassified {
        let _ = write!(text, " {wrong} misclassified.");
    }
    let _ = write!(text, " {selected} selected.");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_and_the_worst_class_are_named() {
        let hit = NeighborhoodHit {
            k: 6,
            per_observation: Vec::new(),
            per_class: vec![Some(0.9), None, Some(1.0), Some(0.25)],
            overall: 0.712_34,
        };
        let names = |class: usize| ["cat", "dog", "eel", "fox"][class].to_owned();
        let text = describe_observations(719, Some(&hit), &names, Some(20), 3);
        assert_eq!(
            text,
            "719 observations in the plane. Neighborhood hit 71.23%, with 6 neighbours. \
             Best separated is class eel (100.0%), worst class fox (25.0%). 20 misclassified. 3 selected."
        );
        assert_eq!(
            describe_observations(2, None, &names, None, 0),
            "2 observations in the plane. 0 selected."
        );
    }
}
