// Relationships between neurons: which class each tells apart, what each responds to, and the links
// between neurons and observations.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { drop } from './files.mjs';
import { LONG, eventually, stage } from './support.mjs';
import * as visitor from './visitor.mjs';

const check = stage();
const WIDTH = 48;
const SIDES = ['left', 'right'];
const panel = (page, side) => page.locator(`section[aria-label="Neurons on the ${side}"]`);
const neurons = (page, side) => panel(page, side).locator('.stage canvas').first();
const beside = (page) => page.locator('section[aria-label="Observations of the neurons"]');
const observations = (page) => beside(page).locator('.stage canvas').first();
const role = (page) => page.getByTestId('role-title').innerText();
const colours = (page) => page.getByLabel('Neurons: colours');
const projectors = (page) => page.workers().filter((worker) => worker.url().includes('#projector')).length;
const number = async (page, id) => Number(await page.getByTestId(id).innerText());

/** Waits for the neurons' layouts and scores. */
async function related(page) {
  for (const side of SIDES) {
    await panel(page, side).locator('.stage[data-layout="finished"][data-scoring="finished"]').waitFor({ timeout: LONG });
  }
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
  await page.getByTestId('nh-2').waitFor({ timeout: LONG });
  return { before };
}

/** The table of the best neurons: for each class and side [{ neuron, score, sum }], the best first. */
async function bestNeurons(page) {
  const heading = page.locator('details.best:not([open]) > summary');
  if (await heading.count()) await heading.click();
  const cells = await page.getByTestId('best-neurons').locator('td').evaluateAll((all) =>
    all.map(({ dataset, parentElement }) => ({
      class: parentElement.dataset.class,
      side: Number(dataset.side),
      neuron: Number(dataset.neuron),
      score: Number(dataset.score),
      sum: Number(dataset.sum),
    })));
  return (side, name) => cells.filter((cell) => (side === undefined || cell.side === side) && (name === undefined || cell.class === name));
}

/** Chooses a neuron of the picture after training by keyboard, and returns what its card says. */
async function choose(page, wanted) {
  await neurons(page, 'right').focus();
  const card = panel(page, 'right').getByTestId('neuron-card');
  let text = '';
  for (let step = 0; step <= WIDTH && !text.startsWith(`Neuron ${wanted}\n`); step++) {
    await page.keyboard.press(']');
    text = await eventually(page, () => card.innerText().catch(() => ''), (now) => now !== '' && now !== text, 'no other card');
  }
  await page.keyboard.press('Enter');
  await eventually(page, () => role(page), (title) => title === `Neuron ${wanted}`, 'the neuron was not chosen');
  return text;
}

/** The histograms of the chosen neurons: their ends, and counts and mean of each class. */
const histograms = (page) =>
  page.getByTestId('role-classes').evaluate((list) => ({
    least: Number(list.dataset.least),
    greatest: Number(list.dataset.greatest),
    classes: [...list.children].map(({ dataset }) => ({
      name: dataset.class,
      mean: Number(dataset.mean),
      counts: dataset.counts.split(' ').map(Number),
    })),
  }));

async function lasso(page, canvas, rectangle) {
  await canvas.scrollIntoViewIfNeeded();
  await visitor.lassoOn(page, canvas, rectangle);
}

/** Asserts that the best neuron of a class responds to that class, as the histogram tells it, too. */
async function respondsTo(page, name, log) {
  const { least, greatest, classes } = await histograms(page);
  const mean = Object.fromEntries(classes.map((each) => [each.name, each.mean]));
  log(`mean activation by class: ${JSON.stringify(mean)}`);
  const others = classes.filter((each) => each.name !== name);
  assert.ok(mean[name] > Math.max(...others.map((each) => each.mean)), `class ${name} activates it most`);
  for (const { name, mean, counts } of classes) {
    const width = (greatest - least) / counts.length;
    const n = counts.reduce((sum, count) => sum + count, 0);
    const middle = counts.reduce((sum, count, bin) => sum + count * (least + (bin + 0.5) * width), 0) / n;
    assert.ok(n > 0 && Math.abs(middle - mean) <= width / 2 + 1e-4, `class ${name}: mean ${mean}, by its histogram ${middle}`);
  }
}

