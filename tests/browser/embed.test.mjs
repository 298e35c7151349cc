// Figures in other pages: each alone in a frame, the article that comes with the page, sandboxes, messages.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';
import { LONG, eventually, stage } from './support.mjs';
import * as visitor from './visitor.mjs';

const stageCheck = stage();
/** Begins at a file that is no page, and so keeps nothing in the browser; nor does it name an icon, which the
    browser looks for and reports as missing. */
const check = (name, ...rest) =>
  stageCheck(name, { path: 'embed.js', expected: [/^console: Failed to load resource.* 404/], ...(rest.length > 1 ? rest[0] : {}) }, rest.at(-1));
const ANALYSIS = 'analyses/digits.npz';
const SIZES = [[640, 420], [320, 300], [280, 280]];
const percent = (share) => `${(100 * share).toFixed(2)}%`;

/** What the shipped file says of itself: analysis.json, read without the page. */
async function about() {
  const zip = await readFile(new URL(`../../public/${ANALYSIS}`, import.meta.url));
  const name = Buffer.from('analysis.json');
  const entry = zip.lastIndexOf(name) - 46; // in the directory at the file's end
  assert.equal(zip.readUInt32LE(entry), 0x02014b50);
  const local = zip.readUInt32LE(entry + 42);
  const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const packed = zip.subarray(begin, begin + zip.readUInt32LE(entry + 20));
  return JSON.parse(zip.readUInt16LE(entry + 10) === 8 ? inflateRawSync(packed) : packed);
}
const hitOf = (file, index, epoch) =>
  file.projections.find(({ of }) => of.part === 'test' && of.source.layer?.index === index && of.source.layer?.epoch === epoch).hit.overall;
const sequenceOf = (file, kind) => file.evolutions.find(({ of }) => kind in of.along);

