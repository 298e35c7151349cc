// Times the projection core in WebAssembly, in Node (V8, as in Chromium), on one thread.
//   cargo build --release --target wasm32-unknown-unknown --manifest-path benches/wasm/Cargo.toml
//   node benches/wasm/run.mjs <path of projection_wasm_bench.wasm> <folder with MNIST files> [names]
// Prints wall-clock and processor seconds: on a busy machine only the latter mean anything.
import { readFileSync, readdirSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const [, , wasm, folder, ...only] = process.argv;
const { instance } = await WebAssembly.instantiate(readFileSync(wasm), {});
const core = instance.exports;
const STAGES = ['Reduction', 'Neighbours', 'Affinities', 'Optimisation'];

const processor = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6; };
const wanted = (name) => only.length === 0 || only.some((part) => name.includes(part));
const give = (...arrays) => {
  const length = arrays.reduce((sum, array) => sum + array.length, 0);
  const at = core.input(length);
  const memory = new Float32Array(core.memory.buffer, at, length);
  let offset = 0;
  for (const array of arrays) { memory.set(array, offset); offset += array.length; }
};
const take = (length) => new Float32Array(core.memory.buffer, core.output(), length).slice();

// FNV-1a over the words of the bits.
const hash = (floats) => new Uint32Array(floats.buffer).reduce((sum, word) => Math.imul(sum ^ word, 16777619) >>> 0, 2166136261);

const idx = (part) => {
  const name = readdirSync(folder).find((file) => file.startsWith(part));
  const bytes = readFileSync(`${folder}/${name}`);
  return name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
};
// All images there are; more are made by shifting them by a pixel or two and adding noise.
function mnist(n) {
  const [images, labels] = [['t10k', 'train'].map((set) => idx(`${set}-images`).subarray(16)), ['t10k', 'train'].map((set) => idx(`${set}-labels`).subarray(8))].map((parts) => Buffer.concat(parts));
  const real = labels.length;
  const x = new Float32Array(n * 784);
  const y = new Float32Array(n);
  let state = 1;
  for (let i = 0; i < n; i++) {
    const [source, copy] = [i % real, Math.floor(i / real)];
    y[i] = labels[source];
    const shift = copy * 29;
    for (let j = 0; j < 784; j++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const noise = copy > 0 ? (state / 2 ** 32 - 0.5) * 0.1 : 0;
      x[i * 784 + j] = images[source * 784 + ((j + shift) % 784)] / 255 + noise;
    }
  }
  return { x, y, real: Math.min(real, n) };
}

function run(start, describe) {
  const [begin, wall] = [processor(), performance.now()];
  start();
  let [stage, since, worst] = [-1, begin, 0];
  const parts = [];
  for (;;) {
    const before = processor();
    const next = core.advance();
    const now = processor();
    worst = Math.max(worst, now - before);
    if (next !== stage) {
      if (stage >= 0) parts.push(`${STAGES[stage]} ${(now - since).toFixed(3)} (slice up to ${(worst * 1e3).toFixed(1)} ms)`);
      [stage, since, worst] = [next, now, 0];
    }
    if (next === 4) break;
  }
  const seconds = (performance.now() - wall) / 1e3;
  const own = processor() - begin;
  console.log(`${describe}: ${seconds.toFixed(2)} s wall, ${own.toFixed(2)} s processor, ${core.iteration()} iterations, cost ${core.cost().toFixed(5)}; ${parts.join(', ')}`);
}