check('neurons: the pictures stay where they are when observations colour them', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await trained(page);
  const pictures = [...SIDES.map((side) => neurons(page, side)), observations(page)];
  const before = await visitor.placesAtRest(page, pictures);
  await visitor.lassoOn(page, pictures[2], [0.01, 0.12, 0.99, 0.99]);
  await eventually(page, () => visitor.selected(page), (n) => n > 0, 'nothing selected beside the neurons');
  assert.deepEqual(await visitor.placesAtRest(page, pictures), before);
});

check('neurons: nothing is computed before it is looked at, and without a network there is nothing', async ({ page, log }) => {
  await visitor.digitsAreThere(page);
  await page.getByRole('tab', { name: 'Neurons' }).click();
  await panel(page, 'right').getByText('There are no neurons yet').waitFor();
  await page.getByRole('tab', { name: 'Projections' }).click();
  const { before } = await trained(page);
  const after = projectors(page);
  log(`projection workers: ${before} before the tab, ${after} with it`);
  assert.ok(after > before, 'the neurons’ workers begin with the tab');
});

check('neurons: the most discriminative neuron responds to its class', async ({ page, log, screenshot }) => {
  await trained(page);
  for (const [at, side] of SIDES.entries()) {
    assert.equal(await panel(page, side).locator('.stage').getAttribute('data-points'), String(WIDTH));
    const stress = await number(page, `neuron-stress-${at}`);
    assert.ok(stress > 0 && stress < 1, `stress ${stress} on the ${side}`);
    assert.match(await page.getByTestId(`caption-neurons-${at}`).innerText(), /48 neurons.*100 extremely randomized trees per class/s);
    log(await page.getByTestId(`about-${4 + at}`).textContent());
  }
  await screenshot('neurons map');

  const table = await bestNeurons(page);
  for (const side of [0, 1]) {
    for (let name = 0; name < 10; name++) {
      const [first, second, third] = table(side, String(name));
      assert.ok(Math.abs(first.sum - 1) < 1e-3, `the scores of class ${name} sum to ${first.sum}`);
      assert.ok(first.score >= second.score && second.score >= third.score && first.score <= 1);
    }
  }
  const best = table(1).reduce((best, cell) => (cell.score > best.score ? cell : best));
  const text = await page.getByTestId('about-5').textContent();
  assert.ok(text.includes(`the best of class ${best.class} is neuron ${best.neuron} with S = ${best.score.toFixed(4)}`), text);
  log(`best before training ${JSON.stringify(table(0, best.class)[0])}, after ${JSON.stringify(best)}`);

  const plain = await visitor.atRest(page, observations(page));
  const card = await choose(page, best.neuron);
  assert.ok(card.includes(`Discriminates ${best.class} best, S = ${best.score.toFixed(4)}`), card);
  await visitor.redrawn(page, observations(page), plain);
  await respondsTo(page, best.class, log);
  const images = await page.getByTestId('role-strongest').locator('button').evaluateAll((all) => all.map((image) => image.dataset.class));
  const own = images.slice(0, 10).filter((name) => name === best.class).length;
  assert.ok(own >= 8, `${own} of the ten strongest images are of class ${best.class}`);
  await screenshot('neurons role');

  await page.keyboard.press('Escape');
  await eventually(page, () => role(page), (title) => title.startsWith('Click a neuron'), 'Escape chooses nothing');
  await visitor.away(page);
  await eventually(page, () => visitor.pixels(observations(page)), (now) => now.fingerprint === plain.fingerprint, 'the classes’ colours are back');
  await page.keyboard.press('Control+z');
  await eventually(page, () => role(page), (title) => title === `Neuron ${best.neuron}`, 'undo chooses it again');

  // A neuron of another class, chosen in the table, colours the other pictures of observations, too.
  const other = table(1, best.class === '3' ? '4' : '3')[0];
  await page.getByTestId('best-neurons').locator(`tr[data-class="${other.class}"] td[data-side="1"][data-rank="0"] button`).click();
  await eventually(page, () => role(page), (title) => title === `Neuron ${other.neuron}`, 'the table chose no neuron');
  await respondsTo(page, other.class, log);
  await page.getByRole('tab', { name: 'Projections' }).click();
  await page.getByTestId('tint-1').getByText(`Activation of neuron ${other.neuron}, FC 2 after 12 epochs`).waitFor();
  const tinted = await visitor.pixels(visitor.picture(page, 'Right'));
  await screenshot('neurons tinted projections');
  await page.getByTestId('tint-1').getByRole('button', { name: 'Back to the classes' }).click();
  const classes = await visitor.redrawn(page, visitor.picture(page, 'Right'), tinted);
  await page.keyboard.press('Control+z');
  await visitor.redrawn(page, visitor.picture(page, 'Right'), classes);
});

