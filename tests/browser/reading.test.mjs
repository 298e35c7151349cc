// Reading the projections: insets beside clusters, mistakes in a list and a matrix, and the
// neighborhood hit of each class on the left and on the right.
import assert from 'node:assert/strict';
import { LONG, eventually, stage } from './support.mjs';
import * as visitor from './visitor.mjs';

const check = stage();
const OBSERVATIONS = 719;

const trained = visitor.briefTraining;
const selectionIs = (page, n, what) => eventually(page, () => visitor.selected(page), (now) => now === n, what);
const near = (a, b, tolerance, what) => assert.ok(Math.abs(a - b) <= tolerance, `${what}: ${a} and ${b}`);

// --- mistakes and comparison ----------------------------------------------------------------------

const openReadings = async (page) => {
  await page.locator('.readings > summary').click();
  await list(page).waitFor();
};
const list = (page) => page.getByRole('region', { name: 'Misclassified observations' });
const entries = (page) => list(page).locator('li button');
const mistakes = async (page) => Number(await page.getByTestId('mistakes').innerText());
/** What each entry says: classes, percent, number of the observation. */
const told = (page) =>
  entries(page).evaluateAll((all) =>
    all.map((entry) => ({
      truth: entry.dataset.true,
      predicted: entry.dataset.predicted,
      percent: Number(entry.querySelector('.probability').textContent.replace('%', '')),
      observation: Number(entry.dataset.observation),
      place: entry.querySelector('.where').textContent,
    })));
