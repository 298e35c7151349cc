// What a visitor does and reads on the page. The tests are written in these words, so that a change
// of the page's structure is followed here and nowhere else.
import { LONG, SHORT, eventually, frames, now, watchMainThread } from './support.mjs';

const region = (page, name) => page.locator(`section[aria-label="${name}"]`);

// --- the network and its training ---------------------------------------------------------------

/** Fills the field with this label, and leaves it, which is when the page takes the value. */
export async function setField(page, label, value) {
  const field = page.getByLabel(label, { exact: true });
  // The controls come after the first view.
  await field.waitFor({ state: 'attached' });
  // Fields below a closed heading are not there for a visitor before it is opened.
  const heading = page.locator('details:not([open])', { has: field }).locator('summary');
  if (await heading.count()) await heading.click();
  if (page.context().browser().browserType().name() === 'firefox') {
    // Playwright's shortcut changes Firefox's fields by script there, which is no change for the page.
    await field.press('Control+a');
    await field.pressSequentially(String(value));
    await field.press('Tab');
    return;
  }
  await field.fill(String(value));
  await field.blur();
}

export const training = (page) => region(page, 'Training');

/** Waits until the training is in one of these states: idle, preparing, running, paused, ended … */
export async function trainingIs(page, states, limit = LONG) {
  const selector = states.split(' ').map((state) => `section[aria-label="Training"][data-run="${state}"]`);
  await page.locator(selector.join(', ')).waitFor({ timeout: limit });
  return training(page).getAttribute('data-run');
}

/** Waits until the training ends as it should; a failure is told at once. */
export async function trainingEnds(page) {
  const state = await trainingIs(page, 'ended failed stopped');
  if (state !== 'ended') throw new Error(`the training ${state}: ${await training(page).innerText()}`);
}

/**
 * Trains by `begin`, and gives how long that took and the page's longest task meanwhile, in milliseconds. Where a
 * task is too long it logs what that did, trains anew, twice at most, and gives the best: what the page does comes
 * again with each training, and what a host takes from a virtual machine, which may count as processor time there,
 * need not.
 */
export async function watchedTraining(page, log, begin, most) {
  let best;
  for (let time = 0; time < 3 && !(best?.work <= most); time++) {
    const stopWatching = await watchMainThread(page);
    const began = await now(page);
    if (time === 0) await begin();
    else {
      await training(page).getByRole('button', { name: 'Train anew' }).click();
      await trainingIs(page, 'preparing running');
    }
    await trainingEnds(page);
    const took = (await now(page)) - began;
    const longest = { ...(await stopWatching()), took };
    if (longest.work > most) log(`training ${time + 1}: a task of ${longest.work.toFixed(1)} ms:\n${longest.doing}`);
    if (!(best?.work <= longest.work)) best = longest;
  }
  return best;
}

/** What the panel says of the training's progress, such as "Epoch 1 of 20, step 3 of 17". */
export const headline = (page) => page.getByTestId('training-status').locator('p').first().innerText();

/** The epoch and the step that the panel names; null before the first report. */
export async function progress(page) {
  const numbers = (await headline(page)).match(/Epoch (\d+) of (\d+), step (\d+) of (\d+)/)?.slice(1).map(Number);
  return numbers ? { epoch: numbers[0], step: numbers[2], done: (numbers[0] - 1) * numbers[3] + numbers[2] } : null;
}

/** A percentage that the element shows, as a number: 97.5 for "97.50%". */
export async function percentage(locator) {
  const text = await locator.innerText();
  const number = text.match(/([\d.]+)%/)?.[1];
  if (number === undefined) throw new Error(`no percentage in "${text}"`);
  return Number(number);
}

/** The first mini-batch losses of the training: pairs of epochs done (a real number) and nats. */
export const firstLosses = async (page) =>
  JSON.parse(await page.getByTestId('loss-chart').getAttribute('data-losses'));

// --- the projections ----------------------------------------------------------------------------

const PLACE = { Left: 0, Right: 1 };

export const panel = (page, side) => region(page, `${side} projection`);
export const picture = (page, side) => panel(page, side).locator('canvas').first();
export const caption = (page, side) => page.getByTestId(`caption-${PLACE[side]}`);
export const title = (page, side) => panel(page, side).locator('h2').innerText();

/** Waits until the panel shows the finished layout of what its heading names, with its score. */
export async function projected(page, side, heading, limit = LONG) {
  const head = panel(page, side).locator('h2', { hasText: heading });
  await head.waitFor({ timeout: limit });
  const stage = panel(page, side).locator('.stage[data-layout="finished"], .stage[data-layout="failed"]');
  await stage.waitFor({ timeout: limit });
  if ((await stage.getAttribute('data-layout')) === 'failed') throw new Error(await stage.innerText());
  await page.getByTestId(`nh-${PLACE[side]}`).waitFor({ timeout: limit });
}

/** Neighborhood hit in the caption, percent. */
export const hit = (page, side) => percentage(page.getByTestId(`nh-${PLACE[side]}`));
/** Accuracy in the caption, percent. */
export const accuracy = (page, side) => percentage(page.getByTestId(`accuracy-${PLACE[side]}`));
/** Observations in the layout. */
export const points = async (page, side) => Number(await panel(page, side).locator('.stage').getAttribute('data-points'));

