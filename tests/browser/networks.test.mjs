// Networks that a visitor builds, saves, loads, and finds again after the tab was closed.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { LONG, eventually, stage } from './support.mjs';
import * as visitor from './visitor.mjs';

const check = stage();

const network = (page) => page.locator('section[aria-label="Network"]');
const shape = (page, layer) => page.getByTestId(`shape-${layer}`).innerText();
const layers = (page) => page.getByRole('list', { name: 'Layers' }).locator(':scope > li');

/** Opens the list of layers, where it is closed. */
async function openLayers(page) {
  const heading = network(page).locator('details:not([open]) > summary', { hasText: 'Layers' });
  if (await heading.count()) await heading.click();
}

/** A convolutional network small enough for an imitated GPU, made with the builder. */
async function buildSmall(page) {
  await page.getByLabel('Network preset').selectOption('MLP light, 4 × 128');
  await visitor.setField(page, 'Hidden widths', '8');
  await openLayers(page);
  await page.getByRole('button', { name: 'Add: Convolution' }).click();
  await visitor.setField(page, 'Layer 1: channels', 4);
  await page.getByRole('button', { name: 'Add: Pool' }).click();
}

check('networks: the builder shows what each layer makes, what cannot be built, and undoes', async ({ page, screenshot }) => {
  await visitor.digitsAreThere(page);
  await page.getByLabel('Network preset').selectOption('CNN paper');
  await openLayers(page);
  assert.equal(await layers(page).count(), 12);
  assert.equal(await shape(page, 1), '8×8×32');
  assert.equal(await shape(page, 7), '2×2×64');
  await page.getByTestId('network-summary').filter({ hasText: /: 3,\d{3},\d{3} weights and biases/ }).waitFor();
  await screenshot('builder');

  await buildSmall(page);
  assert.equal(await page.getByLabel('Network preset').locator('option:checked').innerText(), 'Own layers');
  assert.deepEqual([await shape(page, 1), await shape(page, 2), await shape(page, 3)], ['8×8×4', '4×4×4', '8']);
  // 1·9·4 + 4, 64·8 + 8, 8·10 + 10.
  await page.getByTestId('network-summary').filter({ hasText: 'conv 4, pool, 8 → 10: 650 weights and biases' }).waitFor();

  for (let i = 0; i < 3; i++) await page.getByRole('button', { name: 'Add: Pool' }).click();
  await layers(page).nth(4).getByRole('alert').filter({ hasText: /layer 5 pools 2×2 pixels of a 1×1 image/ }).waitFor();
  await screenshot('builder-error');
  await network(page).getByRole('button', { name: 'Undo' }).click();
  await eventually(page, () => layers(page).getByRole('alert').count(), (count) => count === 0, 'the error stays');

  // With the keyboard: the connected layer moves up and down again, and the focus goes along.
  await page.getByRole('button', { name: 'Move layer 5 up' }).focus();
  await page.keyboard.press('Enter');
  await layers(page).nth(4).getByRole('alert').filter({ hasText: /needs an image/ }).waitFor();
  await page.getByRole('button', { name: 'Move layer 4 down' }).focus();
  await page.keyboard.press('Enter');
  await eventually(page, () => layers(page).getByRole('alert').count(), (count) => count === 0, 'the error stays');
  // The focus moves in the frame after the list has changed.
  await eventually(page, () => page.evaluate(() => document.activeElement.id), (id) => id === 'layer-4-up', 'the focus stays behind');
  await page.getByRole('button', { name: 'Remove layer 2' }).focus();
  await page.keyboard.press('Enter');
  await eventually(page, () => layers(page).count(), (count) => count === 4, 'the layer stays');
});

check('networks: the light convolutional network learns the digits and shows its layers by name', async ({ page, log }) => {
  await visitor.digitsAreThere(page);
  await page.getByLabel('Network preset').selectOption('CNN light');
  await visitor.setField(page, 'Epochs', 15);
  const activations = page.getByLabel('Conv. activations');
  await page.locator('details:not([open])', { has: activations }).locator('summary').click();
  await activations.selectOption('Mean of each map');
  await visitor.setField(page, 'Weight decay', 0.01);
  await page.getByLabel("Rate's course").selectOption('Cosine, to 0');
  await visitor.training(page).getByRole('button', { name: /^Train/ }).click();
  await visitor.trainingEnds(page);
  await visitor.projected(page, 'Right', 'FC 2 after 15 epochs');
  const accuracy = await visitor.accuracy(page, 'Right');
  log(`accuracy ${accuracy} %`);
  assert.ok(accuracy > 90, `${accuracy} %`);
  const names = await page.getByLabel('Right: layer').locator('option').allInnerTexts();
  assert.deepEqual(names, ['Raw pixels', 'Conv 1', 'Conv 2', 'Conv 3', 'Conv 4', 'FC 1', 'FC 2']);
  await page.getByLabel('Right: layer').selectOption('Conv 4');
  await visitor.projected(page, 'Right', 'Conv 4 after 15 epochs');
});

