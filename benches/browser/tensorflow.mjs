// TensorFlow.js, in the worker: the networks of the train-* works written with its core functions
// (no layers API, which would only add to its time), from the weights and on the batches of ours.

/** TensorFlow.js with a backend (wasm, webgl, webgpu) ready; fails where that backend does not start. */
export async function tensorflow(backend) {
  const folder = './peers/tensorflow';
  await import(`${folder}/tf.es2017.min.js`); // With the gradients and webgl; the core's file has neither.
  if (backend !== 'webgl') await import(`${folder}/tf-backend-${backend}.es2017.min.js`);
  const { tf } = globalThis; // Each file adds to it.
  if (backend === 'wasm') tf.wasm.setWasmPaths(new URL(`${folder}/`, import.meta.url).href);
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no ${backend} here`);
  await tf.ready();
  return tf;
}

/** A network to be trained: `step(images, labels)` gives the loss, still on the device. */
export class Network {
  #tf;
  #network;
  #variables;
  #adam;

  /**
   * `weights`: [{ shape, data }] of ours, weight and bias of each layer in turn. Dimensions are in the
   * same order in both: rows × columns × inputs × outputs, and inputs × outputs.
   */
  constructor(tf, network, weights) {
    this.#tf = tf;
    this.#network = network;
    this.#variables = weights.map(({ shape, data }) => tf.variable(tf.tensor(data, shape)));
    const { rate, beta1, beta2, epsilon } = network.adam;
    this.#adam = tf.train.adam(rate, beta1, beta2, epsilon);
  }

  /** `images`: batch × pixels between 0 and 1; `classes`: batch × 10, 1 where the label is. */
  step(images, classes, batch) {
    const tf = this.#tf;
    return tf.tidy(() => {
      const { side, outputs } = this.#network;
      const shape = this.#network.convolutions ? [batch, side, side, 1] : [batch, side * side];
      const x = tf.tensor(images, shape);
      const targets = tf.tensor2d(classes, [batch, outputs]);
      return this.#adam.minimize(() => tf.losses.softmaxCrossEntropy(targets, this.#logits(x)), true, this.#variables);
    });
  }

  #logits(x) {
    const tf = this.#tf;
    const left = [...this.#variables];
    const { convolutions, hidden } = this.#network;
    if (convolutions) {
      for (const layer of convolutions) {
        if (layer === 'pool') x = tf.maxPool(x, 2, 2, 'valid');
        else x = tf.relu(tf.add(tf.conv2d(x, left.shift(), 1, 'same'), left.shift()));
      }
      x = tf.reshape(x, [x.shape[0], -1]);
    }
    for (const [at] of [...hidden, 'output'].entries()) {
      x = tf.add(tf.matMul(x, left.shift()), left.shift());
      if (at < hidden.length) x = tf.relu(x);
    }
    return x;
  }
}
