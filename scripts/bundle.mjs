// Packs dist/ into one zip that runs from any local web server. The same dist/ and commit give the same bytes.
//
//   node scripts/bundle.mjs [FOLDER] [ZIP]        dist/ and target/bundle/hidden-activity-VERSION.zip
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32, deflateRawSync } from 'node:zlib';

const root = join(fileURLToPath(import.meta.url), '../..');
const folder = process.argv[2] ?? join(root, 'dist');
const html = readFileSync(join(folder, 'index.html'), 'utf8');
const build = html.match(/<meta name="?version"? content="?([^" />]+)/)?.[1];
if (!build) throw new Error(`${folder} is no release build: its index.html names no version`);
const [version, hash] = build.split('+');
const top = `hidden-activity-${version}`;
const zip = process.argv[3] ?? join(root, `target/bundle/${top}.zip`);

const README = `Hidden Activity ${version} (build ${hash})

Open a terminal in this folder and run any web server, for example

    python3 -m http.server 8000 --bind 127.0.0.1

then open http://127.0.0.1:8000/ in a browser. Others that work as well:

    npx serve .          php -S 127.0.0.1:8000          busybox httpd -f -p 127.0.0.1:8000

Opening index.html by a double click does not work: browsers do not let pages from file:// load
JavaScript modules, start workers or fetch WebAssembly. A server on your own machine is enough; nothing
is sent anywhere, and no network is needed. On 127.0.0.1 and localhost, and over https, the page also
keeps itself in the browser after the first visit and then runs without the server.

If the page stays empty on Windows, Python may have taken the type of .js files from the registry. Run

    python -c "import http.server as s, mimetypes as m; m.add_type('text/javascript', '.js'); s.test(s.SimpleHTTPRequestHandler, port=8000, bind='127.0.0.1')"

The same folder can be copied to any static web host, at any path.

MIT or Apache-2.0, at your option. The digits in data/ are the test set of "Optical Recognition of
Handwritten Digits" (E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, 1998,
doi:10.24432/C50P49), CC BY 4.0.
`;

const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  .map((file) => ({ name: relative(folder, file).split(sep).join('/'), bytes: readFileSync(file) }));
files.push({ name: 'README.txt', bytes: Buffer.from(README) });
files.sort((a, b) => (a.name < b.name ? -1 : 1));

/** When all files were made, in seconds since 1970. Of the commit, for the same bytes each time; never the
    same for two releases, because servers and browsers tell by it whether a file has changed. */
function seconds() {
  if (process.env.SOURCE_DATE_EPOCH) return Number(process.env.SOURCE_DATE_EPOCH);
  try {
    return Number(execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return statSync(join(folder, 'index.html')).mtimeMs / 1000;
  }
}

// PKWARE's APPNOTE.TXT, 4.3: a header before each file, then all of them again with their places.
const made = new Date(1000 * seconds());
const TIME = (made.getUTCHours() << 11) | (made.getUTCMinutes() << 5) | (made.getUTCSeconds() >> 1);
const DATE = ((made.getUTCFullYear() - 1980) << 9) | ((made.getUTCMonth() + 1) << 5) | made.getUTCDate();
const UTF8 = 1 << 11;
const parts = [];
const directory = [];
let at = 0;
for (const { name, bytes } of files) {
  const path = Buffer.from(`${top}/${name}`);
  const packed = deflateRawSync(bytes, { level: 9 });
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0); // version 2.0 is needed
  common.writeUInt16LE(UTF8, 2);
  common.writeUInt16LE(8, 4); // deflate
  common.writeUInt16LE(TIME, 6);
  common.writeUInt16LE(DATE, 8);
  common.writeUInt32LE(crc32(bytes), 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(bytes.length, 18);
  common.writeUInt16LE(path.length, 22);
  const place = Buffer.alloc(14);
  place.writeUInt32LE((0o100644 << 16) >>> 0, 6); // an ordinary file that all may read
  place.writeUInt32LE(at, 10);
  const madeBy = Buffer.from([20, 3]); // on Unix
  directory.push(Buffer.from('PK\x01\x02'), madeBy, common, place, path);
  const local = [Buffer.from('PK\x03\x04'), common, path, packed];
  parts.push(...local);
  at += local.reduce((sum, part) => sum + part.length, 0);
}
const end = Buffer.alloc(22);
end.write('PK\x05\x06');
end.writeUInt16LE(files.length, 8);
end.writeUInt16LE(files.length, 10);
end.writeUInt32LE(directory.reduce((sum, part) => sum + part.length, 0), 12);
end.writeUInt32LE(at, 16);
const all = Buffer.concat([...parts, ...directory, end]);
mkdirSync(dirname(zip), { recursive: true });
writeFileSync(zip, all);
console.log(`${zip}: ${files.length} files, ${(all.length / 1e6).toFixed(2)} MB, SHA-256 ${createHash('sha256').update(all).digest('hex')}`);