/** Opens a page of our own around frames, which keeps what they tell in `told`, by the frame's id. */
async function around(page, url, body) {
  const html = `<!doctype html><meta charset="utf-8"><title>Around</title><link rel="icon" href="data:,"><style>body{margin:0}iframe{border:0;display:block}</style>
    <script>
      window.told = {};
      window.pageErrors = [];
      addEventListener('message', ({ source, data }) => {
        const frame = [...document.querySelectorAll('iframe')].find((frame) => frame.contentWindow === source);
        (told[frame?.id] ??= []).push(data);
      });
      window.say = (id, data) => document.getElementById(id).contentWindow.postMessage(data, '*');
    </script>${body}`;
  await page.route('**/around.html', (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await page.goto(`${url}around.html`);
}
const told = (page, id, event) => page.evaluate(([id, event]) => (told[id] ?? []).filter((data) => data.event === event), [id, event]);
const heard = (page, id, event, count = 1, limit = LONG) =>
  eventually(page, () => told(page, id, event), (all) => all.length >= count, `${id} did not tell ${event}`, limit).then((all) => all.at(-1));
const say = (page, id, message) =>
  page.evaluate(([id, message]) => window.say(id, { type: 'hidden-activity', version: 1, ...message }), [id, message]);
const frameOf = (page, id) => page.locator(`#${id}`).contentFrame();

/** What lies outside its frame or is cut off there. */
const cutOff = (frame) =>
  frame.locator('html').evaluate((root) => {
    const wrong = [];
    if (root.scrollWidth > root.clientWidth || root.scrollHeight > root.clientHeight) {
      wrong.push(`scrolls: ${root.scrollWidth}×${root.scrollHeight} in ${root.clientWidth}×${root.clientHeight}`);
    }
    for (const element of root.querySelectorAll('h2, .stage, .caption, .matrix, .matrix button, .plot, .player, .legend button, footer a')) {
      const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
      if (width * height === 0 || getComputedStyle(element).visibility === 'hidden') continue;
      if (left < -0.5 || top < -0.5 || right > innerWidth + 0.5 || bottom > innerHeight + 0.5) {
        wrong.push(`${element.tagName}.${element.className} ${element.innerText?.slice(0, 20)}: ${[left, top, right, bottom].map(Math.round)}`);
      }
    }
    // A part of the figure that scrolls or hides its end would be a cut, too.
    for (const element of root.querySelectorAll('.embed, .panel, .matrix, .evolution-curves, .neurons, .pair')) {
      const { scrollWidth, scrollHeight, clientWidth, clientHeight } = element;
      if (clientWidth * clientHeight > 0 && (scrollWidth > clientWidth + 1 || scrollHeight > clientHeight + 1)) {
        wrong.push(`${element.className}: ${scrollWidth}×${scrollHeight} in ${clientWidth}×${clientHeight}`);
      }
    }
    return wrong;
  });
/** The controls of the page that a reader can see. */
const chrome = (frame) =>
  frame.locator('.masthead, .controls, [role="tablist"], .panel-head select, .neuron-controls select, .strip, .steps, .trail-row, .caption-more')
    .evaluateAll((all) => all.filter((element) => element.getClientRects().length > 0).map((element) => element.className));
/** Share of the frame that a picture takes. */
const share = (frame, selector) =>
  frame.locator(selector).first().evaluate((element) => (element.clientWidth * element.clientHeight) / (innerWidth * innerHeight));

/** What each figure has to show, in numbers. */
const FIGURES = {
  async projection(frame, ready, file) {
    const hit = hitOf(file, 3, 20);
    assert.equal(await frame.getByTestId('nh-1').innerText(), percent(hit));
    assert.deepEqual(ready.hits.map(percent), [percent(hit)]);
    assert.equal(await frame.getByTestId('accuracy-1').innerText(), percent(ready.accuracy));
    assert.ok(Math.abs(ready.accuracy - file.settings.whole_test.accuracy) < 1e-6);
    await pictures(frame, 1);
  },
  async pair(frame, ready, file) {
    const hits = [hitOf(file, 3, 0), hitOf(file, 3, 20)].map(percent);
    assert.deepEqual([await frame.getByTestId('nh-0').innerText(), await frame.getByTestId('nh-1').innerText()], hits);
    assert.deepEqual(ready.hits.map(percent), hits);
    await pictures(frame, 2);
  },
  async evolution(frame, ready, file) {
    await evolved(frame, ready, file);
    assert.equal(await frame.locator('.player').getAttribute('data-at'), '0.000');
    await frame.getByRole('button', { name: 'One step forward' }).click();
    await frame.locator('.player[data-at="1.000"]').waitFor();
  },
  async trails(frame, ready, file) {
    await evolved(frame, ready, file);
    await frame.locator('.stage[data-trails="719"]').waitFor({ timeout: LONG });
  },
  async neurons(frame, ready, file) {
    assert.deepEqual(file.neurons.map(({ of }) => of.source.layer.epoch), [0, 20]);
    for (const side of [0, 1]) {
      const stress = file.neurons[side].layout.stress.normalised;
      assert.equal(await frame.getByTestId(`neuron-stress-${side}`).innerText(), stress.toFixed(3));
    }
    await pictures(frame, 2, '128');
  },
  async curves(frame, ready, file) {
    const { hits } = sequenceOf(file, 'epochs');
    const shown = JSON.parse(await frame.getByTestId('evolution-nh-curve').getAttribute('data-values'));
    assert.deepEqual(shown.map(([, hit]) => percent(hit)), hits.map(({ overall }) => percent(overall)));
    assert.deepEqual(ready.hits.map(percent), hits.map(({ overall }) => percent(overall)));
    await frame.getByText(percent(hits.at(-1).overall)).first().waitFor();
    assert.equal(await frame.locator('canvas.curve').count(), 3);
  },
  async confusion(frame, ready, file) {
    const cells = await frame.locator('[data-testid="confusion-matrix"] td button').evaluateAll((all) => all.map((cell) => Number(cell.innerText) || 0));
    assert.equal(cells.length, 100);
    assert.equal(cells.reduce((sum, count) => sum + count), ready.observations);
    const right = cells.filter((_, at) => at % 11 === 0).reduce((sum, count) => sum + count);
    assert.equal(percent(right / ready.observations), percent(file.settings.whole_test.accuracy));
  },
};
async function evolved(frame, ready, file) {
  const hits = sequenceOf(file, 'epochs').hits.map(({ overall }) => percent(overall));
  assert.deepEqual(ready.hits.map(percent), hits);
  const words = await frame.getByTestId('caption-evolution').innerText();
  assert.ok(words.startsWith(`NH from ${hits[0]} to ${hits.at(-1)}`), words);
  await pictures(frame, 1);
}
/** So many pictures of points, drawn and with room. */
async function pictures(frame, count, points = '719') {
  const stages = frame.locator('.stage:visible');
  assert.equal(await stages.count(), count);
  for (let i = 0; i < count; i++) {
    assert.equal(await stages.nth(i).getAttribute('data-points'), points);
    const drawn = await visitor.pixels(stages.nth(i).locator('canvas').first());
    assert.ok(drawn.colours > 30, `${drawn.colours} colours`);
  }
}

for (const [figure, holds] of Object.entries(FIGURES)) {
  check(`embed: ${figure} alone in its frame, from large to small`, async ({ page, url, screenshot }) => {
    const file = await about();
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height });
      await around(page, url, `<iframe id="one" width="${width}" height="${height}" src="${url}?embed=${figure}"></iframe>`);
      const ready = await heard(page, 'one', 'ready');
      assert.equal(ready.figure, figure);
      assert.deepEqual([ready.part, ready.observations], ['test', 719]);
      assert.deepEqual([ready.layers, ready.epochs], [['FC 1', 'FC 2', 'FC 3', 'FC 4'], [0, 1, 2, 5, 10, 20]]);
      assert.deepEqual(ready.classes, [...'0123456789']);
      const frame = frameOf(page, 'one');
      await holds(frame, ready, file);
      assert.deepEqual(await chrome(frame), [], 'controls of the page');
      assert.deepEqual(await cutOff(frame), [], `cut off at ${width}×${height}`);
      const room = figure === 'curves' ? '.evolution-curves' : figure === 'confusion' ? '.matrix' : figure === 'pair' ? '.pair' : figure === 'neurons' ? '.neurons' : '.stage';
      assert.ok((await share(frame, room)) > 0.4, `${room} takes ${await share(frame, room)} of ${width}×${height}`);
      const link = frame.getByRole('link', { name: 'Open in Hidden Activity' });
      assert.equal(await link.evaluate((a) => [a.target, a.rel, new URL(a.href).searchParams.get('analysis')].join(' ')), `_blank noopener ${ANALYSIS}`);
      await page.mouse.move(1, height - 1);
      await screenshot(`embed ${figure} ${width}`);
    }
    assert.ok(!asked.some((address) => /trainer/.test(address)), 'an embed does not train');
    assert.deepEqual(await page.evaluate(async () => [localStorage.length, (await indexedDB.databases()).length]), [0, 0], 'an embed keeps nothing');
    const logged = await told(page, 'one', 'error');
    assert.deepEqual(logged, []);
  });
}

