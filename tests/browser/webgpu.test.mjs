// Training on WebGPU, here on the adapter that Chromium imitates in software. It is slow, so the
// networks are small.
import assert from 'node:assert/strict';
import { LONG, eventually, stage } from './support.mjs';
import * as visitor from './visitor.mjs';

const check = stage();

/** Largest difference of a loss on the GPU from the CPU's, as a share of the latter. The two add
    up in another order, and each step starts from what the last one left. */
const TOLERANCE = 1e-4;
/** Steps for which it is asked. */
const COMPARED = 5;

async function train(page, { epochs, device }) {
  await page.getByLabel('Device', { exact: true }).selectOption(device);
  await visitor.setField(page, 'Hidden widths', '16, 16');
  await visitor.setField(page, 'Batch size', 128);
  await visitor.setField(page, 'Learning rate', 0.01);
  await visitor.setField(page, 'Epochs', epochs);
  await visitor.training(page).getByRole('button', { name: /^Train/ }).click();
}

check('webgpu: the loss falls, and its first steps agree with the CPU', { path: '?device=webgpu' }, async ({ page, log }) => {
  await page.getByTestId('adapter').filter({ hasText: /swiftshader/i }).waitFor();
  assert.equal(await page.getByLabel('Device', { exact: true }).inputValue(), 'webgpu', 'asked for in the address');
  await visitor.digitsAreThere(page);
  await train(page, { epochs: 2, device: 'webgpu' });
  await visitor.trainingEnds(page);
  assert.match(await page.getByTestId('device').innerText(), /WebGPU, .*swiftshader/i);
  const gpu = await visitor.firstLosses(page);

  await train(page, { epochs: 2, device: 'cpu' });
  await visitor.trainingEnds(page);
  assert.match(await page.getByTestId('device').innerText(), /CPU/);
  const cpu = new Map(await visitor.firstLosses(page));

  const pairs = gpu.slice(0, COMPARED).map(([at, loss]) => [loss, cpu.get(at)]);
  log(`losses on WebGPU and CPU: ${pairs.map((pair) => pair.map((loss) => loss.toFixed(6)).join('/')).join(' ')}`);
  assert.equal(pairs.length, COMPARED);
  for (const [onGpu, onCpu] of pairs) {
    assert.ok(Math.abs(onGpu - onCpu) <= TOLERANCE * onCpu, `${onGpu} on WebGPU, ${onCpu} on the CPU`);
  }
  const [first, last] = [gpu[0][1], gpu.at(-1)[1]];
  assert.ok(last < 0.8 * first, `the loss went from ${first} to ${last}`);
});

check('webgpu: after the device is lost, the CPU goes on from the last epoch', { path: '?device=webgpu' }, async ({ page }) => {
  // The page fetches the trainer ahead of time, so its worker is there before it opens the device.
  const isTrainer = (worker) => worker.url().includes('#trainer');
  const worker = page.workers().find(isTrainer) ?? (await page.waitForEvent('worker', { predicate: isTrainer }));
  await worker.evaluate(() => {
    const requestDevice = GPUAdapter.prototype.requestDevice;
    self.openedDevices = [];
    GPUAdapter.prototype.requestDevice = async function (...options) {
      const device = await requestDevice.apply(this, options);
      self.openedDevices.push(device);
      return device;
    };
  });
  const epochs = 40;
  await visitor.digitsAreThere(page);
  await train(page, { epochs, device: 'webgpu' });
  await eventually(page, () => visitor.progress(page), (at) => at?.epoch >= 2, 'no second epoch', LONG);
  assert.equal(await worker.evaluate(() => self.openedDevices.length), 1);
  await worker.evaluate(() => self.openedDevices[0].destroy());

  await visitor.trainingIs(page, 'failed');
  const message = await visitor.training(page).getByRole('alert').innerText();
  assert.match(message, /graphics device failed/i);
  assert.match(message, /CPU/);
  const offer = visitor.training(page).getByRole('button', { name: /^Go on with the CPU from epoch \d+$/ });
  const from = Number((await offer.innerText()).match(/\d+/)[0]);
  assert.ok(from >= 1 && from < epochs, `an offer to go on from epoch ${from}`);
  await offer.click();
  await visitor.trainingEnds(page);
  assert.equal(await visitor.headline(page), `Done after ${epochs} epochs.`);
  assert.equal(await page.getByTestId('device').innerText(), 'Device: CPU');
  await visitor.projected(page, 'Right', `FC 2 after ${epochs} epochs`);
  assert.ok((await visitor.accuracy(page, 'Right')) > 80);
});
