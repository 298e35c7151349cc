//! Playing a sequence of steps: where the picture is, as time goes on.
//!
//! Each step is shown at rest for [`DWELL_MS`], then the picture goes on to the next in [`GLIDE_MS`].
//! A time on this line, in milliseconds at speed 1, is all that playing needs to remember.

use super::animation::ease;

/// How long a step is shown at rest, milliseconds at speed 1.
pub const DWELL_MS: f64 = 600.0;

/// From one step to the next, milliseconds at speed 1.
pub const GLIDE_MS: f64 = 900.0;

/// How the picture comes from one step to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// Observations move.
    Glide,
    /// The next step takes the place of the last.
    Jump,
}

/// What comes after the last step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtEnd {
    /// Nothing: the last step stays.
    Stop,
    /// The first step.
    Repeat,
}

/// How a sequence is played.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Playback {
    /// Steps of the sequence.
    pub steps: usize,
    /// How much faster than at speed 1.
    pub speed: f64,
    /// How the picture moves.
    pub motion: Motion,
    /// What comes after the last step.
    pub at_end: AtEnd,
}

/// A moment of the playing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// Milliseconds on the line of time, from the first step's beginning.
    pub time: f64,
    /// Where the picture is: 0 is the first step, 0.5 half way to the second.
    pub at: f32,
    /// Whether the playing has come to its end.
    pub ended: bool,
}

impl Playback {
    fn last(&self) -> usize {
        self.steps.saturating_sub(1)
    }

    /// The time at which the last step is reached.
    fn arrival(&self) -> f64 {
        self.last() as f64 * (DWELL_MS + GLIDE_MS)
    }

    /// The time from which to play on where the picture is at `at`: it moves at once, and from the
    /// last step it goes to the first.
    pub fn start(&self, at: f32) -> f64 {
        let at = f64::from(at).max(0.0); // also takes what is not a number to 0
        if at >= self.last() as f64 {
            return 0.0;
        }
        let step = at.floor();
        let glided = match self.motion {
            Motion::Glide => un_ease(at - step),
            Motion::Jump => 0.0,
        };
        step * (DWELL_MS + GLIDE_MS) + DWELL_MS + glided * GLIDE_MS
    }

    /// The moment `passed` milliseconds of the visitor's clock after a time on the line.
    pub fn advance(&self, time: f64, passed: f64) -> Moment {
        let time = time.max(0.0) + passed.max(0.0) * self.speed.max(0.0);
        let (time, ended) = match self.at_end {
            AtEnd::Stop => (time.min(self.arrival()), time >= self.arrival()),
            // The last step, too, is shown for a while.
            AtEnd::Repeat => (time % (self.arrival() + DWELL_MS), self.steps < 2),
        };
        Moment {
            time,
            at: self.at(time),
            ended,
        }
    }

    /// Where the picture is at a time on the line.
    fn at(&self, time: f64) -> f32 {
        let step = (time / (DWELL_MS + GLIDE_MS)) as usize;
        if step >= self.last() {
            return self.last() as f32;
        }
        let glided = (time - step as f64 * (DWELL_MS + GLIDE_MS) - DWELL_MS) / GLIDE_MS;
        match self.motion {
            Motion::Glide => step as f32 + ease(glided as f32),
            Motion::Jump => step as f32,
        }
    }
}

/// The step before a place: of a place between two steps, the earlier.
pub fn step_before(at: f32) -> usize {
    // A float to integer cast takes what is negative, or not a number, to 0.
    (at.ceil() as usize).saturating_sub(1)
}

/// The step after a place, at most the last.
pub fn step_after(at: f32, steps: usize) -> usize {
    (at.max(0.0).floor() as usize + 1).min(steps.saturating_sub(1))
}

