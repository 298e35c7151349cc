// What breaks around the page while a visitor works: files, the network, tabs. What holds for all faults is in
// faults_within.test.mjs.
import assert from 'node:assert/strict';
import { LONG, stage } from './support.mjs';
import { FOREVER, answer, answers, begin, button, canSleep, failure, isKept, kept, notice, offer, reaches, textReaches } from './faults.mjs';
import * as visitor from './visitor.mjs';

// As visitors have it: a page that is left is kept for the way back.
const check = stage({ without: ['--disable-back-forward-cache'] });
const loadFails = /Failed to load resource|^(404|500): /;

check('faults: the trainer\'s files are missing, broken, cut short or slow', { expected: [loadFails] }, async ({ page }) => {
  await page.route('**/trainer_bg.wasm', answers.gone);
  await begin(page, 2);
  let again = button(page, /^Train/);
  for (const [how, why] of [[answers.gone, /404/], [answers.broken, /500/], [answers.cut, /.+/]]) {
    assert.match(await failure(page), new RegExp(`^The training worker could not be loaded\\. Its files did not arrive, or not whole \\(.*${why.source}.*\\)\\. Check the connection, and start the task again\\.`));
    again = button(page, /^Go on .*from the beginning$/);
    const next = { [String(answers.gone)]: answers.broken, [String(answers.broken)]: answers.cut }[String(how)];
    if (!next) break;
    await answer(page, '**/trainer_bg.wasm', next);
    await again.click();
  }
  let come;
  const slow = new Promise((resolve) => { come = resolve; });
  await answer(page, '**/trainer_bg.wasm', async (route) => { await slow; await route.continue(); });
  await again.click();
  assert.equal(await visitor.trainingIs(page, 'preparing failed'), 'preparing');
  assert.match(await visitor.headline(page), /Loading the trainer/);
  // Meanwhile the rest works.
  await page.getByLabel('Left: subset').selectOption('train');
  await visitor.projected(page, 'Left', 'Raw pixels');
  come();
  await visitor.trainingEnds(page);
});

check('faults: the digits are missing, broken, cut short or slow', { path: '?analysis=analyses/digits.npz', expected: [loadFails] }, async ({ page }) => {
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
  const menu = page.getByTestId('dataset-menu');
  const choose = async () => {
    if (!(await menu.evaluate((details) => details.open))) await menu.locator('summary').click();
    await menu.getByRole('button', { name: 'Handwritten digits' }).click();
  };
  for (const [how, why] of [
    [answers.gone, /could not be loaded\..* 404\. .*hoose/],
    [answers.broken, /could not be loaded\..* 500\. .*hoose/],
    [answers.cut, /could not be opened\..* damaged or cut off/],
  ]) {
    await answer(page, '**/digits.pack', how);
    await choose();
    await notice(page, why);
    await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
    await page.getByRole('button', { name: 'Dismiss' }).click();
  }
  await answer(page, '**/digits.pack', () => {}); // never answered
  await choose();
  await page.getByLabel('Progress of opening').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await answer(page, '**/digits.pack');
  await choose();
  await visitor.digitsAreThere(page);
});

check('faults: the page\'s own files are missing or cut short', { expected: [loadFails, /Wasm|WebAssembly/] }, async ({ page, screenshot }) => {
  await visitor.digitsAreThere(page);
  const stopped = page.locator('#stopped').filter({ hasText: /^Hidden Activity could not be loaded\. Its files did not arrive, or not whole.* Check the connection, and reload the page\./ });
  for (const [files, how] of [['**/app-*_bg.wasm', answers.gone], ['**/app-*_bg.wasm', answers.cut], ['**/app-*.js', answers.gone]]) {
    await answer(page, files, how);
    await page.reload();
    await stopped.waitFor();
    await answer(page, files);
  }
  await screenshot('faults-not-loaded');
  // A part that comes later.
  await page.route('**/split_controls.wasm', answers.broken);
  await stopped.getByRole('button', { name: 'Reload' }).click();
  const missing = page.locator('.controls').getByRole('alert').filter({ hasText: 'This part of the page could not be loaded.' });
  await missing.waitFor();
  await screenshot('faults-part-missing');
  await visitor.digitsAreThere(page);
  await page.unroute('**/split_controls.wasm');
  await missing.getByRole('button', { name: 'Try again' }).click();
  await button(page, /^Train/).waitFor();
  assert.equal(await page.locator('#stopped').count(), 0);
});

