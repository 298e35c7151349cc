// Numbers that are none, and data with little in them: what diverges is stopped and explained, and no
// caption ever shows a number that means nothing.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { eventually, stage } from './support.mjs';
import * as visitor from './visitor.mjs';
import { drop, npy, zip } from './files.mjs';

const check = stage();

/** Everything the page says, in words and in labels, must have no name of a number that is none. */
async function isToldWell(page) {
  const said = await page.evaluate(() => {
    const labels = [...document.querySelectorAll('[aria-label], [title], [aria-description]')];
    const words = labels.flatMap((e) => ['aria-label', 'title', 'aria-description'].map((name) => e.getAttribute(name) ?? ''));
    return [document.body.innerText, ...words].join('\n');
  });
  const wrong = said.split('\n').filter((line) => /\b(NaN|inf|Infinity)\b|∞/.test(line));
  assert.deepEqual(wrong, []);
}

const named = (page, name) => page.getByTestId('dataset-name').filter({ hasText: name }).waitFor();
const note = (page, side, text) => visitor.caption(page, side).locator('.note').filter({ hasText: text }).waitFor();
const nh = (page, place) => page.getByTestId(`nh-${place}`).innerText();

/** An archive of arrays as NumPy writes it: labels, and layers of n × width by a function of row and column. */
function archive(labels, layers) {
  const files = { 'labels.npy': npy("'|u1'", `(${labels.length},)`, Buffer.from(labels)) };
  for (const [name, [width, value]] of Object.entries(layers)) {
    const bytes = Buffer.alloc(4 * labels.length * width);
    labels.forEach((_, row) => {
      for (let column = 0; column < width; column++) bytes.writeFloatLE(value(row, column), 4 * (row * width + column));
    });
    files[`${name}.npy`] = npy("'<f4'", `(${labels.length}, ${width})`, bytes);
  }
  return zip(files);
}
const someLabels = (n) => Array.from({ length: n }, (_, i) => i % 3);
const noise = (row, column) => ((row * 7919 + column * 104729 + 13) % 1009) / 1009;

for (const [how, rate, epochsKept] of [['explodes', 1e3, null], ['overflows', 1e6, null], ['is no number at once', 1e30, 0]]) {
  check(`numbers: a training whose loss ${how} is stopped, explained, and one button leads on`, async ({ page, log, screenshot }) => {
    await visitor.digitsAreThere(page);
    await visitor.setField(page, 'Hidden widths', '32, 16');
    await visitor.setField(page, 'Epochs', 40);
    // Opens the settings; the optimiser then brings a rate of its own.
    await visitor.setField(page, 'Learning rate', rate);
    await page.getByLabel('Optimiser', { exact: true }).selectOption('SGD, momentum');
    await visitor.setField(page, 'Learning rate', rate);
    const training = visitor.training(page);
    await training.getByRole('button', { name: 'Train' }).click();
    await visitor.trainingIs(page, 'failed');
    const alert = training.getByRole('alert');
    const said = await alert.innerText();
    log(said);
    assert.match(said, /The training diverged and was stopped\. In epoch \d+, step \d+, the .* smaller learning rate; the epochs completed before are kept\./);
    // The last epoch with finite numbers is there and is shown.
    const before = Number(said.match(/epoch (\d+),/)[1]) - 1;
    if (epochsKept !== null) assert.equal(before, epochsKept);
    assert.ok(before < 40);
    await visitor.projected(page, 'Left', 'FC 2 before training');
    const heading = before === 0 ? 'FC 2 before training' : `FC 2 after ${before} epoch`;
    await visitor.projected(page, 'Right', heading);
    await isToldWell(page);
    // To go on from there would diverge again, so that is not offered.
    assert.equal(await training.getByRole('button', { name: /^Go on/ }).count(), 0);
    if (rate === 1e3) {
      await screenshot('numbers diverged');
      await page.setViewportSize({ width: 390, height: 844 });
      await alert.scrollIntoViewIfNeeded();
      await screenshot('numbers diverged phone');
      await page.setViewportSize({ width: 1440, height: 900 });
      return;
    }
    if (rate !== 1e30) return;
    await visitor.setField(page, 'Epochs', 2);
    await training.getByRole('button', { name: 'Train anew at a learning rate of 0.05' }).click();
    await visitor.trainingEnds(page);
    assert.equal(await page.getByLabel('Learning rate', { exact: true }).inputValue(), '0.05');
    await visitor.projected(page, 'Right', 'FC 2 after 2 epochs');
    assert.ok((await visitor.accuracy(page, 'Right')) > 20);
    await isToldWell(page);
  });
}

check('numbers: on WebGPU a training that diverges is stopped in the same way', async ({ page, log }) => {
  await visitor.digitsAreThere(page);
  await visitor.setField(page, 'Hidden widths', '16');
  await visitor.setField(page, 'Epochs', 3);
  await visitor.setField(page, 'Learning rate', 1e30);
  await page.getByLabel('Optimiser', { exact: true }).selectOption('SGD, momentum');
  await visitor.setField(page, 'Learning rate', 1e30);
  await page.getByLabel('Device', { exact: true }).selectOption('webgpu');
  const training = visitor.training(page);
  await training.getByRole('button', { name: 'Train' }).click();
  await visitor.trainingIs(page, 'failed');
  const said = await training.getByRole('alert').innerText();
  log(said);
  assert.match(said, /The training diverged and was stopped/);
  await training.getByRole('button', { name: 'Train anew at a learning rate of 0.05' }).waitFor();
  await isToldWell(page);
});

