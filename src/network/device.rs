//! Opening a device to train on.

use thiserror::Error;

#[cfg(feature = "trainer")]
use super::graphics::Opened;
#[cfg(feature = "trainer")]
use super::graphics::health::{self, FailureHandler};
use super::{DeviceInfo, DeviceKind};

/// A device that is open.
#[derive(Clone, Debug)]
pub struct Device {
    pub(crate) info: DeviceInfo,
    /// The graphics device; without, our kernels on the processor compute.
    #[cfg(feature = "trainer")]
    pub(crate) graphics: Option<Opened>,
}

impl Device {
    /// What to tell the visitor of it.
    #[must_use]
    pub fn info(&self) -> &DeviceInfo {
        &self.info
    }

    /// A device of burn's, of any backend.
    #[cfg(all(feature = "trainer", not(target_arch = "wasm32")))]
    #[must_use]
    pub fn of_burn(device: burn::tensor::Device, info: DeviceInfo) -> Self {
        Self {
            info,
            graphics: Some(device.without_autodiff()),
        }
    }
}

/// Why a device cannot be used.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum DeviceError {
    /// There is no WebGPU here.
    #[error("WebGPU is not available: {0}. Use the CPU, or a browser with WebGPU")]
    Unavailable(String),
    /// There is WebGPU, but it cannot be used.
    #[error("WebGPU cannot be used: {0}. Use the CPU")]
    Failed(String),
}

/// Sets what to call, once, when the graphics device fails: taken away by the browser, out of
/// memory, or an error inside it. Training then ends with
/// [`TrainingError::Device`](super::TrainingError::Device) and may go on elsewhere from a
/// checkpoint.
#[cfg(feature = "trainer")]
pub fn set_device_lost_handler(handler: FailureHandler) {
    health::set_handler(handler);
}

/// Why the graphics device has failed, if it has.
#[cfg(feature = "trainer")]
#[must_use]
pub fn device_failure() -> Option<String> {
    health::failure()
}

/// Opens a device. WebGPU is opened once and then kept: later calls return the same device. After
/// it has failed, only a new worker can open it again.
///
/// # Errors
/// There is no such device here, or it cannot be used.
pub async fn open(kind: DeviceKind) -> Result<Device, DeviceError> {
    match kind {
        DeviceKind::Cpu => Ok(cpu()),
        DeviceKind::WebGpu => webgpu().await,
    }
}

/// The processor.
#[must_use]
pub fn cpu() -> Device {
    Device {
        info: DeviceInfo {
            kind: DeviceKind::Cpu,
            name: "CPU".into(),
            software: false,
        },
        #[cfg(feature = "trainer")]
        graphics: None,
    }
}

#[cfg(not(all(feature = "trainer", target_arch = "wasm32")))]
async fn webgpu() -> Result<Device, DeviceError> {
    Err(DeviceError::Unavailable(
        "this program was built for the processor alone".into(),
    ))
}

#[cfg(all(feature = "trainer", target_arch = "wasm32"))]
async fn webgpu() -> Result<Device, DeviceError> {
    use std::cell::RefCell;
    use std::sync::Arc;

    /// Commands gathered before they are sent to the GPU.
    const TASKS: usize = 32;

    thread_local! {
        static OPENED: RefCell<Option<Device>> = const { RefCell::new(None) };
    }
    if let Some(reason) = health::failure() {
        return Err(DeviceError::Failed(format!("it failed before: {reason}")));
    }
    if let Some(opened) = OPENED.with_borrow(Clone::clone) {
        return Ok(opened);
    }
    let adapter = super::adapter::probe()
        .await
        .ok_or_else(|| DeviceError::Unavailable("this browser offers no adapter".into()))?;
    adapter.usable.map_err(DeviceError::Failed)?;
    let (graphics, setup) = Opened::open(TASKS).await.map_err(DeviceError::Failed)?;
    // The runtime watches the device too, but panics at an error that nobody caught. In a browser
    // the first callback is an addition to its own, the second one a replacement.
    setup.device.set_device_lost_callback(|reason, message| {
        health::report(&format!("{reason:?}: {message}"));
    });
    setup
        .device
        .on_uncaptured_error(Arc::new(|error| health::report(&error.to_string())));
    let info = DeviceInfo {
        kind: DeviceKind::WebGpu,
        name: adapter.name,
        software: adapter.software,
    };
    let device = Device {
        info,
        graphics: Some(graphics),
    };
    OPENED.set(Some(device.clone()));
    Ok(device)
}
