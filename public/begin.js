// Before the first paint: the colours that the visitor chose, or the system's (src/view/appearance.rs).
{
  let theme;
  try { theme = localStorage.getItem('ha-theme'); } catch {}
  if (theme !== 'light' && theme !== 'dark') theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.dataset.theme = theme;
}
// What the page shows first comes along with the page, unless the address asks for something else
// (src/view/first.rs).
if (!/[?&](analysis|data)=[^&]/.test(location.search)) {
  const first = document.createElement('link');
  Object.assign(first, { rel: 'preload', as: 'fetch', crossOrigin: 'anonymous', href: 'analyses/digits.first' });
  document.head.append(first);
}
