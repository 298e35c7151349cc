// SVHN and CIFAR-10: their official files, in colour, mixed, and as large as they really are.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LONG, eventually, now, stage } from './support.mjs';
import * as visitor from './visitor.mjs';
import { drop, fileField, images, labels, pick, shared } from './files.mjs';
import { PIXELS, gzip, multiplied, readBatch, readSvhn, tar, writeSvhn } from './formats.mjs';

const check = stage();
const sizes = (page, train, test) =>
  page.getByText(`${train} to train on, ${test} to test with`).waitFor({ timeout: LONG });
const name = (page) => page.getByTestId('dataset-name').innerText();

/** Compares the hovered image, enlarged from 32×32, with the pixels of its file. */
async function hoveredImageIsRight(page, pixelOf, labelOf) {
  await page.mouse.move(...(await visitor.somePoint(page, 'Left')));
  const card = page.getByTestId('hover-card');
  await card.waitFor();
  const text = (await card.innerText()).replace(/\s+/g, ' ');
  const [, label, number] = text.match(/True label (\w+) .*test observation (\d+)/) ?? assert.fail(text);
  const { side, data } = await card.locator('canvas').evaluate((canvas) => ({
    side: canvas.width,
    data: [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data],
  }));
  const pixel = pixelOf(Number(number) - 1);
  const source = (at) => Math.floor(((2 * at + 1) * 32) / (2 * side));
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const at = 4 * (y * side + x);
      assert.deepEqual(data.slice(at, at + 4), [...pixel(source(y), source(x)), 255], `${text}: ${x}, ${y}`);
    }
  }
  const colourful = data.some((value, at) => at % 4 === 0 && Math.abs(value - data[at + 2]) > 8);
  assert.equal(label, labelOf(Number(number) - 1), text);
  await visitor.away(page);
  return { text, colourful };
}

check('datasets: SVHN opens by dropping, its images are in colour and right', async ({ page, log, screenshot }) => {
  await visitor.digitsAreThere(page);
  const test = await shared('svhn/test_32x32.mat');
  // One part alone is divided, and a note says so.
  await pick(page, [test]);
  await sizes(page, 1600, 400);
  await page.getByRole('status').filter({ hasText: 'only the official test files of SVHN are here' }).waitFor();
  await drop(page, [await shared('svhn/train_32x32.mat')]);
  await sizes(page, 6000, 2000);
  assert.equal(await name(page), 'SVHN');
  await page.getByText('32×32×3 images, 10 classes').waitFor();
  await page.getByText(/Netzer.*2011/).waitFor();
  await visitor.projected(page, 'Left', 'Raw pixels');
  assert.equal(await visitor.points(page, 'Left'), 2000);
  const hit = await visitor.hit(page, 'Left');
  const file = readSvhn(test.buffer);
  const { text } = await hoveredImageIsRight(page, file.pixel, (i) => String(file.labels[i] % 10));
  log(`NH of pixels ${hit}%; ${text}`);
  assert.ok(hit > 10 && hit < 60, `NH ${hit}%`);
  await visitor.lasso(page, 'Left', [0.3, 0.3, 0.7, 0.7]);
  await eventually(page, () => visitor.selected(page), (n) => n > 10, 'nothing selected');
  await screenshot('svhn');
});

check('datasets: CIFAR-10 opens from its batches and from their archive, with the names of its classes', async ({ page, log, screenshot }) => {
  await visitor.digitsAreThere(page);
  const [train, test] = [await shared('cifar10/data_batch_1.bin'), await shared('cifar10/test_batch.bin')];
  await pick(page, [train]);
  await sizes(page, 3200, 800);
  await pick(page, [test]);
  await sizes(page, 4000, 1000);
  assert.equal(await name(page), 'CIFAR-10');
  await page.getByRole('button', { name: 'airplane' }).waitFor();
  await visitor.projected(page, 'Left', 'Raw pixels');
  const hit = await visitor.hit(page, 'Left');
  const file = readBatch(test.buffer);
  const CLASSES = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];
  const { text } = await hoveredImageIsRight(page, file.pixel, (i) => CLASSES[file.label(i)]);
  log(`NH of pixels ${hit}%; ${text}`);
  assert.ok(hit > 10 && hit < 60, `NH ${hit}%`);
  await visitor.lasso(page, 'Left', [0.3, 0.3, 0.7, 0.7]);
  const thumbnails = page.getByRole('region', { name: 'Selected images' }).locator('canvas');
  await thumbnails.first().waitFor();
  const drawn = await Promise.all((await thumbnails.all()).slice(0, 12).map(visitor.pixels));
  const colourful = ({ counts }) => counts.some(([colour]) => Math.abs((colour >> 16) - (colour & 255)) > 16);
  assert.ok(drawn.filter(colourful).length >= 6, 'the images of the strip are in colour');
  await screenshot('cifar10');

  await page.reload();
  await visitor.digitsAreThere(page);
  const folder = (file) => ({ ...file, name: `cifar-10-batches-bin/${file.name}` });
  const meta = { name: 'batches.meta.txt', buffer: Buffer.from('airplane\nautomobile\n') };
  const archive = gzip(tar([meta, train, test].map(folder)));
  await drop(page, [{ name: 'cifar-10-binary.tar.gz', buffer: archive }]);
  await sizes(page, 4000, 1000);
  await visitor.projected(page, 'Left', 'Raw pixels');
  assert.equal(await visitor.hit(page, 'Left'), hit, 'the same images, the same layout');
});

