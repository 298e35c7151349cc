// A dumb static file server, like the hosts the page must work on: right types, and no header but the one
// that lets other sites read the files, as GitHub Pages sends it: sandboxed embeds need it (docs/embedding.md).
//
//   node scripts/serve-static.mjs [FOLDER] [--port 8080] [--at /some/sub/path/] [--no-cache]
//
// The browser tests import `serve`; `make serve` runs the command.
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/** What hosts compress on the way. */
const COMPRESSED = new Set(['.css', '.html', '.js', '.json', '.mjs', '.svg', '.txt', '.wasm', '.webmanifest']);

/** The file of `root` that an address names, or null: outside `prefix`, outside `root`, malformed. */
function fileOf(address, root, prefix) {
  let path;
  try {
    path = decodeURIComponent(new URL(address, 'http://host').pathname);
  } catch {
    return null;
  }
  if (!path.startsWith(prefix) || path.includes('\0')) return null;
  const file = join(root, normalize(`/${path.slice(prefix.length)}`));
  if (file !== root && !file.startsWith(root + sep)) return null;
  return path.endsWith('/') ? join(file, 'index.html') : file;
}

/**
 * Serves `folder` below the path `at` of http://127.0.0.1:`port` (0: any free one).
 * With `gzip` it compresses what hosts usually do: text and wasm. Resolves to { url, asked, close }; `asked` grows by the path of every request.
 */
export async function serve(folder, { port = 0, at = '/', noCache = false, gzip = false } = {}) {
  const asked = [];
  const compressed = new Map();
  const root = resolve(folder);
  const prefix = `/${at}/`.replace(/\/+/g, '/');
  const server = createServer(async (request, response) => {
    const refuse = (status, why) => {
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(`${why}\n`);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'only GET and HEAD');
    asked.push(request.url);
    const file = fileOf(request.url, root, prefix);
    const found = file && (await stat(file).catch(() => null));
    if (!found?.isFile()) return refuse(404, 'not found');
    const headers = {
      'content-type': TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream',
      'content-length': found.size,
      'access-control-allow-origin': '*',
    };
    if (noCache) headers['cache-control'] = 'no-cache, no-store';
    if (gzip && COMPRESSED.has(extname(file)) && request.headers['accept-encoding']?.includes('gzip')) {
      const bytes = await (compressed.get(file) ?? compressed.set(file, readFile(file).then((bytes) => gzipSync(bytes, { level: 9 }))).get(file));
      response.writeHead(200, { ...headers, 'content-encoding': 'gzip', 'content-length': bytes.length });
      return response.end(bytes);
    }
    response.writeHead(200, headers);
    if (request.method === 'HEAD') return response.end();
    createReadStream(file).on('error', () => response.destroy()).pipe(response);
  });
  await new Promise((listening, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', listening);
  });
  return {
    url: `http://127.0.0.1:${server.address().port}${prefix}`,
    asked,
    close() {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      port: { type: 'string', default: '8080' },
      at: { type: 'string', default: '/' },
      'no-cache': { type: 'boolean', default: false },
    },
  });
  const folder = positionals[0] ?? 'dist';
  try {
    const { url } = await serve(folder, { port: Number(values.port), at: values.at, noCache: values['no-cache'] });
    console.log(`Serving ${folder} on ${url} (Ctrl C ends it)`);
  } catch (error) {
    const taken = error.code === 'EADDRINUSE' ? ' Choose another one: make serve PORT=8081' : '';
    console.error(`Cannot serve on port ${values.port}: ${error.message}.${taken}`);
    process.exit(1);
  }
}
