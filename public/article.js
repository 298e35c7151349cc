// What the article does with its figures: numbers of the text come from them, a button selects in two of
// them, and what the reader selects in one is selected in its partner.
const figure = (id) => document.getElementById(id);
const percent = (share) => `${(100 * share).toFixed(1)} %`;

/** Writes a figure's own numbers into the text. */
function write({ target, detail: { hits, accuracy, observations } }) {
  const values = { first: percent(hits.at(0)), last: percent(hits.at(-1)), accuracy: percent(accuracy), observations };
  for (const output of document.querySelectorAll(`output[data-of="${target.id}"]`)) {
    output.value = values[output.dataset.value];
  }
}

/** One button for each class, which selects it in both figures; pressed again, it selects nothing. */
function offerClasses({ detail }) {
  const buttons = detail.classes.map((name, number) => {
    const button = Object.assign(document.createElement('button'), { type: 'button', textContent: name });
    button.setAttribute('aria-pressed', 'false');
    button.addEventListener('click', () => {
      const press = button.getAttribute('aria-pressed') === 'false';
      for (const other of buttons) other.setAttribute('aria-pressed', String(press && other === button));
      for (const id of ['pair', 'trails']) figure(id).select(press ? { class: number } : []);
    });
    return button;
  });
  figure('classes').replaceChildren(...buttons);
}

/** A selection that the reader makes in one figure is made in the other; `said` is told of it. */
function link(one, other, said = () => {}) {
  figure(one).addEventListener('select', ({ detail: { indices, part, by } }) => {
    // What came from a command is not sent on, or it would come back.
    if (by !== 'reader') return;
    figure(other).select({ indices, part });
    said(indices.length);
  });
}

function releaseButtons() {
  for (const button of figure('classes').children) button.setAttribute('aria-pressed', 'false');
}
function count(n) {
  figure('linked').textContent = n === 0 ? 'Nothing is selected.' : `${n} ${n === 1 ? 'image is' : 'images are'} selected.`;
}

figure('pair').addEventListener('ready', write);
figure('pair').addEventListener('ready', offerClasses);
link('pair', 'trails', releaseButtons);
link('trails', 'pair', releaseButtons);
link('confusion', 'projection', count);
link('projection', 'confusion', count);
