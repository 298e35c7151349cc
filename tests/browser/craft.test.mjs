// The page in every size, by finger, pen and keys, with less motion, in the visitor's colours, and
// with its words explained.
import assert from 'node:assert/strict';
import { eventually, frames, stage } from './support.mjs';
import * as visitor from './visitor.mjs';

const check = stage();
const SHIPPED = '?analysis=analyses/digits.npz';
const TABS = ['Projections', 'Evolution', 'Neurons'];

const tab = (page, name) => page.getByRole('tab', { name });
const evolution = (page) => page.locator('section[aria-label="Evolution"]');
const finished = (page) => visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
const tooltip = (page) => page.getByRole('tooltip');

/** Shows a figure, and waits until it is drawn. */
async function show(page, name) {
  await tab(page, name).click();
  if (name === 'Evolution') await evolution(page).locator('.stage[data-layout="finished"]').waitFor();
  if (name === 'Neurons') await page.getByTestId('neurons-apart').waitFor({ timeout: 60_000 });
  await frames(page, 3);
}

// --- sizes ----------------------------------------------------------------------------------------

/** What sticks out of the window, or is cut off at the side, as lines of text. */
const sticksOut = (page) => page.evaluate(() => {
  const wide = document.documentElement.clientWidth;
  const found = [];
  if (document.documentElement.scrollWidth > wide) found.push(`the page is ${document.documentElement.scrollWidth} pixels wide`);
  for (const element of document.querySelectorAll('button, select, input, h1, h2, h3, p, summary, .caption, .stage, figcaption, table, label')) {
    const box = element.getBoundingClientRect();
    if (!box.width || element.closest('.visually-hidden, dialog, .explanation, .skip')) continue;
    let scrolls = false;
    for (let at = element.parentElement; at; at = at.parentElement) scrolls ||= /auto|scroll/.test(getComputedStyle(at).overflowX) && at.scrollWidth > at.clientWidth;
    if (!scrolls && (box.right > wide + 0.5 || box.left < -0.5)) found.push(`${element.tagName} ${element.className} "${element.textContent.slice(0, 40)}" ends at ${box.right}`);
  }
  // Columns that scroll downwards must not scroll sideways.
  for (const column of document.querySelectorAll('.controls, .figures')) {
    if (column.scrollWidth > column.clientWidth + 1) found.push(`${column.className} is ${column.scrollWidth} wide in ${column.clientWidth}`);
  }
  // What stands side by side, or one below the other, does not lie on one another.
  for (const parent of document.querySelectorAll('.masthead, .figures, .panel, .panel-head, .caption-more, .controls, .group, .field, .player, .legend, .neuron-controls')) {
    const boxes = [...parent.children]
      .filter((child) => child.getClientRects().length && !/absolute|fixed/.test(getComputedStyle(child).position))
      .map((child) => [child, child.getBoundingClientRect()]);
    boxes.forEach(([one, a], at) => boxes.slice(at + 1).forEach(([other, b]) => {
      const [x, y] = [Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)];
      if (x > 1 && y > 1) found.push(`in ${parent.className}: ${one.tagName} ${one.className} and ${other.tagName} ${other.className} overlap`);
    }));
  }
  for (const canvas of document.querySelectorAll('.inset canvas')) {
    if (canvas.clientWidth > canvas.parentElement.clientWidth + 1) found.push('an inset shows a part of its image');
  }
  return found;
});

const SIZES = [[360, 740], [390, 844], [768, 1024], [1024, 768], [1440, 900], [2560, 1440], [3840, 2160]];
for (const [width, height] of SIZES) {
  const small = width < 500;
  const context = { viewport: { width, height }, ...(small ? { deviceScaleFactor: 2, isMobile: true, hasTouch: true } : {}) };
  check(`craft: nothing sticks out at ${width} × ${height}`, { context, path: SHIPPED }, async ({ page, log, screenshot }) => {
    await finished(page);
    for (const name of TABS) {
      await show(page, name);
      assert.deepEqual(await sticksOut(page), [], name);
      const { share, text } = await page.evaluate(() => {
        const stages = [...document.querySelectorAll('.stage')].map((stage) => stage.getBoundingClientRect());
        return {
          share: stages.reduce((sum, box) => sum + box.width * box.height, 0) / (innerWidth * innerHeight),
          text: Number.parseFloat(getComputedStyle(document.body).fontSize),
        };
      });
      log(`${name}: pictures take ${(100 * share).toFixed(0)}% of the window, text ${text} pixels`);
      if (width >= 1440) assert.ok(share > (width > 2000 ? 0.4 : 0.2), `${name}: the pictures take ${share} of the window`);
      if (width >= 3840) assert.ok(text >= 20, `text of ${text} pixels on a screen of ${width}`);
      await screenshot(`size ${width} ${name}`);
    }
  });
}

