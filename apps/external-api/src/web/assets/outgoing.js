import { Refusal } from './api.js';

const FIRST_DELAY = 500;
const LONGEST_DELAY = 15_000;

/**
 * What the visitor has said and the server has not confirmed yet: kept in the browser's storage, so that closing the page or
 * losing the network loses nothing; sent one at a time in order under an id made once, so that no retry doubles it.
 */
export class Outgoing {
  #queue;
  #running = false;
  #delay = FIRST_DELAY;
  #wakeUp = () => {};

  /**
   * @param storage a Storage (or anything with getItem and setItem)
   * @param key where the queue is kept
   * @param send sends one message, resolves with the server's answer, rejects with Refusal or a network error
   * @param onSent called with the message and the answer
   * @param onRefused called with the message and the Refusal when the server will never take it
   * @param onDelay called with true when sending stalls, false when it goes on
   */
  constructor({ storage, key, send, onSent, onRefused, onDelay }) {
    Object.assign(this, { storage, key, send, onSent, onRefused, onDelay });
    try {
      this.#queue = JSON.parse(storage.getItem(key) ?? '[]');
    } catch {
      this.#queue = [];
    }
  }

  /** Messages not confirmed yet, oldest first. */
  get messages() {
    return [...this.#queue];
  }

  add(message) {
    this.#queue.push(message);
    this.#save();
    this.flush();
  }

  /** Sends what waits; called again at any time (network back, page shown) it only cuts the waiting short. */
  async flush() {
    this.#wakeUp();
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.#queue.length > 0) await this.#sendFirst();
    } finally {
      this.#running = false;
    }
  }

  async #sendFirst() {
    const [message] = this.#queue;
    try {
      const answer = await this.send(message);
      this.#delay = FIRST_DELAY;
      this.onDelay(false);
      this.#remove(message);
      this.onSent(message, answer);
    } catch (error) {
      if (error instanceof Refusal && error.final) {
        this.#remove(message);
        this.onRefused(message, error);
        return;
      }
      this.onDelay(true);
      await this.#pause(error?.retryAfter ? error.retryAfter * 1000 : this.#delay);
      this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY);
    }
  }

  #pause(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #remove(message) {
    this.#queue = this.#queue.filter(({ id }) => id !== message.id);
    this.#save();
  }

  #save() {
    try {
      this.storage.setItem(this.key, JSON.stringify(this.#queue));
    } catch {
      // A full or forbidden storage costs only the memory across page loads.
    }
  }
}
