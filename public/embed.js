// <hidden-activity figure="pair" analysis="analyses/digits.npz"></hidden-activity>
// One figure of Hidden Activity in any page. No build: <script type="module" src=".../embed.js"></script>
// docs/embedding.md describes attributes, events and methods.
const KIND = 'hidden-activity';
const VERSION = 1;
const HOME = new URL('./', import.meta.url).href; // where the page lies that is shown in the frame
/** Within a sandbox, frames are in it as well; a page of a file has no origin, but its frames may have. */
const HAS_NO_ORIGIN = self.origin === 'null';
const isWhole = (number) => Number.isInteger(number) && number >= 0;
/** What comes with each event; anything else is no message of a figure. */
const SCHEMA = {
  ready: ({ figure, classes, layers, epochs, hits, observations }) =>
    typeof figure === 'string' && [classes, layers, epochs, hits].every(Array.isArray) && isWhole(observations),
  select: ({ part, indices, by }) => typeof part === 'string' && Array.isArray(indices) && indices.every(isWhole) && typeof by === 'string',
  hover: ({ index }) => index === null || isWhole(index),
  error: ({ message }) => typeof message === 'string',
};
/** Attributes that become parameters of the frame's address. */
const PARAMETERS = ['layer', 'epoch', 'part', 'theme', 'select'];
const NAMES = {
  projection: 'Projection of hidden activity',
  pair: 'Projections of hidden activity before and after training',
  evolution: 'Evolution of hidden activity',
  trails: 'Evolution of hidden activity as trails',
  neurons: 'Neurons of a hidden layer',
  curves: 'Training curves',
  confusion: 'Confusion matrix',
};

const style = new CSSStyleSheet();
style.replaceSync(`
  :host { display: block; aspect-ratio: 3 / 2; min-width: 280px; }
  :host([hidden]) { display: none; }
  iframe { display: block; width: 100%; height: 100%; border: 0; color-scheme: inherit; }
`);

class HiddenActivity extends HTMLElement {
  static observedAttributes = ['figure', 'analysis', 'src', 'sandbox', 'title', ...PARAMETERS];
  #frame = null;
  #asked = false;
  /** Of whom messages are taken and to whom they are sent: 'null' is a sandbox without an origin. */
  #origin = 'null';
  #hear = (event) => {
    if (!this.#frame || event.source !== this.#frame.contentWindow) return;
    const { type, version, event: name, ...detail } = Object(event.data);
    // The frame may have gone on to a page that is none of ours.
    if (event.origin !== this.#origin && !(HAS_NO_ORIGIN && event.origin === 'null')) return;
    if (type !== KIND || version !== VERSION || !Object.hasOwn(SCHEMA, name) || !SCHEMA[name](detail)) return;
    if (name === 'ready') this.detail = detail;
    this.dispatchEvent(new CustomEvent(name, { detail }));
  };

  constructor() {
    super();
    this.attachShadow({ mode: 'open' }).adoptedStyleSheets = [style];
    /** What the figure said when it was ready; null before. */
    this.detail = null;
  }

  connectedCallback() {
    window.addEventListener('message', this.#hear);
    this.#show();
  }

  disconnectedCallback() {
    window.removeEventListener('message', this.#hear);
    this.#frame = this.detail = null;
    this.shadowRoot.replaceChildren();
  }

  attributeChangedCallback() {
    // Several attributes that change together are one change.
    if (!this.isConnected || this.#asked) return;
    this.#asked = true;
    queueMicrotask(() => {
      this.#asked = false;
      if (this.isConnected) this.#show();
    });
  }

  /** The address that the frame shows. */
  get address() {
    const address = new URL(this.getAttribute('src') ?? HOME, document.baseURI);
    address.searchParams.set('embed', this.getAttribute('figure') ?? 'projection');
    const analysis = this.getAttribute('analysis');
    // As with every address in HTML, it is meant to be seen from this document.
    if (analysis) address.searchParams.set('analysis', new URL(analysis, document.baseURI).href);
    for (const name of PARAMETERS) {
      if (this.hasAttribute(name)) address.searchParams.set(name, this.getAttribute(name));
    }
    return address.href;
  }

  #show() {
    const title = this.getAttribute('title') || NAMES[this.getAttribute('figure') ?? 'projection'] || 'Hidden Activity';
    const sandbox = this.getAttribute('sandbox');
    if (this.#frame && this.#frame.src === this.address && this.#frame.getAttribute('sandbox') === sandbox) {
      this.#frame.title = title;
      return;
    }
    // A new frame: another address in the old one would be a step of the reader's history.
    this.detail = null;
    const frame = Object.assign(document.createElement('iframe'), { loading: 'lazy', title });
    if (sandbox !== null) frame.setAttribute('sandbox', sandbox);
    this.#origin = sandbox === null || /\ballow-same-origin\b/i.test(sandbox) ? new URL(this.address).origin : 'null';
    frame.src = this.address;
    this.#frame = frame;
    this.shadowRoot.replaceChildren(frame);
  }

  #command(command, fields) {
    this.#frame?.contentWindow?.postMessage({ type: KIND, version: VERSION, command, ...fields }, this.#origin === 'null' || HAS_NO_ORIGIN ? '*' : this.#origin);
  }

  /** Selects observations: an array of places, or { indices, part } or { class, part }. */
  select(what) {
    this.#command('select', Array.isArray(what) ? { indices: what } : what);
  }

  /** Colours by 'class', 'prediction', or 'activation' with { neuron, layer }. */
  color(by, of = {}) {
    this.#command('color', { by, ...of });
  }

  /** Goes to an epoch, and with { layer } to a layer, too. */
  goto(epoch, of = {}) {
    this.#command('goto', { ...(epoch == null ? {} : { epoch }), ...of });
  }
}

customElements.get(KIND) ?? customElements.define(KIND, HiddenActivity);
