// An evolution as an animation, the curves beside it, and the marks of what changes.
import assert from 'node:assert/strict';
import * as evolution from './evolving.mjs';
import { eventually, frames, stage } from './support.mjs';
import * as visitor from './visitor.mjs';

const check = stage();
const FAST = { widths: '32, 24, 16', epochs: 6, iterations: 250 };
const rests = (page, step) => eventually(page, () => evolution.at(page), (at) => at === step, `the picture does not rest at step ${step}`);

check('playback: it goes through all steps and stops; in a loop it goes on; paused, it stays', async ({ page, log, screenshot }) => {
  await evolution.trained(page, FAST);
  await evolution.overTheEpochs(page);
  const last = (await evolution.hits(page)).length - 1;
  await evolution.speed(page, 4);
  await evolution.play(page);
  const seen = await evolution.watched(page, 'seen.length > 1 && !seen.at(-1).playing');
  const places = seen.map(({ at }) => at);
  assert.equal(places.at(-1), last, 'it ends at the last step');
  assert.ok(places.every((at, i) => i === 0 || at >= places[i - 1]), 'it never goes back');
  const whole = new Set(places.filter(Number.isInteger));
  log(`4×: ${seen.length} frames in ${(seen.at(-1).now / 1000).toFixed(1)} s, of ${places.length - whole.size} between steps`);
  for (let step = 1; step <= last; step++) assert.ok(whole.has(step), `step ${step} was shown at rest`);
  assert.ok(places.some((at) => !Number.isInteger(at)), 'it glides');
  assert.equal(await evolution.current(page), 'Epoch 6');

  // From its end it begins anew; in a loop it comes back to the first step.
  await evolution.loop(page, true);
  await evolution.play(page);
  await evolution.watched(page, `seen.at(-1).at === ${last}`);
  const again = await evolution.watched(page, 'seen.at(-1).at > 0 && seen.at(-1).at < 1');
  assert.ok(again.at(-1).playing, 'a loop plays on');
  await eventually(page, () => evolution.at(page), (at) => at % 1 > 0.2 && at % 1 < 0.8, 'it is never between steps');
  await evolution.pause(page);
  const held = await evolution.at(page);
  const shown = await visitor.pixels(evolution.picture(page));
  await frames(page, 30);
  assert.equal(await evolution.at(page), held, 'a pause holds');
  assert.deepEqual(await visitor.pixels(evolution.picture(page)), shown);
  await screenshot('playback paused');
  // A step that is chosen ends the playing.
  await evolution.play(page);
  await evolution.figure(page).getByRole('button', { name: 'Epoch 2' }).click();
  await rests(page, 2);
  assert.equal(await evolution.plays(page), false);
});

check('playback: speed, keys and buttons; with less motion it jumps', async ({ page, log }) => {
  await evolution.trained(page, { ...FAST, epochs: 2 });
  // From the second step to the third: 900 ms at speed 1.
  const took = {};
  for (const factor of [0.5, 2]) {
    await evolution.figure(page).getByRole('button', { name: 'FC 1' }).click();
    await rests(page, 0);
    await evolution.speed(page, factor);
    await evolution.play(page);
    const seen = await evolution.watched(page, 'seen.at(-1).at === 2');
    took[factor] = seen.at(-1).now - seen.findLast(({ at }) => at === 1).now;
  }
  log(`from step to step: ${took[0.5].toFixed(0)} ms at 0.5×, ${took[2].toFixed(0)} ms at 2×`);
  // Frames are few on a busy machine: only the factor's direction is sure.
  assert.ok(took[0.5] > 1_500 && took[0.5] > 1.8 * took[2], JSON.stringify(took));

  await evolution.speed(page, 4);
  await evolution.picture(page).focus();
  await page.keyboard.press('Home');
  await rests(page, 0);
  await page.keyboard.press('ArrowRight');
  await rests(page, 1);
  await page.keyboard.press('End');
  await rests(page, 2);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await rests(page, 0);
  await page.keyboard.press(' ');
  await eventually(page, () => evolution.plays(page), (plays) => plays, 'the space bar does not play');
  await page.keyboard.press(' ');
  await eventually(page, () => evolution.plays(page), (plays) => !plays, 'the space bar does not pause');
  await page.keyboard.press('Home');
  await rests(page, 0);
  const player = page.getByRole('group', { name: 'Playback' });
  await player.getByRole('button', { name: 'One step forward' }).click();
  await rests(page, 1);
  await player.getByRole('button', { name: 'One step back' }).click();
  await rests(page, 0);
  assert.ok(await player.getByRole('button', { name: 'One step back' }).isDisabled());

  await page.emulateMedia({ reducedMotion: 'reduce' });
  await evolution.play(page);
  const seen = await evolution.watched(page, 'seen.length > 1 && !seen.at(-1).playing');
  assert.deepEqual([...new Set(seen.map(({ at }) => at))], [0, 1, 2], 'only whole steps');
});

