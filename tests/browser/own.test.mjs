// What a visitor brings of their own: activations of a network as NumPy writes them, and pictures in
// folders, packed or not.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { eventually, stage } from './support.mjs';
import * as visitor from './visitor.mjs';
import { drop, images, npy, pick, pickFolder, zip } from './files.mjs';

const check = stage();
const REFERENCE = new URL('../reference/', import.meta.url);
const reference = (name) => readFile(new URL(name, REFERENCE));
const NAMES = ['cat', 'dog', 'owl'];

/** Pictures of three classes, `each` of a class: path → bytes. */
async function pictures(each) {
  const kinds = ['colour.png', 'grey.png', 'turned.jpg', 'palette.gif'];
  const bytes = await Promise.all(kinds.map((kind) => reference(`pictures/${kind}`)));
  const files = {};
  NAMES.forEach((name, of) => {
    for (let i = 0; i < each; i++) {
      files[`pets/${name}/${i}.${kinds[of].split('.')[1]}`] = bytes[of];
    }
  });
  return files;
}

const named = (page, name) => page.getByTestId('dataset-name').filter({ hasText: name }).waitFor();
const legend = (page) => page.getByRole('group', { name: /Classes/ }).getByRole('button').allInnerTexts();
const trainButton = (page) => page.locator('section[aria-label="Training"]').getByRole('button', { name: 'Train', exact: true });

