// What the runs of the train-* works say: a table, and whether the promises of each pair are kept.
import { markdown, number } from './markdown.mjs';
import { COMPARED_STEP } from './works.mjs';

/** How far losses may differ after the same batches, relatively: sums are rounded in another order. */
const SAME_LOSS = 1e-3;

const HEAD = ['work', 'implementation', 'ms a step', 'processor', 'ours over it', `loss ${COMPARED_STEP}`, ''];
const milliseconds = (value) => number(value, value < 100 ? 1 : 0);
const times = (value) => (Number.isFinite(value) ? `${value.toFixed(2)}×` : '');
const named = (rows, name) => rows.find(({ implementation }) => implementation === name);
/** Milliseconds of processor time a step. */
const processorOf = ({ processor, seconds, ms_per_step }) => (processor * ms_per_step) / seconds;

/** Of the trainings; `processor`: milliseconds of the whole browser's threads for each step. */
export function trainingTable(trainings) {
  if (trainings.length === 0) return '';
  const lines = trainings.flatMap(({ work, rows }) =>
    rows.map((row) => {
      if (row.failed) return [work.work, row.implementation, 'failed', '', '', '', row.failed];
      const pair = work.pairs.find(({ theirs }) => theirs === row.implementation);
      const faster = pair ? row.ms_per_step / named(rows, pair.ours).ms_per_step : NaN;
      const processor = processorOf(row);
      return [work.work, row.implementation, milliseconds(row.ms_per_step), milliseconds(processor), times(faster), number(row.loss, 5), ''];
    }),
  );
  return markdown(HEAD, lines);
}

/** [{ work, what, passed }]: how fast, and that all of them did the same. */
export function ofTraining({ work, pairs }, rows) {
  const found = [];
  const say = (passed, what) => found.push({ work, what, passed });
  for (const { ours, theirs, least } of pairs) {
    const [own, other] = [named(rows, ours), named(rows, theirs)];
    if (own.failed) say(false, `${ours} did not run: ${own.failed}`);
    else if (least && other.failed) say(false, `${theirs} did not run: ${other.failed}`);
    else if (least) {
      const faster = other.ms_per_step / own.ms_per_step;
      const byProcessor = processorOf(other) / processorOf(own);
      const besides = Number.isFinite(byProcessor) ? ` (by processor time ${times(byProcessor)})` : '';
      say(faster >= least, `${ours}, ${milliseconds(own.ms_per_step)} ms a step, is ${times(faster)} as fast as ${theirs}${besides}, at least ${least}×`);
    }
  }
  const losses = rows.filter(({ failed }) => !failed).map(({ loss }) => loss);
  const [least, most] = [Math.min(...losses), Math.max(...losses)];
  say(most - least <= SAME_LOSS * most, `the loss in step ${COMPARED_STEP} is between ${number(least, 5)} and ${number(most, 5)} for all`);
  return found;
}
