// The guided tour through the paper's hypotheses, and the gallery of its figures.
import assert from 'node:assert/strict';
import { LONG, eventually, stage } from './support.mjs';
import * as visitor from './visitor.mjs';

const check = stage();
const DIGITS = '?analysis=analyses/digits.npz';
const tour = (page) => page.locator('section.tour');
const verdict = (page) => page.getByTestId('tour-verdict');
const step = (page) => tour(page).getAttribute('data-step');
const open = (page) => page.getByRole('button', { name: 'Tour' }).click();
const next = (page) => tour(page).getByRole('button', { name: 'Next' }).click();
const go = (page, title) => tour(page).getByRole('navigation').getByRole('button', { name: title }).click();
const selectedTab = (page) => page.getByRole('tab', { selected: true }).innerText();

/** Waits until the step with this name has a verdict, and returns what it says: kind, sentence, numbers. */
async function judged(page, id) {
  await page.locator(`section.tour[data-step="${id}"]`).waitFor();
  await verdict(page).and(page.locator(':not([data-kind="not_yet"])')).waitFor({ timeout: LONG });
  return verdict(page).evaluate((box) => ({
    kind: box.dataset.kind,
    sentence: box.querySelector('[aria-live] p:last-child').innerText,
    numbers: Object.fromEntries([...box.querySelectorAll('[data-number]')].map((cell) => [cell.dataset.number, cell.innerText])),
    paper: [...box.querySelectorAll('tbody tr')].map((row) => row.lastElementChild.innerText).filter(Boolean),
  }));
}

const nh = (page, place) => page.getByTestId(`nh-${place}`).innerText();

/** Waits until both projections show what they should, by their headings and their captions. */
async function pair(page, left, right) {
  assert.equal(await selectedTab(page), 'Projections');
  await visitor.projected(page, 'Left', left);
  await visitor.projected(page, 'Right', right);
  return [await nh(page, 0), await nh(page, 1)];
}

/** The first and the last neighborhood hit in the caption of the evolution. */
async function evolved(page, heading) {
  const figure = page.locator('section[aria-label="Evolution"]');
  await figure.locator('h2', { hasText: heading }).waitFor();
  await figure.locator('.stage[data-layout="finished"]').waitFor({ timeout: LONG });
  return page.getByTestId('caption-evolution').locator('b').allInnerTexts();
}

async function neurons(page) {
  for (const side of ['left', 'right']) {
    await page.locator(`section[aria-label="Neurons on the ${side}"] .stage[data-layout="finished"][data-scoring="finished"]`).waitFor({ timeout: LONG });
  }
}

/** What the page shows, to be compared before and after the tour. */
const shown = async (page) => ({
  tab: await selectedTab(page),
  titles: [await visitor.title(page, 'Left'), await visitor.title(page, 'Right')],
  data: await page.getByTestId('dataset-name').innerText(),
  insets: await page.getByLabel('Insets').inputValue(),
  // What is on the shelf takes room from the activations.
  network: await page.locator('section[aria-label="Network"]').innerText().then((text) => text.replace(/ of \d+ MB/, '')),
});

