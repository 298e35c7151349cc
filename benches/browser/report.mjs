// The table of the results, and what they say about the project's promises.
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { HERE } from './places.mjs';
import { OURS, SCRAN } from './works.mjs';

const FASTER = 3;
const DIVERGENCE = 1.01;
const HIT = 0.01;

export const openTsne = () => JSON.parse(readFileSync(join(HERE, 'opentsne_reference.json'), 'utf8')).rows;

const number = (value, digits) => (value === null || Number.isNaN(value) ? '' : value.toFixed(digits));
const seconds = (value) => number(value, value < 0.1 ? 4 : value < 10 ? 3 : 1);
const times = (value) => (Number.isFinite(value) ? `${value.toFixed(1)}×` : '');

export function table(results) {
  const of = (work, implementation) => results.find((row) => row.work === work && row.implementation === implementation);
  const lines = results.map((row) => {
    const own = of(row.work, OURS);
    const scran = of(row.work, SCRAN);
    const native = row.implementation.includes('native');
    return [
      row.work,
      row.implementation,
      String(row.n),
      String(row.d),
      row.failed ? 'failed' : seconds(row.seconds),
      row.failed ? '' : seconds(row.processor),
      native || row.failed || !scran || scran.failed ? '' : times(scran.seconds / row.seconds),
      native || row.failed || !own || own.failed || row === own ? '' : times(row.seconds / own.seconds),
      number(row.kl, 4),
      number(row.nh, 4),
      row.failed ?? row.note ?? '',
    ];
  });
  const head = ['work', 'implementation', 'n', 'd', 'seconds', 'processor', 'over scran.js', 'ours over it', 'KL', 'NH', ''];
  const all = [head, head.map(() => '---'), ...lines];
  const widths = head.map((_, column) => Math.max(...all.map((line) => line[column].length)));
  return all
    .map((line) => `| ${line.map((cell, column) => (cell === '---' ? '-'.repeat(widths[column]) : column < 2 || column > 9 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(' | ')} |`)
    .join('\n');
}

/** [{ work, what, passed }] for each promise about a work that was done. */
export function verdicts(works, results, inputs) {
  return works.flatMap((work) => {
    const rows = results.filter((row) => row.work === work.work);
    const own = rows.find(({ implementation }) => implementation === OURS);
    if (own.failed) return [{ work: work.work, what: `did not run: ${own.failed}`, passed: false }];
    if (work.kind === 'tsne') return ofTsne(work, own, rows, inputs.get(work.work));
    return work.seconds ? [{ work: work.work, what: `${seconds(own.seconds)} s of at most ${work.seconds} s`, passed: own.seconds <= work.seconds }] : [];
  });
}

function ofTsne({ work }, own, rows, input) {
  const scran = rows.find(({ implementation }) => implementation === SCRAN);
  const found = [];
  if (!scran || scran.failed) {
    found.push({ work, what: `speed: ${SCRAN} did not run`, passed: false });
  } else {
    const faster = scran.seconds / own.seconds;
    const byProcessor = scran.processor / own.processor;
    found.push({ work, what: `${times(faster)} as fast as ${SCRAN} (by processor time ${times(byProcessor)}), at least ${FASTER}×`, passed: faster >= FASTER });
  }
  const references = rows.filter((row) => row.implementation.startsWith('openTSNE'));
  if (references.length === 0 || references.some((row) => row.input !== input)) {
    found.push({ work, what: 'the reference is of another input: run benches/browser/opentsne_reference.py', passed: false });
    return found;
  }
  // The better of its two methods is the one to keep up with.
  const best = references.reduce((a, b) => (b.kl < a.kl ? b : a));
  const ratio = own.kl / best.kl;
  found.push({ work, what: `KL ${number(own.kl, 4)}, ${number(ratio, 4)} of openTSNE's ${number(best.kl, 4)}, at most ${DIVERGENCE}`, passed: ratio <= DIVERGENCE });
  const apart = references.map((row) => Math.abs(own.nh - row.nh));
  found.push({ work, what: `NH ${number(own.nh, 4)}, ${number(Math.max(...apart), 4)} from openTSNE's, at most ${HIT}`, passed: Math.max(...apart) <= HIT });
  return found;
}

export const machine = (version) =>
  `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC; Chromium ${version}; ${cpus().length} × ${cpus()[0].model.trim()}; load ${loadavg().map((load) => load.toFixed(1)).join(' ')}`;
