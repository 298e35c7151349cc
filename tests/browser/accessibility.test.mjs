// What axe-core and Lighthouse would say of the page: every figure, every dialog, light, dark, with
// more contrast, on a phone.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { eventually, frames, stage } from './support.mjs';
import * as visitor from './visitor.mjs';

const check = stage();
const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Shows a finished analysis at once. */
export const SHIPPED = '?analysis=analyses/digits.npz';

/** Runs axe over what is shown; there must be no violation. Gives how many checks passed. */
async function audit(page, what) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  await frames(page, 2);
  const { violations, passes } = await page.evaluate(async (rules) => {
    const found = await window.axe.run(document, { runOnly: rules, resultTypes: ['violations'] });
    return {
      violations: found.violations.flatMap((rule) =>
        rule.nodes.map((node) => `${rule.id} (${rule.impact}): ${node.target.join(' ')}: ${(node.failureSummary ?? '').replace(/\s+/g, ' ')}`)),
      passes: found.passes.length,
    };
  }, RULES);
  assert.deepEqual(violations, [], `${what}: axe-core's violations`);
  assert.ok(passes > 20, `${what}: only ${passes} rules had something to look at`);
  return passes;
}

const tab = (page, name) => page.getByRole('tab', { name }).click();

async function finished(page) {
  await visitor.projected(page, 'Left', 'FC 4 before training');
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
}

/** The three figures, each with what can be opened in it. */
async function auditAll(page, what) {
  const passes = [];
  await finished(page);
  // Everything below a heading belongs to the page, too.
  for (const heading of ['Layers', 'Optimiser and more', 't-SNE', 'Preprocessing', 'Street digits']) {
    await page.locator('.controls summary', { hasText: new RegExp(`^${heading}$`) }).click();
  }
  await page.locator('.readings > summary').click();
  await page.getByTestId('confusion-matrix').waitFor();
  passes.push(await audit(page, `${what}, projections`));
  await tab(page, 'Evolution');
  await page.locator('section[aria-label="Evolution"] .stage[data-layout="finished"]').waitFor();
  passes.push(await audit(page, `${what}, evolution`));
  await tab(page, 'Neurons');
  await page.getByTestId('neurons-apart').waitFor({ timeout: 60_000 });
  await page.locator('summary', { hasText: 'The best neurons of each class' }).click();
  passes.push(await audit(page, `${what}, neurons`));
  await page.getByRole('button', { name: 'Help' }).click();
  await page.getByRole('dialog').getByText('Trail bundling').waitFor();
  passes.push(await audit(page, `${what}, help`));
  return passes;
}

const PHONE = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
for (const [what, context] of [
  ['light', {}],
  ['dark', { colorScheme: 'dark' }],
  ['more contrast', { contrast: 'more' }],
  ['more contrast, dark', { contrast: 'more', colorScheme: 'dark' }],
  ['a phone', PHONE],
]) {
  check(`accessibility: axe-core finds no violation: ${what}`, { context, path: SHIPPED }, async ({ page, log, screenshot }) => {
    log(`${(await auditAll(page, what)).join(', ')} rules passed`);
    await screenshot(`help ${what}`);
  });
}

check('accessibility: no violation before there is a network, with an error, and with an explanation', async ({ page }) => {
  await visitor.digitsAreThere(page);
  await audit(page, 'the first view');
  await page.locator('.controls .term', { hasText: 'Epochs' }).focus();
  await page.getByRole('tooltip').getByText('One pass of the training').waitFor();
  await audit(page, 'with an explanation');
  await page.keyboard.press('Escape');
  await page.locator('input[type="file"]').first().setInputFiles({ name: 'nothing.bin', mimeType: 'application/octet-stream', buffer: Buffer.from('nothing') });
  await page.getByRole('alert').first().waitFor();
  await audit(page, 'with an error');
});

