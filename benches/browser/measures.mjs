// How good a layout is, by the same functions for every implementation: the divergence on the exact
// P of all pairs, in double precision (benches/wasm/src/divergence.rs), and the neighborhood hit.
//
//   node benches/browser/measures.mjs MODULE.wasm tsne-2000 LAYOUT.f32
//
// prints {"input", "kl", "nh"} of a layout made elsewhere (opentsne_reference.py does this).
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { load } from './core.mjs';
import { Inputs, sha256 } from './inputs.mjs';
import { sharedData } from './places.mjs';
import { PERPLEXITY, worksNamed } from './works.mjs';

export class Measures {
  #core;
  #kept;
  #known = new Map();

  static async load(wasm) {
    const measures = new Measures();
    measures.#core = await load(readFileSync(wasm));
    return measures;
  }

  /** { kl, nh } of a layout of one of the works of t-SNE; a layout seen before costs nothing. */
  tsne({ work, n, d, inputs }, layout, made) {
    const key = `${work} ${sha256(layout)}`;
    if (!this.#known.has(key)) {
      if (this.#kept !== work) this.#core.keep(made.get(inputs.data), n, d, PERPLEXITY);
      this.#kept = work;
      const labels = made.get({ kind: 'labels', n });
      this.#known.set(key, { kl: this.#core.divergence(layout), nh: this.#core.neighborhoodHit(layout, labels, n) });
    }
    return this.#known.get(key);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [, , wasm, name, file] = process.argv;
  const [work] = worksNamed(name);
  const made = new Inputs(sharedData());
  const bytes = readFileSync(file);
  const layout = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const measures = await Measures.load(wasm);
  console.log(JSON.stringify({ input: sha256(made.get(work.inputs.data)), ...measures.tsne(work, layout, made) }));
}
