// The main job, the tour and embeds in Firefox, as it is shipped: there is no WebGPU adapter, and the
// processor trains. What is the same in all browsers is tested in Chromium.
import assert from 'node:assert/strict';
import { LONG, eventually, launchFirefox, stage } from './support.mjs';
import * as visitor from './visitor.mjs';

const check = stage({ launch: launchFirefox });
const DIGITS = '?analysis=analyses/digits.npz';
const OBSERVATIONS = 719;

check('firefox: opens, trains on the processor, projects, and answers to the mouse', async ({ page, browser, log, screenshot }) => {
  const adapter = await page.evaluate(() => navigator.gpu?.requestAdapter().then(Boolean) ?? false);
  log(`Firefox ${browser.version()}; a WebGPU adapter: ${adapter}`);
  await visitor.briefTraining(page);
  const [before, after] = [await visitor.hit(page, 'Left'), await visitor.hit(page, 'Right')];
  log(`NH ${before}% before, ${after}% after training, accuracy ${await visitor.accuracy(page, 'Right')}%`);
  assert.ok(before > 60 && after > before && after < 100, `NH ${before}%, ${after}%`);
  assert.ok((await visitor.accuracy(page, 'Right')) > 70);

  const card = page.getByTestId('hover-card');
  const away = await visitor.atRest(page, visitor.picture(page, 'Right'));
  await page.mouse.move(...(await visitor.somePoint(page, 'Left')));
  await card.waitFor();
  assert.match((await card.innerText()).replace(/\s+/g, ' '), /True label \d Predicted \d \([\d.]+%\).*test observation \d+/);
  assert.ok((await visitor.pixels(card.locator('canvas'))).colours > 3, 'the image is drawn');
  await visitor.redrawn(page, visitor.picture(page, 'Right'), away);
  await screenshot('firefox hover');
  await visitor.away(page);
  await card.waitFor({ state: 'detached' });

  await visitor.lasso(page, 'Right', [0.01, 0.12, 0.5, 0.99]);
  const some = await eventually(page, () => visitor.selected(page), (n) => n > 0 && n < OBSERVATIONS, 'the lasso selects nothing');
  await screenshot('firefox lasso');
  await page.keyboard.press('Control+z');
  await eventually(page, () => visitor.selected(page), (n) => n === 0, 'undo');
  await page.keyboard.press('Control+Shift+z');
  await eventually(page, () => visitor.selected(page), (n) => n === some, 'redo');

  const picture = visitor.picture(page, 'Left');
  const still = await visitor.atRest(page, picture);
  const { x, y, width, height } = await picture.boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.wheel(0, -300);
  await visitor.redrawn(page, picture, still);
});

check('firefox: the shipped analysis is there at once, and every step of the tour has its verdict', { path: DIGITS }, async ({ page, log, screenshot }) => {
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
  await page.getByRole('button', { name: 'Tour' }).click();
  const tour = page.locator('section.tour');
  const next = tour.getByRole('button', { name: 'Next' });
  const verdict = page.getByTestId('tour-verdict');
  const seen = [];
  for (;;) {
    const step = await tour.getAttribute('data-step');
    await verdict.and(page.locator(':not([data-kind="not_yet"])')).waitFor({ timeout: LONG });
    const { kind, sentence, numbers } = await verdict.evaluate((box) => ({
      kind: box.dataset.kind,
      sentence: box.querySelector('[aria-live] p:last-child').innerText,
      numbers: [...box.querySelectorAll('[data-number]')].map((cell) => cell.innerText),
    }));
    log(`${step}: ${kind}`);
    assert.ok(numbers.some((number) => sentence.includes(number)), sentence);
    if (step === 'before') assert.equal(await page.getByTestId('nh-1').innerText(), numbers[1]);
    if (step === 'polarity') await screenshot('firefox tour');
    seen.push(step);
    if (await next.isDisabled()) break;
    await next.click();
    await page.locator(`section.tour:not([data-step="${step}"])`).waitFor();
  }
  assert.equal(seen.length, 13, seen.join(', '));
  await screenshot('firefox tour end');
  await tour.getByRole('button', { name: 'End the tour' }).click();
  await tour.waitFor({ state: 'detached' });
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
});

check('firefox: the example article has live figures that are linked', { path: 'article.html' }, async ({ page, screenshot }) => {
  for (const id of ['pair', 'trails', 'confusion', 'projection']) {
    await page.locator(`#${id}`).scrollIntoViewIfNeeded();
    await eventually(page, () => page.evaluate((id) => document.getElementById(id).detail?.figure, id), (figure) => figure === id, `${id} is not ready`, LONG);
  }
  const frame = (id) => page.locator(`#${id} iframe`).contentFrame();
  await frame('trails').locator(`.stage[data-trails="${OBSERVATIONS}"]`).waitFor({ timeout: LONG });
  // Firefox divides the height of tables in its own way.
  const cells = await frame('confusion').locator('tbody tr').evaluateAll((rows) => rows.flatMap((row) => [row, ...row.querySelectorAll('button')].map((each) => each.getBoundingClientRect().height)));
  assert.ok(cells.length > 100 && Math.min(...cells) > 12, `rows and cells of the matrix are ${Math.min(...cells)} high and more`);
  await page.evaluate(() => {
    scrollTo(0, 0);
    window.counts = {};
    for (const element of document.querySelectorAll('hidden-activity')) {
      element.addEventListener('select', ({ detail: { indices, by } }) => { counts[element.id] = [indices.length, by]; });
    }
  });
  await page.getByRole('button', { name: '8', exact: true }).click();
  const both = await eventually(page, () => page.evaluate(() => counts), ({ pair, trails }) => pair && trails, 'the button does not select in both');
  assert.deepEqual(both.pair, both.trails);
  assert.ok(both.pair[0] > 60 && both.pair[1] === 'command', JSON.stringify(both));
  await screenshot('firefox article');
});

check('firefox: embeds work in a sandbox that allows scripts and nothing else, workers included', { path: 'embed.js' }, async ({ page, url, screenshot }) => {
  const html = `<!doctype html><meta charset="utf-8"><title>Around</title><link rel="icon" href="data:,">
    <script>addEventListener('message', ({ data }) => { (window.told ??= {})[(data.figure ?? '') + ' ' + data.event] = data; });</script>
    <iframe id="pair" sandbox="allow-scripts" width="700" height="400" src="${url}?embed=pair"></iframe>
    <iframe id="trails" sandbox="allow-scripts" width="700" height="400" src="${url}?embed=trails"></iframe>`;
  await page.route('**/around.html', (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await page.goto(`${url}around.html`);
  const told = (event) => eventually(page, () => page.evaluate((event) => window.told?.[event], event), Boolean, `it does not tell ${event}`, LONG);
  assert.equal((await told('pair ready')).hits.length, 2);
  await page.evaluate(() => document.getElementById('pair').contentWindow.postMessage({ type: 'hidden-activity', version: 1, command: 'select', class: 8 }, '*'));
  assert.ok((await told(' select')).indices.length > 60);
  // A worker bundles the trails.
  await told('trails ready');
  await page.locator('#trails').contentFrame().locator(`.stage[data-trails="${OBSERVATIONS}"]`).waitFor({ timeout: LONG });
  await screenshot('firefox sandbox');
});
