// The page on a phone, in the dark, on a sharp screen; and how fast it draws.
import assert from 'node:assert/strict';
import { LONG, eventually, stage } from './support.mjs';
import * as visitor from './visitor.mjs';
import { TEST_IMAGES, TEST_LABELS, TRAIN_IMAGES, TRAIN_LABELS, drop, officialFiles } from './files.mjs';

const check = stage();

/** Every canvas has as many pixels as the screen has where it is shown. */
const assertCrisp = async (page) => {
  const wrong = await page.locator('.stage > canvas, canvas.curve').evaluateAll((all) =>
    all
      // Not those of a figure that is not in view.
      .filter((c) => c.clientWidth > 0)
      .filter((c) => c.width !== Math.round(c.clientWidth * devicePixelRatio) || c.height !== Math.round(c.clientHeight * devicePixelRatio))
      .map((c) => `${c.width}×${c.height} for ${c.clientWidth}×${c.clientHeight}`));
  assert.deepEqual(wrong, [], 'canvases that are not crisp');
};
const trainHere = async (page) => {
  await page.getByRole('button', { name: 'Train a network' }).click();
  await visitor.trainingEnds(page);
  await visitor.projected(page, 'Left', 'FC 4 before training');
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
};
/** Brightness of a picture's ground, 0 to 255. */
const ground = async (page) => {
  const [[colour]] = (await visitor.pixels(visitor.picture(page, 'Left'))).counts;
  return ((colour >> 16) + ((colour >> 8) & 255) + (colour & 255)) / 3;
};

const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 3, isMobile: true, hasTouch: true };
check('screens: the main job on a phone', { context: PHONE }, async ({ page, screenshot }) => {
  await visitor.digitsAreThere(page);
  await screenshot('phone-first');
  const fits = async () => {
    const { content, screen } = await page.evaluate(() => ({
      content: document.documentElement.scrollWidth,
      screen: document.documentElement.clientWidth,
    }));
    assert.ok(content <= screen, `${content} pixels wide on a screen of ${screen}`);
  };
  await fits();
  await trainHere(page);
  await fits();
  await assertCrisp(page);
  await visitor.picture(page, 'Right').scrollIntoViewIfNeeded();
  await page.touchscreen.tap(...(await visitor.somePoint(page, 'Right')));
  await eventually(page, () => visitor.selected(page), (n) => n === 1, 'a tap selects a point');
  await page.getByTestId('hover-card').waitFor();
  await screenshot('phone');
  // Words within a sentence are as high as it is (WCAG 2.5.8); a tap beside one is meant for it, too.
  const small = await page.locator('button:visible:not(.term), select:visible').evaluateAll((all) =>
    all.filter((e) => e.getBoundingClientRect().height < 30).map((e) => e.innerText || e.ariaLabel));
  assert.deepEqual(small, [], 'controls too small for a finger');
});

check('screens: dark and sharp, and back to light without a reload', { context: { colorScheme: 'dark', deviceScaleFactor: 2 } }, async ({ page, screenshot }) => {
  await visitor.digitsAreThere(page);
  await trainHere(page);
  await assertCrisp(page);
  assert.ok((await ground(page)) < 64, `ground ${await ground(page)}`);
  await screenshot('dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await eventually(page, () => ground(page), (brightness) => brightness > 192, 'the picture stays dark');
});

check('screens: 10,000 observations are laid out, and panning redraws them in a frame', async ({ page, log, screenshot }) => {
  await visitor.digitsAreThere(page);
  // How good the layout is does not matter here.
  await visitor.setField(page, 'Iterations', 100);
  await page.getByRole('button', { name: 'Compute anew' }).click();
  await drop(page, await officialFiles(TEST_IMAGES, TEST_LABELS, TRAIN_IMAGES, TRAIN_LABELS));
  await page.getByText('10000 to test with').waitFor();
  await visitor.setField(page, 'Images projected', 10000);
  await eventually(page, () => visitor.points(page, 'Left'), (n) => n === 10000, '10,000 points', LONG);
  await visitor.projected(page, 'Left', 'Raw pixels');
  await screenshot('ten-thousand');
  const canvas = visitor.picture(page, 'Left');
  const before = await visitor.pixels(canvas);
  // The picture is drawn in an animation frame that a key asks for; callbacks of one frame run in
  // the order of asking, so one asked for before and one after tell what the drawing took.
  const milliseconds = await canvas.evaluate(async (canvas) => {
    const took = [];
    for (let i = 0; i < 60; i++) {
      const first = new Promise((drawn) => requestAnimationFrame((frame) => drawn([frame, performance.now()])));
      canvas.dispatchEvent(new KeyboardEvent('keydown', { key: i % 4 < 2 ? 'ArrowLeft' : 'ArrowUp', bubbles: true }));
      for (let tick = 0; tick < 50; tick++) await null; // effects run in microtasks
      const last = new Promise((drawn) => requestAnimationFrame((frame) => drawn([frame, performance.now()])));
      const [[frame, began], [sameFrame, ended]] = [await first, await last];
      if (frame === sameFrame) took.push(ended - began);
    }
    return took.sort((a, b) => a - b);
  });
  const at = (share) => milliseconds[Math.floor(share * (milliseconds.length - 1))].toFixed(1);
  log(`10,000 points on ${before.width}×${before.height}: median ${at(0.5)} ms, longest ${at(1)} ms a frame`);
  await visitor.redrawn(page, canvas, before);
  assert.ok(milliseconds.length >= 30, `${milliseconds.length} frames were measured`);
});