check('craft: a finger finds every control on a phone', { context: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }, path: SHIPPED }, async ({ page }) => {
  await finished(page);
  for (const name of TABS) {
    await show(page, name);
    const small = await page.locator('button:visible, select:visible, summary:visible, .check:visible, input[type="number"]:visible').evaluateAll((all) =>
      all
        // Words within a line are as high as the line.
        .filter((e) => !e.matches('.term:not(.about)') && !e.closest('.visually-hidden'))
        .map((e) => [e, e.getBoundingClientRect()])
        .filter(([e, box]) => box.height < 36 || box.width < (e.closest('.matrix, .best, .layer, .steps, .about, .strip-images, .explained') ? 24 : 36))
        .map(([e, box]) => `${e.className} ${e.ariaLabel ?? e.textContent.slice(0, 30)}: ${box.width.toFixed(0)} × ${box.height.toFixed(0)}`));
    assert.deepEqual(small, [], `${name}: too small for a finger`);
  }
});

// --- motion -----------------------------------------------------------------------------------------

/** Plays the evolution to its end, and gives the places between its steps that were shown. */
async function placesPlayed(page) {
  await finished(page);
  await show(page, 'Evolution');
  const bar = evolution(page).locator('.player');
  await bar.getByLabel('Speed of the playback').selectOption('4');
  await bar.evaluate((bar) => {
    window.places = [];
    new MutationObserver(() => window.places.push(Number(bar.dataset.at))).observe(bar, { attributes: true, attributeFilter: ['data-at'] });
  });
  await bar.getByRole('button', { name: 'Play the evolution' }).click();
  await eventually(page, () => bar.getAttribute('data-playing'), (playing) => playing === 'false', 'the evolution plays to its end');
  return page.evaluate(() => window.places);
}

check('craft: with less motion the evolution jumps from step to step, and nothing moves by itself', { context: { reducedMotion: 'reduce' }, path: SHIPPED }, async ({ page }) => {
  const places = await placesPlayed(page);
  assert.ok(places.length >= 3, `${places}`);
  assert.deepEqual(places.filter((at) => !Number.isInteger(at)), [], 'places between steps');
  await evolution(page).locator('.steps button').first().click();
  await frames(page, 2);
  assert.equal(Number(await evolution(page).locator('.player').getAttribute('data-at')), 0, 'a chosen step is shown at once');
  const moving = await page.evaluate(() => document.getAnimations().length);
  assert.equal(moving, 0);
  const slow = await page.evaluate(() => [...document.querySelectorAll('*')].filter((e) => Number.parseFloat(getComputedStyle(e).transitionDuration) > 0).map((e) => e.className));
  assert.deepEqual(slow, []);
});

check('craft: otherwise it glides between them', { path: SHIPPED }, async ({ page }) => {
  const places = await placesPlayed(page);
  assert.ok(places.some((at) => !Number.isInteger(at)), `${places}`);
});

// --- fingers and pens -------------------------------------------------------------------------------

const TOUCH = { context: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }, path: SHIPPED };

/** Fingers on the screen: down, along ways of places, up. */
async function fingers(page) {
  const session = await page.context().newCDPSession(page);
  const touch = (type, places) => session.send('Input.dispatchTouchEvent', { type, touchPoints: places.map(([x, y], id) => ({ x, y, id })) });
  return {
    down: (...places) => touch('touchStart', places),
    up: () => touch('touchEnd', []),
    async along(from, to, steps = 8) {
      for (let step = 1; step <= steps; step++) {
        await touch('touchMove', from.map(([x, y], finger) => [x + ((to[finger][0] - x) * step) / steps, y + ((to[finger][1] - y) * step) / steps]));
        await frames(page, 1);
      }
    },
  };
}

const scrolled = (page) => page.evaluate(() => scrollY);