check('neurons: colourings and selections change the pictures, in both directions', async ({ page, log, screenshot }) => {
  await trained(page);
  const map = await visitor.pixels(neurons(page, 'right'));
  await page.getByLabel('Least score shown').fill('0.5');
  await eventually(page, () => page.getByTestId('neurons-reaching').innerText(), (text) => Number(text.match(/(\d+) on the right/)?.[1]) < WIDTH - 4, 'the threshold hides none');
  const fewer = await visitor.redrawn(page, neurons(page, 'right'), map);
  await colours(page).selectOption('class');
  const zero = await visitor.redrawn(page, neurons(page, 'right'), fewer);
  await page.getByLabel('Neurons: class').selectOption('3');
  const three = await visitor.redrawn(page, neurons(page, 'right'), zero);
  await page.getByText('S, class 3 against the rest').first().waitFor();
  await screenshot('neurons one class');
  const table = await bestNeurons(page);
  const greatest = Math.max(table(0, '3')[0].score, table(1, '3')[0].score);
  const [, least, ...counts] = (await page.getByTestId('neurons-reaching').innerText()).match(/S ≥ ([\d.]+): (\d+) on the left, (\d+) on the right/);
  assert.equal(least, (greatest / 2).toFixed(3), 'half of the greatest score of both pictures');
  for (const side of [0, 1]) {
    const best = table(side, '3').filter(({ score }) => score >= greatest / 2).length;
    assert.equal(Math.min(Number(counts[side]), 3), best, `${counts[side]} neurons reach it`);
  }

  assert.ok(await colours(page).locator('option[value="mean"]').isDisabled(), 'no mean of nothing');
  await lasso(page, observations(page), [0.02, 0.1, 0.5, 0.98]);
  const chosen = await visitor.selected(page);
  log(`${chosen} observations in the lasso`);
  assert.ok(chosen > 0);
  await eventually(page, () => colours(page).inputValue(), (value) => value === 'mean', 'the neurons show the mean activation');
  await page.getByText(`Mean activation by ${chosen} observations`).first().waitFor();
  const mean = await visitor.redrawn(page, neurons(page, 'right'), three);
  await screenshot('neurons mean');
  await page.getByRole('button', { name: 'Back to the scores' }).click();
  assert.equal(await colours(page).inputValue(), 'class');
  const scores = await visitor.redrawn(page, neurons(page, 'right'), mean);
  assert.match(await page.getByTestId('about-5').textContent(), /the best of class 3 is neuron \d+ with S = [\d.]+/);
  assert.equal(await visitor.selected(page), chosen, 'the selection stays');

  // One observation, by keyboard: the neurons say what it makes of each.
  await observations(page).focus();
  await page.keyboard.press(']');
  await page.keyboard.press('Enter');
  await eventually(page, () => visitor.selected(page), (n) => n === 1, 'one observation is chosen');
  await eventually(page, () => colours(page).inputValue(), (value) => value === 'mean', 'it colours the neurons');
  const one = await visitor.redrawn(page, neurons(page, 'right'), scores);
  assert.match(await page.getByTestId('about-5').textContent(), /the selected observations activate most neuron \d+ with [\d.]+ on average/);

  // A lasso of neurons colours the observations; undo takes back one after the other.
  const plain = await visitor.atRest(page, observations(page));
  await lasso(page, neurons(page, 'right'), [0.02, 0.15, 0.98, 0.6]);
  await eventually(page, () => role(page), (title) => /^\d+ neurons, their mean$/.test(title), 'a lasso chooses several');
  await visitor.redrawn(page, observations(page), plain);
  await beside(page).getByText(/Activation of \d+ neurons, their mean/).waitFor();
  await page.keyboard.press('Control+z');
  await eventually(page, () => role(page), (title) => title.startsWith('Click a neuron'), 'undo of the neurons');
  assert.equal(await visitor.selected(page), 1);
  await page.keyboard.press('Control+z');
  await eventually(page, () => visitor.selected(page), (n) => n === chosen, 'undo of the observation');
  await visitor.redrawn(page, neurons(page, 'right'), one);
  await page.keyboard.press('Escape');
  await eventually(page, () => colours(page).inputValue(), (value) => value === 'class', 'without observations there is no mean');
});

