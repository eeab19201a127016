/** The server speaks at least every 15 s; three times that in silence means the connection is dead, whatever the browser thinks. */
const SILENCE = 45_000;
const FIRST_DELAY = 500;
const LONGEST_DELAY = 10_000;

/** The live connection: opens after the last message shown, notices death, comes back with growing pauses. */
export class Live {
  #source = null;
  #watch = 0;
  #retry = 0;
  #delay = FIRST_DELAY;

  constructor({ open, onMessage, onEdit, onDraft, onTyping, onOwner, onRead, onUp, onDown }) {
    Object.assign(this, { open, onMessage, onEdit, onDraft, onTyping, onOwner, onRead, onUp, onDown });
  }

  connect() {
    clearTimeout(this.#retry);
    this.#source?.close();
    const source = this.open();
    this.#source = source;
    const on = (event, handle) =>
      source.addEventListener(event, ({ data }) => {
        this.#alive();
        handle(JSON.parse(data));
      });
    source.addEventListener('open', () => {
      this.#delay = FIRST_DELAY;
      this.#alive();
      this.onUp();
    });
    // Closed by us, not left to the browser: its own reconnection never ends and knows nothing of pauses.
    source.addEventListener('error', () => this.#lost());
    on('message', this.onMessage);
    on('edit', this.onEdit);
    on('draft', this.onDraft);
    on('typing', this.onTyping);
    on('read', this.onRead);
    on('owner', this.onOwner);
    on('ping', () => {});
    this.#alive();
  }

  #alive() {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#lost(), SILENCE);
  }

  #lost() {
    clearTimeout(this.#watch);
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = null;
    this.onDown();
    this.#retry = setTimeout(() => this.connect(), this.#delay);
    this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY);
  }
}
