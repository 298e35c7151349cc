//! Whatever arrives between page and workers is decoded or refused, never a panic.
//!
//! The input's first byte says how many arrays travel along, the next ones their kinds and
//! lengths; the rest is the header.
#![no_main]

use hidden_activity::worker::attachment::{Attachment, Compact, Encoded, decode, decode_compact};
use hidden_activity::worker::messages::{
    ProjectionPartial, ProjectorRequest, ProjectorResult, TrainPartial, TrainRequest, Trained,
};
use hidden_activity::worker::protocol::{FromWorker, ToWorker};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((&count, mut rest)) = input.split_first() else {
        return;
    };
    let mut attachments = Vec::new();
    for _ in 0..count % 8 {
        let Some((&[kind, length], after)) = rest.split_first_chunk() else {
            return;
        };
        rest = after;
        let length = usize::from(length);
        attachments.push(match kind % 3 {
            0 => Attachment::U8(vec![kind; length]),
            1 => Attachment::U32(vec![u32::from(kind); length]),
            _ => Attachment::F32(vec![f32::from(kind); length]),
        });
    }
    let compact = Compact {
        header: rest.to_vec(),
        attachments: attachments.clone(),
    };
    let _ = decode_compact::<FromWorker<ProjectionPartial, ProjectorResult>>(compact.clone());
    let _ = decode_compact::<FromWorker<TrainPartial, Trained>>(compact);
    let Ok(header) = std::str::from_utf8(rest) else {
        return;
    };
    let encoded = Encoded {
        header: header.to_owned(),
        attachments,
    };
    let _ = decode::<ToWorker<ProjectorRequest>>(encoded.clone());
    let _ = decode::<ToWorker<TrainRequest>>(encoded.clone());
    let _ = decode::<FromWorker<ProjectionPartial, ProjectorResult>>(encoded.clone());
    let _ = decode::<FromWorker<TrainPartial, Trained>>(encoded);
});