check('neurons: epochs can be chosen, and the layouts are turned to fit', async ({ page, log }) => {
  await trained(page);
  const apart = await number(page, 'neurons-apart');
  const stress = [await number(page, 'neuron-stress-0'), await number(page, 'neuron-stress-1')];
  const epoch = (side) => page.getByLabel(`Neurons on the ${side}: epoch`);
  const heads = async (left, right) => {
    await panel(page, 'left').locator('h2', { hasText: left }).waitFor();
    await panel(page, 'right').locator('h2', { hasText: right }).waitFor();
    await related(page);
  };
  await epoch('left').selectOption('12');
  await heads('FC 2 after 12 epochs', 'FC 2 after 12 epochs');
  await eventually(page, () => number(page, 'neurons-apart'), (now) => now === 0, 'the same layout is not apart from itself');
  await epoch('right').selectOption('0');
  await heads('FC 2 after 12 epochs', 'FC 2 before training');
  // The best turn from one to the other is the best one back.
  const back = await eventually(page, () => number(page, 'neurons-apart'), (now) => now > 0, 'they are apart');
  assert.ok(Math.abs(back - apart) <= 0.002 && apart > 0.01, `${apart} one way, ${back} the other`);
  assert.deepEqual([await number(page, 'neuron-stress-1'), await number(page, 'neuron-stress-0')], stress);
  log(`apart ${apart}, stress ${stress.join(' and ')}`);
  await page.getByLabel('Neurons: layer').selectOption('0');
  await heads('FC 1 after 12 epochs', 'FC 1 before training');
  assert.equal(await panel(page, 'right').locator('.stage').getAttribute('data-points'), '64');
});

check('neurons: scores stream, can be stopped, and a seed brings the same ones back', async ({ page, log }) => {
  await trained(page);
  const best = async () => (await bestNeurons(page))(1).map(({ neuron, score }) => [neuron, score]);
  const first = await best();
  await page.locator('details.forests > summary').click();
  await visitor.setField(page, 'Seed of the trees', 7);
  await eventually(page, best, (now) => JSON.stringify(now) !== JSON.stringify(first), 'another seed grows other trees');
  await related(page);
  const other = await best();
  assert.notDeepEqual(other, first);
  await visitor.setField(page, 'Seed of the trees', 0);
  await eventually(page, best, (now) => JSON.stringify(now) === JSON.stringify(first), 'the same seed grows the same trees', LONG);

  // Looked at and stopped from inside: on a busy machine the trees may all stand before a message has gone
  // to the page and back.
  const streaming = panel(page, 'right').evaluate((panel, limit) => new Promise((stopped, late) => {
    const seen = new Set();
    setTimeout(() => late(new Error(`trees do not stream: only ${[...seen]} after ${limit / 1000} s`)), limit);
    new MutationObserver((_, observer) => {
      const busy = panel.querySelector('.busy');
      const standing = busy?.innerText.match(/(\d+) trees stand/)?.[1];
      if (standing !== undefined) seen.add(Number(standing));
      if (seen.size < 3) return;
      observer.disconnect();
      [...busy.querySelectorAll('button')].find((button) => button.innerText.trim() === 'Stop').click();
      stopped([...seen]);
    }).observe(panel, { subtree: true, childList: true, characterData: true });
  }), LONG);
  await visitor.setField(page, 'Trees per class', 1000);
  log(`trees that were seen to stand: ${(await streaming).join(', ')}`);
  await panel(page, 'right').locator('.stage[data-scoring="stopped"]').waitFor();
  await visitor.setField(page, 'Trees per class', 10);
  await related(page);
  assert.match(await page.getByTestId('caption-neurons-1').innerText(), /· 10 extremely randomized trees per class/);
});

