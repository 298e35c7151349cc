// Times the projection core, the training and their peers in one browser, one after the other by turns.
//
//   node benches/browser/run.mjs MODULE.wasm FOLDER   (make bench builds the modules and calls this)
//
// ONLY=tsne-2000 for one row (several names, or parts of names, are fine); TURNS=1 for fewer turns.
// Prints a table, writes target/bench.json; the exit status says whether every promise is kept.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serve } from '../../scripts/serve-static.mjs';
import { openBrowser } from './browser.mjs';
import { Inputs, sha256 } from './inputs.mjs';
import { Measures } from './measures.mjs';
import { ROOT, sharedData } from './places.mjs';
import { machine, openTsne, tables, verdicts } from './report.mjs';
import { makeSite } from './site.mjs';
import { COMPARED_STEP, worksNamed } from './works.mjs';

const [wasm, trainer] = process.argv.slice(2);
const works = worksNamed(process.env.ONLY);
const turns = Number(process.env.TURNS || 3);

const made = new Inputs(sharedData());
const measures = await Measures.load(wasm);
const fingerprints = new Map();
const opened = [];
let results;
let about;
try {
  const site = await makeSite(wasm, trainer);
  opened.push(site);
  const server = await serve(site.folder);
  opened.push(server);
  const browser = await openBrowser(server.url);
  opened.push(browser);
  about = () => machine(browser.version);
  console.log(about());
  results = [];
  for (const work of works) results.push(...(await runWork(work, browser, site)));
} finally {
  for (const one of opened.reverse()) await one.close();
}
await write(results);
console.log(`\n${tables(works, results)}\n`);
const found = verdicts(works, results, fingerprints);
for (const { work, what, passed } of found) console.log(`${passed ? 'pass' : 'FAIL'}  ${work}: ${what}`);
console.log(`\n${about()}\nwritten to target/bench.json`);
process.exitCode = found.every(({ passed }) => passed) ? 0 : 1;

/** A row for each implementation, from runs by turns. */
async function runWork(work, browser, site) {
  const addresses = await site.addInputs(work, made);
  const runs = new Map(work.implementations.map((implementation) => [implementation, []]));
  const failed = new Map();
  for (let turn = 0; turn < turns; turn++) {
    for (const implementation of work.implementations) {
      if (failed.has(implementation)) continue;
      try {
        const run = await browser.run({ implementation, work, addresses });
        runs.get(implementation).push(run);
        console.log(`  ${work.work}, turn ${turn + 1}: ${implementation} ${run.seconds.toFixed(3)} s, processor ${run.processor.toFixed(3)} s`);
      } catch (error) {
        failed.set(implementation, error.message.split('\n').slice(0, 2).join(' '));
        console.log(`  ${work.work}: ${implementation} FAILED: ${error.message}`);
      }
    }
  }
  const rows = work.implementations.map((implementation) => {
    const row = { work: work.work, implementation, n: work.n, d: work.d, seconds: null, processor: null, kl: null, nh: null };
    if (failed.has(implementation)) return { ...row, failed: failed.get(implementation) };
    const own = runs.get(implementation);
    row.seconds = median(own.map(({ seconds }) => seconds));
    row.processor = median(own.map(({ processor }) => processor));
    const measured = own.map((run) => ({
      ...(run.layout ? measures.of(work, run.layout, made) : {}),
      ...(run.nh !== undefined && { nh: run.nh }),
      ...(run.steps && { ms_per_step: (1e3 * run.seconds) / run.steps }),
      ...(run.losses && { loss: run.losses[COMPARED_STEP - 1] }),
    }));
    for (const measure of Object.keys(measured[0])) row[measure] = median(measured.map((one) => one[measure]));
    row.note = [
      row.stress && `stress ${row.stress.toFixed(4)}`,
      row.ms_per_step && `${row.ms_per_step.toFixed(2)} ms a step`,
      row.loss && `loss ${row.loss.toFixed(5)} in step ${COMPARED_STEP}`,
      own[0].note,
    ].filter(Boolean).join('; ');
    return row;
  });
  if (work.kind === 'tsne') {
    fingerprints.set(work.work, sha256(made.get(work.inputs.data)));
    const native = openTsne().filter((row) => row.work === work.work);
    rows.push(...native.map((row) => ({ ...row, processor: row.seconds })));
  }
  return rows;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

async function write(rows) {
  await mkdir(join(ROOT, 'target'), { recursive: true });
  const rounded = (value) => (value === null ? null : Number(value.toPrecision(6)));
  const plain = rows
    .filter(({ failed }) => !failed)
    .map(({ work, implementation, n, d, seconds, kl, nh, ms_per_step, loss }) => ({
      work, implementation, n, d, seconds: rounded(seconds), kl: rounded(kl), nh: rounded(nh),
      ...(ms_per_step && { ms_per_step: rounded(ms_per_step), loss: rounded(loss) }),
    }));
  const lines = plain.map((row) => `  ${JSON.stringify(row)}`).join(',\n');
  await writeFile(join(ROOT, 'target/bench.json'), `[\n${lines}\n]\n`);
}
