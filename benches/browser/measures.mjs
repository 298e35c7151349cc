// How good a layout is, by the same functions for every implementation: the divergence on the exact
// P of all pairs, in double precision (benches/wasm/src/divergence.rs), the neighborhood hit, the
// stress.
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

  /** What is known of a layout of a work: { kl, nh } for t-SNE, { stress } for MDS, else {}. */
  of(work, layout, made) {
    if (!['tsne', 'mds'].includes(work.kind)) return {};
    const key = `${work.work} ${sha256(layout)}`;
    if (!this.#known.has(key)) this.#known.set(key, this.#measure(work, layout, made));
    return this.#known.get(key);
  }

  #measure({ work, kind, n, d, inputs }, layout, made) {
    const [core, isNew] = [this.#core, this.#kept !== work];
    this.#kept = work;
    const data = made.get(inputs.data);
    if (kind === 'mds') {
      if (isNew) core.keepDissimilarities(data, d, n);
      return { stress: core.stress(layout) };
    }
    if (isNew) core.keep(data, n, d, PERPLEXITY);
    const labels = made.get({ kind: 'labels', n });
    return { kl: core.divergence(layout), nh: core.neighborhoodHit(layout, labels, n) };
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [, , wasm, name, file] = process.argv;
  const [work] = worksNamed(name);
  const made = new Inputs(sharedData());
  const bytes = readFileSync(file);
  const layout = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const measures = await Measures.load(wasm);
  console.log(JSON.stringify({ input: sha256(made.get(work.inputs.data)), ...measures.of(work, layout, made) }));
}
