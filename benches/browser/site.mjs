// The folder that is served: the page, its workers, our module, the peers and the inputs.
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { HERE, ROOT } from './places.mjs';
import { Inputs } from './inputs.mjs';

const OWN = [
  'index.html', 'page.mjs', 'worker.mjs', 'implementations.mjs', 'works.mjs', 'core.mjs', 'training.mjs', 'tensorflow.mjs',
];
/** Name in the folder: what is copied. */
const PEERS = {
  'scran.js': 'scran.js/browser',
  'wasmarrays.js': 'wasmarrays.js/src',
  'wasm-bhtsne': 'wasm-bhtsne',
  druidjs: '@saehrimnir/druidjs/dist',
};
const TENSORFLOW = [
  'tfjs/dist/tf.es2017.min.js',
  'tfjs-backend-wasm/dist/tf-backend-wasm.es2017.min.js',
  'tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
  'tfjs-backend-webgpu/dist/tf-backend-webgpu.es2017.min.js',
];

/** Makes the folder, with the core's module and the folder of the trainer's; gives { folder, addInputs, close }. */
export async function makeSite(wasm, trainer) {
  const folder = await mkdtemp(join(tmpdir(), 'hidden-activity-bench-'));
  for (const file of OWN) await cp(join(HERE, file), join(folder, file));
  await cp(wasm, join(folder, 'core.wasm'));
  await cp(trainer, join(folder, 'train'), { recursive: true });
  for (const [name, from] of Object.entries(PEERS)) {
    await cp(join(ROOT, 'node_modules', from), join(folder, 'peers', name), { recursive: true });
  }
  for (const file of TENSORFLOW) {
    await cp(join(ROOT, 'node_modules/@tensorflow', file), join(folder, 'peers/tensorflow', basename(file)));
  }
  await nameByPath(folder, join(folder, 'peers/scran.js'));
  await mkdir(join(folder, 'inputs'));
  return {
    folder,
    /** Writes what a work needs; gives the address of each input. */
    async addInputs({ inputs }, made) {
      const addresses = {};
      for (const [name, description] of Object.entries(inputs)) {
        addresses[name] = `inputs/${Inputs.nameOf(description)}.f32`;
        const { buffer, byteOffset, byteLength } = made.get(description);
        await writeFile(join(folder, addresses[name]), new Uint8Array(buffer, byteOffset, byteLength));
      }
      return addresses;
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** scran.js imports its one dependency by its bare name, which workers have no map for. */
async function nameByPath(folder, library) {
  for (const file of await readdir(library, { recursive: true })) {
    if (!file.endsWith('.js')) continue;
    const path = join(library, file);
    const text = await readFile(path, 'utf8');
    if (!text.includes('"wasmarrays.js"')) continue;
    const target = relative(join(path, '..'), join(folder, 'peers/wasmarrays.js/index.js'));
    await writeFile(path, text.replaceAll('"wasmarrays.js"', `"${target}"`));
  }
}