check('accessibility: what Lighthouse asks of a good page', { path: SHIPPED }, async ({ page, url, browser, log }) => {
  await finished(page);
  const facts = await page.evaluate(() => {
    const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? '';
    return {
      doctype: document.doctype?.name,
      charset: document.characterSet,
      lang: document.documentElement.lang,
      title: document.title,
      viewport: meta('viewport'),
      description: meta('description'),
      theme: meta('theme-color'),
      icon: Boolean(document.querySelector('link[rel="icon"]')),
      unsized: [...document.images].filter((image) => !image.width || !image.height).length,
      // Of canvases: what is drawn is shown in its own shape.
      distorted: [...document.querySelectorAll('canvas')]
        .filter((c) => c.clientWidth && Math.abs(c.width / c.height - c.clientWidth / c.clientHeight) > 0.05 * (c.width / c.height))
        .map((c) => c.parentElement.className),
      external: performance.getEntriesByType('resource').map((entry) => new URL(entry.name)).filter((at) => at.origin !== location.origin && at.protocol !== 'https:').map(String),
    };
  });
  assert.equal(facts.doctype, 'html');
  assert.equal(facts.charset, 'UTF-8');
  assert.match(facts.lang, /^(en|zh)/);
  assert.ok(facts.title.length > 3 && facts.description.length > 50 && facts.icon);
  assert.match(facts.viewport, /width=device-width/);
  assert.doesNotMatch(facts.viewport, /user-scalable\s*=\s*(no|0)|maximum-scale/, 'a visitor can zoom in');
  assert.match(facts.theme, /^#/);
  assert.equal(facts.unsized, 0);
  assert.deepEqual(facts.distorted, []);
  assert.deepEqual(facts.external, []);
  // What a search engine, or a browser without scripts, reads.
  const html = await (await fetch(url)).text();
  assert.match(html.match(/<noscript>([\s\S]*)<\/noscript>/)[1], /<h1>[\s\S]*neural network[\s\S]*JavaScript/);

  // A load that is watched: shifts of the layout, deprecated features, listeners that hold up scrolling.
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const again = await context.newPage();
  const session = await context.newCDPSession(again);
  const reported = [];
  session.on('Log.entryAdded', ({ entry }) => reported.push(`${entry.level} ${entry.source}: ${entry.text}`));
  // Names of fields are for browsers that fill forms in, and nothing here is such a form.
  const unnamed = (issue) => issue.details.genericIssueDetails?.errorType === 'FormEmptyIdAndNameAttributesForInputError';
  session.on('Audits.issueAdded', ({ issue }) => unnamed(issue) || reported.push(`${issue.code} ${JSON.stringify(issue.details).slice(0, 200)}`));
  await session.send('Log.enable');
  await session.send('Audits.enable');
  await session.send('Log.startViolationsReport', { config: [{ name: 'blockedEvent', threshold: 100 }] });
  await again.addInitScript(() => {
    window.shifts = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts.push([entry.value, entry.sources.map((s) => s.node?.className ?? '').join(' ')]);
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await again.goto(url + SHIPPED);
  await finished(again);
  await frames(again, 10);
  const shifts = await again.evaluate(() => window.shifts);
  const shift = shifts.reduce((sum, [value]) => sum + value, 0);
  log(`layout shift at load ${shift.toFixed(4)}; reported: ${reported.join('; ') || 'nothing'}`);
  assert.ok(shift < 0.1, `layout shift ${shift}: ${JSON.stringify(shifts)}`);
  assert.deepEqual(reported, []);
  await context.close();
});

for (const [width, height] of [[1440, 900], [1180, 700], [390, 844]]) {
  check(`accessibility: the pictures stay where they are when the rest of the page comes, ${width} wide`, { context: { viewport: { width, height } }, path: SHIPPED }, async ({ page }) => {
    // Of each frame, from the first one with both pictures.
    await page.addInitScript(() => {
      window.boxes = [];
      const look = () => {
        const stages = [...document.querySelectorAll('.pair .stage[data-layout="finished"]')];
        if (stages.length === 2) {
          const now = stages.map((stage) => JSON.stringify(stage.getBoundingClientRect())).join(' ');
          const parts = ['.story-entries', '.reading-bar', '.readings'].filter((part) => document.querySelector(part)).length;
          if (now !== window.boxes.at(-1)?.[0] || parts !== window.boxes.at(-1)[1]) window.boxes.push([now, parts]);
        }
        requestAnimationFrame(look);
      };
      look();
    });
    await page.reload();
    await finished(page);
    const boxes = await eventually(page, () => page.evaluate(() => window.boxes), (boxes) => boxes.at(-1)?.[1] === 3, 'the rest of the page');
    await frames(page, 10);
    assert.ok(boxes.some(([, parts]) => parts < 3), 'the rest came after the pictures');
    assert.equal(new Set(boxes.map(([box]) => box)).size, 1, JSON.stringify(boxes));
  });
}
