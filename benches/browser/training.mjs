// Training, in the worker: ours (benches/train, the project's network behind wasm-bindgen) and
// TensorFlow.js, from the same initial weights on the same batches.
//
// A run is `warm` steps that are not timed (compilation, the browser's optimising compilers, first
// allocations), then `steps` that are. The loss is read when ours reads it (src/network/training.rs):
// at every step on a processor, after 1, 3, 7, then every 8 steps on a graphics device. A run ends
// with a read, so that all its work is done by then.
import { Network, tensorflow } from './tensorflow.mjs';
import { ADAM, CLASSES } from './works.mjs';

/** Ours, opened on a device. */
async function opened(device, { network, batch }, { images, labels }) {
  const module = await import('./train/train.js');
  await module.default();
  return module.Run.open(device, Uint8Array.from(images), Uint8Array.from(labels), JSON.stringify(network.ours), batch, ADAM.rate);
}

/** The function for works of the kind `train`, on `cpu` or `webgpu`. */
export const ourTraining = (device) => async (work, inputs) => {
  const { warm, steps } = work.lengths[device];
  const run = await opened(device, work, inputs);
  const losses = [];
  const advance = async (count) => {
    for (let step = 0; step < count; step++) losses.push(await run.step());
  };
  await advance(warm);
  return async () => {
    await advance(steps);
    return outcome(steps, losses);
  };
};

/** The same of TensorFlow.js with a backend. */
export const theirTraining = (backend) => async (work, inputs) => {
  const { warm, steps } = work.lengths[backend === 'wasm' ? 'cpu' : 'webgpu'];
  const { weights, batches } = await shared(work, inputs, warm + steps);
  const tf = await tensorflow(backend);
  const network = new Network(tf, { ...work.network, adam: ADAM, outputs: CLASSES }, weights);
  const everyStep = backend === 'wasm';
  const losses = [];
  let [unread, every] = [0, 1];
  const scaled = inputs.images.map((value) => value / 255);
  const advance = async (count) => {
    for (let step = 0; step < count; step++) {
      const loss = network.step(...filled(batches[losses.length], scaled, inputs.labels), work.batch);
      const read = everyStep || ++unread >= every;
      losses.push(read ? (await loss.data())[0] : undefined);
      loss.dispose();
      if (read) [unread, every] = [0, Math.min(8, 2 * every)];
    }
  };
  await advance(warm);
  return async () => {
    await advance(steps);
    return outcome(steps, losses);
  };
};

/** The initial weights and the batches (indices of images) of ours. */
async function shared(work, inputs, steps) {
  const run = await opened('cpu', work, inputs);
  const weights = JSON.parse(run.shapes()).map(({ name, shape }) => ({ name, shape, data: run.initial(name) }));
  const batches = Array.from({ length: steps }, (_, step) => run.batch(step));
  run.free();
  return { weights, batches };
}

/** The pixels of a batch, and 1 where its labels are. */
function filled(batch, images, labels) {
  const pixels = images.length / labels.length;
  const values = new Float32Array(batch.length * pixels);
  const classes = new Float32Array(batch.length * CLASSES);
  batch.forEach((image, at) => {
    values.set(images.subarray(image * pixels, (image + 1) * pixels), at * pixels);
    classes[at * CLASSES + labels[image]] = 1;
  });
  return [values, classes];
}

/** `losses`: of each step, undefined where not read. */
function outcome(steps, losses) {
  const last = losses.at(-1);
  if (last === undefined) throw new Error('the last step was not waited for: choose another number of steps');
  return { steps, losses: losses.map((loss) => loss ?? null) };
}
