// The formats of SVHN and CIFAR-10, read and written by few lines that share nothing with ours.
import { deflateSync, gzipSync, inflateSync } from 'node:zlib';

const SIDE = 32;
const PLANE = SIDE * SIDE;
export const PIXELS = 3 * PLANE;
const RECORD = 1 + PIXELS;

/** Pixel (row, column) of an image as MATLAB has it, column by column: [red, green, blue]. */
const columnMajor = (planes) => (row, column) => [0, 1, 2].map((colour) => planes[colour * PLANE + column * SIDE + row]);
const rowMajor = (planes) => (row, column) => [0, 1, 2].map((colour) => planes[colour * PLANE + row * SIDE + column]);

/** What SVHN's file holds, both variables packed: its images in MATLAB's order, and labels 1 to 10. */
export function readSvhn(buffer) {
  const found = {};
  for (let at = 128; at < buffer.length;) {
    const size = buffer.readUInt32LE(at + 4);
    const array = inflateSync(buffer.subarray(at + 8, at + 8 + size));
    // Tag 8, flags 16, dimensions 8 + 4 each up to a multiple of 8, name in a small element of 8.
    const name = 8 + 16 + 8 + Math.ceil(array.readUInt32LE(28) / 8) * 8;
    found[String.fromCharCode(array[name + 4])] = array.subarray(name + 16, name + 16 + array.readUInt32LE(name + 12));
    at += 8 + size;
  }
  const image = (index) => found.X.subarray(index * PIXELS, (index + 1) * PIXELS);
  return { planes: found.X, labels: found.y, pixel: (index) => columnMajor(image(index)) };
}

/** A batch of CIFAR-10: its labels, and the pixels of its images. */
export const readBatch = (buffer) => ({
  count: buffer.length / RECORD,
  label: (index) => buffer[index * RECORD],
  pixel: (index) => rowMajor(buffer.subarray(index * RECORD + 1, (index + 1) * RECORD)),
});

const words = (...values) => Buffer.from(new Uint32Array(values).buffer);
const padded = (bytes) => Buffer.concat([bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8)]);

/** A packed variable of bytes. */
function variable(name, dimensions, values) {
  const inner = Buffer.concat([
    words(6, 8, 9, 0),
    words(5, 4 * dimensions.length), padded(words(...dimensions)),
    words(1 | (1 << 16)), Buffer.from([name.charCodeAt(0), 0, 0, 0]),
    words(2, values.length), padded(values),
  ]);
  const packed = deflateSync(Buffer.concat([words(14, inner.length), inner]), { level: 1 });
  return Buffer.concat([words(15, packed.length), packed]);
}

/** A file of SVHN. */
export function writeSvhn(planes, labels) {
  const header = Buffer.alloc(128, ' ');
  header.write('MATLAB 5.0 MAT-file, made up for a test');
  header.set([0, 1, 0x49, 0x4d], 124);
  return Buffer.concat([
    header,
    variable('X', [SIDE, SIDE, 3, labels.length], planes),
    variable('y', [labels.length, 1], labels),
  ]);
}

/** `count` items of `size` bytes made of those given, in turn, with noise in their lowest bits, but
    for bytes at multiples of `spare`. */
export function multiplied(items, size, count, spare = Infinity) {
  const given = items.length / size;
  const bytes = Buffer.alloc(count * size);
  for (let i = 0; i < count; i++) items.copy(bytes, i * size, (i % given) * size, ((i % given) + 1) * size);
  let state = 1;
  for (let at = items.length; at < bytes.length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    if (at % spare !== 0) bytes[at] ^= state >>> 30;
  }
  return bytes;
}

/** A tar archive. */
export function tar(files) {
  const blocks = files.flatMap(({ name, buffer }) => {
    const header = Buffer.alloc(512);
    const octal = (value, at, digits) => header.write(`${value.toString(8).padStart(digits - 1, '0')}\0`, at);
    header.write(name);
    octal(0o644, 100, 8);
    octal(buffer.length, 124, 12);
    octal(0, 136, 12);
    header.write('        ', 148);
    header.write('0', 156);
    header.write('ustar\x0000', 257);
    octal(header.reduce((sum, byte) => sum + byte, 0), 148, 7);
    return [header, buffer, Buffer.alloc((512 - (buffer.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export const gzip = (buffer) => gzipSync(buffer, { level: 1 });