check('own: activations of two epochs and two layers are projected, and nothing is trained', async ({ page, screenshot, log }) => {
  await visitor.digitsAreThere(page);
  await drop(page, [{ name: 'mine.npz', buffer: await reference('npz/network.npz') }]);
  await named(page, 'mine');
  await page.getByText('30 observations, images of 4×5, 3 classes').waitFor();
  await visitor.projected(page, 'Left', 'fc1 before training');
  await visitor.projected(page, 'Right', 'fc1 after 2 epochs');
  assert.equal(await visitor.points(page, 'Right'), 30);
  assert.deepEqual((await legend(page)).map((text) => text.trim()), NAMES);
  log(`NH ${await visitor.hit(page, 'Left')}% and ${await visitor.hit(page, 'Right')}%, accuracy ${await visitor.accuracy(page, 'Right')}%`);
  // What was adapted is said: the convolutional layer was flattened.
  await page.getByText(/"epoch_0\/conv" has the shape \(30, 2, 2, 3\) and was flattened/i).waitFor();

  const layers = page.getByLabel('Left: layer');
  assert.deepEqual(await layers.locator('option').allInnerTexts(), ['Raw pixels', 'conv', 'fc1']);
  await layers.selectOption({ label: 'conv' });
  await visitor.projected(page, 'Left', 'conv before training');
  await page.getByLabel('Left: epoch').selectOption({ label: 'Epoch 2' });
  await visitor.projected(page, 'Left', 'conv after 2 epochs');
  await layers.selectOption({ label: 'Raw pixels' });
  await visitor.projected(page, 'Left', 'Raw pixels');
  assert.ok(await trainButton(page).isDisabled(), 'there is nothing to train on');
  await page.getByText('activations of your own network').waitFor();

  const [x, y] = await visitor.somePoint(page, 'Right');
  await page.mouse.move(x, y);
  const card = page.getByTestId('hover-card').filter({ hasText: /Predicted (cat|dog|owl) \(\d/ });
  await card.waitFor();
  await screenshot('own network');
  await visitor.away(page);

  // Fewer observations are taken of the same file.
  await visitor.setField(page, 'Images projected', 20);
  await visitor.projected(page, 'Right', 'fc1 after 2 epochs');
  await eventually(page, () => visitor.points(page, 'Right'), (points) => points === 20, 'points in the right projection');

  // What was there before can be returned to, and this again.
  await page.getByRole('button', { name: /^Handwritten digits/ }).click();
  await visitor.projected(page, 'Left', 'Raw pixels');
  assert.ok(await trainButton(page).isEnabled());
  await page.getByRole('button', { name: /^mine/ }).click();
  await visitor.projected(page, 'Right', 'fc1 after 2 epochs');
});

check('own: pictures in an archive, one folder for each class', async ({ page, screenshot }) => {
  await visitor.digitsAreThere(page);
  const files = { ...(await pictures(40)), 'pets/owl/broken.png': Buffer.from('no picture'), '__MACOSX/pets/owl/._0.png': Buffer.from('x') };
  await drop(page, [{ name: 'pets.zip', buffer: zip(files) }]);
  await named(page, 'pets');
  await page.getByText('32×32×3 images, 3 classes · 96 to train on, 24 to test with').waitFor();
  await page.getByText(/1 pictures? cannot be decoded.*broken\.png/).waitFor();
  assert.deepEqual((await legend(page)).map((text) => text.trim()), NAMES);
  await visitor.projected(page, 'Left', 'Raw pixels');
  assert.ok(await trainButton(page).isEnabled());
  await visitor.lasso(page, 'Left', [0.02, 0.02, 0.98, 0.98]);
  const strip = page.locator('section[aria-label="Selected images"] canvas');
  await strip.first().waitFor();
  assert.equal(await strip.count(), 24);
  const first = await visitor.pixels(strip.first());
  assert.ok(first.colours > 20, `a picture has many colours, not ${first.colours}`);
  await screenshot('own pictures');
});

/** Ten pictures of each class as files on the disk, in the folder "pets". */
async function onDisk(use) {
  const folder = await mkdtemp(join(tmpdir(), 'own-'));
  try {
    for (const [path, bytes] of Object.entries(await pictures(10))) {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, bytes);
    }
    await use(join(folder, 'pets'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

check('own: a folder of pictures, grey and of another size', async ({ page }) => {
  await visitor.digitsAreThere(page);
  await onDisk(async (pets) => {
    await visitor.setField(page, 'Side in pixels', 16);
    await page.getByLabel('Colours of pictures').selectOption('grey');
    await pickFolder(page, pets);
    await named(page, 'pets');
    await page.getByText('16×16 images, 3 classes · 24 to train on, 6 to test with').waitFor();
  });
});

check('own: a folder of pictures that is dropped', async ({ page }) => {
  await visitor.digitsAreThere(page);
  await onDisk(async (pets) => {
    // As the mouse does it: a script cannot make a drop that holds a folder.
    const mouse = await page.context().newCDPSession(page);
    const data = { items: [], files: [pets], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop']) {
      await mouse.send('Input.dispatchDragEvent', { type, x: 700, y: 450, data });
    }
    await named(page, 'pets');
    await page.getByText('32×32×3 images, 3 classes · 24 to train on, 6 to test with').waitFor();
  });
});

check('own: what cannot be opened is named, with what to do, and nothing is lost', async ({ page }) => {
  await visitor.digitsAreThere(page);
  const network = await reference('npz/network.npz');
  const wrong = [
    ['objects', { name: 'objects.npz', buffer: await reference('npz/objects.npz') }, /"labels" holds Python objects.*numpy\.asarray/],
    ['a cut archive', { name: 'cut.npz', buffer: network.subarray(0, 4000) }, /cannot be opened as a zip archive/],
    ['no labels', { name: 'x.npz', buffer: zip({ 'fc1.npy': npy("'<f4'", '(2, 3)', Buffer.alloc(24)) }) }, /no array named "labels" \(it has "fc1"\)/],
    ['other lengths', { name: 'x.npz', buffer: zip({ 'labels.npy': npy("'|u1'", '(3,)', Buffer.alloc(3)), 'fc1.npy': npy("'<f4'", '(2, 3)', Buffer.alloc(24)) }) }, /"fc1" has the shape \(2, 3\), but "labels" has 3 observations/],
    ['not a number', { name: 'x.npz', buffer: zip({ 'labels.npy': npy("'|u1'", '(2,)', Buffer.alloc(2)), 'fc1.npy': npy("'<f4'", '(2, 1)', Buffer.from('0000803f0000c07f', 'hex')) }) }, /row 1, column 0/],
    ['no folders', { name: 'flat.zip', buffer: zip({ 'a.png': Buffer.from('x') }) }, /in no folder/],
    ['no pictures', { name: 'texts.zip', buffer: zip({ 'a/b.txt': Buffer.from('x') }) }, /holds no picture/],
  ];
  for (const [what, file, message] of wrong) {
    await drop(page, [file]);
    await page.getByRole('alert').filter({ hasText: message }).waitFor().catch(async () => {
      assert.fail(`${what}: ${JSON.stringify(await page.getByRole('alert').allInnerTexts())}`);
    });
  }
  await drop(page, [{ name: 'mine.npz', buffer: network }, images('t10k-images-idx3-ubyte', 4)]);
  await page.getByRole('alert').filter({ hasText: 'do not belong together' }).waitFor();
  assert.equal(await page.getByTestId('dataset-name').innerText(), 'Handwritten digits');
  await pick(page, [{ name: 'mine.npz', mimeType: '', buffer: network }]);
  await named(page, 'mine');
});