check('tour: every step sets the views up, and judges by the numbers that they show', { path: DIGITS }, async ({ page, log, screenshot }) => {
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
  // Something of the visitor's own to come back to.
  await page.getByLabel('Left: layer').selectOption({ label: 'FC 2' });
  await visitor.projected(page, 'Left', 'FC 2 before training');
  await page.getByLabel('Insets').selectOption('none');
  const before = await shown(page);
  await open(page);

  const seen = {};
  const visit = async (id) => {
    seen[id] = await judged(page, id);
    const { kind, sentence, numbers } = seen[id];
    log(`${id}: ${kind}. ${sentence}`);
    assert.doesNotMatch(sentence, /[{}]/);
    // The sentence is made of the numbers, not beside them.
    assert.ok(Object.values(numbers).some((number) => sentence.includes(number)), sentence);
    return seen[id];
  };

  let found = await visit('before');
  assert.deepEqual(await pair(page, 'Raw pixels', 'FC 4 before training'), [found.numbers.raw, found.numbers.before]);
  assert.deepEqual(found.paper, ['89.12%', '83.78%']);
  await screenshot('tour step 1');
  await next(page);
  found = await visit('after');
  assert.deepEqual(await pair(page, 'FC 4 before training', 'FC 4 after 20 epochs'), [found.numbers.before, found.numbers.after]);
  assert.equal(found.numbers.accuracy, `${(await visitor.accuracy(page, 'Right')).toFixed(2)}%`);
  assert.equal(found.kind, 'confirmed');
  await next(page);
  found = await visit('mistakes');
  await pair(page, 'Raw pixels', 'FC 4 after 20 epochs');
  const summary = await page.getByTestId('readings-summary').innerText();
  assert.match(summary, new RegExp(`${found.numbers.mistakes} of 719 test observations misclassified`));
  await next(page);
  found = await visit('epochs');
  assert.deepEqual(await evolved(page, 'FC 4 over the epochs'), [found.numbers.first, found.numbers.last]);
  await screenshot('tour epochs');
  await next(page);
  found = await visit('depth');
  assert.deepEqual(await pair(page, 'FC 1 after 20 epochs', 'FC 4 after 20 epochs'), [found.numbers.first, found.numbers.last]);
  await next(page);
  found = await visit('layers');
  assert.deepEqual(await evolved(page, 'Over the layers, after epoch 20'), [found.numbers.first, found.numbers.last]);

  await next(page);
  found = await visit('hard');
  assert.match((await shown(page)).data, /^Street digits/);
  assert.deepEqual(await pair(page, 'Raw pixels', 'FC 2 before training'), [found.numbers.raw, found.numbers.before]);
  await next(page);
  found = await visit('polarity');
  assert.equal((await pair(page, 'FC 2 before training', 'FC 2 after 20 epochs'))[1], found.numbers.after);
  await eventually(page, () => visitor.panel(page, 'Right').locator('.inset').count(), (count) => count > 10, 'insets show both polarities');
  await screenshot('tour polarity');
  const street = found.numbers.after;
  await next(page);
  found = await visit('preprocessed');
  assert.match((await shown(page)).data, /Sobel/);
  assert.equal((await pair(page, 'FC 2 before training', 'FC 2 after 20 epochs'))[1], found.numbers.with);
  assert.equal(found.numbers.without, street);
  await next(page);
  found = await visit('overfit');
  assert.deepEqual(await pair(page, 'FC 2 after 20 epochs', 'FC 2 after 20 epochs'), [found.numbers.train, found.numbers.test]);
  assert.equal(await page.getByLabel('Left: subset').inputValue(), 'train');

  await next(page);
  await visit('gather');
  assert.equal(await selectedTab(page), 'Neurons');
  await neurons(page);
  assert.equal(await page.getByLabel('Neurons: colours').inputValue(), 'class');
  assert.equal(await page.getByLabel('Neurons: class').inputValue(), '8');
  // Another class: the numbers follow what is shown.
  const class8 = (await judged(page, 'gather')).numbers;
  await page.getByLabel('Neurons: class').selectOption('1');
  await eventually(page, async () => (await judged(page, 'gather')).sentence, (sentence) => /class 1\b/.test(sentence), 'still class 8');
  const class1 = (await judged(page, 'gather')).numbers;
  assert.equal(class1.all_after, class8.all_after);
  assert.notDeepEqual([class1.before, class1.after], [class8.before, class8.after]);
  await next(page);
  await visit('map');
  await neurons(page);
  assert.equal(await page.getByLabel('Neurons: colours').inputValue(), 'map');
  await next(page);
  found = await visit('response');
  await page.getByTestId('tint-2').getByText(`neuron ${found.numbers.neuron},`).waitFor();
  const best = page.getByTestId('best-neurons').locator('tr[data-class="3"] td[data-side="1"][data-rank="0"]');
  assert.equal(await best.getAttribute('data-neuron'), found.numbers.neuron);
  await screenshot('tour response');

  assert.equal(await tour(page).getByRole('button', { name: 'Next' }).isDisabled(), true);
  await tour(page).getByRole('button', { name: 'End the tour' }).click();
  await tour(page).waitFor({ state: 'detached' });
  await visitor.projected(page, 'Left', 'FC 2 before training');
  assert.deepEqual(await shown(page), before, 'what was there before is there again');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'tour-button');
});