const cell = (page, row, column) => page.locator(`[data-cell="${row} ${column}"]`);
/** The counts of the matrix: a row for each true class. */
async function matrix(page) {
  const rows = await page.getByTestId('confusion-matrix').locator('tbody tr').all();
  const counts = [];
  for (const row of rows) {
    const texts = await row.locator('td').allInnerTexts();
    counts.push(texts.map((text) => (text === '·' ? 0 : Number(text))));
  }
  return counts;
}
/** The numbers stand out from the shades of their cells. */
async function assertReadable(page) {
  const contrasts = await page.getByTestId('confusion-matrix').locator('td button[style*="background"]').evaluateAll((all) => {
    const linear = (byte) => (byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4);
    const luminance = (colour) => {
      const [r, g, b] = colour.match(/\d+/g).slice(0, 3).map(linear);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    return all.map((button) => {
      const [a, b] = [getComputedStyle(button).color, getComputedStyle(button).backgroundColor].map(luminance);
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    });
  });
  assert.ok(contrasts.length >= 10 && Math.min(...contrasts) >= 4.5, `contrasts ${contrasts}`);
}
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
/** The rows of the comparison: name, left, right, difference; in points of a percentage. */
async function comparison(page) {
  const rows = await page.getByTestId('comparison').locator('tbody tr').all();
  const number = (text) => Number(text.replace('−', '-').replace('+', ''));
  const found = [];
  for (const row of rows) {
    const [left, right, difference] = (await row.locator('td:not([aria-hidden])').allInnerTexts()).map(number);
    found.push({ name: (await row.locator('th').innerText()).trim(), left, right, difference });
  }
  return found;
}
/** NH by class as the caption lists it: names and percentages. */
async function hitsByClass(page, side) {
  const details = visitor.caption(page, side).locator('.by-class');
  if (!(await details.evaluate((element) => element.open))) await details.locator('summary').click();
  const texts = await details.locator('li').allInnerTexts();
  return Object.fromEntries(texts.map((text) => text.match(/^\s*(.+?)\s+([\d.]+)%$/).slice(1)).map(([name, hit]) => [name, Number(hit)]));
}

check('reading: every mistake is listed, and leads to its observation', async ({ page, log, screenshot }) => {
  await trained(page);
  await openReadings(page);
  const wrong = await mistakes(page);
  const accuracy = await visitor.accuracy(page, 'Right');
  assert.equal(wrong, Math.round(OBSERVATIONS * (1 - accuracy / 100)));
  assert.ok(wrong > 0, 'nothing to test with');
  assert.match(await page.getByTestId('readings-summary').innerText(), new RegExp(`${wrong} of ${OBSERVATIONS} test observations misclassified`));
  while (await list(page).getByRole('button', { name: /^Show \d+ more/ }).count()) await list(page).getByRole('button', { name: /^Show \d+ more/ }).click();
  const all = await told(page);
  log(`${wrong} mistakes at ${accuracy}%, the surest: ${JSON.stringify(all[0])}`);
  assert.equal(all.length, wrong);
  assert.ok(all.every(({ truth, predicted }) => truth !== predicted));
  assert.equal(new Set(all.map(({ observation }) => observation)).size, wrong, 'each once');
  assert.ok(all.every(({ percent }, i) => i === 0 || percent <= all[i - 1].percent), 'the surest first');
  assert.ok(all.every(({ percent }) => percent > 10 && percent <= 100), 'the most probable of ten classes');
  assert.ok(all.every(({ place }) => /№ \d+ \(−?[\d.]+, −?[\d.]+\)/.test(place)), all[0].place);
  await list(page).getByRole('button', { name: /Sorted by probability/ }).click();
  assert.deepEqual((await told(page)).map(({ percent }) => percent), all.map(({ percent }) => percent).reverse());
  await list(page).getByRole('button', { name: /Sorted by probability/ }).click();
  await screenshot('reading-light');

  // Looking elsewhere, then walking along the list by keys and jumping.
  const picture = visitor.picture(page, 'Right');
  const box = await picture.boundingBox();
  await page.mouse.move(box.x + 3, box.y + box.height - 3);
  const before = await visitor.pixels(picture);
  for (let i = 0; i < 4; i++) await page.mouse.wheel(0, -400);
  const corner = await visitor.redrawn(page, picture, before);
  await visitor.away(page);
  await entries(page).first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await selectionIs(page, 1, 'Enter selects the observation');
  assert.equal(await entries(page).nth(1).getAttribute('aria-current'), 'true');
  await visitor.redrawn(page, picture, corner);
  const image = page.getByRole('region', { name: 'Selected images' }).locator('.strip-images button');
  assert.match(await image.getAttribute('aria-label'), new RegExp(`^test observation ${all[1].observation}, class ${all[1].truth}, misclassified`));
  // It is hovered, so that i pins it; and an inset stands only beside what is in view.
  await page.getByLabel('Insets').selectOption('none');
  await page.keyboard.press('i');
  for (const side of ['Left', 'Right']) {
    const [only] = await eventually(page, () => insets(page, side), (now) => now.length === 1, `no inset on the ${side}`);
    assert.deepEqual([only.observation, only.class], [all[1].observation, all[1].truth]);
  }
  await page.keyboard.press('Control+z');
  assert.equal(await visitor.selected(page), 1, 'the pin was undone, not the selection');
  await eventually(page, () => insets(page, 'Right'), (now) => now.length === 0, 'the inset stays');
  await page.keyboard.press('Control+z');
  await eventually(page, () => page.getByLabel('Insets').inputValue(), (now) => now === 'automatic', 'then the choice of insets');
  assert.equal(await visitor.selected(page), 1, 'not the selection, which came before');
  await page.keyboard.press('Control+z');
  await selectionIs(page, 0, 'then the selection');
});

check('reading: the confusion matrix counts every observation, and selects', async ({ page, log, screenshot }) => {
  await trained(page);
  await openReadings(page);
  const counts = await matrix(page);
  const accuracy = await visitor.accuracy(page, 'Right');
  assert.equal(sum(counts.flat()), OBSERVATIONS);
  const right = sum(counts.map((row, truth) => row[truth]));
  near((100 * right) / OBSERVATIONS, accuracy, 0.005, 'the diagonal’s share and the accuracy');
  const [most, truth, predicted] = counts
    .flatMap((row, t) => row.map((count, p) => [count, t, p]))
    .filter(([, t, p]) => t !== p)
    .sort((a, b) => b[0] - a[0])[0];
  log(`${right} right; most often ${truth} taken for ${predicted}: ${most}`);
  assert.match(await page.getByTestId('confusion-summary').innerText(), new RegExp(`Most often confused: ${truth} taken for ${predicted}, ${most === 1 ? 'once' : `${most} times`}`));
  await cell(page, truth + 1, predicted + 1).click();
  await selectionIs(page, most, 'a cell');
  await page.getByTestId('selection-summary').getByText(`${most} misclassified`).waitFor();
  await cell(page, truth + 1, 0).click();
  await selectionIs(page, sum(counts[truth]), 'the head of a row');
  await cell(page, 0, predicted + 1).click();
  await selectionIs(page, sum(counts.map((row) => row[predicted])), 'the head of a column');
  await page.keyboard.press('Control+z');
  await selectionIs(page, sum(counts[truth]), 'undo');
  await page.keyboard.press('Escape');
  await cell(page, 1, 1).focus();
  for (const key of ['ArrowDown', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
  await selectionIs(page, counts[1][1], 'the cell that the keys lead to');
  await screenshot('reading-matrix');
  await assertReadable(page);
});

check('reading: the hits of both sides are compared class by class', async ({ page, log, screenshot }) => {
  await trained(page);
  await openReadings(page);
  const agrees = async () => {
    const rows = await eventually(page, () => comparison(page).catch(() => []), (now) => now.length === 11, 'no comparison', LONG);
    const [whole, ...classes] = rows;
    assert.equal(whole.name, 'All');
    near(whole.left, await visitor.hit(page, 'Left'), 0.001, 'left');
    near(whole.right, await visitor.hit(page, 'Right'), 0.001, 'right');
    near(whole.difference, whole.right - whole.left, 0.011, 'their difference');
    const [left, right] = [await hitsByClass(page, 'Left'), await hitsByClass(page, 'Right')];
    for (const row of classes) {
      assert.deepEqual([row.left, row.right], [left[row.name], right[row.name]], `class ${row.name}`);
      near(row.difference, row.right - row.left, 0.11, `class ${row.name}`);
    }
    return whole;
  };
  const training = await agrees();
  log(`before and after training: ${training.left}, ${training.right} (${training.difference})`);
  assert.ok(training.difference > 0, 'training improves the separation (the paper’s H2)');
  const preset = (name) => page.getByRole('group', { name: 'Compare' }).getByRole('button', { name });
  assert.equal(await preset('Before | after').getAttribute('aria-pressed'), 'true');

  await preset('First | last layer').click();
  await visitor.projected(page, 'Left', 'FC 1 after 4 epochs');
  await visitor.projected(page, 'Right', 'FC 2 after 4 epochs');
  const depth = await agrees();
  log(`first and last layer: ${depth.left}, ${depth.right}`);
  assert.ok(await page.getByTestId('which-network').isDisabled(), 'both sides show one network');

  await preset('Train | test').click();
  await eventually(page, () => visitor.points(page, 'Left'), (n) => n === 1797 - OBSERVATIONS, 'the training subset');
  await visitor.projected(page, 'Left', 'FC 2 after 4 epochs');
  await visitor.projected(page, 'Right', 'FC 2 after 4 epochs');
  const subset = await agrees();
  log(`training and test subset: ${subset.left}, ${subset.right}`);
  assert.equal(await mistakes(page), Math.round(OBSERVATIONS * (1 - (await visitor.accuracy(page, 'Right')) / 100)));
  await page.getByTestId('which-network').selectOption('0');
  const n = 1797 - OBSERVATIONS;
  const wrong = Math.round(n * (1 - (await visitor.accuracy(page, 'Left')) / 100));
  await eventually(page, () => mistakes(page), (now) => now === wrong, 'the mistakes on the left');
  assert.equal(sum((await matrix(page)).flat()), n);
  await screenshot('reading-train-test');
});

// --- insets ---------------------------------------------------------------------------------------

/** The insets of a picture: where they are, and of what. */
const insets = (page, side) =>
  visitor.panel(page, side).locator('.inset').evaluateAll((all) =>
    all
      .map((inset) => ({ box: inset.getBoundingClientRect(), data: inset.dataset }))
      .filter(({ box }) => box.width > 0)
      .map(({ box, data }) => ({
        x: box.x, y: box.y, width: box.width, height: box.height,
        class: data.class, observation: Number(data.observation), pinned: data.pinned === 'true',
      })));
/** Waits until they stand still. */
async function restingInsets(page, side, good, what) {
  let last = '';
  return eventually(page, () => insets(page, side), (now) => {
    const same = JSON.stringify(now) === last;
    last = JSON.stringify(now);
    return same && good(now);
  }, what);
}
/** Whether none is cut off, and no two overlap. */
const areApart = (all, box) =>
  all.every((a) =>
    a.x >= box.x && a.y >= box.y && a.x + a.width <= box.x + box.width && a.y + a.height <= box.y + box.height &&
    all.every((b) => a === b || Math.abs(a.x - b.x) >= a.width || Math.abs(a.y - b.y) >= a.height));

check('reading: insets show each class, apart, crisp, and go along with the view', async ({ page, log, screenshot }) => {
  await visitor.digitsAreThere(page);
  await screenshot('insets-first');
  await trained(page);
  await page.getByLabel('Insets').selectOption('automatic');
  const picture = visitor.picture(page, 'Right');
  const box = await picture.boundingBox();
  const first = await restingInsets(page, 'Right', (all) => all.length >= 10, 'fewer insets than classes');
  log(`${first.length} insets on the right, ${(await insets(page, 'Left')).length} on the left`);
  assert.equal(new Set(first.map((inset) => inset.class)).size, 10, 'each class has one');
  assert.ok(areApart(first, box), JSON.stringify(first));
  assert.match(await page.getByTestId('insets-summary-1').innerText(), new RegExp(`^${first.length} example images: `));
  const image = await visitor.pixels(visitor.panel(page, 'Right').locator('.inset canvas').first());
  assert.equal(image.width % 8, 0, 'each of the 8 × 8 pixels is as large as the others');
  assert.ok(image.colours > 3, 'the image is drawn');
  await screenshot('insets-light');

  // A class that is hidden has none.
  const button = page.getByRole('group', { name: /^Classes/ }).getByRole('button').nth(3);
  await button.click();
  await restingInsets(page, 'Right', (all) => all.length >= 9 && all.every((inset) => inset.class !== '3'), 'the hidden class has insets');
  await button.click();
  const back = await restingInsets(page, 'Right', (all) => all.length === first.length, 'the insets did not come back');
  assert.deepEqual(back, first);

  // They move with the points, then come to rest apart again.
  await picture.focus();
  await page.keyboard.press('+');
  await restingInsets(page, 'Right', (all) => JSON.stringify(all) !== JSON.stringify(first) && areApart(all, box), 'the insets did not find new places');
  await page.keyboard.press('0');
  await restingInsets(page, 'Right', (all) => JSON.stringify(all) === JSON.stringify(first), 'not as before');
});

for (const pace of ['fast', 'slow']) check(`reading: observations are pinned and taken out, by keys and by mouse, ${pace}`, async ({ page }) => {
  await visitor.digitsAreThere(page);
  // Where someone takes their time, the address has taken note of each step before the next one.
  const noted = (insets, pins) => {
    const said = () => new URL(page.url()).searchParams;
    const now = () => [said().get('insets'), (said().get('pins') ?? '').split(',').filter(Boolean).length];
    return pace === 'fast' || eventually(page, now, (now) => now.join() === [insets, pins].join(), `the address notes ${insets}, ${pins}`);
  };
  await page.getByLabel('Insets').selectOption('none');
  const shown = async (observations, choice = 'pinned') => {
    await eventually(page, () => insets(page, 'Left').then((all) => all.map((inset) => inset.observation).join()), (now) => now === observations.join(), `insets of ${observations}`);
    assert.equal(await page.getByLabel('Insets').inputValue(), choice);
    await noted(choice, observations.length);
  };
  await shown([], 'none');
  await visitor.picture(page, 'Left').focus();
  await page.keyboard.press(']');
  await page.keyboard.press('i');
  await shown([1]);
  await page.keyboard.press(']');
  await page.keyboard.press('i');
  await shown([1, 2]);
  await page.keyboard.press('i');
  await shown([1]);
  // The first pin also showed the insets: one step.
  for (const [keys, now, choice] of [['Control+z', [1, 2]], ['Control+z', [1]], ['Control+z', [], 'none'], ['Control+Shift+z', [1]]]) {
    await page.keyboard.press(keys);
    await shown(now, choice);
  }
  // Selecting in between is undone in its turn.
  await page.keyboard.press('Enter');
  await selectionIs(page, 1, 'Enter');
  await page.keyboard.press('i');
  await shown([1, 2]);
  await page.keyboard.press('Control+z');
  await shown([1]);
  await selectionIs(page, 1, 'still selected');
  await page.keyboard.press('Control+z');
  await selectionIs(page, 0, 'the selection');
  await page.keyboard.press('Control+z');
  await shown([], 'none');

  // Where someone takes their time, the page has followed the first press before the second one comes.
  await page.mouse.dblclick(...(await visitor.somePoint(page, 'Left')), { delay: pace === 'fast' ? 0 : 150 });
  const [pinned] = await eventually(page, () => insets(page, 'Left'), (now) => now.length === 1 && now[0].pinned, 'a double click pins');
  await selectionIs(page, 1, 'and selects');
  const strip = page.getByRole('region', { name: 'Selected images' });
  assert.match(await strip.locator('.strip-images button').getAttribute('aria-label'), new RegExp(`^test observation ${pinned.observation},`));
  await strip.getByRole('button', { name: 'Unpin' }).click();
  await shown([]);
  // The pin taken out, the pin with the choice of insets, and the selection: both presses met the same point.
  for (let step = 0; step < 3; step++) await page.keyboard.press('Control+z');
  await selectionIs(page, 0, 'the selection by double click');
  await shown([], 'none');
  await page.keyboard.press('Control+z');
  await eventually(page, () => page.getByLabel('Insets').inputValue(), (now) => now === 'automatic', 'the insets of the beginning');
});

/** Bright or dark, for the digit of each inset with its class: is the middle brighter than the border? */
const polarities = (page, side) =>
  visitor.panel(page, side).locator('.inset').evaluateAll((all) =>
    all.map((inset) => {
      const canvas = inset.querySelector('canvas');
      const { data, width, height } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const sums = { border: [0, 0], middle: [0, 0] };
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
        const at = 4 * (y * width + x);
        const away = Math.max(Math.abs(x / width - 0.5), Math.abs(y / height - 0.5));
        const where = away > 0.42 ? sums.border : away < 0.25 ? sums.middle : null;
        if (where) { where[0] += data[at] + data[at + 1] + data[at + 2]; where[1] += 3; }
      }
      const [border, middle] = [sums.border, sums.middle].map(([sum, n]) => sum / n);
      return [inset.dataset.class, middle > border ? 'bright' : 'dark'];
    }));
/** The classes that have an inset of either polarity. */
async function bothPolarities(page, side) {
  const seen = {};
  for (const [name, polarity] of await polarities(page, side)) (seen[name] ??= new Set()).add(polarity);
  assert.equal(Object.keys(seen).length, 10, 'each class has an inset');
  return Object.keys(seen).filter((name) => seen[name].size === 2);
}

check('reading: insets of street digits show both polarities of a class', async ({ page, log, screenshot }) => {
  await visitor.digitsAreThere(page);
  await visitor.drawStreetDigits(page, 1000, 800);
  await visitor.projected(page, 'Left', 'Raw pixels');
  await page.getByLabel('Insets').selectOption('automatic');
  const all = await restingInsets(page, 'Left', (now) => now.length >= 10, 'fewer insets than classes');
  assert.ok(areApart(all, await visitor.picture(page, 'Left').boundingBox()), JSON.stringify(all));
  const raw = await bothPolarities(page, 'Left');
  log(`pixels: ${all.length} insets; both polarities of classes ${raw.join(', ')}`);
  assert.ok(raw.length >= 3, 'pixels tell polarities apart');

  // The paper's figure 6: the last hidden layer of a convolutional network.
  await page.getByLabel('Preset').selectOption({ label: 'CNN light' });
  await visitor.setField(page, 'Epochs', 6);
  await visitor.training(page).getByRole('button', { name: 'Train' }).click();
  await visitor.trainingEnds(page);
  await visitor.projected(page, 'Right', 'FC 2 after 6 epochs');
  const learned = await restingInsets(page, 'Right', (now) => now.length >= 10, 'fewer insets than classes');
  const both = await bothPolarities(page, 'Right');
  log(`last hidden layer, NH ${await visitor.hit(page, 'Right')}%: ${learned.length} insets; both polarities of classes ${both.join(', ')}`);
  assert.ok(both.length >= 2, 'classes are split by polarity');
  await screenshot('insets-street');
});

const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 3, isMobile: true, hasTouch: true };
const DARK = { colorScheme: 'dark', deviceScaleFactor: 2 };
for (const [name, context] of [['phone', PHONE], ['dark', DARK]]) {
  check(`reading: everything fits, ${name}`, { context }, async ({ page, screenshot }) => {
    await trained(page);
    await page.getByLabel('Insets').selectOption('automatic');
    await restingInsets(page, 'Right', (all) => all.length >= 10, 'fewer insets than classes');
    const blurred = await page.locator('.inset canvas').evaluateAll((all) =>
      all.filter((canvas) => Math.abs(canvas.width - canvas.clientWidth * devicePixelRatio) > 0.51).length);
    assert.equal(blurred, 0, 'insets that are not crisp');
    await visitor.picture(page, 'Right').scrollIntoViewIfNeeded();
    await screenshot(`insets-${name}`);
    await openReadings(page);
    const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    assert.ok(content <= screen, `${content} pixels wide on a screen of ${screen}`);
    await assertReadable(page);
    await screenshot(`reading-${name}`);
    await page.getByTestId('comparison-summary').scrollIntoViewIfNeeded();
    await screenshot(`reading-${name}-end`);
  });
}
