// Under the page's own policy everything works and nothing foreign runs; text stays text; nothing is
// loaded, and no work given up, that the visitor did not agree to.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { LONG, eventually, stage } from './support.mjs';
import * as visitor from './visitor.mjs';
import { drop, zip } from './files.mjs';

const check = stage();
const file = (path) => readFile(new URL(`../../${path}`, import.meta.url));
/** Would run, if any text were taken for HTML. */
const HOSTILE = '<img src=x onerror=document.title=1>';
const question = (page) => page.getByTestId('question');
const answer = (page, words) => question(page).getByRole('button', { name: words, exact: true }).click();
const named = (page, name) => page.getByTestId('dataset-name').filter({ hasText: name }).waitFor();

/** Another site, which allows this one to read what it has: path → how it answers. Gives its address,
    with what it was asked for, and the function that ends it. */
async function elsewhere(answers) {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.setHeader('access-control-allow-origin', '*');
    answers[new URL(request.url, 'http://host').pathname]?.(response) ?? response.writeHead(404).end();
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const end = () => { server.closeAllConnections(); server.close(); };
  return { url: `http://127.0.0.1:${server.address().port}`, asked, end };
}

/** The shipped analysis with so many bytes of nothing before its directory, which zip files may have. */
async function padded(bytes) {
  const whole = Buffer.from(await file('public/analyses/digits.npz'));
  const end = whole.length - 22;
  assert.equal(whole.readUInt32LE(end), 0x06054b50);
  const directory = whole.readUInt32LE(end + 16);
  whole.writeUInt32LE(directory + bytes, end + 16);
  return Buffer.concat([whole.subarray(0, directory), Buffer.alloc(bytes), whole.subarray(directory)]);
}

/** The directives of each policy in the page. */
const policies = (page) =>
  page.locator('meta[http-equiv="Content-Security-Policy"]').evaluateAll((all) => all.map(({ content }) =>
    Object.fromEntries(content.split(';').map((directive) => directive.trim().split(/\s+/)).map(([name, ...values]) => [name, values.join(' ')]))));

check('security: the main job, exports and the tour keep to the policy and to this site', async ({ page, url, screenshot }) => {
  const asked = [];
  page.context().on('request', (request) => asked.push(request.url()));
  const [whole, own] = await policies(page);
  assert.equal(whole['default-src'], "'none'");
  assert.equal(whole['script-src'], "'self' 'wasm-unsafe-eval'");
  assert.equal(whole['style-src'], "'self'");
  for (const name of ['object-src', 'base-uri', 'form-action']) assert.equal(whole[name], "'none'", name);
  assert.ok(!JSON.stringify(whole).includes('unsafe-inline'));
  // No address names an analysis of another site.
  assert.deepEqual(own, { 'connect-src': "'self'" });

  await visitor.briefTraining(page, '32, 16', 2);
  await visitor.lasso(page, 'Right', [0.2, 0.2, 0.8, 0.8]);
  assert.ok((await visitor.selected(page)) > 0);
  const [x, y] = await visitor.somePoint(page, 'Right');
  await page.mouse.move(x, y);
  const card = page.locator('.hover-card').first();
  await card.waitFor();
  // Its place is set in a way that the policy allows.
  assert.ok(await card.evaluate((card) => parseFloat(card.style.left) > 0 && getComputedStyle(card).left === card.style.left));
  await visitor.away(page);
  const menu = visitor.panel(page, 'Right').locator('details.export').first();
  for (const words of ['Save as SVG', 'Save as PNG', 'Save numbers as CSV']) {
    await menu.locator('summary').click();
    const coming = page.waitForEvent('download');
    await menu.getByRole('button', { name: words }).click();
    assert.ok((await readFile(await (await coming).path())).length > 1000, words);
  }
  await page.getByRole('button', { name: 'Tour' }).click();
  await page.locator('section.tour').waitFor();
  await page.getByTestId('tour-verdict').and(page.locator(':not([data-kind="not_yet"])')).waitFor({ timeout: LONG });
  await screenshot('security main job');
  const { origin } = new URL(url);
  const foreign = asked.filter((address) => !address.startsWith('blob:') && !address.startsWith('data:') && new URL(address).origin !== origin);
  assert.ok(asked.some((address) => address.endsWith('/trainer_bg.wasm')), 'requests of workers are seen, too');
  assert.deepEqual(foreign, []);
});

