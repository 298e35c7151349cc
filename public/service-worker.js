// Serves one version of the page, wholly from what this browser keeps: after a first visit no network is
// needed, and files of two versions never meet. The copy in dist/ has the three constants filled in by
// scripts/precache.mjs. As it stands here, without a version, it takes itself away; a host that no longer
// wants it serves it like this.
const VERSION = '';
const FIRST = {}; // path below the scope → SHA-256 in base64: kept before this version serves anything
const USED = {}; // the same for large data sets: kept once they were asked for

const SCOPE = self.registration.scope;
const HASHES = new Map(Object.entries({ ...FIRST, ...USED }));
// One store for all versions, each file beside its hash: what did not change is not fetched again, and no
// version finds another's files. Other pages of this host have other scopes, so other stores.
const store = () => caches.open(`hidden-activity ${SCOPE}`);
const keyOf = (path) => new URL(`${path}?${HASHES.get(path)}`, SCOPE).href;

/** A file of this version: kept already, or fetched now, held against its hash, and kept. */
async function file(path) {
  const kept = await store();
  const found = await kept.match(keyOf(path), { ignoreVary: true });
  if (found) return found;
  // Some hosts redirect index.html to its folder.
  const address = new URL(path.replace(/(^|\/)index\.html$/, '$1') || '.', SCOPE);
  const integrity = `sha256-${HASHES.get(path)}`;
  // The browser's own cache may hold it, from a moment ago or from an older version.
  const answer = await fetch(address, { integrity }).catch(() => fetch(address, { integrity, cache: 'reload' }));
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  await kept.put(keyOf(path), whole(answer.clone()));
  return whole(answer);
}

/** The answer without the mark of a redirection, which a navigation would refuse. */
const whole = (answer) => (answer.redirected ? new Response(answer.body, { headers: answer.headers }) : answer);

self.addEventListener('install', (event) => {
  if (VERSION) event.waitUntil(Promise.all(Object.keys(FIRST).map(file)));
  else self.skipWaiting();
});

self.addEventListener('activate', (event) => event.waitUntil(VERSION ? forgetOlder() : withdraw()));

async function forgetOlder() {
  const kept = await store();
  const ours = new Set([...HASHES.keys()].map(keyOf));
  const older = (await kept.keys()).filter(({ url }) => !ours.has(url));
  await Promise.all(older.map((key) => kept.delete(key)));
}

async function withdraw() {
  await caches.delete(`hidden-activity ${SCOPE}`);
  await self.registration.unregister();
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (!VERSION || request.method !== 'GET' || !request.url.startsWith(SCOPE)) return;
  // What stands behind ? chooses a view, never a file.
  const path = new URL(request.url).pathname.slice(new URL(SCOPE).pathname.length).replace(/(^|\/)$/, '$1index.html');
  if (!HASHES.has(path)) return;
  // A worker's address has a fragment, which an answer with an address of its own would hide from it.
  const bare = ({ body, headers }) => new Response(body, { headers });
  event.respondWith(request.destination === 'worker' ? file(path).then(bare) : file(path));
});

const sameVersion = new Set();
self.addEventListener('message', (event) => {
  const { takeOver, version } = event.data ?? {};
  if (takeOver) self.skipWaiting();
  if (version && VERSION) event.source.postMessage({ keeps: VERSION });
  if (version === VERSION) event.waitUntil(adopt(event.source.id));
});

/** Serves tabs that came from the network, too, once all of them have said that they are of this version. */
async function adopt(id) {
  sameVersion.add(id);
  const tabs = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (tabs.every((tab) => sameVersion.has(tab.id) || !tab.url.startsWith(SCOPE))) await self.clients.claim();
}
