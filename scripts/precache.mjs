// Writes what makes a built page work offline: the version into its index.html, and into its
// service-worker.js the version and the hash of every file.
//
//   node scripts/precache.mjs FOLDER        in place; can be done again after a file was changed
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = join(fileURLToPath(import.meta.url), '../..');
const [folder] = process.argv.slice(2);
const release = readFileSync(join(root, 'Cargo.toml'), 'utf8').match(/^version = "(.+)"$/m)[1];
const META = /(<meta name="?version"? content="?)[^" />]*/;
const WORKER = 'service-worker.js';
/** What a site adds by `make data`: folders of data/. Too much to fetch for a visitor who may not want it. */
const usedOnly = (path) => /^data\/.+\//.test(path);
const hash = (bytes, encoding) => createHash('sha256').update(bytes).digest(encoding);

/** Writes the version into the page. */
function setVersion(version) {
  const file = join(folder, 'index.html');
  const html = readFileSync(file, 'utf8');
  if (!META.test(html)) throw new Error(`${file} has no <meta name=version>`);
  writeFileSync(file, html.replace(META, `$1${version}`));
}

const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join('/'))
  // Names that begin with a dot are for the host; some hosts do not serve them.
  .filter((path) => path !== WORKER && !/(^|\/)\./.test(path))
  .sort();
const odd = paths.find((path) => !/^[\w./-]+$/.test(path));
if (odd) throw new Error(`${odd}: letters, digits and . _ - only, which are the same in every address`);

setVersion('');
const read = (path) => readFileSync(join(folder, path));
const build = hash(paths.map((path) => `${path} ${hash(read(path), 'hex')}\n`).join(''), 'hex').slice(0, 12);
const version = `${release}+${build}`;
setVersion(version);

const list = (some) => JSON.stringify(Object.fromEntries(some.map((path) => [path, hash(read(path), 'base64')])), null, 1);
const first = paths.filter((path) => !usedOnly(path));
const constants = { VERSION: `'${version}'`, FIRST: list(first), USED: list(paths.filter(usedOnly)) };
let worker = readFileSync(join(root, 'public', WORKER), 'utf8');
for (const [name, value] of Object.entries(constants)) {
  worker = worker.replace(new RegExp(`^const ${name} = .*?;`, 'm'), () => `const ${name} = ${value};`);
}
writeFileSync(join(folder, WORKER), worker);

const sum = (sizes) => `${(sizes.reduce((all, size) => all + size, 0) / 1e6).toFixed(1)} MB`;
const contents = first.map(read);
console.log(`precache: ${version}, ${first.length} files of ${sum(contents.map((c) => c.length))} (${sum(contents.map((c) => gzipSync(c).length))} gzipped)`);
