//! Buffers on a GPU, and running shaders on them, through burn's runtime.

use std::collections::HashMap;
use std::sync::Arc;

use cubecl::bytes::Bytes;
use cubecl::device::WgpuDevice;
use cubecl::ir::attributes::BufferIOAttr;
use cubecl::ir::metadata::Info;
use cubecl::ir::{ElemType, UIntKind};
use cubecl::prelude::{
    AddressType, Client, CubeCount, CubeDim, CubeKernel, ExecutionMode, KernelDefinition, KernelId,
    KernelMetadata, KernelSettings, Scope,
};
use cubecl::server::{Handle, KernelArguments};
use cubecl::wgpu::{AutoGraphicsApi, RuntimeOptions, WgpuSetup, try_init_setup_async};
use cubecl::{Device, PrecompiledSource};

use crate::network::TrainingError;
use crate::network::graphics::health::{guarded, read_error};
use crate::network::shader::recipe::{Buffer, Launch};

/// Bytes of a value.
const BYTES: usize = size_of::<f32>();

/// A program's text, as the runtime wants it.
struct Text(Arc<str>);

impl KernelMetadata for Text {
    fn id(&self) -> KernelId {
        // The text is all there is to a program.
        KernelId::new::<Self>().info(self.0.clone())
    }

    fn address_type(&self) -> ElemType {
        UIntKind::U32.into()
    }
}

impl CubeKernel for Text {
    /// Nothing: the text stands in for what would be compiled from a definition.
    fn define(&self) -> KernelDefinition {
        let size = CubeDim::new_1d(1);
        let settings = KernelSettings::new(size.0, ExecutionMode::Checked, AddressType::U32);
        KernelDefinition {
            body: Scope::root(settings.clone()),
            settings,
            info: Info::default(),
        }
    }

    fn source(&self) -> Option<PrecompiledSource> {
        Some(PrecompiledSource {
            source: self.0.to_string(),
            entrypoint_name: "main".into(),
            lang: "wgsl",
        })
    }
}

/// A GPU.
#[derive(Clone)]
pub(crate) struct Gpu {
    client: Client,
}

impl std::fmt::Debug for Gpu {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gpu").finish_non_exhaustive()
    }
}

impl Gpu {
    /// Opens the GPU that the browser prefers for heavy work, which can be done once. `tasks` are
    /// gathered before they are sent to it.
    ///
    /// # Errors
    /// Why it cannot be opened.
    pub(crate) async fn open(tasks: usize) -> Result<(Self, WgpuSetup), String> {
        let device = WgpuDevice::default();
        let options = RuntimeOptions::with_tasks_max(Some(tasks)).map_err(|e| e.to_string())?;
        let setup = try_init_setup_async::<AutoGraphicsApi>(&device, options)
            .await
            .map_err(|error| error.to_string())?;
        let client = Device::Wgpu(device).client();
        Ok((Self { client }, setup))
    }

    /// A buffer for so many values.
    pub(super) fn room(&self, values: usize) -> Handle {
        self.client.empty(values * BYTES)
    }

    /// A buffer with these values.
    pub(super) fn upload(&self, values: Vec<f32>) -> Handle {
        self.client.create(Bytes::from_elems(values))
    }

    /// Writes values to the beginning of a buffer.
    pub(super) fn write(&self, buffer: &Handle, values: Vec<f32>) {
        self.client.write(buffer, Bytes::from_elems(values));
    }

    /// Runs a program on buffers that are found by name.
    pub(super) fn run(&self, launch: &Launch, buffers: &HashMap<Buffer, Handle>) {
        let mut arguments = KernelArguments::new();
        for argument in &launch.arguments {
            let Some(buffer) = buffers.get(&argument.buffer) else {
                debug_assert!(false, "{:?} is missing", argument.buffer);
                return;
            };
            let mut buffer = buffer.clone();
            if let Some(range) = &argument.range {
                let end = buffer.size() - (range.end * BYTES) as u64;
                buffer = buffer
                    .offset_start((range.start * BYTES) as u64)
                    .offset_end(end);
            }
            let io = if argument.writes {
                BufferIOAttr::ReadWrite
            } else {
                BufferIOAttr::ReadOnly
            };
            arguments = arguments.with_buffer_io(buffer.binding(), io);
        }
        let [x, y, z] = launch.program.groups;
        let kernel = Text(launch.program.code.clone());
        let count = CubeCount::Static(x, y, z);
        self.client.launch(Box::new(kernel), count, arguments);
    }

    /// Reads the first values of some buffers.
    ///
    /// # Errors
    /// The device failed.
    pub(super) async fn read(
        &self,
        buffers: Vec<(Handle, usize)>,
    ) -> Result<Vec<Vec<f32>>, TrainingError> {
        let parts = buffers.into_iter().map(|(buffer, values)| {
            let end = buffer.size() - (values * BYTES) as u64;
            buffer.offset_end(end)
        });
        let read = guarded(self.client.read_async(parts.collect())).await?;
        let read = read.map_err(|error| read_error(&error))?;
        let values = |bytes: &Bytes| {
            let values = bytes.chunks_exact(BYTES);
            let values = values.map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]));
            values.collect()
        };
        Ok(read.iter().map(values).collect())
    }
}
