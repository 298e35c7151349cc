// In the page: one dedicated worker at a time, made for one run. run.mjs calls these two.
let worker;

const answer = () =>
  new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
    worker.onerror = (event) => reject(new Error(event.message ?? 'the worker did not start'));
  });

/** Loads the implementation and the inputs; nothing of this is timed. */
globalThis.prepare = async (task) => {
  worker = new Worker('worker.mjs', { type: 'module' });
  const ready = answer();
  worker.postMessage(task);
  return ready;
};

/** Does the work; { seconds, layout: in base 64 or null, and what else the implementation says }. */
globalThis.perform = async () => {
  const done = answer();
  worker.postMessage('go');
  const result = await done;
  return { ...result, layout: result.layout && base64(result.layout) };
};

/** Ends the worker. */
globalThis.finish = () => worker?.terminate();

function base64({ buffer, byteOffset, byteLength }) {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
