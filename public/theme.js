// Before the first paint: the colours that the visitor chose, or the system's (src/view/appearance.rs).
{
  let theme;
  try { theme = localStorage.getItem('ha-theme'); } catch {}
  if (theme !== 'light' && theme !== 'dark') theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.dataset.theme = theme;
}