check('datasets: files of several data sets open one each, and wrong ones say what they are', async ({ page }) => {
  await visitor.digitsAreThere(page);
  await drop(page, [
    images('t10k-images-idx3-ubyte', 100),
    await shared('svhn/test_32x32.mat'),
    labels('t10k-labels-idx1-ubyte', 100),
    { name: 'holiday.jpg', buffer: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0]) },
    labels('train-labels-idx1-ubyte', 5),
  ]);
  await page.getByRole('alert').filter({ hasText: /holiday\.jpg could not be used.*single picture/ }).waitFor({ timeout: LONG });
  await sizes(page, 1600, 400);
  assert.equal(await name(page), 'SVHN');
  await page.getByTestId('waiting-files').filter({ hasText: 'train-images-idx3-ubyte' }).waitFor();
  // What was waiting is not lost by opening another data set.
  await drop(page, [images('train-images-idx3-ubyte', 5)]);
  await sizes(page, 5, 100);
  assert.equal(await name(page), 'MNIST');
  await page.getByRole('button', { name: 'SVHN', exact: true }).last().waitFor();
});

/** A file on the disk, for what is too large to be handed over in a message. */
async function onDisk(name, buffer, use) {
  const folder = await mkdtemp(join(tmpdir(), 'ha-'));
  try {
    await writeFile(join(folder, name), buffer);
    return await use(join(folder, name));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Milliseconds from the moment the file is given until its images are there. */
async function opening(page, path, train, test) {
  const began = await now(page);
  await fileField(page).setInputFiles(path);
  await sizes(page, train, test);
  return (await now(page)) - began;
}

/** The most memory the page's process ever had, all its workers included; MB. */
async function peak(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const peaks = await Promise.all(processInfo.filter(({ type }) => type === 'renderer').map(async ({ id }) => {
    const status = await readFile(`/proc/${id}/status`, 'utf8');
    return Number(status.match(/VmHWM:\s+(\d+) kB/)?.[1] ?? 0) / 1000;
  }));
  return Math.max(...peaks);
}

check('datasets: a file as large as SVHN\'s official test file opens', async ({ page, log, browser }) => {
  await visitor.digitsAreThere(page);
  const real = readSvhn((await shared('svhn/test_32x32.mat')).buffer);
  const OFFICIAL = 26032;
  const digits = Buffer.from(Array.from({ length: OFFICIAL }, (_, i) => real.labels[i % real.labels.length]));
  const file = writeSvhn(multiplied(Buffer.from(real.planes), PIXELS, OFFICIAL), digits);
  const took = await onDisk('test_32x32.mat', file, (path) => opening(page, path, 20826, 5206));
  log(`${OFFICIAL} images, ${(file.length / 1e6).toFixed(0)} MB: open after ${(took / 1000).toFixed(2)} s; at most ${(await peak(browser)).toFixed(0)} MB in the page's process`);
  await visitor.projected(page, 'Left', 'Raw pixels');
  assert.equal(await visitor.points(page, 'Left'), 2000);
});

check('datasets: an archive as large as CIFAR-10\'s opens within 1 GB of memory', async ({ page, log, browser }) => {
  await visitor.digitsAreThere(page);
  const [train, test] = [await shared('cifar10/data_batch_1.bin'), await shared('cifar10/test_batch.bin')];
  const RECORD = PIXELS + 1;
  const whole = (file) => multiplied(file.buffer, RECORD, 10000, RECORD);
  const batches = [1, 2, 3, 4, 5].map((i) => ({ name: `cifar-10-batches-bin/data_batch_${i}.bin`, buffer: whole(train) }));
  const archive = gzip(tar([...batches, { name: 'cifar-10-batches-bin/test_batch.bin', buffer: whole(test) }]));
  const took = await onDisk('cifar-10-binary.tar.gz', archive, (path) => opening(page, path, 50000, 10000));
  const memory = await peak(browser);
  log(`60,000 images, ${(archive.length / 1e6).toFixed(0)} MB: open after ${(took / 1000).toFixed(2)} s; at most ${memory.toFixed(0)} MB in the page's process, all workers included`);
  // 1 GB, with what Chromium itself takes in that process.
  assert.ok(memory > 184 && memory < 1000, `${memory} MB`);
  await visitor.projected(page, 'Left', 'Raw pixels');
});

check('datasets: opening can be cancelled, and what was given is read with the next file', async ({ page }) => {
  await visitor.digitsAreThere(page);
  const real = readSvhn((await shared('svhn/test_32x32.mat')).buffer);
  const digits = Buffer.from(Array.from({ length: 20000 }, (_, i) => real.labels[i % real.labels.length]));
  const file = writeSvhn(multiplied(Buffer.from(real.planes), PIXELS, 20000), digits);
  await onDisk('train_32x32.mat', file, async (path) => {
    await fileField(page).setInputFiles(path);
    await page.getByText('Reading train_32x32.mat').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByLabel('Progress of opening').waitFor({ state: 'detached' });
    assert.equal(await name(page), 'Handwritten digits');
    await pick(page, [await shared('svhn/test_32x32.mat')]);
    await sizes(page, 20000, 2000);
  });
});
