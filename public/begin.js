// The page's policy (index.html) lets it ask any server, for the sake of ?analysis=https://elsewhere/…,
// which may send the browser on to a third. Without such an address there is nothing to be had
// elsewhere, and a second policy says so: of two, a browser keeps to both.
{
  const named = new URLSearchParams(location.search).getAll('analysis');
  const isOwn = (address) => {
    try { return new URL(address, location.href).origin === location.origin; } catch { return true; }
  };
  if (named.every(isOwn)) {
    const policy = document.createElement('meta');
    policy.httpEquiv = 'Content-Security-Policy';
    policy.content = "connect-src 'self'";
    document.head.append(policy);
  }
}
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
