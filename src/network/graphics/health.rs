//! Noticing that the graphics device has failed.
//!
//! A browser may take the graphics device away at any time, or run out of its memory. Reads that
//! are under way then may never end, and later ones return nonsense, so every read is awaited
//! together with this watch. A worker has one graphics device, hence one watch.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use crate::network::TrainingError;

/// Called once with the reason when the graphics device fails.
pub type FailureHandler = Box<dyn Fn(String) + Send>;

/// What is known of the graphics device.
struct Watch {
    failure: Option<String>,
    waiting: Vec<Waker>,
    handler: Option<FailureHandler>,
}

static WATCH: Mutex<Watch> = Mutex::new(Watch {
    failure: None,
    waiting: Vec::new(),
    handler: None,
});

fn watch() -> MutexGuard<'static, Watch> {
    WATCH.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sets what to call when the graphics device fails.
pub(crate) fn set_handler(handler: FailureHandler) {
    watch().handler = Some(handler);
}

/// Records a failure, wakes whoever waits for the device and calls the handler. Only the first
/// failure counts; the others follow from it.
#[cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]
pub(crate) fn report(reason: &str) {
    let reason = tidy(reason);
    let (waiting, handler) = {
        let mut watch = watch();
        if watch.failure.is_some() {
            return;
        }
        watch.failure = Some(reason.clone());
        (std::mem::take(&mut watch.waiting), watch.handler.take())
    };
    for waker in waiting {
        waker.wake();
    }
    if let Some(handler) = handler {
        handler(reason);
    }
}

/// The failure, if there was one.
pub(crate) fn failure() -> Option<String> {
    watch().failure.clone()
}

/// A device's error in one sentence, without the frames around it.
fn tidy(text: &str) -> String {
    const FRAMES: [&str; 4] = [
        "An error happened",
        "Caused by",
        "Backtrace",
        "No backtrace",
    ];
    let lines = text.lines().map(|line| line.trim().trim_end_matches('.'));
    let said = lines
        .filter(|line| !line.is_empty() && !FRAMES.iter().any(|frame| line.starts_with(frame)));
    said.collect::<Vec<_>>().join("; ")
}

/// What to tell of a read that failed: why the device failed where that is known.
pub(crate) fn read_error(error: &impl std::fmt::Display) -> TrainingError {
    TrainingError::Device(failure().unwrap_or_else(|| tidy(&error.to_string())))
}

/// Awaits `read`, or the failure of the device if that comes first.
pub(crate) async fn guarded<T>(read: impl Future<Output = T>) -> Result<T, TrainingError> {
    let mut read = pin!(read);
    poll_fn(|context| {
        {
            let mut watch = watch();
            if let Some(reason) = &watch.failure {
                return Poll::Ready(Err(TrainingError::Device(reason.clone())));
            }
            if !watch.waiting.iter().any(|w| w.will_wake(context.waker())) {
                watch.waiting.clear();
                watch.waiting.push(context.waker().clone());
            }
        }
        read.as_mut().poll(context).map(Ok)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_without_its_frames() {
        let error = "An error happened during execution\nCaused by:\n  the buffer is gone.\n\
                     Backtrace:\nNo backtrace available";
        assert_eq!(tidy(error), "the buffer is gone");
        assert_eq!(
            tidy("too large.\n - While calling X.\n"),
            "too large; - While calling X"
        );
    }
}
