// Writes the inputs of the rows of t-SNE, for programs outside the browser:
//   node benches/browser/write-inputs.mjs FOLDER
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Inputs } from './inputs.mjs';
import { sharedData } from './places.mjs';
import { WORKS } from './works.mjs';

const folder = process.argv[2];
mkdirSync(folder, { recursive: true });
const made = new Inputs(sharedData());
for (const { work, inputs } of WORKS.filter(({ kind }) => kind === 'tsne')) {
  writeFileSync(join(folder, `${work}.f32`), made.get(inputs.data));
}
