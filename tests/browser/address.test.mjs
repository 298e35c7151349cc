// The view in the page's address: a link shows the same again, back and forward walk along, undo takes
// settings back.
import assert from 'node:assert/strict';
import { eventually, stage } from './support.mjs';
import * as visitor from './visitor.mjs';

const check = stage();
const SHIPPED = { path: '?analysis=analyses/digits.npz' };
const query = (page) => new URL(page.url()).searchParams;
const says = (page, name, value) =>
  eventually(page, async () => query(page).get(name), (now) => now === value, `the address does not say ${name}=${value}`);
const there = async (page) => {
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
  await visitor.projected(page, 'Left', 'FC 4 before training');
};
const tab = (page, name) => page.getByRole('tab', { name }).click();
const chosenTab = (page) => page.locator('[role=tab][aria-selected=true]').innerText();

check('address: a link shows the same again: sides, selection, hidden classes, zoom', SHIPPED, async ({ page, log, browser, screenshot }) => {
  await there(page);
  await page.getByLabel('Left: layer').selectOption({ label: 'FC 1' });
  await page.getByLabel('Left: epoch').selectOption({ label: 'Epoch 20' });
  await visitor.projected(page, 'Left', 'FC 1 after 20 epochs');
  await page.locator('.legend .classes button', { hasText: '3' }).click();
  await visitor.lasso(page, 'Left', [0.3, 0.3, 0.6, 0.6]);
  const selected = await visitor.selected(page);
  assert.ok(selected > 5, `${selected} selected`);
  const zoomIn = visitor.panel(page, 'Left').getByRole('button', { name: 'Zoom in' });
  await zoomIn.click();
  await zoomIn.click();
  await visitor.away(page);
  await says(page, 'left', 'test.1.20');
  await says(page, 'hide', '3');
  await eventually(page, async () => query(page).get('zoom-left'), (zoom) => zoom?.split('_').length === 3, 'no zoom');
  await eventually(page, async () => query(page).get('select'), Boolean, 'no selection');
  const picture = await visitor.atRest(page, visitor.picture(page, 'Left'));
  log(page.url());
  const other = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const again = await other.newPage();
    await again.goto(page.url());
    await visitor.projected(again, 'Left', 'FC 1 after 20 epochs');
    assert.equal(await visitor.selected(again), selected);
    await eventually(again, () => visitor.pixels(visitor.picture(again, 'Left')), (now) => now.fingerprint === picture.fingerprint, 'another picture');
    assert.equal(await again.locator('.legend .classes button', { hasText: '3' }).getAttribute('aria-pressed'), 'false');
    assert.equal(again.url(), page.url());
  } finally {
    await other.close();
  }
  await screenshot('address');
});

check('address: back and forward walk through what was chosen', SHIPPED, async ({ page }) => {
  await there(page);
  await eventually(page, async () => page.url(), (url) => !url.includes('view='), 'the address says too much');
  await tab(page, 'Evolution');
  await says(page, 'view', 'evolution');
  await tab(page, 'Neurons');
  await says(page, 'view', 'neurons');
  await page.goBack();
  assert.equal(await eventually(page, () => chosenTab(page), (now) => now === 'Evolution', 'not back'), 'Evolution');
  await page.goBack();
  await eventually(page, () => chosenTab(page), (now) => now === 'Projections', 'not back');
  await page.goForward();
  await eventually(page, () => chosenTab(page), (now) => now === 'Evolution', 'not forward');
  // Other data are a step, too, and come back as they were.
  await tab(page, 'Projections');
  await says(page, 'view', null);
  await page.getByTestId('dataset-menu').locator('summary').click();
  await page.getByRole('button', { name: 'Street digits, analysed', exact: true }).click();
  await visitor.projected(page, 'Right', 'FC 2 after 20 epochs');
  await says(page, 'analysis', 'analyses/street.npz');
  await page.goBack();
  await there(page);
  await page.goForward();
  await visitor.projected(page, 'Right', 'FC 2 after 20 epochs');
});

check('address: undo takes settings and selections back in their order', SHIPPED, async ({ page }) => {
  await there(page);
  await page.getByLabel('Right: layer').selectOption({ label: 'FC 2' });
  await visitor.projected(page, 'Right', 'FC 2 after 20 epochs');
  await says(page, 'right', 'test.2.20');
  await visitor.lasso(page, 'Right', [0.2, 0.2, 0.7, 0.7]);
  const selected = await visitor.selected(page);
  assert.ok(selected > 0);
  await page.keyboard.press('Control+z');
  await eventually(page, () => visitor.selected(page), (now) => now === 0, 'the selection stays');
  assert.equal(await visitor.title(page, 'Right'), 'FC 2 after 20 epochs');
  await page.keyboard.press('Control+z');
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
  await page.keyboard.press('Control+Shift+z');
  await visitor.projected(page, 'Right', 'FC 2 after 20 epochs');
  await page.keyboard.press('Control+Shift+z');
  await eventually(page, () => visitor.selected(page), (now) => now === selected, 'not selected again');
});

check('address: what cannot be shown is left out, and wrong words harm nothing', { path: '?analysis=analyses/digits.npz&left=test.9.3&right=nonsense&select=*zz&view=elsewhere&zoom-left=a_b&k=0&perplexity=-4&device=cpu' }, async ({ page }) => {
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
  await eventually(page, async () => query(page).get('device'), (device) => device === 'cpu', 'what is not of the view is kept');
  await eventually(page, async () => query(page).get('right'), (right) => right === null, 'nonsense stays');
});

check('address: drawn data are drawn again', { path: '?data=street.120.60.4' }, async ({ page, address }) => {
  await page.goto(address('').replace('analysis=none', 'data=street.120.60.4'));
  await page.getByTestId('dataset-name').getByText('Street digits', { exact: true }).waitFor();
  await visitor.projected(page, 'Left', 'Raw pixels');
  assert.equal(await visitor.points(page, 'Left'), 60);
  await says(page, 'data', 'street.120.60.4');
});
