// The main job on the digits that come with the page, trained on the CPU.
import assert from 'node:assert/strict';
import { LONG, eventually, frames, stage } from './support.mjs';
import * as visitor from './visitor.mjs';

const check = stage();

check('digits: the page projects, trains, and shows what was learned', async ({ page, log, screenshot }) => {
  await visitor.digitsAreThere(page);
  const pixels = await visitor.hit(page, 'Left');
  assert.equal(await visitor.points(page, 'Left'), 719, 'the test set of the digits is projected as a whole');
  // The only adapter here is imitated in software: it is named, and not used.
  await page.getByTestId('adapter').filter({ hasText: /swiftshader.*slower than the CPU/i }).waitFor();

  const longest = await visitor.watchedTraining(page, log, () => page.getByRole('button', { name: 'Train a network' }).click(), 100);

  await visitor.projected(page, 'Left', 'FC 4 before training');
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
  const [untrained, trained] = [await visitor.hit(page, 'Left'), await visitor.hit(page, 'Right')];
  const accuracy = await visitor.accuracy(page, 'Right');
  log(`NH: pixels ${pixels}%, before training ${untrained}%, after ${trained}%; accuracy ${accuracy}%`);
  log(`trained in ${(longest.took / 1000).toFixed(1)} s; longest main-thread task meanwhile: ${longest.work.toFixed(0)} ms of work in ${longest.wall.toFixed(0)} ms`);

  assert.ok(accuracy >= 95, `test accuracy ${accuracy}%`);
  assert.equal(await visitor.percentage(page.getByTestId('test-accuracy')), accuracy, 'one accuracy, shown twice');
  assert.equal(await visitor.percentage(page.getByTestId('whole-test')), accuracy, 'the subset is the whole test set');
  assert.ok(untrained < trained, `NH before ${untrained}%, after ${trained}%`);
  assert.ok((await visitor.accuracy(page, 'Left')) < 30, 'an untrained network guesses');
  assert.match(await page.getByTestId('device').innerText(), /CPU/);
  assert.match(await page.getByTestId('kept').innerText(), /21 epochs/);
  assert.ok(longest.work <= 100, `a task of ${longest.work} ms held the page up while training ran`);

  for (const chart of ['loss-chart', 'accuracy-chart']) {
    const figure = page.getByTestId(chart);
    // Both curves' own colours, as the keys above the chart have them.
    for (const key of await figure.locator('.key').all()) {
      const colour = await key.evaluate((element) => {
        const context = document.createElement('canvas').getContext('2d');
        context.fillStyle = element.style.getPropertyValue('--key');
        return parseInt(context.fillStyle.slice(1), 16);
      });
      const drawn = (await visitor.pixels(figure.locator('canvas'))).counts.find(([c]) => c === colour)?.[1] ?? 0;
      assert.ok(drawn > 20, `${chart}: ${drawn} pixels of the curve "${await key.innerText()}"`);
    }
  }
  await screenshot('laptop');
});