check('neurons: an analysis saved without activations shows its neurons, and says what it cannot tell', async ({ page, address }) => {
  await trained(page);
  const table = (await bestNeurons(page))();
  const stress = await number(page, 'neuron-stress-1');
  const panel = page.locator('details', { hasText: 'Save this analysis' }).last();
  await panel.locator('summary').click();
  await panel.getByRole('checkbox').uncheck();
  const coming = page.waitForEvent('download');
  await panel.getByRole('button', { name: 'Save analysis' }).click();
  const download = await coming;
  const file = { name: download.suggestedFilename(), buffer: await readFile(await download.path()) };
  await page.goto(address(''));
  await visitor.digitsAreThere(page);
  await drop(page, [file]);
  await page.getByRole('tab', { name: 'Neurons' }).click();
  await related(page);
  assert.equal(await number(page, 'neuron-stress-1'), stress);
  assert.match(await page.getByTestId('about-5').textContent(), /48 neurons of FC 2 after 12 epochs, 4 constant/);
  assert.deepEqual((await bestNeurons(page))(), table);
  await page.getByTestId('best-neurons').locator('button').first().click();
  await eventually(page, () => role(page), (title) => title.startsWith('The activations were not saved'), 'nothing is said of the role');
});

const DARK = { colorScheme: 'dark' };
check('neurons: street digits and the light convolutional network, in the dark', { context: DARK }, async ({ page, log, screenshot }) => {
  await visitor.digitsAreThere(page);
  await visitor.drawStreetDigits(page, 600, 300);
  await page.getByLabel('Network preset').selectOption('CNN light');
  await visitor.setField(page, 'Epochs', 3);
  await visitor.training(page).getByRole('button', { name: 'Train' }).click();
  await visitor.trainingEnds(page);
  await page.getByRole('tab', { name: 'Neurons' }).click();
  await related(page);
  for (const side of [0, 1]) {
    log(await page.getByTestId(`about-${4 + side}`).textContent());
    const stress = await number(page, `neuron-stress-${side}`);
    assert.ok(stress > 0 && stress < 1, `stress ${stress}`);
  }
  const table = await bestNeurons(page);
  const best = table(1).reduce((best, cell) => (cell.score > best.score ? cell : best));
  await page.getByTestId('best-neurons').locator(`tr[data-class="${best.class}"] td[data-side="1"][data-rank="0"] button`).click();
  await eventually(page, () => role(page), (title) => title === `Neuron ${best.neuron}`, 'the neuron was not chosen');
  const { classes } = await histograms(page);
  const others = classes.filter(({ name }) => name !== best.class).map(({ mean }) => mean);
  const own = classes.find(({ name }) => name === best.class).mean;
  const rest = others.reduce((sum, mean) => sum + mean, 0) / others.length;
  log(`neuron ${best.neuron}: mean activation ${own} by class ${best.class}, ${rest} by the others`);
  assert.ok(own > rest, `class ${best.class} activates its best neuron more than the others do`);
  assert.equal(classes.reduce((n, { counts }) => n + counts.reduce((a, b) => a + b), 0), 300);
  await beside(page).locator('.stage[data-layout="finished"]').waitFor({ timeout: LONG });
  await screenshot('neurons street dark');
});

const DARK_PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, colorScheme: 'dark' };
check('neurons: on a phone, in the dark', { context: DARK_PHONE }, async ({ page, screenshot }) => {
  await trained(page);
  const table = await bestNeurons(page);
  const [{ neuron }] = table(1, '0');
  await page.getByTestId('best-neurons').locator('tr[data-class="0"] td[data-side="1"][data-rank="0"] button').tap();
  await eventually(page, () => role(page), (title) => title === `Neuron ${neuron}`, 'a tap in the table chooses the neuron');
  const { content, screen } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    screen: document.documentElement.clientWidth,
  }));
  assert.ok(content <= screen, `${content} pixels wide on a screen of ${screen}`);
  await neurons(page, 'right').scrollIntoViewIfNeeded();
  await screenshot('neurons phone');
  await page.getByTestId('role-classes').scrollIntoViewIfNeeded();
  await screenshot('neurons phone role');
});
