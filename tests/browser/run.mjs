// Runs the browser tests and ends with "N passed, N failed".
//
//   node tests/browser/run.mjs              all
//   ONLY=views node tests/browser/run.mjs   those whose file, or else whose name, holds the text
//   ORDER=17 node tests/browser/run.mjs     the files, and the tests of each, in an order of their own for each seed; ORDER=random takes one
//   AT_ONCE=4 node tests/browser/run.mjs    so many files at a time (2, where there are two processors), but for those
//                                           that measure by the clock
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { ordered, seed } from './order.mjs';

/** They measure frames or loading by the clock, and have the machine for themselves. */
const ALONE = ['instant', 'playback'];

const folder = dirname(fileURLToPath(import.meta.url));
const only = process.env.ONLY?.toLowerCase() ?? '';
const atOnce = Number(process.env.AT_ONCE ?? Math.min(2, availableParallelism()));
if (!(Number.isInteger(atOnce) && atOnce > 0)) throw new Error('AT_ONCE must be a number of files, such as 2.');
// The files are processes of their own, and take their order from here.
if (process.env.ORDER === 'random') process.env.ORDER = String(Math.floor(Math.random() * 2 ** 31));
if (process.env.ORDER) {
  if (!Number.isSafeInteger(seed())) throw new Error('ORDER must be a number or the word random.');
  console.log(`The order of ORDER=${seed()}.`);
}
const all = ordered(readdirSync(folder).filter((name) => name.endsWith('.test.mjs')).sort()).map((name) => join(folder, name));
const named = all.filter((file) => basename(file).includes(only));
const chosen = named.length > 0 ? named : all;
const pattern = new RegExp(only.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i');

let passed = 0;
let failed = 0;
const took = (data) => `${data.name} (${(data.details.duration_ms / 1000).toFixed(1)} s)`;

async function runFiles(files, concurrency) {
  if (files.length === 0) return;
  for await (const { type, data } of run({ concurrency, files, testNamePatterns: named.length > 0 ? undefined : [pattern] })) {
    if (type === 'test:stdout' || type === 'test:stderr') process.stdout.write(data.message);
    // A file is reported too. It counts where it fails by itself, as by a syntax error.
    else if (all.includes(data.name) && data.details?.error?.failureType !== 'testCodeFailure') continue;
    else if (type === 'test:pass' && data.skip === undefined) {
      passed += 1;
      console.log(`ok    ${took(data)}`);
    } else if (type === 'test:fail') {
      failed += 1;
      const error = data.details.error?.cause ?? data.details.error;
      console.log(`FAIL  ${took(data)}`);
      console.log(String(error?.stack ?? inspect(error)).replace(/^/gm, '        '));
    }
  }
}

const alone = (file) => ALONE.includes(basename(file, '.test.mjs'));
if (atOnce === 1) await runFiles(chosen, 1);
else {
  await runFiles(chosen.filter((file) => !alone(file)), atOnce);
  await runFiles(chosen.filter(alone), 1);
}
if (passed + failed === 0) {
  console.log(`The file or name of no test holds "${only}".`);
  failed = 1;
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
