//! Gradient descent with momentum and a gain for every coordinate.

/// Momentum while early exaggeration lasts, and after it (van der Maaten & Hinton 2008).
const MOMENTUM: [f32; 2] = [0.5, 0.8];
/// What a gain grows by while its coordinate keeps its direction (Jacobs 1988).
const GAIN_GROWTH: f32 = 0.2;
/// What a gain shrinks to when its coordinate turns round.
const GAIN_DECAY: f32 = 0.8;
/// No gain falls below this.
const LEAST_GAIN: f32 = 0.01;

/// The phases of the descent, which differ in momentum.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Early exaggeration.
    Early,
    /// After it.
    Late,
}

/// Velocities and gains of every coordinate.
pub(crate) struct Descent {
    velocities: Vec<f32>,
    gains: Vec<f32>,
    phase: Phase,
    has_gains: bool,
}

impl Descent {
    /// At rest, for this many coordinates.
    pub fn new(coordinates: usize) -> Self {
        Self {
            velocities: vec![0.0; coordinates],
            gains: vec![1.0; coordinates],
            phase: Phase::Early,
            has_gains: true,
        }
    }

    /// At rest, with gains that stay at 1: plain momentum.
    pub fn without_gains(coordinates: usize) -> Self {
        Self {
            has_gains: false,
            ..Self::new(coordinates)
        }
    }

    /// Comes to rest, with all gains at 1.
    pub fn reset(&mut self) {
        self.velocities.fill(0.0);
        self.gains.fill(1.0);
    }

    /// Enters a phase; the descent comes to rest at a change, as in scikit-learn and openTSNE.
    pub fn enter(&mut self, phase: Phase) {
        if self.phase != phase {
            self.phase = phase;
            self.reset();
        }
    }

    /// Moves every coordinate one step against its gradient.
    pub fn step(&mut self, gradient: &[f32], length: f32, positions: &mut [f32]) {
        let momentum = MOMENTUM[self.phase as usize];
        let state = self.velocities.iter_mut().zip(&mut self.gains);
        for ((position, &slope), (velocity, gain)) in positions.iter_mut().zip(gradient).zip(state)
        {
            let grown = *gain + GAIN_GROWTH;
            let shrunk = *gain * GAIN_DECAY;
            // Against the gradient is downhill: the direction is kept.
            let kept = *velocity * slope < 0.0;
            if self.has_gains {
                *gain = if kept { grown } else { shrunk }.max(LEAST_GAIN);
            }
            *velocity = momentum * *velocity - length * *gain * slope;
            *position += *velocity;
        }
    }
}

/// Moves the layout's mean to the origin. `positions`: n × 2, interleaved.
pub(crate) fn centre(positions: &mut [f32]) {
    let n = positions.len() / 2;
    let mut sums = [0.0_f64; 2];
    for point in positions.chunks_exact(2) {
        sums[0] += f64::from(point[0]);
        sums[1] += f64::from(point[1]);
    }
    let mean = sums.map(|sum| (sum / n.max(1) as f64) as f32);
    for point in positions.chunks_exact_mut(2) {
        point[0] -= mean[0];
        point[1] -= mean[1];
    }
}
