// Has the service worker keep the page in this browser, and tells when a new version waits. Without a
// service worker (private windows, plain http, sandboxed frames) the page works as before.
const IDLE_MS = 6_000; // the first view and the workers' files come first
const HOUR_MS = 3_600_000;
const TEXTS = {
  en: { offline: 'Works offline.', ready: 'A new version is available.', reload: 'Reload', later: 'Later', all: 'Reloading takes all open tabs of this page to it.' },
  zh: { offline: '可离线使用。', ready: '有新版本可用。', reload: '重新加载', later: '以后再说', all: '重新加载后，本页面所有打开的标签页都会更新。' },
};
const text = () => TEXTS[document.documentElement.lang.slice(0, 2)] ?? TEXTS.en;
const version = document.querySelector('meta[name=version]')?.content;

/** Offers the version that waits. */
function offer(registration) {
  document.getElementById('new-version')?.remove();
  const { ready, all, reload, later } = text();
  const bar = Object.assign(document.createElement('div'), { id: 'new-version', className: 'notice', role: 'status' });
  bar.style.alignItems = 'center';
  const said = document.createElement('p');
  said.append(Object.assign(document.createElement('strong'), { textContent: ready }), ` ${all}`);
  const row = Object.assign(document.createElement('div'), { className: 'row' });
  const button = (className, textContent, onclick) =>
    row.append(Object.assign(document.createElement('button'), { className, textContent, onclick }));
  bar.append(said, row);
  button('primary', reload, () => {
    const { waiting } = registration;
    // This tab may have come from the network, and then is told of no change.
    waiting?.addEventListener('statechange', () => waiting.state === 'activated' && location.reload());
    if (waiting) waiting.postMessage({ takeOver: true });
    else location.reload();
  });
  button('quiet', later, () => bar.remove());
  (document.querySelector('.notices') ?? document.body).prepend(bar);
}

async function keep(serviceWorker) {
  const registration = await serviceWorker.register('./service-worker.js');
  const watch = (worker) =>
    worker?.addEventListener('statechange', () => worker.state === 'installed' && registration.active && offer(registration));
  watch(registration.installing);
  registration.addEventListener('updatefound', () => watch(registration.installing));
  if (registration.waiting && registration.active) offer(registration);
  let looked = Date.now();
  document.addEventListener('visibilitychange', () => {
    if (document.hidden || Date.now() - looked < HOUR_MS) return;
    looked = Date.now();
    registration.update().catch(() => {});
  });
  serviceWorker.addEventListener('message', ({ data }) => {
    if (!data?.keeps) return;
    document.documentElement.dataset.offline = 'ready';
    const place = document.getElementById('works-offline');
    if (place) place.textContent = text().offline;
  });
  (await serviceWorker.ready).active.postMessage({ version });
}

try {
  const { serviceWorker, connection } = navigator;
  let served = Boolean(serviceWorker.controller);
  serviceWorker.addEventListener('controllerchange', () => {
    if (served) location.reload();
    served = true;
  });
  const wanted = version && window.top === window && !connection?.saveData;
  const start = () => setTimeout(() => keep(serviceWorker).catch(() => {}), IDLE_MS);
  if (wanted && document.readyState === 'complete') start();
  else if (wanted) window.addEventListener('load', start);
} catch {
  // No service worker here.
}
