// Dynamic t-SNE in the page: sequences of layers and of epochs, λ, the slider, and the links to the
// other figures.
import assert from 'node:assert/strict';
import { current, evolved, figure, hits, movement, picture, slider, trained } from './evolving.mjs';
import { LONG, eventually, stage } from './support.mjs';
import * as visitor from './visitor.mjs';

const check = stage();

check('evolution: layers and epochs are laid out together, with the hit of each step', async ({ page, log, screenshot }) => {
  await page.getByRole('tab', { name: 'Evolution' }).click();
  await figure(page).getByText('Nothing has evolved yet').waitFor();
  await page.getByRole('tab', { name: 'Projections' }).click();
  await trained(page);
  const layers = await hits(page);
  log(`NH over the layers: ${layers.join(', ')}`);
  assert.equal(layers.length, 3);
  assert.ok(layers.every((hit) => hit > 50 && hit <= 100), layers.join(', '));
  await screenshot('evolution over layers');

  await page.getByLabel('Evolution over').selectOption('epochs');
  await eventually(page, () => hits(page).catch(() => []), (now) => now.length === 6 && now.every((hit) => hit > 0), 'no hit of six epochs', LONG);
  await evolved(page);
  const epochs = await hits(page);
  log(`NH over the epochs: ${epochs.join(', ')}`);
  assert.ok(epochs[5] > epochs[0], 'training improves the separation (the paper’s H2)');
  assert.deepEqual(await figure(page).locator('.steps span').allInnerTexts(), ['Before', 'Epoch 2', 'Epoch 3', 'Epoch 5', 'Epoch 6', 'Epoch 8']);
  await screenshot('evolution over epochs');
});

check('evolution: a larger λ keeps observations nearer to their places, λ = 0 begins alike', async ({ page, log }) => {
  await trained(page);
  const moved = {};
  for (const lambda of [0, 0.1, 5]) {
    await visitor.setField(page, 'Coherence λ', lambda);
    await figure(page).getByText(`λ = ${lambda},`).waitFor({ timeout: LONG });
    moved[lambda] = await movement(page);
  }
  log(`mean squared movement: ${JSON.stringify(moved)}`);
  assert.ok(moved[0] > moved[0.1] && moved[0.1] > moved[5], JSON.stringify(moved));
});

check('evolution: the slider glides from step to step, by mouse and keyboard', async ({ page }) => {
  await trained(page);
  const first = await visitor.atRest(page, picture(page));
  assert.equal(await current(page), 'FC 1');
  await slider(page).focus();
  await page.keyboard.press('ArrowRight');
  await eventually(page, () => current(page), (name) => name === 'FC 2', 'the arrow key did not move on');
  const second = await visitor.redrawn(page, picture(page), first);
  await figure(page).getByRole('button', { name: 'FC 3' }).click();
  await eventually(page, () => current(page), (name) => name === 'FC 3', 'the step was not shown');
  await visitor.redrawn(page, picture(page), second);
  await page.keyboard.press('Home');
  await slider(page).focus();
  await page.keyboard.press('Home');
  await eventually(page, () => visitor.pixels(picture(page)), (now) => now.fingerprint === first.fingerprint, 'the first step is not as it was');
});

check('evolution: it can be held and stopped, and a selection reaches the projections', async ({ page }) => {
  await visitor.digitsAreThere(page);
  await visitor.setField(page, 'Hidden widths', '32, 32');
  await visitor.setField(page, 'Epochs', 2);
  await visitor.training(page).getByRole('button', { name: 'Train' }).click();
  await visitor.trainingEnds(page);
  await visitor.setField(page, 'Iterations', 100000);
  await page.getByRole('button', { name: 'Compute anew' }).click();
  await page.getByRole('tab', { name: 'Evolution' }).click();
  const busy = figure(page).locator('.busy');
  await eventually(page, () => busy.innerText(), (text) => /Iteration \d+ of 100000/.test(text), 'no iteration was shown', LONG);
  await busy.getByRole('button', { name: 'Pause' }).click();
  await busy.getByRole('button', { name: 'Go on' }).click();
  await busy.getByRole('button', { name: 'Stop' }).click();
  await figure(page).locator('.stage[data-layout="stopped"]').waitFor();
  await figure(page).getByRole('button', { name: 'Compute it to the end' }).waitFor();

  const box = await picture(page).boundingBox();
  await page.mouse.move(box.x + 5, box.y + 60);
  await page.mouse.down();
  for (const [x, y] of [[5, box.height - 5], [box.width - 5, box.height - 5], [box.width - 5, 60]]) await page.mouse.move(box.x + x, box.y + y, { steps: 4 });
  await page.mouse.up();
  await eventually(page, () => visitor.selected(page), (n) => n > 600, 'the lasso selected nothing');
});