check('embed: layer, epoch, part, theme and selection are read from the address', async ({ page, url, screenshot }) => {
  const file = await about();
  await around(page, url, `
    <iframe id="before" width="500" height="400" src="${url}?embed=projection&layer=4&epoch=0&theme=dark&select=class:8"></iframe>
    <iframe id="pixels" width="500" height="400" src="${url}?embed=projection&layer=pixels&select=0,5,9"></iframe>
    <iframe id="layers" width="500" height="400" src="${url}?embed=curves&layer=4"></iframe>
    <iframe id="wrong" width="500" height="200" src="${url}?embed=projection&epoch=soon"></iframe>
    <iframe id="absent" width="500" height="200" src="${url}?embed=projection&epoch=7"></iframe>`);
  assert.deepEqual((await heard(page, 'before', 'ready')).hits.map(percent), [percent(hitOf(file, 3, 0))]);
  const selected = await heard(page, 'before', 'select');
  assert.deepEqual([selected.by, selected.part], ['command', 'test']);
  assert.ok(selected.indices.length > 60 && selected.indices.length < 80, `${selected.indices.length} eights`);
  const ground = await frameOf(page, 'before').locator('.stage').evaluate((stage) => getComputedStyle(stage).backgroundColor);
  assert.equal(ground, 'rgb(28, 31, 37)');
  await heard(page, 'pixels', 'ready');
  assert.equal(await frameOf(page, 'pixels').locator('h2').innerText(), 'Raw pixels');
  assert.deepEqual((await heard(page, 'pixels', 'select')).indices, [0, 5, 9]);
  await heard(page, 'layers', 'ready');
  assert.match((await heard(page, 'wrong', 'error')).message, /epoch is a whole number/);
  await frameOf(page, 'wrong').getByRole('alert').getByText('epoch is a whole number').waitFor();
  assert.match((await heard(page, 'absent', 'error')).message, /epochs 0, 1, 2, 5, 10, 20/);
  await screenshot('embed addresses');
});

