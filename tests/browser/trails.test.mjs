// The trails of an evolution: one for each observation, bundled, shown and hidden, and pointed at.
import assert from 'node:assert/strict';
import * as evolution from './evolving.mjs';
import { eventually, stage } from './support.mjs';
import * as visitor from './visitor.mjs';

const check = stage();
const FAST = { widths: '32, 24, 16', epochs: 6, iterations: 250 };
const controls = (page) => page.getByRole('group', { name: 'Trails' });

/** How many pixels of a picture have a hue near that of a CSS colour, and how many near none of it. */
const hues = (page, colour) =>
  evolution.picture(page).evaluate((canvas, colour) => {
    const hue = (r, g, b) => Math.atan2(Math.sqrt(3) * (g - b), 2 * r - g - b);
    const [r, g, b] = colour.match(/\w\w/g).map((byte) => parseInt(byte, 16));
    const own = hue(r, g, b);
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const counts = { near: 0, far: 0 };
    for (let i = 0; i < data.length; i += 4) {
      const [r, g, b] = data.subarray(i, i + 3);
      // What is almost grey has no hue to speak of.
      if (Math.max(r, g, b) - Math.min(r, g, b) < 48) continue;
      const away = Math.abs(Math.atan2(Math.sin(hue(r, g, b) - own), Math.cos(hue(r, g, b) - own)));
      counts[away < 0.6 ? 'near' : 'far'] += 1;
    }
    return counts;
  }, colour);
/** The colour of the legend's class, as six hexadecimal digits. */
const colourOf = (page, name) =>
  page.locator('.legend button', { hasText: name }).evaluate((button) => button.style.getPropertyValue('--class').trim());

check('trails: each observation has one; bundling and the check box change the picture', async ({ page, log, screenshot }) => {
  await evolution.trained(page, FAST);
  await evolution.bundled(page);
  // From the moment that the next layouts are there until their trails are.
  const bundling = evolution.timedBundling(page);
  await evolution.overTheEpochs(page);
  const milliseconds = await bundling;
  const n = await evolution.bundled(page);
  log(`${n} trails of 6 steps are bundled ${milliseconds.toFixed(0)} ms after their layouts`);
  assert.ok(milliseconds < 5_000, `${milliseconds} ms`);
  assert.equal(n, await evolution.points(page));

  const box = controls(page).getByLabel('Trails', { exact: true });
  const strength = controls(page).getByRole('slider');
  const picture = evolution.picture(page);
  const bundled = await visitor.atRest(page, picture);
  await strength.fill('0');
  await controls(page).getByText('0.00').waitFor();
  await visitor.redrawn(page, picture, bundled);
  const bare = await visitor.atRest(page, picture);
  await strength.fill('1');
  await visitor.redrawn(page, picture, bare);
  await strength.fill('0');
  await eventually(page, () => visitor.pixels(picture), (now) => now.fingerprint === bare.fingerprint, 'strength 0 is not what it was');
  await box.uncheck();
  const without = await visitor.redrawn(page, picture, bare);
  const ground = ({ counts }) => counts[0][1];
  log(`pixels of the ground: ${ground(bare)} with trails, ${ground(without)} without`);
  await box.check();
  await eventually(page, () => visitor.pixels(picture), (now) => now.fingerprint === bare.fingerprint, 'the trails did not come back');
  await screenshot('trails over epochs');
});