check('numbers: no epoch at all shows the network before its training', async ({ page }) => {
  await visitor.digitsAreThere(page);
  await visitor.setField(page, 'Hidden widths', '16');
  await visitor.setField(page, 'Epochs', 0);
  await visitor.training(page).getByRole('button', { name: 'Train' }).click();
  await visitor.trainingEnds(page);
  await visitor.projected(page, 'Left', 'FC 1 before training');
  assert.match(await visitor.headline(page), /Done after 0 epochs/);
  await isToldWell(page);
});

check('numbers: equal pictures of one class are trained on and said to tell nothing', async ({ page, screenshot }) => {
  const picture = await readFile(new URL('../reference/pictures/grey.png', import.meta.url));
  const files = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`pets/cat/${i}.png`, picture]));
  await visitor.digitsAreThere(page);
  await drop(page, [{ name: 'pets.zip', buffer: zip(files) }]);
  await named(page, 'pets');
  await visitor.projected(page, 'Left', 'Raw pixels');
  await note(page, 'Left', 'All observations are identical');
  await note(page, 'Left', 'All observations are of one class');
  assert.equal(await nh(page, 0), '–');
  await visitor.setField(page, 'Hidden widths', '8');
  await visitor.setField(page, 'Epochs', 2);
  await visitor.training(page).getByRole('button', { name: 'Train' }).click();
  await visitor.trainingEnds(page);
  await visitor.projected(page, 'Right', 'FC 1 after 2 epochs');
  await note(page, 'Right', 'All observations are identical');
  assert.equal(await visitor.accuracy(page, 'Right'), 100, 'of one class every prediction is right');
  await isToldWell(page);
  await screenshot('numbers one class');
});

check('numbers: fewer observations than neighbours, down to a single one', async ({ page }) => {
  await visitor.digitsAreThere(page);
  await drop(page, [{ name: 'four.npz', buffer: archive(someLabels(4), { fc1: [3, noise] }) }]);
  await named(page, 'four');
  await visitor.projected(page, 'Right', 'fc1');
  assert.match(await visitor.caption(page, 'Right').innerText(), /\(k = 3\)/);
  await note(page, 'Right', 'Perplexity 30 is too great for so few observations; 1.0 was used.');
  await isToldWell(page);
  await drop(page, [{ name: 'single.npz', buffer: archive([0], { fc1: [3, noise] }) }]);
  await named(page, 'single');
  await visitor.projected(page, 'Right', 'fc1');
  assert.equal(await nh(page, 1), '–');
  await note(page, 'Right', 'A single observation has no neighbours');
  await visitor.caption(page, 'Right').getByText('Measure its quality').click();
  await page.getByTestId('quality-1').filter({ hasText: 'nothing to measure' }).waitFor();
  await isToldWell(page);
});

check('numbers: a dead layer has no neighborhood hit, and its neurons are said to be constant', async ({ page, screenshot }) => {
  await visitor.digitsAreThere(page);
  const layers = { 'epoch_0/fc1': [8, noise], 'epoch_1/fc1': [8, () => 0] };
  await drop(page, [{ name: 'dead.npz', buffer: archive(someLabels(60), layers) }]);
  await named(page, 'dead');
  await visitor.projected(page, 'Left', 'fc1 before training');
  assert.match(await nh(page, 0), /^\d+\.\d\d%$/);
  await visitor.projected(page, 'Right', 'fc1 after 1 epoch');
  await note(page, 'Right', 'All observations are identical');
  assert.equal(await nh(page, 1), '–');
  await page.getByRole('tab', { name: 'Neurons' }).click();
  const caption = page.getByTestId('caption-neurons-1');
  await caption.filter({ hasText: '8 constant' }).waitFor();
  await caption.locator('.note').filter({ hasText: 'Every neuron of this layer is constant' }).waitFor();
  await isToldWell(page);
  await screenshot('numbers dead layer');
});

check('numbers: activations that are no numbers are refused with their array and row, and nothing is lost', async ({ page }) => {
  await visitor.digitsAreThere(page);
  for (const value of [NaN, Infinity, -Infinity]) {
    const at = (row, column) => (row === 5 && column === 2 ? value : noise(row, column));
    await drop(page, [{ name: 'broken.npz', buffer: archive(someLabels(30), { fc1: [4, noise], fc2: [3, at] }) }]);
    const alert = page.getByRole('alert').filter({ hasText: /"fc2" has a value that is infinite, not a number.*row 5, column 2.*leave this observation out/ });
    await alert.waitFor();
    await isToldWell(page);
    await alert.getByRole('button', { name: 'Dismiss' }).click();
  }
  assert.equal(await page.getByTestId('dataset-name').innerText(), 'Handwritten digits');
  await eventually(page, () => nh(page, 0), (text) => /^\d+\.\d\d%$/.test(text), 'the digits are still there');
});