check('embed: commands are done, and malformed ones answered without harm', async ({ page, url }) => {
  await around(page, url, `
    <iframe id="pair" width="700" height="400" src="${url}?embed=pair"></iframe>
    <iframe id="trails" width="700" height="400" src="${url}?embed=trails"></iframe>`);
  await heard(page, 'pair', 'ready');
  await heard(page, 'trails', 'ready');
  const frame = frameOf(page, 'pair');
  const picture = frame.locator('.stage > canvas').nth(1);
  const look = () => visitor.pixels(picture).then(({ fingerprint }) => fingerprint);
  const still = async () => {
    let before;
    await eventually(page, () => visitor.pixels(picture), ({ colours }) => colours > 30, 'nothing is drawn');
    return eventually(page, look, (now) => now === before || void (before = now), 'the picture moves');
  };
  const changes = (before) => eventually(page, look, (now) => now !== before, 'the picture did not change');
  const first = await still();

  await say(page, 'pair', { command: 'select', class: 3 });
  const { indices, by } = await heard(page, 'pair', 'select');
  assert.equal(by, 'command');
  await say(page, 'pair', { command: 'select', indices: indices.slice(0, 2) });
  assert.deepEqual((await heard(page, 'pair', 'select', 2)).indices, indices.slice(0, 2));
  await changes(first);
  await say(page, 'pair', { command: 'select', indices: [] });
  assert.deepEqual((await heard(page, 'pair', 'select', 3)).indices, []);
  await eventually(page, look, (now) => now === first, 'not as before');

  await say(page, 'pair', { command: 'color', by: 'prediction' });
  await changes(first);
  await say(page, 'pair', { command: 'color', by: 'class' });
  await eventually(page, look, (now) => now === first, 'not as before');
  await say(page, 'pair', { command: 'goto', epoch: 1, layer: 4 });
  await frame.getByRole('heading', { name: 'FC 4 after 1 epoch' }).waitFor();
  await say(page, 'trails', { command: 'goto', epoch: 20 });
  await frameOf(page, 'trails').locator('.player[data-at="5.000"]').waitFor();

  // The file has no activations to colour by, and not every epoch.
  assert.equal((await told(page, 'pair', 'error')).length, 0);
  await say(page, 'pair', { command: 'color', by: 'activation', neuron: 5 });
  assert.match((await heard(page, 'pair', 'error', 1)).message, /activations/);
  await say(page, 'pair', { command: 'goto', epoch: 3 });
  assert.match((await heard(page, 'pair', 'error', 2)).message, /epochs 0, 1, 2, 5, 10, 20/);

  const malformed = [
    { command: 'explode' }, { command: 'select' }, { command: 'select', indices: [1e9] }, { command: 'select', indices: ['<b>'] },
    { command: 'select', indices: [-1] }, { command: 'select', class: 99 }, { command: 'select', indices: Array(100_001).fill(1) },
    { command: 'goto', epoch: 'last' }, { command: 'color', by: 'activation', neuron: 1, layer: 1e308 }, { version: 2, command: 'goto', epoch: 1 },
  ];
  for (const [at, message] of malformed.entries()) {
    await say(page, 'pair', message);
    await heard(page, 'pair', 'error', 3 + at);
  }
  // What is not ours is not answered.
  await page.evaluate(() => {
    for (const data of [null, 1, 'hidden-activity', [], {}, { type: 'other' }, { type: 'Hidden-Activity', command: 'select' }]) window.say('pair', data);
  });
  // Nor what another frame says than the page around.
  await page.evaluate(() => {
    const stranger = document.body.appendChild(document.createElement('iframe'));
    const script = stranger.contentDocument.createElement('script');
    script.textContent = `parent.document.getElementById('pair').contentWindow.postMessage({ type: 'hidden-activity', version: 1, command: 'select', class: 1 }, '*')`;
    stranger.contentDocument.body.append(script);
  });
  await say(page, 'pair', { command: 'select', indices: [7] });
  const last = await heard(page, 'pair', 'select', 4);
  assert.deepEqual(last.indices, [7]);
  assert.equal((await told(page, 'pair', 'select')).length, 4);
  assert.equal((await told(page, 'pair', 'error')).length, 2 + malformed.length);
  assert.equal(await frame.getByRole('heading', { name: 'FC 4 after 1 epoch' }).count(), 1);

  // A reader's own selection says so, and so does what is pointed at.
  const [x, y] = await eventually(page, () => picture.boundingBox().then(({ x, y, width, height }) => [x + width / 2, y + height / 2]), Boolean, 'no picture');
  await page.mouse.move(x - 150, y - 120);
  await page.mouse.down();
  for (const [dx, dy] of [[-150, 120], [150, 120], [150, -120]]) await page.mouse.move(x + dx, y + dy, { steps: 6 });
  await page.mouse.up();
  const own = await heard(page, 'pair', 'select', 5);
  assert.equal(own.by, 'reader');
  assert.ok(own.indices.length > 10, `${own.indices.length} in the lasso`);
  await page.mouse.move(...(await visitor.somePoint(frame, 'Right')));
  const hover = await heard(page, 'pair', 'hover');
  assert.equal(hover.part, 'test');
  assert.ok(hover.index >= 0 && hover.index < 719 && hover.class >= 0 && hover.class <= 9, JSON.stringify(hover));
  const card = await frame.getByTestId('hover-card').innerText();
  assert.match(card, new RegExp(`True label ${hover.class}[^]*test observation ${hover.index + 1}`));
  await page.mouse.move(5, 850);
  assert.equal((await heard(page, 'pair', 'hover', 2)).index, null);
});