check('trails: only those of the classes that are shown, or of the selection, are drawn', async ({ page, log, screenshot }) => {
  await evolution.trained(page, FAST);
  await evolution.overTheEpochs(page);
  await evolution.bundled(page);
  await controls(page).getByLabel('Points').uncheck();
  const blue = await colourOf(page, '0');
  const all = await hues(page, blue);
  await page.locator('.legend button', { hasText: '0' }).first().dblclick();
  const alone = await eventually(page, () => hues(page, blue), ({ far }) => far < all.far / 50, 'other classes are still there');
  log(`pixels of the hue of class 0: ${alone.near} of ${alone.near + alone.far}; with all classes ${all.near} of ${all.near + all.far}`);
  assert.ok(alone.near > 100 && alone.far < alone.near / 50, JSON.stringify(alone));
  await screenshot('trails of one class');
  await page.getByRole('button', { name: 'Show all' }).click();

  // A selection, here of what moved most, leaves fewer trails.
  await eventually(page, () => hues(page, blue), ({ far }) => far > all.far / 2, 'the other classes did not come back');
  await evolution.mark(page, 'moved most');
  await evolution.selectMarked(page);
  const some = await eventually(page, () => hues(page, blue), ({ far }) => far < all.far / 2, 'all trails are still there');
  log(`pixels with a hue: ${all.near + all.far} of all trails, ${some.near + some.far} of 5%`);
});

check('trails: pointing at one tells whose it is, and what was predicted step by step', async ({ page, log, screenshot }) => {
  await evolution.trained(page, FAST);
  await evolution.overTheEpochs(page);
  await evolution.bundled(page);
  await controls(page).getByLabel('Points').uncheck();
  // The trails of those that moved most, which have room around them.
  await evolution.mark(page, 'moved most');
  await visitor.setField(page, 'How many moved most', 3);
  const marked = await eventually(page, () => evolution.marked(page), (marked) => marked.length === 3, 'not three');
  await visitor.away(page);
  const before = await visitor.pixels(evolution.picture(page));
  const places = await evolution.picture(page).evaluate((canvas) => {
    const { width, height } = canvas;
    const pixels = new Uint32Array(canvas.getContext('2d').getImageData(0, 0, width, height).data.buffer);
    const ground = pixels[(height - 2) * width + 1];
    const inked = [];
    for (let y = 8; y < height - 8; y += 3) for (let x = 8; x < width - 60; x += 3) if (pixels[y * width + x] !== ground) inked.push([x, y]);
    const ratio = canvas.clientWidth / width;
    return inked.map(([x, y]) => [x * ratio, y * ratio]);
  });
  assert.ok(places.length > 10, `${places.length} places on trails`);
  const box = await evolution.picture(page).boundingBox();
  const seen = new Set();
  for (const [x, y] of places.filter((_, i) => i % Math.ceil(places.length / 12) === 0)) {
    await page.mouse.move(box.x + x, box.y + y);
    const { observation, rows } = await eventually(page, () => evolution.card(page).catch(() => null), (card) => card !== null, `no card at ${x}, ${y}`);
    assert.ok(marked.includes(observation), `observation ${observation} is none of ${marked}`);
    assert.equal(rows.length, 6);
    seen.add(observation);
  }
  log(`hovering the trails of ${marked.join(', ')} found ${[...seen].join(', ')}`);
  await visitor.redrawn(page, evolution.picture(page), before);
  await screenshot('trails hovered');
  await visitor.away(page);
  await page.getByTestId('hover-card').waitFor({ state: 'detached' });
  // A click on it selects its observation.
  await page.mouse.click(box.x + places[0][0], box.y + places[0][1]);
  await eventually(page, () => visitor.selected(page), (n) => n === 1, 'the click selected nothing');
});

const DARK = { colorScheme: 'dark' };
check('trails: street digits over the epochs of the light convolutional network, in the dark', { context: DARK }, async ({ page, log, screenshot }) => {
  await visitor.digitsAreThere(page);
  await visitor.drawStreetDigits(page, 600, 300);
  await page.getByLabel('Network preset').selectOption('CNN light');
  await visitor.setField(page, 'Epochs', 6);
  await visitor.training(page).getByRole('button', { name: 'Train' }).click();
  await visitor.trainingEnds(page);
  await page.getByRole('tab', { name: 'Evolution' }).click();
  await evolution.overTheEpochs(page);
  assert.equal(await evolution.bundled(page), 300);
  const hits = await page.getByTestId('evolution-nh-curve').getAttribute('data-values');
  log(`NH over the epochs: ${hits}`);
  assert.equal(JSON.parse(hits).length, 6);
  await screenshot('trails street dark');
});