check('craft: on a phone a finger scrolls over a picture, two zoom it, a tap selects', TOUCH, async ({ page, screenshot }) => {
  await finished(page);
  const picture = visitor.picture(page, 'Right');
  await picture.scrollIntoViewIfNeeded();
  await frames(page, 3);
  const hand = await fingers(page);
  const middle = async () => {
    const box = await picture.boundingBox();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };

  // Upwards: the page goes on.
  const before = await scrolled(page);
  const [x, y] = await middle();
  await hand.down([x, y]);
  await hand.along([[x, y]], [[x, y - 220]]);
  await hand.up();
  await eventually(page, () => scrolled(page), (now) => now > before + 100, 'the page does not scroll');
  assert.equal(await visitor.selected(page), 0, 'scrolling selects nothing');

  // Apart: the picture grows, the page does not.
  await picture.scrollIntoViewIfNeeded();
  const home = await visitor.atRest(page, picture);
  const [mx, my] = await middle();
  const at = await scrolled(page);
  await hand.down([mx - 30, my - 10], [mx + 30, my + 10]);
  await hand.along([[mx - 30, my - 10], [mx + 30, my + 10]], [[mx - 110, my - 40], [mx + 110, my + 40]]);
  await hand.up();
  await visitor.redrawn(page, picture, home);
  assert.equal(await page.evaluate(() => visualViewport.scale), 1, 'the page keeps its scale');
  assert.ok(Math.abs((await scrolled(page)) - at) < 4, 'and its place');
  await screenshot('touch pinched');
  await visitor.panel(page, 'Right').getByRole('button', { name: 'Show everything' }).tap();
  await eventually(page, () => visitor.pixels(picture), (now) => now.fingerprint === home.fingerprint, 'everything is shown again');

  await page.touchscreen.tap(...(await visitor.somePoint(page, 'Right')));
  await eventually(page, () => visitor.selected(page), (n) => n === 1, 'a tap selects a point');
});

check('craft: a finger that rests asks about a point, and then draws a lasso in any direction', TOUCH, async ({ page, screenshot }) => {
  await finished(page);
  const picture = visitor.picture(page, 'Right');
  await picture.scrollIntoViewIfNeeded();
  await frames(page, 3);
  const hand = await fingers(page);
  const point = await visitor.somePoint(page, 'Right');
  await hand.down(point);
  await page.getByTestId('hover-card').waitFor();
  await hand.up();
  await screenshot('touch held');
  assert.equal(await visitor.selected(page), 0, 'asking selects nothing');
  await page.getByTestId('hover-card').waitFor();

  const box = await picture.boundingBox();
  const corner = (x, y) => [box.x + x * box.width, box.y + y * box.height];
  const at = await scrolled(page);
  const [a, b, c, d] = [corner(0.1, 0.15), corner(0.1, 0.95), corner(0.95, 0.95), corner(0.95, 0.15)];
  await hand.down(a);
  await new Promise((rested) => setTimeout(rested, 600)); // a finger that rests is a matter of time
  for (const [from, to] of [[a, b], [b, c], [c, d]]) await hand.along([from], [to], 5);
  await hand.up();
  await eventually(page, () => visitor.selected(page), (n) => n > 300, 'the lasso selects');
  assert.equal(await scrolled(page), at, 'the page stays where it is');
});

check('craft: a pen hovers like a mouse', { path: SHIPPED }, async ({ page }) => {
  await finished(page);
  const [x, y] = await visitor.somePoint(page, 'Right');
  const session = await page.context().newCDPSession(page);
  await session.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y, pointerType: 'pen' });
  await page.getByTestId('hover-card').waitFor();
});

// --- keys -------------------------------------------------------------------------------------------

check('craft: Tab goes through the whole page, and the focus can be seen everywhere', { path: SHIPPED }, async ({ page, log }) => {
  await finished(page);
  const wanted = await page.locator('button:visible:enabled, select:visible:enabled, input:visible:enabled, summary:visible, canvas[tabindex="0"]:visible, a[href]:visible').evaluateAll((all) =>
    all.filter((e) => e.tabIndex >= 0).length);
  const seen = await page.evaluate(() => { window.reached = new Set(); return 0; });
  let unseen = [];
  for (let press = seen; press < wanted + 40; press++) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate(() => {
      const e = document.activeElement;
      if (!e || e === document.body) return 'out';
      if (window.reached.has(e)) return 'again';
      window.reached.add(e);
      // An input that is not seen shows its focus on its label.
      const shown = e.matches('.visually-hidden') ? e.closest('label') : e;
      const style = getComputedStyle(shown);
      const box = shown.getBoundingClientRect();
      const visible = style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2;
      const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
      return visible && inside ? 'seen' : `${e.tagName} ${e.className} ${e.ariaLabel ?? e.textContent.slice(0, 30)}`;
    });
    if (found === 'out' || found === 'again') break;
    if (found !== 'seen') unseen.push(found);
  }
  const reached = await page.evaluate(() => window.reached.size);
  log(`${reached} places, ${wanted} controls`);
  assert.deepEqual(unseen, [], 'focus that is not seen');
  assert.ok(reached >= wanted, `${reached} of ${wanted} were reached`);
});