/// The `t` whose [`ease`] is `eased`: the root of 3t² − 2t³ between 0 and 1.
fn un_ease(eased: f64) -> f64 {
    0.5 - ((1.0 - 2.0 * eased.clamp(0.0, 1.0)).asin() / 3.0).sin()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: f64 = DWELL_MS + GLIDE_MS;

    fn four_steps() -> Playback {
        Playback {
            steps: 4,
            speed: 1.0,
            motion: Motion::Glide,
            at_end: AtEnd::Stop,
        }
    }

    #[test]
    fn each_step_rests_and_then_glides_to_the_next() {
        let playback = four_steps();
        let at = |time| playback.advance(0.0, time).at;
        assert_eq!([at(0.0), at(DWELL_MS)], [0.0, 0.0]);
        assert!((at(DWELL_MS + GLIDE_MS / 2.0) - 0.5).abs() < 1e-6);
        assert_eq!([at(STEP), at(STEP + DWELL_MS)], [1.0, 1.0]);
        let mut last = 0.0;
        for time in (0..6_000).step_by(16) {
            let now = at(f64::from(time));
            assert!(now >= last, "{last} then {now}");
            last = now;
        }
        assert_eq!(last, 3.0);
    }

    #[test]
    fn it_ends_at_the_last_step_or_begins_again() {
        let playback = four_steps();
        assert!(!playback.advance(0.0, 3.0 * STEP - 1.0).ended);
        let end = playback.advance(0.0, 3.0 * STEP + 5_000.0);
        assert_eq!((end.at, end.ended, end.time), (3.0, true, 3.0 * STEP));

        let round = Playback {
            at_end: AtEnd::Repeat,
            ..playback
        };
        let resting = round.advance(0.0, 3.0 * STEP + DWELL_MS - 1.0);
        assert_eq!((resting.at, resting.ended), (3.0, false));
        let again = round.advance(resting.time, 2.0);
        assert_eq!((again.at, again.ended), (0.0, false));
        assert!((again.time - 1.0).abs() < 1e-6);
        // Also over several rounds at once.
        let period = 3.0 * STEP + DWELL_MS;
        assert_eq!(round.advance(0.0, 7.0 * period + STEP).at, 1.0);
        // One step is no sequence to repeat.
        assert!(Playback { steps: 1, ..round }.advance(0.0, 1.0).ended);
        assert!(Playback { steps: 0, ..round }.advance(0.0, 1.0).ended);
    }

    #[test]
    fn a_speed_is_a_factor_of_time() {
        for speed in [0.5, 1.0, 2.0, 4.0] {
            let playback = Playback {
                speed,
                ..four_steps()
            };
            let moment = playback.advance(STEP, 100.0);
            assert_eq!(moment.time, STEP + 100.0 * speed);
        }
        let odd = Playback {
            speed: f64::NAN,
            ..four_steps()
        };
        assert_eq!(odd.advance(700.0, 100.0).time, 700.0);
        assert_eq!(four_steps().advance(700.0, -50.0).time, 700.0);
    }

    #[test]
    fn it_starts_where_the_picture_is_and_moves_at_once() {
        let playback = four_steps();
        for at in [0.0, 0.25, 0.5, 1.0, 1.9, 2.999] {
            let start = playback.start(at);
            assert!((playback.at(start) - at).abs() < 1e-4, "{at}");
            assert!(playback.advance(start, 50.0).at > at, "{at}");
        }
        // From the end, and from beyond it, it begins anew.
        for at in [3.0, 7.0] {
            assert_eq!(playback.start(at), 0.0);
        }
        assert_eq!(playback.start(f32::NAN), DWELL_MS);
        assert_eq!(playback.start(-1.0), DWELL_MS);
    }

    #[test]
    fn with_less_motion_it_only_ever_shows_whole_steps() {
        let playback = Playback {
            motion: Motion::Jump,
            ..four_steps()
        };
        let mut seen = Vec::new();
        for time in (0..6_000).step_by(16) {
            let at = playback.advance(0.0, f64::from(time)).at;
            assert_eq!(at.fract(), 0.0);
            if seen.last() != Some(&at) {
                seen.push(at);
            }
        }
        assert_eq!(seen, [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(playback.at(playback.start(1.4)), 1.0);
    }

    #[test]
    fn stepping_goes_to_the_steps_on_either_side() {
        assert_eq!(step_after(0.0, 4), 1);
        assert_eq!(step_after(1.4, 4), 2);
        assert_eq!(step_after(3.0, 4), 3);
        assert_eq!(step_after(0.0, 0), 0);
        assert_eq!(step_after(f32::NAN, 4), 1);
        assert_eq!(step_before(3.0), 2);
        assert_eq!(step_before(1.4), 1);
        assert_eq!(step_before(0.0), 0);
        assert_eq!(step_before(f32::NAN), 0);
    }

    #[test]
    fn un_easing_takes_easing_back() {
        for step in 0..=20 {
            let t = step as f32 / 20.0;
            assert!((un_ease(f64::from(ease(t))) - f64::from(t)).abs() < 1e-3);
        }
    }
}
