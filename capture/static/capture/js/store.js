/**
 * Stills that the server has not confirmed yet, kept in the browser's own database: they survive reload, crash and sign-out.
 *
 * Where there is no database (private window) they are kept in memory, and `durable` says so.
 */

const NAME = "hukou-capture";
const SHELF = "stills";

export class Store {
  static async open() {
    const store = new Store();
    store.memory = new Map();
    try {
      store.database = await new Promise((done, fail) => {
        const asked = indexedDB.open(NAME, 1);
        asked.onupgradeneeded = () => asked.result.createObjectStore(SHELF, { keyPath: "id" });
        asked.onsuccess = () => done(asked.result);
        asked.onerror = () => fail(asked.error);
        asked.onblocked = () => fail(new Error("blocked"));
      });
      navigator.storage?.persist?.().catch(() => {});
    } catch {
      store.database = null;
    }
    return store;
  }

  get durable() {
    return this.database !== null;
  }

  async put(still) {
    if (!this.database) return void this.memory.set(still.id, still);
    await this.#run("readwrite", (shelf) => shelf.put(still));
  }

  async delete(id) {
    if (!this.database) return void this.memory.delete(id);
    await this.#run("readwrite", (shelf) => shelf.delete(id));
  }

  /** Oldest first. */
  async all() {
    const stills = this.database ? await this.#run("readonly", (shelf) => shelf.getAll()) : [...this.memory.values()];
    return stills.sort((one, other) => one.at - other.at);
  }

  /** Done only when the change has reached the disk, not merely the request. */
  #run(mode, act) {
    return new Promise((done, fail) => {
      const change = this.database.transaction(SHELF, mode, { durability: "strict" });
      const asked = act(change.objectStore(SHELF));
      change.oncomplete = () => done(asked.result);
      change.onabort = change.onerror = () => fail(change.error);
    });
  }
}