check('embed: works in a sandbox that allows scripts and nothing else', async ({ page, url, screenshot }) => {
  const file = await about();
  await around(page, url, `
    <iframe id="pair" sandbox="allow-scripts" width="700" height="400" src="${url}?embed=pair"></iframe>
    <iframe id="trails" sandbox="allow-scripts" width="700" height="400" src="${url}?embed=trails"></iframe>`);
  const ready = await heard(page, 'pair', 'ready');
  assert.deepEqual(ready.hits.map(percent), [hitOf(file, 3, 0), hitOf(file, 3, 20)].map(percent));
  const frame = page.frames().find((frame) => frame.url().includes('embed=pair'));
  assert.equal(await frame.evaluate(() => self.origin), 'null');
  assert.match(await frame.evaluate(() => { try { return String(localStorage); } catch (error) { return error.name; } }), /SecurityError/);
  await say(page, 'pair', { command: 'select', class: 8 });
  assert.ok((await heard(page, 'pair', 'select')).indices.length > 60);
  // The trails are bundled by a worker, which has to be started there, too.
  await heard(page, 'trails', 'ready');
  await frameOf(page, 'trails').locator('.stage[data-trails="719"]').waitFor({ timeout: LONG });
  await screenshot('embed sandbox');
});

check('embed: what is far below is loaded when it is scrolled to, and attributes can change', async ({ page, url }) => {
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.route('**/far.html', (route) => route.fulfill({
    contentType: 'text/html',
    body: `<!doctype html><title>Far</title><link rel="icon" href="data:,"><script type="module" src="embed.js"></script>
      <style>hidden-activity { width: 600px; height: 400px }</style>
      <hidden-activity id="near" figure="projection" analysis="${ANALYSIS}"></hidden-activity><div style="height: 20000px"></div>
      <hidden-activity id="far" figure="confusion" analysis="${ANALYSIS}" title="What is taken for what"></hidden-activity>`,
  }));
  await page.goto(`${url}far.html`);
  const ready = (id) => page.evaluate((id) => document.getElementById(id).detail, id);
  await eventually(page, () => ready('near'), Boolean, 'the near one is not ready', LONG);
  const far = () => asked.filter((address) => address.includes('embed=confusion')).length;
  assert.equal(far(), 0, 'the far one was loaded');
  await page.locator('#far').scrollIntoViewIfNeeded();
  await eventually(page, () => ready('far'), Boolean, 'the far one is not ready', LONG);
  assert.equal(far(), 1);
  assert.equal(await page.locator('#far iframe').getAttribute('title'), 'What is taken for what');

  await page.evaluate(() => scrollTo(0, 0));
  const before = await page.evaluate(() => history.length);
  await page.locator('#near').evaluate((element) => { element.setAttribute('figure', 'pair'); element.setAttribute('theme', 'dark'); });
  await eventually(page, () => ready('near'), (detail) => detail?.figure === 'pair', 'the change was not followed', LONG);
  assert.equal(await page.evaluate(() => history.length), before, 'a change is no step of the history');
  const heardBack = page.evaluate(() => new Promise((heard) => {
    const element = document.getElementById('near');
    element.addEventListener('select', ({ detail }) => heard(detail), { once: true });
    element.select([4, 2]);
  }));
  assert.deepEqual((await heardBack).indices, [2, 4]);
});

