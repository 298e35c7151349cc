// What a visitor did and is done with leaves nothing behind. `make soak` weighs the page for an hour; this counts
// what a few trainings leave: functions that WebAssembly gave to the browser and forgot are never collected.
import assert from 'node:assert/strict';
import { heapOf } from './heap.mjs';
import { stage } from './support.mjs';
import * as visitor from './visitor.mjs';

const BEFORE = 3;
const AFTER = 4;

/** Functions that live in the page once all garbage is collected. */
async function functions(devtools) {
  let count = 0;
  for await (const [type] of heapOf(devtools)) count += type === 'closure' ? 1 : 0;
  return count;
}

stage()('leaving: a training that is kept in the storage, and shown, leaves no functions behind', async ({ page, log }) => {
  await visitor.digitsAreThere(page);
  const devtools = await page.context().newCDPSession(page);
  await visitor.setField(page, 'Hidden widths', '64, 32');
  let trained = 0;
  const train = async () => {
    // Another number each time, so that the heading tells when the new projection is there.
    const epochs = 2 + (trained++ % 2);
    await visitor.setField(page, 'Epochs', epochs);
    await visitor.training(page).getByRole('button', { name: 'Train' }).click();
    await visitor.projected(page, 'Right', `FC 2 after ${epochs} epochs`);
    await page.getByRole('tab', { name: 'Evolution' }).click();
    await page.getByRole('tab', { name: 'Projections' }).click();
  };
  for (let i = 0; i < BEFORE; i++) await train();
  const before = await functions(devtools);
  for (let i = 0; i < AFTER; i++) await train();
  const after = await functions(devtools);
  log(`${before} functions after ${BEFORE} trainings, ${after} after ${BEFORE + AFTER}`);
  // Each network that was put aside has a button to return to it: its own function, and that of the key.
  assert.ok(after - before <= 4 * AFTER, `${after - before} more functions after ${AFTER} more trainings`);
});
