// Relationships between neurons: which class each tells apart, what each responds to, and the links
// between neurons and observations.
import assert from 'node:assert/strict';
import { LONG, eventually, stage } from './support.mjs';
import * as visitor from './visitor.mjs';

const check = stage();
const WIDTH = 48;
const panel = (page, when) => page.locator(`section[aria-label="Neurons ${when} training"]`);
const neurons = (page, when) => panel(page, when).locator('.stage canvas').first();
const observations = (page) => page.locator('section[aria-label="Observations of the neurons"] .stage canvas').first();
const role = (page) => page.getByTestId('role-title').innerText();
const colours = (page) => page.getByLabel('Neurons: colours');
const projectors = (page) => page.workers().filter((worker) => worker.url().endsWith('#projector')).length;

async function related(page) {
  for (const when of ['before', 'after']) {
    await panel(page, when).locator('.stage[data-layout="finished"][data-scoring="finished"]').waitFor({ timeout: LONG });
  }
  await page.locator('section[aria-label="Observations of the neurons"] .stage[data-layout="finished"]').waitFor({ timeout: LONG });
  await page.getByTestId('nh-2').waitFor({ timeout: LONG });
}

/** A network trained for a moment, and the neurons of its last layer. */
async function trained(page) {
  await visitor.digitsAreThere(page);
  await visitor.setField(page, 'Hidden widths', `64, ${WIDTH}`);
  await visitor.setField(page, 'Epochs', 12);
  await visitor.training(page).getByRole('button', { name: 'Train' }).click();
  await visitor.trainingEnds(page);
  await visitor.projected(page, 'Right', 'FC 2 after 12 epochs');
  const before = projectors(page);
  await page.getByRole('tab', { name: 'Neurons' }).click();
  await related(page);
  return { before };
}

/** Visits every neuron by keyboard and reads its card: [number, class, score], by number. */
async function visited(page, when) {
  const canvas = neurons(page, when);
  const card = panel(page, when).getByTestId('neuron-card');
  await canvas.focus();
  const found = [];
  for (let number = 1; number <= WIDTH; number++) {
    await page.keyboard.press(']');
    await eventually(page, () => card.innerText().catch(() => ''), (text) => text.startsWith(`Neuron ${number}\n`), `no card of neuron ${number}`);
    const text = await card.innerText();
    const [, name, score] = text.match(/Discriminates (\S+) best, S = ([\d.]+)/) ?? [];
    if (name !== undefined) found.push({ number, name, score: Number(score) });
  }
  return found;
}

/** Chooses a neuron of the picture after training by keyboard. */
async function choose(page, number) {
  await neurons(page, 'after').focus();
  const card = panel(page, 'after').getByTestId('neuron-card');
  for (let step = 0; step <= WIDTH; step++) {
    await page.keyboard.press(']');
    const text = await eventually(page, () => card.innerText().catch(() => ''), (text) => text !== '', 'no card');
    if (text.startsWith(`Neuron ${number}\n`)) break;
  }
  await page.keyboard.press('Enter');
  await eventually(page, () => role(page), (title) => title === `Neuron ${number}`, 'the neuron was not chosen');
}

/** Mean activation of the chosen neurons for each class, as the page says. */
const means = async (page) =>
  Object.fromEntries(await page.getByTestId('role-classes').locator('li').evaluateAll((all) =>
    all.map((row) => [row.dataset.class, Number(row.dataset.mean)])));

async function lasso(page, canvas, [left, top, right, bottom]) {
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  const to = (x, y, steps) => page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps });
  await to(left, top, 1);
  await page.mouse.down();
  await to(left, bottom, 5);
  await to(right, bottom, 5);
  await to(right, top, 5);
  await page.mouse.up();
  await visitor.away(page);
}

check('neurons: nothing is computed before it is looked at, and without a network there is nothing', async ({ page, log }) => {
  await visitor.digitsAreThere(page);
  await page.getByRole('tab', { name: 'Neurons' }).click();
  await panel(page, 'after').getByText('There are no neurons yet').waitFor();
  await page.getByRole('tab', { name: 'Projections' }).click();
  const { before } = await trained(page);
  const after = projectors(page);
  log(`projection workers: ${before} before the tab, ${after} with it`);
  assert.ok(after > before, 'the neurons’ workers begin with the tab');
});