check('tour: by keyboard, and in Chinese where the browser prefers it', { path: DIGITS, context: { locale: 'zh-CN' } }, async ({ page, screenshot }) => {
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
  await page.locator('#tour-button').click();
  const english = await (async () => {
    const found = await judged(page, 'before');
    assert.match(found.sentence, /[\u4e00-\u9fff]/);
    assert.ok(found.sentence.includes(found.numbers.raw));
    return found.numbers;
  })();
  assert.equal(await tour(page).getAttribute('lang'), 'zh-CN');
  assert.match(await tour(page).locator('h2').innerText(), /未经训练/);
  assert.match(await verdict(page).innerText(), /邻域|NH/);
  await screenshot('tour chinese');
  // The arrow keys go from step to step while the tour has the focus, which it has at once.
  await page.keyboard.press('ArrowRight');
  await judged(page, 'after');
  await page.keyboard.press('ArrowLeft');
  assert.equal(await step(page), 'before');

  await tour(page).getByRole('button', { name: 'EN' }).click();
  assert.equal(await tour(page).getAttribute('lang'), 'en');
  const found = await judged(page, 'before');
  assert.deepEqual(found.numbers, english, 'the same numbers in both languages');
  assert.doesNotMatch(await tour(page).locator('.tour-body').innerText(), /[\u4e00-\u9fff]/);
  await tour(page).locator('h2').click();
  await page.keyboard.press('Escape');
  await page.locator('#tour-button').and(page.locator('[aria-pressed="false"]')).waitFor();
  // The address follows in a moment.
  await page.waitForFunction(() => !/[?&](left|right)=/.test(location.search));
  // The choice is remembered.
  await page.reload();
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
  await open(page);
  await judged(page, 'before');
  assert.equal(await tour(page).getAttribute('lang'), 'en');
});

check('tour: what the visitor has trained is judged in place of the example', { path: '?analysis=none' }, async ({ page, log }) => {
  await visitor.briefTraining(page);
  const before = await shown(page);
  await open(page);
  const whose = tour(page).getByRole('group', { name: 'Shown on' });
  await whose.getByRole('button', { name: 'Your own network', pressed: true }).waitFor();
  const numbers = {};
  for (const [id, left, right, names] of [
    ['before', 'Raw pixels', 'FC 2 before training', ['raw', 'before']],
    ['after', 'FC 2 before training', 'FC 2 after 4 epochs', ['before', 'after']],
    ['depth', 'FC 1 after 4 epochs', 'FC 2 after 4 epochs', ['first', 'last']],
  ]) {
    await go(page, { before: /blind/, after: /training change/, depth: /Shallow/ }[id]);
    const found = await judged(page, id);
    log(`${id}: ${found.kind}. ${found.sentence}`);
    assert.deepEqual(await pair(page, left, right), names.map((name) => found.numbers[name]));
    numbers[id] = found.numbers;
  }
  // The same steps on the example, and back.
  await go(page, /training change/);
  await whose.getByRole('button', { name: 'Shipped example' }).click();
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
  await eventually(page, async () => (await judged(page, 'after')).numbers.after, (after) => after !== numbers.after.after, 'still the own network');
  assert.equal((await judged(page, 'after')).numbers.after, await nh(page, 1));
  await whose.getByRole('button', { name: 'Your own network' }).click();
  await visitor.projected(page, 'Right', 'FC 2 after 4 epochs');
  assert.equal((await judged(page, 'after')).numbers.after, await nh(page, 1));
  // Without the example on the page, leaving changes nothing; with it, the own network comes back.
  await whose.getByRole('button', { name: 'Shipped example' }).click();
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
  await tour(page).getByRole('button', { name: 'End the tour' }).click();
  await visitor.projected(page, 'Right', 'FC 2 after 4 epochs');
  assert.deepEqual(await shown(page), before);
});

check('tour: an example that cannot be fetched is said, and fetched again', { path: DIGITS, expected: [/ERR_FAILED/] }, async ({ page }) => {
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
  await page.route('**/street.npz', (route) => route.abort());
  await open(page);
  await judged(page, 'before');
  await go(page, /harder images/);
  await verdict(page).getByText('could not be loaded').waitFor();
  await page.unroute('**/street.npz');
  await verdict(page).getByRole('button', { name: 'Try again' }).click();
  await judged(page, 'hard');
  await pair(page, 'Raw pixels', 'FC 2 before training');
});

check('gallery: every figure has a card that leads to it', { path: DIGITS }, async ({ page, screenshot }) => {
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
  await page.getByRole('button', { name: 'Gallery' }).click();
  const gallery = page.getByRole('dialog', { name: /figures, live/ });
  const card = (number) => gallery.locator(`li[data-figure="${number}"]`);
  await card(14).waitFor();
  const figures = await gallery.locator('li').evaluateAll((all) => all.map((each) => Number(each.dataset.figure)));
  assert.deepEqual(figures, [2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14]);
  assert.equal(await card(3).locator('[data-number="after"]').innerText(), await nh(page, 1));
  assert.match(await card(3).innerText(), /98\.36%/);
  assert.match(await card(6).innerText(), /not measured in this visit/);
  await screenshot('gallery');
  await card(10).getByRole('button', { name: 'Show it live' }).click();
  const found = await judged(page, 'layers');
  assert.deepEqual(await evolved(page, 'Over the layers, after epoch 20'), [found.numbers.first, found.numbers.last]);
});