check('networks: a saved network is loaded again, and one that does not fit is refused', async ({ page }) => {
  await visitor.digitsAreThere(page);
  await visitor.setField(page, 'Hidden widths', '24');
  await visitor.setField(page, 'Epochs', 3);
  const training = visitor.training(page);
  await training.getByRole('button', { name: /^Train/ }).click();
  await visitor.trainingEnds(page);
  await visitor.projected(page, 'Right', 'FC 1 after 3 epochs');
  const accuracy = await visitor.accuracy(page, 'Right');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    training.getByRole('button', { name: 'Save network' }).click(),
  ]);
  assert.equal(download.suggestedFilename(), 'hidden-activity.safetensors');
  const bytes = await readFile(await download.path());
  const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE())).toString());
  assert.deepEqual(header['fc1.weight'].shape, [64, 24]);

  await training.getByRole('button', { name: 'Reset' }).click();
  await visitor.setField(page, 'Hidden widths', '5');
  const load = (name, buffer) =>
    page.getByLabel('Load network').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
  await load('broken.safetensors', bytes.subarray(0, 500));
  await page.getByRole('alert').filter({ hasText: /broken.safetensors could not be loaded.*not a whole safetensors file/ }).waitFor();
  await load('mine.safetensors', bytes);
  await visitor.trainingEnds(page);
  assert.equal(await visitor.headline(page), 'Done after 3 epochs.');
  await visitor.projected(page, 'Right', 'FC 1 after 3 epochs');
  assert.equal(await visitor.accuracy(page, 'Right'), accuracy);
  assert.equal(await page.getByLabel('Hidden widths', { exact: true }).inputValue(), '24');
});

check('networks: a training survives its tab', async ({ page, log }) => {
  await visitor.digitsAreThere(page);
  await visitor.setField(page, 'Hidden widths', '32, 16');
  await visitor.setField(page, 'Epochs', 2000);
  await visitor.training(page).getByRole('button', { name: /^Train/ }).click();
  const surviving = page.getByTestId('surviving');
  await surviving.filter({ hasText: /Epoch [1-9]\d* can be resumed if this tab closes \(.*with the images\)/ }).waitFor({ timeout: LONG });
  const kept = Number((await surviving.innerText()).match(/Epoch (\d+)/)[1]);

  await page.reload();
  const offer = page.getByTestId('interrupted');
  await offer.filter({ hasText: /A training was interrupted.*32, 16 on .*of 2000 epochs/ }).waitFor();
  await visitor.digitsAreThere(page);
  const resume = offer.getByRole('button', { name: /^Resume from epoch \d+$/ });
  const from = Number((await resume.innerText()).match(/\d+/)[0]);
  log(`resumes from epoch ${from}`);
  assert.ok(from >= kept, `epoch ${kept} was kept, ${from} is offered`);
  await resume.click();
  await visitor.trainingIs(page, 'running');
  await eventually(page, () => visitor.progress(page), (at) => at?.epoch > from + 1, 'it did not go on', LONG);
  assert.equal(await page.getByLabel('Hidden widths', { exact: true }).inputValue(), '32, 16');
  const [first] = await visitor.firstLosses(page);
  assert.ok(first[0] < 1, `the curve begins at epoch ${first[0]}`);
  await visitor.training(page).getByRole('button', { name: 'Stop' }).click();
  await visitor.trainingIs(page, 'stopped');
  await visitor.projected(page, 'Left', 'FC 2 before training');

  // Stopped is not finished: the next visit offers it too, and it can be discarded for good.
  await page.reload();
  await offer.getByRole('button', { name: 'Discard' }).click();
  await visitor.digitsAreThere(page);
  await page.reload();
  await visitor.digitsAreThere(page);
  assert.equal(await offer.count(), 0);
});

check('networks: convolutions on WebGPU agree with the CPU', { path: '?device=webgpu' }, async ({ page, log }) => {
  await page.getByTestId('adapter').filter({ hasText: /swiftshader/i }).waitFor();
  await visitor.digitsAreThere(page);
  await buildSmall(page);
  await visitor.setField(page, 'Batch size', 512);
  await visitor.setField(page, 'Learning rate', 0.01);
  await visitor.setField(page, 'Epochs', 1);
  const train = async (device) => {
    await page.getByLabel('Device', { exact: true }).selectOption(device);
    await visitor.training(page).getByRole('button', { name: /^Train/ }).click();
    await visitor.trainingEnds(page);
    return visitor.firstLosses(page);
  };
  const gpu = await train('webgpu');
  const cpu = new Map(await train('cpu'));
  log(`losses on WebGPU and CPU: ${gpu.map(([at, loss]) => `${loss.toFixed(6)}/${cpu.get(at).toFixed(6)}`).join(' ')}`);
  assert.ok(gpu.length >= 2);
  for (const [at, loss] of gpu) {
    assert.ok(Math.abs(loss - cpu.get(at)) <= 1e-4 * loss, `${loss} on WebGPU, ${cpu.get(at)} on the CPU`);
  }
});
