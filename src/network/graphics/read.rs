//! Reading tensors without blocking.

use std::future::Future;

use burn::tensor::{ExecutionError, TensorData};

use super::health::{guarded, read_error};
use crate::network::TrainingError;

/// Awaits a read; where the device may fail, together with the watch over it.
pub(super) async fn read<T>(
    read: impl Future<Output = Result<T, ExecutionError>>,
    watched: bool,
) -> Result<T, TrainingError> {
    let data = if watched {
        guarded(read).await?
    } else {
        read.await
    };
    data.map_err(|error| read_error(&error))
}

/// The values of a tensor that was read.
pub(super) fn values(data: TensorData) -> Result<Vec<f32>, TrainingError> {
    data.try_into_vec::<f32>()
        .map_err(|error| TrainingError::Device(format!("{error:?}")))
}
