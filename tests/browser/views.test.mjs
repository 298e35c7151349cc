// Looking at projections: hovering, selecting, hiding, choosing, on the digits.
import assert from 'node:assert/strict';
import { eventually, stage } from './support.mjs';
import * as visitor from './visitor.mjs';

const check = stage();
const ALL = [0.01, 0.09, 0.99, 0.99]; // below the tools in the corner
const OBSERVATIONS = 719;

const trained = visitor.briefTraining;
const both = async (page) => ({
  left: await visitor.pixels(visitor.picture(page, 'Left')),
  right: await visitor.pixels(visitor.picture(page, 'Right')),
});
const bothAtRest = async (page) => ({
  left: await visitor.atRest(page, visitor.picture(page, 'Left')),
  right: await visitor.atRest(page, visitor.picture(page, 'Right')),
});
const bothRedrawn = async (page, before) => ({
  left: await visitor.redrawn(page, visitor.picture(page, 'Left'), before.left),
  right: await visitor.redrawn(page, visitor.picture(page, 'Right'), before.right),
});
const bothAre = (page, as, what) =>
  eventually(page, () => both(page), (now) => now.left.fingerprint === as.left.fingerprint && now.right.fingerprint === as.right.fingerprint, what);
const selectionIs = (page, good, what) => eventually(page, () => visitor.selected(page), good, what);

check('views: hovering shows the image, its label and the prediction, and the same point on the other side', async ({ page, log, screenshot }) => {
  await trained(page);
  const card = page.getByTestId('hover-card');
  const before = await bothAtRest(page);
  await page.mouse.move(...(await visitor.somePoint(page, 'Left')));
  await card.waitFor();
  const text = (await card.innerText()).replace(/\s+/g, ' ');
  log(text);
  const [, label, predicted, probability] = text.match(/True label (\d) Predicted (\d) \(([\d.]+)%\)/) ?? [];
  assert.ok(probability > 0 && probability <= 100, text);
  assert.equal(/Misclassified/.test(text), label !== predicted, text);
  assert.match(text, /test observation \d+/);
  assert.ok((await visitor.pixels(card.locator('canvas'))).colours > 3, 'the image is drawn');
  await bothRedrawn(page, before);
  assert.equal(await card.count(), 1, 'one card, where the mouse is');
  await screenshot('hover');
  await visitor.away(page);
  await card.waitFor({ state: 'detached' });
  await bothAre(page, before, 'the pictures are not as before hovering');
});

check('views: a lasso selects in both projections, can be undone, and fills the strip', async ({ page, screenshot }) => {
  await trained(page);
  const before = await bothAtRest(page);
  await visitor.lasso(page, 'Right', [0.01, 0.12, 0.5, 0.99]);
  const half = await selectionIs(page, (n) => n > 0 && n < OBSERVATIONS, 'nothing selected');
  const selected = await bothRedrawn(page, before);
  const strip = page.getByRole('region', { name: 'Selected images' });
  const images = strip.locator('.strip-images button');
  assert.equal(await images.count(), Math.min(half, 120));
  assert.ok((await visitor.pixels(images.first().locator('canvas'))).colours > 3, 'the image is drawn');
  await screenshot('selection');

  await page.keyboard.press('Control+z');
  await selectionIs(page, (n) => n === 0, 'undo');
  await bothAre(page, before, 'undo did not restore the pictures');
  await page.keyboard.press('Control+Shift+z');
  await selectionIs(page, (n) => n === half, 'redo');
  await bothAre(page, selected, 'redo did not restore the pictures');

  // Drawn on the other side with the shift key, a lasso adds; so do both halves make the whole.
  await page.keyboard.down('Shift');
  await visitor.lasso(page, 'Right', [0.5, 0.12, 0.99, 0.99]);
  await page.keyboard.up('Shift');
  await selectionIs(page, (n) => n === OBSERVATIONS, 'both halves');
  await strip.getByRole('button', { name: 'Undo' }).click();
  await selectionIs(page, (n) => n === half, 'undo');
  await strip.getByRole('button', { name: 'Redo' }).click();
  await selectionIs(page, (n) => n === OBSERVATIONS, 'redo');

  await images.nth(2).click();
  await selectionIs(page, (n) => n === 1, 'an image of the strip selects itself alone');
  await page.keyboard.press('Escape');
  await selectionIs(page, (n) => n === 0, 'Escape');
  assert.ok(await strip.getByRole('button', { name: 'Clear' }).isDisabled());

  await page.mouse.click(...(await visitor.somePoint(page, 'Left')));
  await selectionIs(page, (n) => n === 1, 'a click selects a point');
});

