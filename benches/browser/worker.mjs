// In the worker: prepares one work by one implementation, does it when told, and times it.
import { implementations } from './implementations.mjs';

const next = () => new Promise((resolve) => addEventListener('message', ({ data }) => resolve(data), { once: true }));
const floats = async (address) => new Float32Array(await (await fetch(address)).arrayBuffer());

async function main() {
  const { implementation, work, addresses } = await next();
  const inputs = {};
  for (const [name, address] of Object.entries(addresses)) inputs[name] = await floats(address);
  const { [work.kind]: builder } = await implementations[implementation]();
  const perform = await builder(work, inputs);
  const told = next();
  postMessage({ ready: true });
  await told;
  const began = performance.now();
  const { layout, ...rest } = await perform();
  const seconds = (performance.now() - began) / 1e3;
  postMessage({ seconds, layout: layout ? Float32Array.from(layout) : null, ...rest });
}

main().catch((error) => postMessage({ error: String(error?.stack ?? error) }));