check('playback: the curve of NH is that of the steps, and a click on it goes to a step', async ({ page, log, screenshot }) => {
  await evolution.trained(page, FAST);
  const curve = page.getByTestId('evolution-nh-curve');
  const values = async () => JSON.parse(await curve.getAttribute('data-values'));
  const rounded = (share) => Number((100 * share).toFixed(2));
  const layers = await values();
  assert.deepEqual(layers.map(([x]) => x), [0, 1, 2]);
  assert.deepEqual(layers.map(([, hit]) => rounded(hit)), await evolution.hits(page));
  assert.equal(await evolution.figure(page).locator('figure').count(), 1, 'over the layers of one epoch, accuracy does not change');

  await evolution.overTheEpochs(page);
  const epochs = await values();
  log(`NH over the epochs: ${epochs.map(([x, hit]) => `${x}: ${rounded(hit)}`).join(', ')}`);
  const names = await evolution.figure(page).locator('.steps span').allInnerTexts();
  assert.deepEqual(epochs.map(([x]) => (x ? `Epoch ${x}` : 'Before')), names);
  assert.deepEqual(epochs.map(([, hit]) => rounded(hit)), await evolution.hits(page));
  assert.equal(await evolution.figure(page).locator('figure').count(), 3, 'with accuracy and loss');

  // The cursor is where the picture is; a click near the right end goes to the last step.
  const plot = curve.locator('.plot');
  const box = await plot.boundingBox();
  await page.mouse.click(box.x + box.width - 18, box.y + 30);
  await rests(page, names.length - 1);
  const cursor = await plot.locator('.cursor').boundingBox();
  assert.ok(Math.abs(cursor.x - (box.x + box.width - 16)) < 3, `cursor at ${cursor.x - box.x} of ${box.width}`);
  assert.equal(await visitor.percentage(curve.locator('figcaption')), rounded(epochs.at(-1)[1]));
  // What stands above the accuracy is that of the step's epoch.
  const accuracy = evolution.figure(page).locator('figure', { hasText: 'Accuracy' }).locator('figcaption');
  await evolution.figure(page).getByRole('button', { name: 'Before' }).click();
  await rests(page, 0);
  const untrained = Number((await accuracy.innerText()).match(/test ([\d.]+)%/)[1]);
  await page.mouse.click(box.x + box.width - 18, box.y + 30);
  await rests(page, names.length - 1);
  const end = Number((await accuracy.innerText()).match(/test ([\d.]+)%/)[1]);
  assert.ok(untrained < 40 && end > untrained + 20, `${untrained}% before, ${end}% after`);
  await screenshot('playback curves');
});

check('playback: what moved most and what changed its prediction can be marked and selected', async ({ page, log, screenshot }) => {
  await evolution.trained(page, FAST);
  await evolution.overTheEpochs(page);
  const n = await evolution.points(page);
  await evolution.mark(page, 'moved most');
  const moved = await evolution.marked(page);
  assert.equal(moved.length, Math.round(0.05 * n));
  const change = async (what) => {
    await evolution.mark(page, what);
    return evolution.marked(page);
  };
  const changed = await change('changed prediction');
  log(`${moved.length} of ${n} moved most; changed prediction: ${await evolution.markedText(page)}`);
  assert.match(await evolution.markedText(page), /, epochs 1 to 6$/);
  assert.ok(changed.length > 0 && changed.length < n, `${changed.length} changed`);

  // The card of each observation says how far it went, and what was predicted at each step.
  const cards = await evolution.cards(page, 60);
  const most = new Set(moved);
  const ways = (of) => cards.filter(({ observation }) => of(observation)).map(({ way }) => way);
  const [those, others] = [ways((i) => most.has(i)), ways((i) => !most.has(i))];
  log(`ways of those that moved most: ${those.join(', ')}; of others up to ${Math.max(...others)}`);
  assert.ok(Math.min(...those, Infinity) >= Math.max(...others), 'none moved farther than those that are marked');
  for (const { observation, rows, label } of cards) {
    assert.equal(rows.length, 6);
    const [first, last] = [rows[1], rows.at(-1)];
    assert.equal(first.epoch, 'Epoch 1');
    assert.equal(changed.includes(observation), first.predicted !== last.predicted, `observation ${observation}`);
    for (const row of rows) {
      assert.ok(row.probability >= row.truth, JSON.stringify(row));
      if (row.predicted === label) assert.equal(row.probability, row.truth);
      const total = row.widths.reduce((a, b) => a + b, 0);
      assert.ok(total > 94 && total < 100.6, `a bar is ${total}% wide`);
    }
  }

  // In one step: between the two epochs next to each other.
  await evolution.figure(page).getByRole('button', { name: 'Epoch 2' }).click();
  await rests(page, 2);
  const now = await change('changed prediction in this step');
  assert.match(await evolution.markedText(page), /, epochs 1 to 2$/);
  for (const { observation, rows } of cards) {
    assert.equal(now.includes(observation), rows[1].predicted !== rows[2].predicted, `observation ${observation}`);
  }

  // As many as the visitor wants; selected, they are a selection like any other.
  await evolution.mark(page, 'moved most');
  await visitor.setField(page, 'How many moved most', 12);
  await eventually(page, () => evolution.marked(page), (marked) => marked.length === 12, 'not twelve');
  const twelve = await evolution.marked(page);
  assert.ok(twelve.every((i) => most.has(i)));
  await visitor.away(page);
  await screenshot('playback marks');
  await evolution.selectMarked(page);
  await eventually(page, () => visitor.selected(page), (n) => n === 12, 'they are not selected');
  assert.equal(await page.getByLabel('Mark observations').inputValue(), 'nothing');
  await page.getByRole('button', { name: 'Undo' }).click();
  await eventually(page, () => visitor.selected(page), (n) => n === 0, 'the selection was not taken back');

  // Over the layers of one epoch no prediction changes.
  await page.getByLabel('Evolution over').selectOption('layers');
  const option = page.getByLabel('Mark observations').locator('option[value="changed"]');
  await eventually(page, () => option.evaluate((option) => option.disabled), (disabled) => disabled, 'a change over layers can be chosen');
});
