// Files as a visitor has them: the official ones, and small ones made here, right or wrong.
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { SHARED_DATA } from './support.mjs';

/** The four official files, or rather those of them that hold the text. */
export async function officialFiles(...names) {
  const read = async (name) => ({ name, mimeType: '', buffer: await readFile(join(SHARED_DATA, 'mnist', name)) });
  return Promise.all(names.map(read));
}
export const TRAIN_IMAGES = 'train-images-idx3-ubyte.gz';
export const TRAIN_LABELS = 'train-labels-idx1-ubyte.gz';
export const TEST_IMAGES = 't10k-images-idx3-ubyte.gz';
export const TEST_LABELS = 't10k-labels-idx1-ubyte.gz';

const numbers = (...values) => Buffer.concat(values.map((value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}));

/** `count` images of noise that is the same each time. */
export function images(name, count, height = 28, width = 28, magic = 2051) {
  const body = Buffer.alloc(count * height * width);
  let state = 1;
  for (let i = 0; i < body.length; i++) body[i] = (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24;
  return { name, mimeType: '', buffer: Buffer.concat([numbers(magic, count, height, width), body]) };
}

/** Labels 0, 1, … 9, 0, … */
export function labels(name, count) {
  const body = Buffer.from(Array.from({ length: count }, (_, i) => i % 10));
  return { name, mimeType: '', buffer: Buffer.concat([numbers(2049, count), body]) };
}

/** A zip archive whose files are stored as they are: name → bytes. */
export function zip(files) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [name, bytes] of Object.entries(files)) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); // version needed
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), bytes]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00'), common, rest, Buffer.from(name));
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}

/** An array as NumPy writes it. */
export function npy(descr, shape, values) {
  const text = `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }\n`;
  const head = Buffer.from('\x93NUMPY\x01\x00\x00\x00', 'latin1');
  head.writeUInt16LE(text.length, 8);
  return Buffer.concat([head, Buffer.from(text), values]);
}

/** A file of another shared data set, such as 'svhn/test_32x32.mat'. */
export async function shared(path) {
  return { name: basename(path), mimeType: '', buffer: await readFile(join(SHARED_DATA, path)) };
}

/** Where files are picked. */
export const fileField = (page) => page.locator('label', { hasText: 'Open files' }).locator('input');

/** Picks files with the file picker. */
export const pick = (page, files) => fileField(page).setInputFiles(files);
/** Picks a folder with the other file picker. */
export const pickFolder = (page, folder) => page.locator('input[webkitdirectory]').setInputFiles(folder);

/** Drags files over the page and drops them. `between` runs while they hang over it. */
export async function drop(page, files, between = async () => {}) {
  const plain = files.map(({ name, buffer }) => ({ name, base64: buffer.toString('base64') }));
  const dataTransfer = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const { name, base64 } of files) {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([bytes], name));
    }
    return transfer;
  }, plain);
  await page.dispatchEvent('body', 'dragover', { dataTransfer });
  await between();
  await page.dispatchEvent('body', 'drop', { dataTransfer });
}
