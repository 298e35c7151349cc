// The workers of dist/, spoken to directly, without the page's own code between.

/**
 * Does one job in a worker of its own, in the page, and gives { fingerprint, seconds, partials,
 * firstPartial, result }: FNV-1a of the positions' bits (or of a data set's test images), the time from the request to the answer, how
 * many layouts came on the way and when the first did, and the answer's header.
 *
 * `request` is a ProjectorRequest as serde writes it, its arrays by their places in `arrays`:
 * { noise: [length, seed] } (as tests/projection_bits.rs makes it), { fractions: address } (bytes to
 * be divided by 255), { bytes: address } or { zeros: length }. Without `acknowledge` the worker
 * sends one layout on the way and no more.
 */
export const askProjector = (page, job) => page.evaluate(inPage, job);

async function inPage({ request, arrays, acknowledge = true }) {
  const noise = (length, seed) => Float32Array.from({ length }, (_, i) => {
    const rotated = ((seed << 16) | (seed >>> 16)) >>> 0;
    let hash = Math.imul(i ^ rotated, 0x9e3779b9) >>> 0;
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) >>> 0;
    return Math.fround((hash ^ (hash >>> 13)) >>> 0) / 2147483648 - 1;
  });
  const bytes = async (address) => new Uint8Array(await (await fetch(address)).arrayBuffer());
  const make = async (array) => {
    if (array.noise) return noise(...array.noise);
    if (array.zeros) return new Uint8Array(array.zeros);
    if (array.bytes) return bytes(array.bytes);
    return Float32Array.from(await bytes(array.fractions), (value) => value / 255);
  };
  const fingerprint = (floats) => {
    let hash = 0x811c9dc5;
    for (const byte of new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength)) hash = Math.imul(hash ^ byte, 0x01000193);
    return (hash >>> 0).toString(16).padStart(8, '0');
  };

  const made = [];
  for (const array of arrays) made.push(await make(array));
  const folder = document.querySelector('meta[name=workers]').content;
  const worker = new Worker(`${folder}worker.js#projector`, { type: 'module' });
  const send = (message, arrays = []) =>
    worker.postMessage({ header: JSON.stringify(message), arrays }, arrays.map((array) => array.buffer));
  let began;
  let partials = 0;
  let firstPartial = null;
  try {
    return await new Promise((resolve, reject) => {
      worker.onerror = (event) => reject(new Error(event.message));
      worker.onmessage = ({ data }) => {
        const { Ready, Crashed, Event } = JSON.parse(data.header);
        const { Partial, Finished, Failed } = Event?.event ?? {};
        if (Ready) {
          began = performance.now();
          send({ Start: { job: 1, request } }, made);
        } else if (Partial) {
          partials++;
          firstPartial ??= (performance.now() - began) / 1e3;
          if (acknowledge) send({ Control: { job: 1, control: 'Acknowledge' } });
        } else if (Finished) {
          const [result] = Object.values(Finished);
          const seconds = (performance.now() - began) / 1e3;
          resolve({ fingerprint: fingerprint(data.arrays[result.positions ?? result.test.images]), seconds, partials, firstPartial, result });
        } else if (Crashed || Failed) {
          reject(new Error(JSON.stringify(Crashed ?? Failed)));
        }
      };
    });
  } finally {
    worker.terminate();
  }
}

/** The request to lay `n` rows of `d` values out; the arrays are the features and the labels. */
export const project = (n, d, method) => ({ Project: { features: 0, observations: n, dimensions: d, labels: 1, k: 6, method } });

/**
 * Trains in a training worker of its own, on the processor and on the images that tests/training_bits.rs makes, and
 * gives FNV-1a of the bits of all losses, the weights at the end, and what the network then shows for other images.
 */
export const askTrainer = (page, { network, training }) => page.evaluate(trainInPage, { network, training });

async function trainInPage({ network, training }) {
  const [side, classes] = [6, 4];
  const images = (n, seed) => Uint8Array.from({ length: n * side * side }, (_, i) => {
    const rotated = ((seed << 16) | (seed >>> 16)) >>> 0;
    let hash = Math.imul(i ^ rotated, 0x9e3779b9) >>> 0;
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) >>> 0;
    const noise = Math.fround(Math.fround((hash ^ (hash >>> 13)) >>> 0) / 2147483648 - 1);
    const [row, column] = [Math.floor((i % (side * side)) / side), i % side];
    const bright = Math.floor(row / 3) * 2 + Math.floor(column / 3) === Math.floor(i / (side * side)) % classes;
    return Math.floor((noise + 1) * 64) + (bright ? 100 : 0);
  });
  const labels = (n) => Uint8Array.from({ length: n }, (_, image) => image % classes);
  const arrays = [images(200, 1), labels(200), images(90, 2), labels(90), Uint32Array.from({ length: 90 }, (_, i) => i)];
  const request = {
    dataset_id: 1,
    dataset: { shape: { height: side, width: side, channels: 1 }, classes, train_images: 0, train_labels: 1, test_images: 2, test_labels: 3 },
    network, training, device: 'cpu',
    observed: [{ part: 'test', indices: 4 }],
    activations: true, only_last_layer: false, conv_activations: 'average', checkpoint: null, observe_again: false,
  };

  const folder = document.querySelector('meta[name=workers]').content;
  const worker = new Worker(`${folder}worker.js#trainer`, { type: 'module' });
  const losses = [];
  let last;
  try {
    await new Promise((resolve, reject) => {
      worker.onerror = (event) => reject(new Error(event.message));
      worker.onmessage = ({ data }) => {
        const { Ready, Crashed, Event } = JSON.parse(data.header);
        const { Partial, Finished, Failed } = Event?.event ?? {};
        if (Ready) {
          const message = JSON.stringify({ Start: { job: 1, request } });
          worker.postMessage({ header: message, arrays }, arrays.map((array) => array.buffer));
        } else if (Partial) {
          losses.push(...(Partial.Steps?.losses ?? []).map(([, loss]) => loss));
          if (Partial.Epoch) last = { ...Partial.Epoch, arrays: data.arrays };
        } else if (Finished) resolve();
        else if (Crashed || Failed) reject(new Error(JSON.stringify(Crashed ?? Failed)));
      };
    });
  } finally {
    worker.terminate();
  }
  const [{ layers, probabilities }] = last.snapshots;
  const parts = [...last.checkpoint.weights.map(({ data }) => data), ...layers, probabilities].map((at) => last.arrays[at]);
  let hash = 0x811c9dc5;
  for (const part of [Float32Array.from(losses), ...parts]) {
    for (const byte of new Uint8Array(part.buffer, part.byteOffset, part.byteLength)) hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
