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
// Where the page itself cannot begin or go on, it says so: its files did not come, or its memory is used up,
// or it has met a fault of its own (src/main.rs). None of its Rust runs then.
{
  let begun = false;
  let said;
  const say = (what, why, then) => {
    if (said) return;
    said = Object.assign(document.createElement('div'), { id: 'stopped', className: 'notice error' });
    said.setAttribute('role', 'alert');
    const text = document.createElement('p');
    text.append(Object.assign(document.createElement('strong'), { textContent: what }), ` ${why} ${then}`);
    const onclick = () => location.reload();
    said.append(text, Object.assign(document.createElement('button'), { className: 'primary', textContent: 'Reload', onclick }));
    (document.querySelector('.notices') ?? document.body).prepend(said);
  };
  const judge = (error) => {
    const words = String(error?.message ?? error ?? '');
    if (error instanceof WebAssembly.RuntimeError || (begun && error instanceof RangeError && /alloca|memory/i.test(words))) {
      begun = true;
      const fault = globalThis.panicked;
      const why = fault ? `It met a fault of its own (${fault}).` : 'It ran out of memory.';
      say('The page has stopped.', why, `${fault ? 'Reload it' : 'Close other tabs or choose fewer observations, and reload it'}: a training that was under way can then be resumed.`);
    } else if (!begun) {
      const why = words ? `Its files did not arrive, or not whole (${words}).` : 'Its files did not arrive, or not whole.';
      say('Hidden Activity could not be loaded.', why, 'Check the connection, and reload the page.');
    }
  };
  addEventListener('TrunkApplicationStarted', () => {
    if (!begun) said?.remove();
    begun = true;
  });
  // Files that do not come are told to their elements only. Without offline.js the page works.
  const lost = ({ target, error }) => (target === window || (target.type === 'module' && !/offline/.test(target.src))) && judge(error);
  addEventListener('error', lost, true);
  addEventListener('unhandledrejection', ({ reason }) => judge(reason));
}
