// Starts the wasm module that the page names, e.g. worker.js#projector; with ",compact" behind it, the
// module answers in fewer bytes. Kept this small on purpose:
// everything else is Rust.
const [name] = self.location.hash.slice(1).split(',');
try {
  const { default: start } = await import(`./${name}.js`);
  await start();
} catch (error) {
  const why = String(error);
  self.postMessage({ header: JSON.stringify({ Crashed: { why } }), arrays: [], crashed: why });
}
