// What the works are done on: the MNIST test images, and what is made of them.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { principalCoordinates } from './pca.mjs';

const PIXELS = 784;

function idx(folder, name, header) {
  for (const [file, read] of [[name, (bytes) => bytes], [`${name}.gz`, gunzipSync]]) {
    const path = join(folder, file);
    if (existsSync(path)) return read(readFileSync(path)).subarray(header);
  }
  throw new Error(`there is no ${name}(.gz) in ${folder}; set HA_SHARED_DATA to the folder that holds mnist/`);
}

/** Makes inputs from the MNIST test images in `folder`; each is made once. */
export class Inputs {
  #images;
  #labels;
  #made = new Map();

  constructor(folder) {
    this.#images = idx(join(folder, 'mnist'), 't10k-images-idx3-ubyte', 16);
    this.#labels = idx(join(folder, 'mnist'), 't10k-labels-idx1-ubyte', 8);
  }

  /** By its description in works.mjs, as floats. */
  get(description) {
    const name = Inputs.nameOf(description);
    if (!this.#made.has(name)) this.#made.set(name, this.#make(description));
    return this.#made.get(name);
  }

  /** A name for files. */
  static nameOf({ kind, n, d, items }) {
    return [kind, n, d ?? items].filter(Boolean).join('-');
  }

  #make({ kind, n, d, items }) {
    switch (kind) {
      case 'labels':
        return Float32Array.from(this.#labels.subarray(0, n));
      case 'images':
        return Float32Array.from(this.#images.subarray(0, n * PIXELS));
      case 'reduced':
        return principalCoordinates(this.#images.subarray(0, n * PIXELS), n, PIXELS, d);
      case 'activations':
        return this.#activations(n, items);
      default:
        throw new Error(`no input is of the kind ${kind}`);
    }
  }

  /** Of a random layer of neurons: rectified sums of twenty pixels each. */
  #activations(n, items) {
    const values = new Float32Array(n * items);
    for (let j = 0; j < items; j++) {
      const weights = Array.from({ length: 20 }, (_, p) => [
        (j * 7919 + p * p * 104729 + p * 31) % PIXELS,
        ((j * 13 + p * 7) % 5) - 2,
      ]);
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (const [pixel, weight] of weights) sum += weight * this.#images[i * PIXELS + pixel];
        values[i * items + j] = Math.max(0, sum / 255);
      }
    }
    return values;
  }
}

export const sha256 = (array) =>
  createHash('sha256').update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength)).digest('hex');