check('neurons: the most discriminative neuron responds to its class', async ({ page, log, screenshot }) => {
  await trained(page);
  const stress = {};
  for (const [side, when] of ['before', 'after'].entries()) {
    assert.equal(await panel(page, when).locator('.stage').getAttribute('data-points'), String(WIDTH));
    stress[when] = Number(await page.getByTestId(`neuron-stress-${side}`).innerText());
    assert.ok(stress[when] > 0 && stress[when] < 0.6, `stress ${stress[when]} ${when} training`);
    assert.match(await page.getByTestId(`caption-neurons-${side}`).innerText(), /48 neurons.*100 extremely randomized trees per class/s);
  }
  await screenshot('neurons map');
  const [before, after] = [await visited(page, 'before'), await visited(page, 'after')];
  const strongest = (all) => all.reduce((best, each) => (each.score > best.score ? each : best));
  const best = strongest(after);
  log(`stress ${JSON.stringify(stress)}; best before ${JSON.stringify(strongest(before))}, after ${JSON.stringify(best)}`);

  const plain = await visitor.pixels(observations(page));
  await choose(page, best.number);
  await visitor.redrawn(page, observations(page), plain);
  const byClass = await means(page);
  log(`mean activation of neuron ${best.number} by class: ${JSON.stringify(byClass)}`);
  const others = Object.entries(byClass).filter(([name]) => name !== best.name).map(([, mean]) => mean);
  assert.equal(others.length, 9);
  assert.ok(byClass[best.name] > Math.max(...others), `class ${best.name} activates it most`);
  const images = await page.getByTestId('role-strongest').locator('button').evaluateAll((all) => all.map((image) => image.dataset.class));
  const own = images.slice(0, 10).filter((name) => name === best.name).length;
  assert.ok(own >= 8, `${own} of the ten strongest images are of class ${best.name}`);
  await screenshot('neurons role');

  await page.keyboard.press('Escape');
  await eventually(page, () => role(page), (title) => title.startsWith('Click a neuron'), 'Escape chooses nothing');
  await eventually(page, () => visitor.pixels(observations(page)), (now) => now.fingerprint === plain.fingerprint, 'the classes’ colours are back');
  await page.keyboard.press('Control+z');
  await eventually(page, () => role(page), (title) => title === `Neuron ${best.number}`, 'undo chooses it again');
});

check('neurons: colourings and selections change the pictures, in both directions', async ({ page, log, screenshot }) => {
  await trained(page);
  const map = await visitor.pixels(neurons(page, 'after'));
  await page.getByLabel('Least score of the map').fill('0.5');
  await eventually(page, () => page.getByTestId('neurons-reaching').innerText(), (text) => Number(text.match(/: (\d+) neurons/)?.[1]) < WIDTH, 'the threshold hides none');
  const fewer = await visitor.redrawn(page, neurons(page, 'after'), map);
  await colours(page).selectOption('class');
  const zero = await visitor.redrawn(page, neurons(page, 'after'), fewer);
  await page.getByLabel('Neurons: class').selectOption('3');
  const three = await visitor.redrawn(page, neurons(page, 'after'), zero);
  await screenshot('neurons one class');

  assert.ok(await colours(page).locator('option[value="mean"]').isDisabled(), 'no mean of nothing');
  await lasso(page, observations(page), [0.02, 0.1, 0.5, 0.98]);
  const chosen = await visitor.selected(page);
  log(`${chosen} observations in the lasso`);
  assert.ok(chosen > 0);
  await eventually(page, () => colours(page).inputValue(), (value) => value === 'mean', 'the neurons show the mean activation');
  const mean = await visitor.redrawn(page, neurons(page, 'after'), three);
  await screenshot('neurons mean');
  await page.keyboard.press('Escape');
  await eventually(page, () => colours(page).inputValue(), (value) => value === 'map', 'without observations there is no mean');
  await visitor.redrawn(page, neurons(page, 'after'), mean);

  const plain = await visitor.pixels(observations(page));
  await lasso(page, neurons(page, 'after'), [0.02, 0.15, 0.98, 0.6]);
  await eventually(page, () => role(page), (title) => /^\d+ neurons, their mean$/.test(title), 'a lasso chooses several');
  await visitor.redrawn(page, observations(page), plain);
});

const DARK_PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, colorScheme: 'dark' };
check('neurons: on a phone, in the dark', { context: DARK_PHONE }, async ({ page, screenshot }) => {
  await trained(page);
  const { content, screen } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    screen: document.documentElement.clientWidth,
  }));
  assert.ok(content <= screen, `${content} pixels wide on a screen of ${screen}`);
  await neurons(page, 'after').scrollIntoViewIfNeeded();
  await screenshot('neurons phone');
});