/** Opens the page's shipped digits: waits until their pixels are laid out. */
export const digitsAreThere = (page) => projected(page, 'Left', 'Raw pixels');

/** Draws so many street digits, and waits until they are there. */
export async function drawStreetDigits(page, train, test) {
  await page.locator('details > summary', { hasText: 'Street digits' }).click();
  await setField(page, 'To train on', train);
  await setField(page, 'To test with', test);
  await page.getByRole('button', { name: 'Draw street digits' }).click();
  await page.getByTestId('dataset-name').getByText('Street digits', { exact: true }).waitFor();
}

/** A small network of two hidden layers, trained for a moment on the digits: it still makes mistakes. */
export async function briefTraining(page, widths = '64, 32', epochs = 4) {
  await digitsAreThere(page);
  await setField(page, 'Hidden widths', widths);
  await setField(page, 'Epochs', epochs);
  await training(page).getByRole('button', { name: 'Train' }).click();
  await trainingEnds(page);
  await projected(page, 'Left', 'FC 2 before training');
  await projected(page, 'Right', `FC 2 after ${epochs} epochs`);
  await away(page);
}

// --- pictures -----------------------------------------------------------------------------------

/** What a canvas shows, in numbers: its size, a fingerprint, and how many pixels have each colour. */
export const pixels = (locator) =>
  locator.evaluate((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const colours = new Map();
    let fingerprint = 0;
    for (let i = 0; i < data.length; i += 4) {
      const colour = (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];
      fingerprint = (Math.imul(fingerprint, 31) + colour) | 0;
      if (data[i + 3] > 0) colours.set(colour, (colours.get(colour) ?? 0) + 1);
    }
    const counts = [...colours].sort((a, b) => b[1] - a[1]);
    return { width: canvas.width, height: canvas.height, fingerprint, colours: counts.length, counts: counts.slice(0, 64) };
  });

/** Waits until a canvas stands still, and returns its pixels. */
export async function atRest(page, locator) {
  let last = await pixels(locator);
  const stands = async () => {
    await frames(page, 10);
    const [before, now] = [last, await pixels(locator)];
    last = now;
    return before.fingerprint === now.fingerprint;
  };
  await eventually(page, stands, Boolean, 'the picture does not stand still');
  return last;
}

/** Waits until a canvas has been drawn differently from `before`, and returns its pixels. */
export const redrawn = (page, locator, before) =>
  eventually(page, () => pixels(locator), (now) => now.fingerprint !== before.fingerprint, 'the picture did not change', SHORT);

/** Where these pictures are, once nothing moves in them. */
export async function placesAtRest(page, pictures) {
  for (const picture of pictures) await atRest(page, picture);
  return Promise.all(pictures.map((picture) => picture.boundingBox()));
}

/** A point's place in the picture that the mouse can go to: the middle of a patch of one colour that is not the
    ground, as large as there is one, nearest to the picture's centre. CSS pixels of the page. */
export async function somePoint(page, side) {
  const canvas = picture(page, side);
  const find = () => canvas.evaluate((canvas) => {
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
    const colour = (x, y) => new Uint32Array(data.buffer)[y * width + x];
    const ground = colour(1, height - 2);
    let best = null;
    // Where there are many, points are small.
    for (let reach = 2; reach > 0 && best === null; reach--) {
      for (let y = 4; y < height - 4; y++) {
        for (let x = 4; x < width - 4; x++) {
          const here = colour(x, y);
          if (here === ground || ![[-reach, 0], [reach, 0], [0, -reach], [0, reach]].every(([dx, dy]) => colour(x + dx, y + dy) === here)) continue;
          const away = Math.hypot(x - width / 2, y - height / 2);
          if (best === null || away < best[2]) best = [x, y, away];
        }
      }
    }
    const ratio = canvas.clientWidth / width;
    return best && [best[0] * ratio, best[1] * ratio];
  });
  // A finished layout is drawn with the next frame.
  const [x, y] = await eventually(page, find, (place) => place !== null, 'there is no point in the picture');
  const box = await canvas.boundingBox();
  return [box.x + x, box.y + y];
}

/** Draws a lasso along the corners of a rectangle, in shares of a canvas's width and height. */
export async function lassoOn(page, canvas, [left, top, right, bottom]) {
  const box = await canvas.boundingBox();
  const to = (x, y, steps) => page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps });
  await to(left, top, 1);
  await page.mouse.down();
  await to(left, bottom, 5);
  await to(right, bottom, 5);
  await to(right, top, 5);
  await page.mouse.up();
  await away(page);
}
/** The same in one of the two projections. */
export const lasso = (page, side, rectangle) => lassoOn(page, picture(page, side), rectangle);

/** Moves the mouse to where nothing is hovered. */
export const away = (page) => page.mouse.move(2, 2);

/** Number of observations that the strip says are selected. */
export async function selected(page) {
  const text = await page.getByTestId('selection-summary').innerText();
  return Number(text.match(/^([\d,]+) /)?.[1].replace(',', '') ?? 0);
}