check('craft: arrows walk along the tabs', { path: SHIPPED }, async ({ page }) => {
  await finished(page);
  await tab(page, 'Projections').focus();
  for (const [key, name] of [['ArrowRight', 'Evolution'], ['ArrowRight', 'Neurons'], ['ArrowRight', 'Projections'], ['ArrowLeft', 'Neurons'], ['Home', 'Projections'], ['End', 'Neurons']]) {
    await page.keyboard.press(key);
    await page.getByRole('tab', { name, selected: true }).waitFor();
    assert.equal(await tab(page, name).evaluate((e) => e === document.activeElement), true, `${name} has the focus`);
  }
});

check('craft: ? opens the help, which keeps the focus and gives it back', { path: SHIPPED }, async ({ page, screenshot }) => {
  await finished(page);
  await page.getByRole('button', { name: 'Run both again' }).focus();
  await visitor.picture(page, 'Left').focus();
  await page.keyboard.press(']');
  await page.keyboard.press('Enter');
  await eventually(page, () => visitor.selected(page), (n) => n === 1, 'a point is selected');
  await page.keyboard.press('?');
  const help = page.getByRole('dialog');
  await help.getByText('Neighborhood hit (NH)', { exact: true }).waitFor();
  await screenshot('help');
  for (let press = 0; press < 6; press++) {
    await page.keyboard.press('Tab');
    // Between the last and the first the browser's own controls come.
    assert.equal(await page.evaluate(() => document.activeElement === document.body || Boolean(document.activeElement.closest('dialog'))), true, 'the focus stays inside');
  }
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'hidden' });
  assert.equal(await visitor.picture(page, 'Left').evaluate((e) => e === document.activeElement), true, 'the focus is back');
  assert.equal(await visitor.selected(page), 1, 'what was selected stays');
  // By the button, and closed by a press beside it.
  await page.getByRole('button', { name: 'Help' }).click();
  await help.waitFor();
  await page.mouse.click(8, 400);
  await help.waitFor({ state: 'hidden' });
});

// --- words ------------------------------------------------------------------------------------------

check('craft: a term explains itself with its source, by mouse and by keys', { path: SHIPPED }, async ({ page, screenshot }) => {
  const asked = [];
  page.on('request', (request) => request.url().includes('glossary') && asked.push(request.url()));
  await finished(page);
  assert.deepEqual(asked, [], 'nothing is fetched before it is wanted');
  const term = visitor.caption(page, 'Right').locator('.term', { hasText: 'NH' }).first();
  await term.hover();
  await tooltip(page).getByText('Neighborhood hit (NH)').waitFor();
  const told = await tooltip(page).innerText();
  assert.match(told, /k nearest neighbours/);
  assert.match(told, /Paulovich.*IEEE TVCG 14\(3\), 2008/);
  await screenshot('term');
  // The pointer can go to the tooltip, which stays.
  const box = await tooltip(page).boundingBox();
  await page.mouse.move(box.x + 40, box.y + box.height / 2, { steps: 6 });
  await new Promise((later) => setTimeout(later, 500)); // longer than a tooltip without a pointer stays
  assert.equal(await tooltip(page).isVisible(), true, 'it can be pointed at');
  await page.mouse.move(700, 300, { steps: 3 });
  await tooltip(page).waitFor({ state: 'hidden' });

  await visitor.picture(page, 'Left').focus();
  await page.keyboard.press(']');
  await page.keyboard.press('Enter');
  await eventually(page, () => visitor.selected(page), (n) => n === 1, 'a point is selected');
  await term.focus();
  await tooltip(page).waitFor();
  assert.equal(await term.getAttribute('aria-describedby'), await tooltip(page).getAttribute('id'));
  await page.keyboard.press('Escape');
  await tooltip(page).waitFor({ state: 'hidden' });
  assert.equal(await visitor.selected(page), 1, 'Escape closed the explanation alone');
  assert.equal(await term.evaluate((e) => e === document.activeElement), true);
  await page.keyboard.press('Enter');
  await tooltip(page).waitFor();
  await page.keyboard.press('Tab');
  await eventually(page, () => tooltip(page).innerText().catch(() => ''), (text) => !text.includes('Neighborhood'), 'it follows the focus');
  assert.equal(asked.length, 1, 'fetched once');
  // In Chinese where the page is.
  await page.evaluate(() => { document.documentElement.lang = 'zh'; });
  await visitor.caption(page, 'Left').locator('.term', { hasText: 'perplexity' }).hover();
  await tooltip(page).getByText('困惑度').waitFor();
});