check('faults: the network goes while the page loads, and comes back', { expected: [/ERR_INTERNET_DISCONNECTED|Failed to fetch/] }, async ({ page }) => {
  // The trainer is not fetched yet, nor are the digits.
  let offline = true;
  // Chromium's offline mode leaves workers their network.
  await page.route('**/trainer*', (route) => (offline ? route.abort('internetdisconnected') : route.continue()));
  let lose;
  const lost = new Promise((resolve) => { lose = resolve; });
  await page.route('**/digits.pack', async (route) => { await lost; await route.continue(); });
  await page.reload();
  await page.getByTestId('dataset-menu').waitFor();
  await page.context().setOffline(true);
  lose();
  await notice(page, /^The digits that come with this page could not be loaded\..*Choose them again/);
  await page.context().setOffline(false);
  await page.getByTestId('dataset-menu').locator('summary').click();
  await page.getByTestId('dataset-menu').getByRole('button', { name: 'Handwritten digits' }).click();
  await visitor.digitsAreThere(page);
  await page.context().setOffline(true);
  await begin(page, 2);
  assert.match(await failure(page), /^The training worker could not be loaded\./);
  await page.context().setOffline(false);
  offline = false;
  await button(page, /^Go on .*from the beginning$/).click();
  await visitor.trainingEnds(page);
});

check('faults: a hidden page goes on working and keeping, and a frozen one afterwards', async ({ page }) => {
  await canSleep(page);
  await page.reload();
  await begin(page);
  const before = await isKept(page);
  await page.evaluate(() => window.sleep(true));
  const status = page.getByTestId('training-status');
  const first = await textReaches(kept(page), /Epoch (\d+) can be resumed/, before, LONG);
  await textReaches(kept(page), /Epoch (\d+) can be resumed/, first, LONG);
  // As after minutes on a phone: neither timers nor messages.
  const browser = await page.context().newCDPSession(page);
  await browser.send('Page.setWebLifecycleState', { state: 'frozen' });
  await browser.send('Page.setWebLifecycleState', { state: 'active' });
  const epoch = Number((await status.innerText()).match(/Epoch (\d+)/)[1]);
  await page.evaluate(() => window.sleep(false));
  await reaches(page, epoch + 1);
  await button(page, 'Stop').click();
  await visitor.trainingIs(page, 'stopped');
  await visitor.projected(page, 'Right', 'FC 2 after');
});

check('faults: the way back finds the page as it was left, and the training going on', async ({ page, url }) => {
  await page.evaluate(() => addEventListener('pageshow', ({ persisted }) => { window.cameBack = persisted; }));
  await begin(page);
  await reaches(page, 1);
  const before = await isKept(page);
  await page.goto(`${url}article.html`);
  await page.evaluate(() => { setTimeout(() => history.back(), 0); });
  await page.waitForFunction(() => window.cameBack === true);
  await reaches(page, before + 2);
  await isKept(page, before + 1);
  const [first] = await visitor.firstLosses(page);
  assert.ok(first[0] < 1, `the curve begins at epoch ${first[0]}`);
  assert.equal(await offer(page).count(), 0);
});

check('faults: two tabs train at once, and neither loses what the other keeps', async ({ page, url }) => {
  const open = async () => {
    const tab = await page.context().newPage();
    await tab.goto(`${url}?analysis=none`);
    await visitor.digitsAreThere(tab);
    return tab;
  };
  await begin(page, FOREVER, '24');
  const from = await isKept(page);
  const second = await open();
  await begin(second, 2, '12');
  await visitor.trainingEnds(second);
  assert.equal(await offer(second).count(), 0, 'what another tab trains is not offered');
  await page.bringToFront();
  await isKept(page, from + 1);
  await page.close();
  // Two visits are offered what the closed tab left; one takes it.
  await second.reload();
  const third = await open();
  for (const tab of [second, third]) await offer(tab).filter({ hasText: /A training was interrupted\. Network 24 on / }).waitFor();
  await offer(third).getByRole('button', { name: /^Resume from epoch/ }).click();
  await reaches(third, from + 1);
  await isKept(third, from + 1);
  await second.bringToFront();
  await offer(second).getByRole('button', { name: /^Resume from epoch/ }).click();
  await notice(second, /^The training could not be resumed\. Another tab has resumed it\./);
  await third.bringToFront();
  const { epoch } = await visitor.progress(third);
  await reaches(third, epoch);
});
