// The projection core's WebAssembly module behind its plain exported functions (benches/wasm).
// Runs in a worker of the browser and in Node alike.

const DONE = 4;

export async function load(bytes) {
  const { instance } = await WebAssembly.instantiate(bytes, {});
  const core = instance.exports;

  const give = (...arrays) => {
    const length = arrays.reduce((sum, array) => sum + array.length, 0);
    const at = core.input(length); // May grow the memory, which gives it a new buffer.
    const memory = new Float32Array(core.memory.buffer, at, length);
    let offset = 0;
    for (const array of arrays) {
      memory.set(array, offset);
      offset += array.length;
    }
  };
  const layoutOf = (n) => {
    while (core.advance() !== DONE);
    core.layout();
    const at = core.output();
    return new Float32Array(core.memory.buffer, at, 2 * n).slice();
  };

  return {
    tsne(data, n, d) {
      give(data);
      core.start_tsne(n, d, 0.5, 0, 0);
      return layoutOf(n);
    },
    /** Of the neurons, that is the columns. */
    mds(activations, n, items) {
      give(activations);
      core.start_mds(n, items, 300, 1e-5);
      return layoutOf(items);
    },
    neighborhoodHit(layout, labels, n) {
      give(layout, labels);
      return core.hit(n);
    },
    /** All measures; gives the trustworthiness. */
    quality(data, layout, labels, n, d) {
      give(data, layout, labels);
      return core.quality(n, d);
    },
    iterations: () => core.iteration(),
    /** For `divergence`: the data and P of all pairs. */
    keep(data, n, d, perplexity) {
      give(data);
      core.prepare_divergence(n, d, perplexity);
    },
    divergence(layout) {
      give(layout);
      return core.divergence();
    },
    /** For `stress`: the dissimilarities. */
    keepDissimilarities(activations, n, items) {
      give(activations);
      core.prepare_stress(n, items);
    },
    stress(layout) {
      give(layout);
      return core.relative_stress();
    },
  };
}
