// Starts the wasm module that the page names, e.g. worker.js#projector. Kept this small on purpose:
// everything else is Rust.
const name = self.location.hash.slice(1);
try {
  const { default: start } = await import(`./${name}.js`);
  await start();
} catch (error) {
  self.postMessage({ header: JSON.stringify({ Crashed: { why: String(error) } }), arrays: [] });
}
