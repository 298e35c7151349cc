//! Training as the worker does it, a step at a time, for benches/browser/training.mjs.

use hidden_activity::dataset::ImageShape;
use hidden_activity::network::{
    DeviceKind, NamedArray, NetworkConfig, Optimizer, TrainInputs, Training, TrainingConfig, device,
};
use wasm_bindgen::prelude::*;

/// A training from the beginning.
#[wasm_bindgen]
pub struct Run {
    training: Training,
    weights: Vec<NamedArray>,
}

fn error(error: impl std::fmt::Display) -> JsError {
    JsError::new(&error.to_string())
}

#[wasm_bindgen]
impl Run {
    /// Training of a network, in JSON, on `cpu` or `webgpu`; images are square and gray.
    pub async fn open(
        device: String,
        images: Vec<u8>,
        labels: Vec<u8>,
        network: String,
        batch_size: usize,
        learning_rate: f32,
    ) -> Result<Run, JsError> {
        console_error_panic_hook::set_once();
        let kind = if device == "webgpu" {
            DeviceKind::WebGpu
        } else {
            DeviceKind::Cpu
        };
        let device = device::open(kind).await.map_err(error)?;
        let side = (images.len() / labels.len()).isqrt();
        let shape = ImageShape {
            height: side,
            width: side,
            channels: 1,
        };
        let inputs = TrainInputs::new(images, labels, shape, 10).map_err(error)?;
        let network: NetworkConfig = serde_json::from_str(&network).map_err(error)?;
        let config = TrainingConfig {
            optimizer: Optimizer::Adam,
            learning_rate,
            batch_size,
            ..TrainingConfig::default()
        };
        let training = Training::new(&device, inputs, &network, config).map_err(error)?;
        let weights = training.checkpoint().await.map_err(error)?.weights;
        Ok(Self { training, weights })
    }

    /// The next step; the loss before it, where it was read.
    pub async fn step(&mut self) -> Result<Option<f32>, JsError> {
        Ok(self.training.step().await.map_err(error)?.loss)
    }

    /// Indices of the images of a step of the epoch under way, counted from 0.
    pub fn batch(&self, step: u32) -> Vec<u32> {
        self.training.images_of_step(step)
    }

    /// Names and shapes of the weights and biases, in JSON.
    pub fn shapes(&self) -> String {
        let shapes = self.weights.iter().map(|array| {
            serde_json::json!({ "name": array.name, "shape": array.shape })
        });
        serde_json::Value::from_iter(shapes).to_string()
    }

    /// Initial weights or biases, by name.
    pub fn initial(&self, name: &str) -> Result<Vec<f32>, JsError> {
        let array = self.weights.iter().find(|array| array.name == name);
        Ok(array.ok_or_else(|| error("no such array"))?.data.clone())
    }
}