check('security: an article with embedded figures, and a sandboxed one, keep to the policy', { path: 'article.html?analysis=none' }, async ({ page, url }) => {
  const asked = [];
  page.context().on('request', (request) => asked.push(request.url()));
  assert.equal((await policies(page))[0]['script-src'], "'self'");
  const detail = (id) => page.evaluate((id) => document.getElementById(id)?.detail, id);
  assert.ok(await eventually(page, () => detail('pair'), Boolean, 'the figure is not ready', LONG));
  const sandboxed = new URL('?embed=projection', url).href;
  await page.evaluate((address) => {
    window.heard = [];
    addEventListener('message', ({ origin, data }) => window.heard.push({ origin, event: data.event }));
    const frame = Object.assign(document.createElement('iframe'), { src: address });
    frame.setAttribute('sandbox', 'allow-scripts');
    document.body.prepend(frame);
  }, sandboxed);
  await eventually(page, () => page.evaluate(() => window.heard), (all) => all.some(({ origin, event }) => origin === 'null' && event === 'ready'), 'the sandboxed figure is not ready', LONG);
  const { origin } = new URL(url);
  assert.deepEqual(asked.filter((address) => /^https?:/.test(address) && new URL(address).origin !== origin), []);
});

check('security: what is injected into the page is refused', { expected: [/policy|Content Security Policy|request to another host|csp/i] }, async ({ page }) => {
  await visitor.digitsAreThere(page);
  const other = await elsewhere({});
  try {
    const refused = await page.evaluate(async (elsewhere) => {
      window.refused = [];
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => window.refused.push(effectiveDirective));
      const add = (name, values) => document.body.append(Object.assign(document.createElement(name), values));
      window.ran = [];
      add('script', { textContent: 'window.ran.push("script")' });
      add('style', { textContent: 'body { outline: 7px solid red }' });
      add('script', { src: `${elsewhere}/script.js` });
      add('img', { src: `${elsewhere}/image.png` });
      const plain = document.createElement('div');
      plain.innerHTML = '<img src="data:,x" onerror="window.ran.push(\'handler\')"><i style="outline: 7px solid red"></i>';
      document.body.append(plain);
      add('iframe', { src: `${elsewhere}/frame.html` });
      try { setTimeout('window.ran.push("text")'); } catch {}
      add('form', { action: `${elsewhere}/form`, id: 'sent' });
      document.getElementById('sent').submit();
      add('base', { href: elsewhere });
      await fetch(`${elsewhere}/data`).catch(() => {});
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
      await new Promise((later) => setTimeout(later));
      const outlined = [document.body, plain.querySelector('i')].filter((element) => getComputedStyle(element).outlineWidth === '7px');
      return { outlined: outlined.length, base: document.baseURI };
    }, other.url);
    const wanted = ['script-src-elem', 'script-src-attr', 'script-src', 'style-src-elem', 'style-src-attr', 'img-src', 'frame-src', 'connect-src', 'base-uri', 'form-action'];
    await eventually(page, () => page.evaluate(() => window.refused), (refused) => wanted.every((directive) => refused.includes(directive)), 'not all was refused');
    assert.deepEqual(await page.evaluate(() => window.ran), []);
    assert.equal(refused.outlined, 0);
    assert.ok(!refused.base.startsWith(other.url), refused.base);
    assert.deepEqual(other.asked, [], 'another site was asked');
  } finally {
    other.end();
  }
});