check('digits: pause holds, resume goes on, stop keeps the epochs done, reset forgets them', async ({ page }) => {
  await visitor.digitsAreThere(page);
  await visitor.setField(page, 'Hidden widths', '64, 64');
  await visitor.setField(page, 'Epochs', 400);
  const training = visitor.training(page);
  const button = (name) => training.getByRole('button', { name });
  await button('Train').click();
  await visitor.trainingIs(page, 'running');
  await eventually(page, () => visitor.progress(page), (at) => at?.epoch > 2, 'no third epoch', LONG);

  // A report may be under way when the pause begins: it holds when nothing came for a second or so.
  await button('Pause').click();
  await visitor.trainingIs(page, 'paused');
  const stands = async () => {
    const before = await visitor.headline(page);
    await frames(page, 40);
    return (await visitor.headline(page)) === before;
  };
  await eventually(page, stands, Boolean, 'the step count advances in a pause');
  const held = await visitor.progress(page);
  await frames(page, 120);
  assert.deepEqual(await visitor.progress(page), held, 'the step count advanced in a pause');

  await button('Resume').click();
  await eventually(page, () => visitor.progress(page), (at) => at?.done > held.done, 'it did not go on', LONG);

  await button('Stop').click();
  await visitor.trainingIs(page, 'stopped');
  const epochs = Number((await visitor.headline(page)).match(/Stopped after (\d+) epochs?\./)?.[1]);
  assert.ok(epochs >= held.epoch - 1 && epochs < 400, `stopped after ${epochs} epochs, paused in epoch ${held.epoch}`);
  await visitor.projected(page, 'Right', `FC 2 after ${epochs} epoch`);
  assert.ok((await visitor.accuracy(page, 'Right')) > 20, 'the epochs done are what is shown');

  await button(`Go on from epoch ${epochs}`).click();
  await visitor.trainingIs(page, 'running');
  await eventually(page, () => visitor.progress(page), (at) => at?.epoch > epochs + 1, 'it did not go on from there', LONG);
  await button('Stop').click();
  await visitor.trainingIs(page, 'stopped');

  await button('Reset').click();
  await visitor.trainingIs(page, 'idle');
  await visitor.projected(page, 'Left', 'Raw pixels');
  await page.getByRole('button', { name: 'Train a network' }).waitFor();
  assert.equal(await page.getByTestId('loss-chart').count(), 0, 'the curves went with the network');
});

check('digits: the same seed gives the same result, another one another', async ({ page }) => {
  await visitor.digitsAreThere(page);
  await visitor.setField(page, 'Hidden widths', '32');
  await visitor.setField(page, 'Epochs', 2);
  const train = async () => {
    await visitor.training(page).getByRole('button', { name: /^Train/ }).click();
    await visitor.trainingEnds(page);
    return visitor.firstLosses(page);
  };
  const first = await train();
  assert.ok(first.length >= 20, `${first.length} losses`);
  const again = await train();
  await visitor.setField(page, 'Seed', 7);
  const other = await train();
  assert.deepEqual(again, first);
  assert.notDeepEqual(other, first);
});

check('digits: settings that cannot work are refused where they are, or when the training starts', async ({ page }) => {
  await visitor.digitsAreThere(page);
  const invalid = (label) => page.getByLabel(label, { exact: true }).getAttribute('aria-invalid');
  await visitor.setField(page, 'Hidden widths', 'wide');
  assert.equal(await invalid('Hidden widths'), 'true');
  await visitor.setField(page, 'Hidden widths', '32 16');
  assert.equal(await invalid('Hidden widths'), 'false');
  await page.getByText('8×8 → 32, 16 → 10: 2,778 weights and biases').waitFor();

  await visitor.setField(page, 'Learning rate', -1);
  const train = visitor.training(page).getByRole('button', { name: 'Train' });
  await train.click();
  await page.getByRole('alert').filter({ hasText: /not started.*learning rate of -1/ }).waitFor();
  assert.equal(await visitor.trainingIs(page, 'idle running'), 'idle');

  await page.getByLabel('Optimiser', { exact: true }).selectOption('SGD, momentum');
  await visitor.setField(page, 'Learning rate', 1e30);
  await train.click();
  await visitor.trainingIs(page, 'failed');
  await visitor.training(page).getByRole('alert').filter({ hasText: /diverged.*smaller learning rate/ }).waitFor();
});

check('digits: the memory for activations is planned, told, and bounded', async ({ page }) => {
  await visitor.digitsAreThere(page);
  const memory = page.getByTestId('memory');
  await memory.filter({ hasText: /keeps epochs 0, 1, 2, … 20: \d+ MB of 512 MB\.$/ }).waitFor();
  await page.getByLabel('Network preset').selectOption('MLP paper, 4 × 1000');
  await visitor.setField(page, 'Epochs', 300);
  await memory.filter({ hasText: /\(every epoch would take [\d.]+ GB\)/ }).waitFor();
  const megabytes = Number((await memory.innerText()).match(/: ([\d.]+) MB of 512 MB/)?.[1]);
  assert.ok(megabytes > 250 && megabytes <= 512, await memory.innerText());
});