const small = mnist(10_000);
for (const n of [2_000, 10_000]) {
  const name = `tsne-${n}`;
  if (!wanted(name)) continue;
  give(small.x.subarray(0, n * 784));
  const begin = processor();
  core.pca(n, 784, 50);
  console.log(`pca-${n}x784: ${(processor() - begin).toFixed(3)} s processor`);
  const reduced = take(n * 50);
  for (let turn = 0; turn < 3; turn++) {
    give(reduced);
    run(() => core.start_tsne(n, 50, 0.5, 0, 0), name);
  }
  core.layout();
  const layout = take(2 * n);
  give(layout, small.y.subarray(0, n));
  const since = processor();
  const hit = core.hit(n);
  console.log(`${name}-hit: ${(processor() - since).toFixed(3)} s processor, neighborhood hit ${hit.toFixed(4)}`);
}
if (wanted('dynamic-6x2000')) {
  give(small.x.subarray(0, 2_000 * 784));
  core.pca(2_000, 784, 50);
  const reduced = take(2_000 * 50);
  const steps = [0, 1, 2, 3, 4, 5].map((t) => reduced.map((x, i) => x + t * 0.3 * Math.sin(i * 12.9898)));
  give(...steps);
  run(() => core.start_dynamic(2_000, 50, 6, 0.1), 'dynamic-6x2000');
}
const observations = 2_000;
// Neurons of a random layer on real images: rectified sums of twenty pixels.
function layer(items) {
  const activations = new Float32Array(observations * items);
  for (let j = 0; j < items; j++) {
    const pixels = Array.from({ length: 20 }, (_, p) => [(j * 7919 + p * p * 104729 + p * 31) % 784, (j * 13 + p * 7) % 5 - 2]);
    for (let i = 0; i < observations; i++) {
      let sum = 0;
      for (const [pixel, weight] of pixels) sum += weight * small.x[i * 784 + pixel];
      activations[i * items + j] = Math.max(0, sum);
    }
  }
  return activations;
}
for (const items of [512, 1_000, 4_096]) {
  if (!wanted(`mds-${items}`)) continue;
  give(layer(items));
  run(() => core.start_mds(observations, items, 300, 1e-5), `mds-${items}`);
}
for (const items of [512, 4_096]) {
  if (!wanted(`forest-${items}`)) continue;
  const activations = layer(items);
  for (let turn = 0; turn < 3; turn++) {
    give(activations, small.y.subarray(0, observations));
    run(() => core.start_forest(observations, items, 100), `forest-${items} (10 classes × 100 trees)`);
  }
  core.layout();
  console.log(`forest-${items} scores: hash ${hash(take(10 * items))}`);
}
// The same input as in tests/neurons_forest.rs, which compares the bits.
if (wanted('forest-digits')) {
  const digits = JSON.parse(readFileSync(new URL('../../tests/reference/tsne.json', import.meta.url)));
  give(Float32Array.from(digits.data.flat()), Float32Array.from(digits.labels));
  run(() => core.start_forest(digits.data.length, 64, 10), 'forest-digits (10 classes × 10 trees)');
  core.layout();
  console.log(`forest-digits scores: hash ${hash(take(640))}`);
}
if (wanted('trails')) {
  // Ten classes that part more and more; each observation strays on its way.
  const [n, steps] = [2_000, 6];
  let state = 1;
  const random = () => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return state / 2 ** 31 - 1; };
  const layouts = new Float32Array(2 * n * steps);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < 2; k++) {
      const centre = k === 0 ? (i % 10) % 4 - 1.5 : Math.floor((i % 10) / 4) - 1;
      const [start, end] = [8 * random(), 10 * centre + 3 * random()];
      for (let t = 0; t < steps; t++) layouts[2 * (t * n + i) + k] = start + ((end - start) * t) / (steps - 1) + 1.5 * random();
    }
  }
  for (const byClass of [0, 1]) {
    for (let turn = 0; turn < 3; turn++) {
      give(layouts);
      run(() => core.start_bundling(n, steps, byClass), `trails-${n}x${steps}${byClass ? ' by class' : ''}`);
    }
    core.layout();
    console.log(`trails: hash ${hash(take(core.output_length()))}, ${core.output_length() / 2} vertices`);
    const frame = () => { const begin = processor(); core.draw_trails(); return (processor() - begin) * 1e3; };
    core.prepare_trails(900, 700);
    const frames = Array.from({ length: 40 }, frame).sort((a, b) => a - b);
    console.log(`trails drawn at 900 × 700: median ${frames[20].toFixed(2)} ms processor, worst ${frames[39].toFixed(2)}`);
  }
}
if (wanted('quality-2000x784')) {
  const n = 2_000;
  give(small.x.subarray(0, n * 784), small.x.subarray(0, 2 * n), small.y.subarray(0, n));
  const begin = processor();
  core.quality(n, 784);
  console.log(`quality-2000x784: ${(processor() - begin).toFixed(3)} s processor`);
}
if (wanted('tsne-70000x784')) {
  const { x, real } = mnist(70_000);
  give(x);
  run(() => core.start_tsne(70_000, 784, 0.5, 50, 0), `tsne-70000x784 (${real} real images)`);
  console.log(`memory ${(core.memory.buffer.byteLength / 2 ** 20).toFixed(0)} MiB`);
}