check('security: names of files, folders, classes and addresses are text', { path: `?analysis=${encodeURIComponent(HOSTILE)}`, expected: [/404/] }, async ({ page, screenshot }) => {
  const none = async (where) => {
    const found = await page.evaluate(() => ({ images: document.querySelectorAll('[onerror], img[src="x"], [src="x"]').length, title: document.title }));
    assert.deepEqual(found, { images: 0, title: 'Hidden Activity' }, where);
  };
  await page.getByRole('alert').filter({ hasText: 'The analysis could not be loaded.' }).waitFor();
  await none('the address');
  await visitor.digitsAreThere(page);
  await drop(page, [{ name: `${HOSTILE}.npz`, buffer: zip({ 'nothing.txt': Buffer.from('x') }) }]);
  await page.getByRole('alert').filter({ hasText: HOSTILE }).waitFor();
  await none('a file that cannot be opened');

  const [colour, grey] = await Promise.all(['colour.png', 'grey.png'].map((name) => file(`tests/reference/pictures/${name}`)));
  const files = {};
  for (let i = 0; i < 30; i++) {
    files[`pets/a${HOSTILE}/${i}.png`] = colour;
    files[`pets/b${HOSTILE}/${i}.png`] = grey;
  }
  await drop(page, [{ name: `${HOSTILE}.zip`, buffer: zip(files) }]);
  await page.getByRole('group', { name: /Classes/ }).getByRole('button', { name: `a${HOSTILE}` }).waitFor();
  await visitor.projected(page, 'Left', 'Raw pixels');
  const [x, y] = await visitor.somePoint(page, 'Left');
  await page.mouse.move(x, y);
  await page.getByTestId('hover-card').filter({ hasText: HOSTILE }).waitFor();
  await screenshot('security names');
  await none('a data set');
  await visitor.away(page);
  // The table is made of HTML, by our worker.
  const menu = visitor.panel(page, 'Left').locator('details.export').first();
  await menu.locator('summary').click();
  await menu.getByRole('button', { name: 'Show as table' }).click();
  await page.getByTestId('numbers').locator('td', { hasText: HOSTILE }).first().waitFor();
  await none('the table');
});

for (const address of ['javascript:document.title=1', 'data:application/octet-stream,PK', 'blob:http://127.0.0.1/1', 'file:///etc/passwd']) {
  check(`security: ?analysis=${address.split(':')[0]}: is refused, and the page goes on`, { path: `?analysis=${encodeURIComponent(address)}` }, async ({ page }) => {
    await page.getByRole('alert').filter({ hasText: 'This address of an analysis cannot be used.' }).filter({ hasText: 'neither an address of this site nor one with http or https' }).waitFor();
    await visitor.digitsAreThere(page);
    assert.equal(await page.title(), 'Hidden Activity');
  });
}

check('security: a large analysis is loaded only by consent, whether or not its server tells the size', { path: 'icon.svg', expected: [/404/, /^request to another host: http:\/\/127/] }, async ({ page, address, screenshot }) => {
  const large = await padded(21_000_000);
  let sent = 0;
  const other = await elsewhere({
    '/told.npz': (response) => response.writeHead(200, { 'content-length': large.length }).end(large),
    '/untold.npz': async (response) => {
      for (let at = 0; at < large.length; at += 1 << 16) {
        if (!response.write(large.subarray(at, at + (1 << 16)))) await new Promise((drained) => response.once('drain', drained));
        sent = at;
      }
      response.end();
    },
  });
  try {
    const megabytes = (large.length / 1e6).toFixed(1);
    await page.goto(address(`?analysis=${encodeURIComponent(`${other.url}/told.npz`)}`));
    await question(page).filter({ hasText: `This analysis has ${megabytes} MB. It would be loaded from ${new URL(other.url).host}.` }).waitFor();
    await screenshot('security large analysis');
    await page.setViewportSize({ width: 390, height: 844 });
    await screenshot('security large analysis narrow');
    await page.setViewportSize({ width: 1440, height: 900 });
    await answer(page, 'Do not load it');
    await page.getByText('The analysis was not loaded.').waitFor();
    await visitor.digitsAreThere(page);
    assert.equal(await question(page).count(), 0);

    await page.goto(address(`?analysis=${encodeURIComponent(`${other.url}/untold.npz`)}`));
    await question(page).filter({ hasText: 'This analysis has more than 20.0 MB.' }).filter({ hasText: 'does not say how much follows' }).waitFor();
    assert.ok(sent > 19_000_000, `${sent} bytes were sent when it was asked`);
    await answer(page, 'Load it');
    await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
    assert.equal(await question(page).count(), 0);
  } finally {
    other.end();
  }
});

