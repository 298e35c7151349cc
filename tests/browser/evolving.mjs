// What a visitor does and reads in the evolution view.
import { LONG, eventually } from './support.mjs';
import * as visitor from './visitor.mjs';

export const figure = (page) => page.locator('section[aria-label="Evolution"]');
const stage = (page) => figure(page).locator('.stage');
export const picture = (page) => stage(page).locator('canvas').first();
export const slider = (page) => page.getByLabel('Step of the evolution');

/** Waits until the layouts have come to rest. */
export const evolved = (page) => figure(page).locator('.stage[data-layout="finished"]').waitFor({ timeout: LONG });
export const movement = async (page) => Number(await page.getByTestId('evolution-movement').innerText());
/** The neighborhood hits in the list of steps, percent. */
export const hits = async (page) => Promise.all((await figure(page).locator('.steps b').all()).map((hit) => visitor.percentage(hit)));
/** The name of the step that is shown. */
export const current = (page) => figure(page).locator('.steps button[aria-pressed="true"] span').innerText();
/** Trails that were bundled; 0 before that. */
export const trails = async (page) => Number(await stage(page).getAttribute('data-trails'));
/** Observations in the picture. */
export const points = async (page) => Number(await stage(page).getAttribute('data-points'));

/** A network of three layers, trained for a moment, and its evolution. */
export async function trained(page, { widths = '64, 48, 32', epochs = 8, iterations = null } = {}) {
  await visitor.digitsAreThere(page);
  // How good the layouts are does not matter everywhere.
  if (iterations) await visitor.setField(page, 'Iterations', iterations);
  await visitor.setField(page, 'Hidden widths', widths);
  await visitor.setField(page, 'Epochs', epochs);
  await visitor.training(page).getByRole('button', { name: 'Train' }).click();
  await visitor.trainingEnds(page);
  await page.getByRole('tab', { name: 'Evolution' }).click();
  await evolved(page);
}

/** From the layers to the epochs of the last layer. */
export async function overTheEpochs(page) {
  await page.getByLabel('Evolution over').selectOption('epochs');
  await eventually(page, () => figure(page).locator('h2').innerText(), (text) => /over the epochs/.test(text), 'no epochs', LONG);
  await eventually(page, () => hits(page).catch(() => []), (now) => now.length > 3 && now.every((hit) => hit > 0), 'no hit of the epochs', LONG);
  await evolved(page);
}

/** Milliseconds from the end of the next layouts until there is a trail for every observation. */
export const timedBundling = (page) =>
  stage(page).evaluate(async (stage) => {
    const until = async (good) => {
      while (!good(stage.dataset)) await new Promise(requestAnimationFrame);
      return performance.now();
    };
    await until(({ layout }) => layout === 'running');
    const laid = await until(({ layout }) => layout === 'finished');
    return (await until(({ trails, points }) => Number(trails) > 0 && trails === points)) - laid;
  });

/** Waits until there is a trail for every observation, and says how many there are. */
export async function bundled(page) {
  const n = await points(page);
  await eventually(page, () => trails(page), (trails) => trails === n && n > 0, 'the trails are not bundled', LONG);
  return n;
}

// --- playing ------------------------------------------------------------------------------------

const player = (page) => page.getByRole('group', { name: 'Playback' });
/** Where the picture is: 1.5 is half way from the second step to the third. */
export const at = async (page) => Number(await player(page).getAttribute('data-at'));
export const plays = async (page) => (await player(page).getAttribute('data-playing')) === 'true';
export const play = (page) => player(page).getByRole('button', { name: 'Play the evolution' }).click();
export const pause = (page) => player(page).getByRole('button', { name: 'Pause the evolution' }).click();
/** 0.5, 1, 2 or 4. */
export const speed = (page, factor) => page.getByLabel('Speed of the playback').selectOption(String(factor));
export const loop = (page, on) => page.getByLabel('Loop').setChecked(on);

/** Where the picture is, in every frame until `ends` says so of what was seen. */
export const watched = (page, ends) =>
  player(page).evaluate(async (element, ends) => {
    const over = new Function('seen', `return ${ends}`);
    const began = performance.now();
    const seen = [];
    for (;;) {
      const now = performance.now() - began;
      seen.push({ now, at: Number(element.dataset.at), playing: element.dataset.playing === 'true' });
      if (over(seen)) return seen;
      if (now > 60_000) throw new Error(`still not: ${ends}; last at ${element.dataset.at}`);
      await new Promise(requestAnimationFrame);
    }
  }, ends);

// --- marks --------------------------------------------------------------------------------------

const marks = (page) => page.getByRole('group', { name: 'Marks' });
export const mark = (page, what) => page.getByLabel('Mark observations').selectOption({ label: what });
/** The marked observations, from 0. */
export const marked = async (page) => JSON.parse(await marks(page).getAttribute('data-marked'));
export const markedText = (page) => page.getByTestId('marked').innerText();
export const selectMarked = (page) => marks(page).getByRole('button', { name: 'Select them' }).click();

/** What the card of the hovered observation tells. */
export const card = (page) =>
  page.getByTestId('hover-card').evaluate((card) => ({
    observation: Number(card.innerText.match(/observation (\d+)/)?.[1]) - 1,
    way: Number(card.querySelector('[data-testid="way"]')?.innerText),
    label: card.innerText.match(/True label\s+(\S+)/)?.[1],
    rows: [...card.querySelectorAll('.history tbody tr')].map((row) => {
      const [epoch, predicted, probability, , truth] = [...row.children].map((cell) => cell.innerText.trim());
      const widths = [...row.querySelectorAll('.bar i')].map((part) => parseFloat(part.style.width));
      return { epoch, predicted, probability: parseFloat(probability), truth: parseFloat(truth), widths };
    }),
  }));

/** The cards of the first `count` observations, visited with the ] key. */
export async function cards(page, count) {
  await picture(page).focus();
  const all = [];
  for (let i = 0; i < count; i++) {
    await page.keyboard.press(']');
    all.push(await eventually(page, () => card(page).catch(() => null), (card) => card?.observation === i, `no card of observation ${i}`));
  }
  return all;
}