const ARTICLE = { path: 'article.html' };
async function read(page) {
  for (const id of ['pair', 'trails', 'confusion', 'projection']) {
    await page.locator(`#${id}`).scrollIntoViewIfNeeded();
    await eventually(page, () => page.evaluate((id) => document.getElementById(id).detail?.figure, id), (figure) => figure === id, `${id} is not ready`, LONG);
  }
  await frameOf(page, 'trails iframe').locator('.stage[data-trails="719"]').waitFor({ timeout: LONG });
  await page.evaluate(() => scrollTo(0, 0));
}
const whole = async (page, screenshot, name) => {
  const { width } = page.viewportSize();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height });
  await screenshot(name);
};

check('embed: the example article has live figures that are linked', ARTICLE, async ({ page, screenshot }) => {
  const file = await about();
  await read(page);
  const tenth = (share) => `${(100 * share).toFixed(1)} %`;
  const written = await page.locator('output').allInnerTexts();
  assert.deepEqual(written, ['719', tenth(hitOf(file, 3, 0)), tenth(hitOf(file, 3, 20)), tenth(file.settings.whole_test.accuracy)]);

  // The wheel scrolls the article, also where a figure is below it; it does not zoom.
  const figure = frameOf(page, 'pair iframe').locator('.stage > canvas').first();
  const before = await visitor.atRest(page, figure);
  const { x, y } = await figure.boundingBox();
  await page.mouse.move(x + 8, y + 8);
  await page.mouse.wheel(0, 400);
  await eventually(page, () => page.evaluate(() => scrollY), (top) => top > 100, 'the wheel does not scroll the article');
  assert.equal((await visitor.pixels(figure)).fingerprint, before.fingerprint);
  await page.evaluate(() => scrollTo(0, 0));

  await page.evaluate(() => {
    window.counts = {};
    for (const element of document.querySelectorAll('hidden-activity')) {
      element.addEventListener('select', ({ detail: { indices, by } }) => { counts[element.id] = [indices.length, by]; });
    }
  });
  const counts = () => page.evaluate(() => window.counts);
  await page.getByRole('button', { name: '8', exact: true }).click();
  const both = await eventually(page, counts, ({ pair, trails }) => pair && trails, 'the button selects in both');
  assert.deepEqual(both.pair, both.trails);
  assert.ok(both.pair[0] > 60 && both.pair[1] === 'command', JSON.stringify(both));
  await screenshot('embed article first');
  await page.getByRole('button', { name: '8', exact: true }).click();
  await eventually(page, counts, ({ pair, trails }) => pair[0] === 0 && trails[0] === 0, 'pressed again, it selects nothing');

  // A cell of the matrix selects in the projection beside it.
  await page.locator('#confusion').scrollIntoViewIfNeeded();
  const cell = frameOf(page, 'confusion iframe').getByRole('button', { name: /^0 taken for 0: / });
  const n = Number(await cell.innerText());
  await cell.click();
  const linked = await eventually(page, counts, ({ projection }) => projection, 'the selection did not arrive');
  assert.deepEqual(linked.projection, [n, 'command']);
  assert.deepEqual(linked.confusion, [n, 'reader']);
  await page.getByText(`${n} images are selected.`).waitFor();
  await whole(page, screenshot, 'embed article light');
});

check('embed: the article in the dark', { ...ARTICLE, context: { colorScheme: 'dark' } }, async ({ page, screenshot }) => {
  await read(page);
  const ground = (frame) => frame.locator('.stage').first().evaluate((stage) => getComputedStyle(stage).backgroundColor);
  assert.equal(await ground(frameOf(page, 'pair iframe')), 'rgb(28, 31, 37)');
  await whole(page, screenshot, 'embed article dark');
});

check('embed: the article on a phone', { ...ARTICLE, context: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 } }, async ({ page, screenshot }) => {
  await read(page);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  for (const id of ['pair', 'trails', 'confusion', 'projection']) assert.deepEqual(await cutOff(frameOf(page, `${id} iframe`)), [], id);
  await whole(page, screenshot, 'embed article phone');
});