check('security: a training is not given up without a question', { path: '?analysis=analyses/digits.npz' }, async ({ page, screenshot }) => {
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
  // Nothing is lost by this, and nothing is asked: the analysis can be returned to.
  const analysis = { name: 'again.npz', buffer: await file('public/analyses/digits.npz') };
  const pixels = { name: 'pictures.zip', buffer: zip(Object.fromEntries(await Promise.all([0, 1].flatMap((of) => Array.from({ length: 30 }, async (_, i) =>
    [`pets/${'ab'[of]}/${i}.png`, await file(`tests/reference/pictures/${['colour', 'grey'][of]}.png`)]))))) };
  await drop(page, [pixels]);
  await named(page, 'pictures');
  assert.equal(await question(page).count(), 0);
  await visitor.projected(page, 'Left', 'Raw pixels');
  await visitor.setField(page, 'Hidden widths', '8');
  await visitor.setField(page, 'Epochs', 100_000);
  await visitor.training(page).getByRole('button', { name: 'Train' }).click();
  await visitor.trainingIs(page, 'running');

  const asks = () => question(page).filter({ hasText: 'A training is under way.' }).waitFor();
  await drop(page, [analysis]);
  await asks();
  await screenshot('security training');
  await answer(page, 'Go on training');
  assert.equal(await question(page).count(), 0);
  assert.equal(await visitor.trainingIs(page, 'running'), 'running');
  await named(page, 'pictures');

  // Back to where the analysis was: the same question, and with "no" the address is that of what is shown.
  await page.goBack();
  await asks();
  await answer(page, 'Go on training');
  await named(page, 'pictures');
  await eventually(page, () => new URL(page.url()).searchParams.get('data'), (data) => data === 'own', 'the address does not say what is shown');

  await drop(page, [analysis]);
  await asks();
  await answer(page, 'End it and open');
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
  // What was trained is among what can be returned to.
  await page.getByRole('button', { name: /^pictures/ }).waitFor();
});

check('security: <hidden-activity> hears its own figure alone, and only what a figure would say', { path: 'embed.js', expected: [/404/, /^request to another host: http:\/\/(127|localhost)/] }, async ({ page, url }) => {
  const ready = { figure: 'pair', part: 'test', observations: 3, classes: ['a'], layers: [], epochs: [], hits: [], accuracy: null };
  const speaker = (messages) => `<!doctype html><title>Speaker</title><link rel="icon" href="data:,"><script>
    for (const message of ${JSON.stringify(messages)}) parent.postMessage({ type: 'hidden-activity', version: 1, ...message }, '*');
    parent.postMessage('spoken', '*');</script>`;
  const html = (body) => (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(body);
  const wrong = [
    { event: 'ready' }, { event: 'ready', ...ready, hits: 'many' }, { event: 'constructor', ...ready }, { version: 2, event: 'ready', ...ready },
    { event: 'select', part: 'test', by: 'reader', indices: ['<b>'] }, { event: 'hover', index: -1 }, { event: 'error', message: {} },
  ];
  // From real servers: a browser asks before a page that it cannot place reaches for this machine.
  const other = await elsewhere({
    '/foreign.html': html(speaker([{ event: 'ready', ...ready, figure: 'foreign' }])),
    '/wrong.html': html(speaker(wrong)),
    '/right.html': html(speaker([{ event: 'ready', ...ready }])),
    '/moves.html': (response) => html(`<script>location.replace('http://localhost:${new URL(other.url).port}/foreign.html')</script>`)(response),
    '/around.html': html(`<!doctype html><title>Around</title><link rel="icon" href="data:,"><script type="module" src="${url}embed.js"></script>`),
  });
  try {
    await page.goto(`${other.url}/around.html`);
    const hear = (src) => page.evaluate((src) => new Promise((heard) => {
      const figure = document.createElement('hidden-activity');
      const events = [];
      for (const name of ['ready', 'select', 'hover', 'error', 'constructor']) figure.addEventListener(name, () => events.push(name));
      addEventListener('message', ({ data }) => data === 'spoken' && heard({ events, figure: figure.detail?.figure ?? null }));
      figure.setAttribute('src', src);
      document.body.replaceChildren(figure);
    }), src);
    assert.deepEqual(await hear('right.html'), { events: ['ready'], figure: 'pair' });
    assert.deepEqual(await hear('wrong.html'), { events: [], figure: null });
    assert.deepEqual(await hear('moves.html'), { events: [], figure: null });
    assert.deepEqual(other.asked.filter((path) => path.startsWith('/foreign')).length, 1);
  } finally {
    other.end();
  }
});
