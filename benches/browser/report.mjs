// The table of the results, and what they say about the project's promises.
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { HERE } from './places.mjs';
import { markdown, number, seconds, times } from './markdown.mjs';
import { trainingTable, ofTraining } from './report-training.mjs';
import { OURS, SCRAN } from './works.mjs';

const FASTER = 3;
const DIVERGENCE = 1.01;
const HIT = 0.01;

export const openTsne = () => JSON.parse(readFileSync(join(HERE, 'opentsne_reference.json'), 'utf8')).rows;

const isNative = ({ implementation }) => implementation.includes('(native');

const HEAD = ['work', 'implementation', 'n', 'd', 'seconds', 'processor', 'over scran.js', 'ours over it', 'KL', 'NH', ''];

/** Both tables, in Markdown. */
export const tables = (works, results) => {
  const isTraining = ({ work }) => works.some((one) => one.work === work && one.kind === 'train');
  const trainings = works.filter(isTraining).map((work) => ({ work, rows: results.filter((row) => row.work === work.work) }));
  return [table(results.filter((row) => !isTraining(row))), trainingTable(trainings)].filter(Boolean).join('\n\n');
};

/** Of the projections. `over scran.js`: how many times as fast as it; natively computed rows are apart. */
function table(results) {
  if (results.length === 0) return '';
  const secondsOf = ({ work }, implementation) =>
    results.find((row) => row.work === work && row.implementation === implementation)?.seconds ?? NaN;
  const lines = results.map((row) => {
    const { work, implementation, n, d, failed, kl, nh, note } = row;
    if (failed) return [work, implementation, `${n}`, `${d}`, 'failed', '', '', '', '', '', failed];
    const [scran, own] = isNative(row) ? [NaN, NaN] : [secondsOf(row, SCRAN), secondsOf(row, OURS)];
    return [
      work, implementation, `${n}`, `${d}`, seconds(row.seconds), seconds(row.processor),
      times(scran / row.seconds), implementation === OURS ? '' : times(row.seconds / own),
      number(kl, 4), number(nh, 4), note ?? '',
    ];
  });
  return markdown(HEAD, lines);
}

/** [{ work, what, passed }] for each promise about a work that was done. */
export function verdicts(works, results, inputs) {
  return works.flatMap((work) => {
    const rows = results.filter((row) => row.work === work.work);
    if (work.kind === 'train') return ofTraining(work, rows);
    const own = rows.find(({ implementation }) => implementation === OURS);
    if (own.failed) return [{ work: work.work, what: `did not run: ${own.failed}`, passed: false }];
    if (work.kind === 'tsne') return ofTsne(work, own, rows, inputs.get(work.work));
    if (!work.seconds) return [];
    const what = `${seconds(own.seconds)} s of at most ${work.seconds} s`;
    return [{ work: work.work, what, passed: own.seconds <= work.seconds }];
  });
}

function ofTsne({ work }, own, rows, input) {
  const found = [];
  const say = (passed, what) => found.push({ work, what, passed });
  const scran = rows.find(({ implementation }) => implementation === SCRAN);
  if (scran.failed) {
    say(false, `speed: ${SCRAN} did not run`);
  } else {
    const [faster, byProcessor] = [scran.seconds / own.seconds, scran.processor / own.processor];
    const besides = Number.isFinite(byProcessor) ? ` (by processor time ${times(byProcessor)})` : '';
    say(faster >= FASTER, `${times(faster)} as fast as ${SCRAN}${besides}, at least ${FASTER}×`);
  }
  const references = rows.filter(isNative);
  if (references.length === 0 || references.some((row) => row.input !== input)) {
    say(false, 'the reference is of another input: run benches/browser/opentsne_reference.py');
    return found;
  }
  // The better of its two methods is the one to keep up with.
  const best = references.reduce((a, b) => (b.kl < a.kl ? b : a));
  const ratio = own.kl / best.kl;
  say(ratio <= DIVERGENCE, `KL ${number(own.kl, 4)}, ${number(ratio, 4)} of openTSNE's ${number(best.kl, 4)}, at most ${DIVERGENCE}`);
  const apart = Math.max(...references.map((row) => Math.abs(own.nh - row.nh)));
  say(apart <= HIT, `NH ${number(own.nh, 4)}, ${number(apart, 4)} from openTSNE's, at most ${HIT}`);
  return found;
}

/** When, in which browser, on what and beside how much other work. */
export function machine(version) {
  const time = new Date().toISOString().slice(0, 16).replace('T', ' ');
  const load = loadavg().map((value) => value.toFixed(1)).join(' ');
  return `${time} UTC; Chromium ${version}; ${cpus().length} × ${cpus()[0].model.trim()}; load ${load}`;
}
