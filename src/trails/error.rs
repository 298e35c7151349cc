//! What can be wrong with trails.

use thiserror::Error;

/// Why trails were refused, and what to do about it.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum TrailError {
    /// There is no observation or no step.
    #[error("{n} observations over {steps} steps make no trail: choose at least one of each")]
    Nothing {
        /// Observations.
        n: usize,
        /// Steps.
        steps: usize,
    },
    /// The layouts do not hold n positions for each step.
    #[error(
        "{steps} layouts of {n} positions need {expected} numbers, but {found} were given: every \
         step must show the same observations"
    )]
    WrongLength {
        /// Observations.
        n: usize,
        /// Steps.
        steps: usize,
        /// Numbers needed.
        expected: usize,
        /// Numbers found.
        found: usize,
    },
    /// A position is NaN or infinite.
    #[error(
        "the position of observation {observation} at step {step} is not a finite number: project \
         this evolution again"
    )]
    NotFinite {
        /// The observation, from 0.
        observation: usize,
        /// The step, from 0.
        step: usize,
    },
    /// There must be one group per trail.
    #[error("{n} trails need {n} groups, but {found} were given")]
    WrongGroupCount {
        /// Trails.
        n: usize,
        /// Groups found.
        found: usize,
    },
    /// A parameter is outside its range.
    #[error("{name} is {value}, but it must be {rule}")]
    BadParameter {
        /// Name of the parameter, as in the configuration.
        name: &'static str,
        /// The value that was given.
        value: f32,
        /// The rule it breaks.
        rule: &'static str,
    },
}