check('views: the pictures stay where they are, whatever is selected', async ({ page }) => {
  await trained(page);
  const pictures = ['Left', 'Right'].map((side) => visitor.picture(page, side));
  for (const [width, height] of [[1440, 900], [1180, 700], [390, 844]]) {
    const at = `at ${width} × ${height}`;
    await page.setViewportSize({ width, height });
    await pictures[0].scrollIntoViewIfNeeded();
    const before = await visitor.placesAtRest(page, pictures);
    const stay = async (what) => assert.deepEqual(await visitor.placesAtRest(page, pictures), before, `with ${what} selected ${at}`);
    await page.mouse.click(...(await visitor.somePoint(page, 'Left')));
    await selectionIs(page, (n) => n === 1, `one ${at}`);
    await stay('one');
    await visitor.lasso(page, 'Left', ALL);
    await selectionIs(page, (n) => n > 120, `many ${at}`);
    await stay('many');
    await page.keyboard.press('Escape');
    await selectionIs(page, (n) => n === 0, `none ${at}`);
    await stay('none');
  }
});

check('views: the legend hides and shows classes in both projections', async ({ page }) => {
  await trained(page);
  const classes = page.getByRole('group', { name: /^Classes/ }).getByRole('button');
  assert.equal(await classes.count(), 10);
  const pressed = async () => (await classes.evaluateAll((all) => all.map((b) => b.ariaPressed))).map((p) => p === 'true');
  const before = await bothAtRest(page);
  await classes.nth(3).click();
  assert.deepEqual(await pressed(), Array.from({ length: 10 }, (_, c) => c !== 3));
  await bothRedrawn(page, before);
  await visitor.lasso(page, 'Left', ALL);
  const others = await selectionIs(page, (n) => n > 0, 'nothing selected');
  assert.ok(others > 620 && others < 660, `${others} observations are not of class 3`);
  await page.keyboard.press('Escape');
  await selectionIs(page, (n) => n === 0, 'Escape');

  await classes.nth(3).click();
  await bothAre(page, before, 'the class did not come back');
  await classes.nth(5).dblclick();
  assert.deepEqual(await pressed(), Array.from({ length: 10 }, (_, c) => c === 5));
  await visitor.lasso(page, 'Left', ALL);
  await selectionIs(page, (n) => n > 50 && n < 100, 'one class alone');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Show all' }).click();
  assert.deepEqual(await pressed(), Array(10).fill(true));
  await visitor.away(page);
  await bothAre(page, before, 'the classes did not come back');
});

check('views: the keyboard visits, selects, moves and zooms', async ({ page }) => {
  await visitor.digitsAreThere(page);
  const picture = visitor.picture(page, 'Left');
  const card = page.getByTestId('hover-card');
  const shows = (n) => card.filter({ hasText: new RegExp(`test observation ${n}$`) }).waitFor();
  const home = await visitor.atRest(page, picture);
  // Reachable by Tab alone.
  await eventually(page, async () => {
    await page.keyboard.press('Tab');
    return picture.evaluate((canvas) => canvas === document.activeElement);
  }, Boolean, 'Tab never reaches the projection');
  for (const [key, n] of [[']', 1], [']', 2], [']', 3], ['[', 2], ['[', 1], ['[', OBSERVATIONS]]) {
    await page.keyboard.press(key);
    await shows(n);
  }
  await page.keyboard.press('Enter');
  await selectionIs(page, (n) => n === 1, 'Enter');
  await page.keyboard.press(']');
  await page.keyboard.press('Shift+Enter');
  await selectionIs(page, (n) => n === 2, 'Shift Enter');
  await page.keyboard.press('Escape');
  await selectionIs(page, (n) => n === 0, 'Escape');
  await picture.evaluate((canvas) => canvas.blur());
  await card.waitFor({ state: 'detached' });

  await picture.focus();
  let last = await visitor.pixels(picture);
  for (const key of ['+', '+', 'ArrowLeft', 'ArrowUp', '-']) {
    await page.keyboard.press(key);
    last = await visitor.redrawn(page, picture, last);
  }
  await page.keyboard.press('0');
  const back = await visitor.redrawn(page, picture, last);
  assert.equal(back.counts[0][1] > 0.5 * home.counts[0][1], true, 'the whole picture is back');

  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await help.waitFor();
  await help.getByRole('button', { name: 'Close' }).click();
  await help.waitFor({ state: 'hidden' });
});