check('craft: on a phone an explanation comes by a tap and lies within the window', { context: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }, path: SHIPPED }, async ({ page, screenshot }) => {
  await finished(page);
  const terms = visitor.caption(page, 'Right').locator('.term');
  for (let at = 0; at < (await terms.count()); at++) {
    await terms.nth(at).tap();
    await tooltip(page).waitFor();
    await frames(page, 3);
    const box = await tooltip(page).boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= 360 && box.y >= 0 && box.y + box.height <= 740, JSON.stringify(box));
    if (at === 1) await screenshot('term phone');
    await page.touchscreen.tap(180, 20);
    await tooltip(page).waitFor({ state: 'hidden' });
  }
});

check('craft: an explanation that cannot be fetched says so', { path: SHIPPED, expected: [/glossary|Failed to load/] }, async ({ page }) => {
  await finished(page);
  await page.route('**/glossary.json', (route) => route.fulfill({ status: 503, body: '' }));
  await visitor.caption(page, 'Right').locator('.term').first().hover();
  await tooltip(page).getByText('This explanation could not be loaded.').waitFor();
  await page.unroute('**/glossary.json');
  await page.mouse.move(5, 5);
  await tooltip(page).waitFor({ state: 'hidden' });
  await visitor.caption(page, 'Right').locator('.term').first().hover();
  await tooltip(page).getByText('Paulovich').waitFor();
});

// --- colours ----------------------------------------------------------------------------------------

/** Brightness of a picture's ground and of the page, 0 to 255. */
const grounds = async (page) => {
  const [[colour]] = (await visitor.pixels(visitor.picture(page, 'Right'))).counts;
  const body = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).slice(0, 3).map(Number));
  const mean = (rgb) => rgb.reduce((a, b) => a + b) / 3;
  return [mean([colour >> 16, (colour >> 8) & 255, colour & 255]), mean(body)];
};
const areDark = (both) => both.every((ground) => ground < 64);
const areLight = (both) => both.every((ground) => ground > 192);

check('craft: light or dark is the system’s until the visitor chooses, who is remembered', { context: { colorScheme: 'dark' }, path: SHIPPED }, async ({ page }) => {
  await finished(page);
  await eventually(page, () => grounds(page), areDark, 'dark, as the system');
  const menu = page.getByLabel('Light or dark');
  await menu.selectOption('Light');
  await eventually(page, () => grounds(page), areLight, 'light, as chosen');
  await page.reload();
  // Before the page's own code runs.
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'light');
  await finished(page);
  await eventually(page, () => grounds(page), areLight, 'still light');
  assert.equal(await menu.inputValue(), 'light');
  await menu.selectOption('Auto');
  await eventually(page, () => grounds(page), areDark, 'as the system again');
  await page.emulateMedia({ colorScheme: 'light' });
  await eventually(page, () => grounds(page), areLight, 'and along with it');
});

check('craft: where nothing can be kept, the choice holds for the visit', { path: SHIPPED }, async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } }));
  await page.reload();
  await finished(page);
  await page.getByLabel('Light or dark').selectOption('Dark');
  await eventually(page, () => grounds(page), areDark, 'dark, as chosen');
});

check('craft: more contrast reaches the pictures', { path: SHIPPED }, async ({ page, screenshot }) => {
  await finished(page);
  const plain = await visitor.pixels(visitor.picture(page, 'Right'));
  await page.emulateMedia({ contrast: 'more' });
  const more = await visitor.redrawn(page, visitor.picture(page, 'Right'), plain);
  assert.equal(more.counts[0][0], 0xffffff, 'a white ground');
  // The rims: a little of what is behind them shines through.
  const dark = (picture) => picture.counts.filter(([colour]) => Math.max(colour >> 16, (colour >> 8) & 255, colour & 255) < 90).reduce((sum, [, n]) => sum + n, 0);
  assert.ok(dark(more) > 150 && dark(plain) < 20, `${dark(more)} dark pixels, ${dark(plain)} before`);
  await screenshot('contrast');
  await page.emulateMedia({ contrast: null, forcedColors: 'active' });
  await eventually(page, () => visitor.pixels(visitor.picture(page, 'Right')), (now) => dark(now) > 150, 'with the system’s own colours, too');
  // What is pressed differs from what is not, and can be read.
  const [pressed, other] = await page.locator('.stage .tools').first().evaluate((tools) =>
    ['true', 'false'].map((pressed) => {
      const { backgroundColor, color } = getComputedStyle(tools.querySelector(`button[aria-pressed="${pressed}"]`));
      return [backgroundColor, color];
    }));
  assert.notEqual(pressed[0], pressed[1]);
  assert.notEqual(pressed[0], other[0]);
  await screenshot('forced colours');
});
