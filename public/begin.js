// Before the first paint: the colours that the visitor chose, or the system's (src/view/appearance.rs).
{
  let theme;
  try { theme = localStorage.getItem('ha-theme'); } catch {}
  if (theme !== 'light' && theme !== 'dark') theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.dataset.theme = theme;
}
// What the page shows first is fetched and unpacked while the page itself is on its way, unless the
// address asks for something else (src/view/first.rs).
if (!/[?&](analysis|data)=[^&]/.test(location.search) && typeof DecompressionStream === 'function') {
  globalThis.firstAnalysis = fetch('analyses/digits.first')
    .then((answer) => (answer.ok ? new Response(answer.body.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer() : null))
    .catch(() => null);
}