check('views: the mouse zooms and pans, and everything can be shown again', async ({ page }) => {
  await visitor.digitsAreThere(page);
  await visitor.away(page);
  const picture = visitor.picture(page, 'Left');
  const tool = (name) => visitor.panel(page, 'Left').getByRole('button', { name });
  const home = await visitor.atRest(page, picture);
  const box = await picture.boundingBox();
  const middle = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(...middle);
  await page.mouse.wheel(0, -400);
  const zoomed = await visitor.redrawn(page, picture, home);
  await tool('Move the view').click();
  await page.mouse.move(...middle);
  await page.mouse.down();
  await page.mouse.move(middle[0] + 60, middle[1] + 30, { steps: 4 });
  await page.mouse.up();
  await visitor.redrawn(page, picture, zoomed);
  assert.equal(await visitor.selected(page), 0, 'panning selects nothing');
  await tool('Show everything').click();
  await visitor.away(page);
  await eventually(page, () => visitor.pixels(picture), (now) => now.fingerprint === home.fingerprint, 'the view is not back');
});

check('views: k, perplexity and an early stop change the scores and the layouts as they should', async ({ page }) => {
  await visitor.digitsAreThere(page);
  const caption = visitor.caption(page, 'Left');
  await caption.filter({ hasText: '(k = 6)' }).waitFor();
  const six = await visitor.hit(page, 'Left');
  await visitor.setField(page, 'NH neighbours, k', 50);
  await caption.filter({ hasText: '(k = 50)' }).waitFor();
  const fifty = await visitor.hit(page, 'Left');
  assert.ok(fifty < six, `NH of 50 neighbours ${fifty}%, of 6 ${six}%`);
  await visitor.setField(page, 'NH neighbours, k', 6);
  await caption.filter({ hasText: '(k = 6)' }).waitFor();
  assert.equal(await visitor.hit(page, 'Left'), six);

  const stage = visitor.panel(page, 'Left').locator('.stage');
  const compute = () => page.getByRole('button', { name: 'Compute anew' }).click();
  await visitor.setField(page, 'Iterations', 100000);
  await compute();
  await stage.getByText(/^Iteration \d+ of 100000/).waitFor();
  await stage.getByRole('button', { name: 'Stop' }).click();
  await visitor.panel(page, 'Left').locator('.stage[data-layout="stopped"]').waitFor();
  assert.equal(await visitor.points(page, 'Left'), OBSERVATIONS, 'the partial layout stays');
  await caption.filter({ hasText: /Stopped after iteration \d+ of 100000/ }).waitFor();
  assert.ok((await visitor.hit(page, 'Left')) > 10, 'and is scored');

  await visitor.setField(page, 'Iterations', 50);
  await visitor.setField(page, 'Perplexity', 5000);
  await compute();
  await caption.filter({ hasText: /Perplexity 5000 is too great for so few observations; [\d.]+ was used/ }).waitFor({ timeout: 60_000 });
  await visitor.projected(page, 'Left', 'Raw pixels');
});

check('views: either side shows any layer, epoch and subset', async ({ page }) => {
  await trained(page);
  const choose = (side, what, label) => page.getByLabel(`${side}: ${what}`, { exact: true }).selectOption({ label });
  const score = async (side) => `${await visitor.caption(page, side).innerText()}`;
  const seen = new Set([await score('Right')]);
  await choose('Right', 'layer', 'FC 1');
  await visitor.projected(page, 'Right', 'FC 1 after 4 epochs');
  seen.add(await score('Right'));
  await choose('Right', 'epoch', 'Epoch 1');
  await visitor.projected(page, 'Right', /^FC 1 after 1 epoch$/);
  seen.add(await score('Right'));
  await choose('Right', 'subset', 'Training');
  await eventually(page, () => visitor.points(page, 'Right'), (n) => n === 1797 - OBSERVATIONS, 'the training subset');
  await visitor.projected(page, 'Right', /^FC 1 after 1 epoch$/);
  seen.add(await score('Right'));
  await choose('Left', 'epoch', 'Epoch 4');
  await visitor.projected(page, 'Left', 'FC 2 after 4 epochs');
  seen.add(await score('Left').then((text) => `left ${text}`));
  await choose('Left', 'layer', 'Raw pixels');
  await visitor.projected(page, 'Left', 'Raw pixels');
  seen.add(await score('Left'));
  assert.equal(seen.size, 6, [...seen].join('\n'));
});
