/**
 * Stills that the server has not confirmed yet, kept in the browser's own database: they survive reload, crash and sign-out.
 *
 * A still is any object with `id`; `put` gives it `order`, the number by which stills lie one behind the other whatever
 * the clock of the machine says. `put` is done only when the still has reached the disk; when it cannot be kept it throws
 * ShelfProblem, and the page must say so: `full` (no room left on this machine) or `closed` (the database is gone).
 *
 * Where there is no database (private window) stills are kept in memory, and `durable` says so.
 */

const NAME = "hukou-capture";
const VERSION = 2;
const SHELF = "stills";

export class ShelfProblem extends Error {
  /** `reason`: full | closed */
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

export class Store {
  static async open() {
    const store = new Store();
    store.memory = new Map();
    try {
      await store.#opened();
      store.durable = true;
      navigator.storage?.persist?.().catch(() => {});
    } catch {
      store.durable = false;
    }
    return store;
  }

  /** Keep a still, new or changed. */
  async put(still) {
    if (!this.durable) {
      still.order ??= Math.max(0, ...[...this.memory.values()].map((other) => other.order)) + 1;
      return void this.memory.set(still.id, still);
    }
    await this.#run("readwrite", (shelf) => {
      if (still.order) return shelf.put(still);
      const last = shelf.index("order").openKeyCursor(null, "prev");
      last.onsuccess = () => shelf.put(Object.assign(still, { order: (last.result?.key ?? 0) + 1 }));
      return last;
    });
  }

  async get(id) {
    return this.durable ? this.#run("readonly", (shelf) => shelf.get(id)) : this.memory.get(id);
  }

  async delete(id) {
    if (!this.durable) return void this.memory.delete(id);
    await this.#run("readwrite", (shelf) => shelf.delete(id));
  }

  /** In the order they were taken. */
  async all() {
    const stills = this.durable ? await this.#run("readonly", (shelf) => shelf.getAll()) : [...this.memory.values()];
    return stills.sort((one, other) => one.order - other.order);
  }

  /** Done only when the change has reached the disk, not merely the request. */
  async #run(mode, act) {
    const database = await this.#opened();
    return new Promise((done, fail) => {
      const change = database.transaction(SHELF, mode, { durability: "strict" });
      const asked = act(change.objectStore(SHELF));
      change.oncomplete = () => done(asked.result);
      change.onabort = () => fail(new ShelfProblem(change.error?.name === "QuotaExceededError" ? "full" : "closed"));
    });
  }

  /** The database, opened again when the browser has closed it under us. */
  #opened() {
    this.opening ??= new Promise((done, fail) => {
      const asked = indexedDB.open(NAME, VERSION);
      asked.onupgradeneeded = () => upgrade(asked);
      asked.onerror = () => fail(new ShelfProblem(asked.error?.name === "QuotaExceededError" ? "full" : "closed"));
      asked.onblocked = () => fail(new ShelfProblem("closed"));
      asked.onsuccess = () => {
        const database = asked.result;
        database.onversionchange = () => this.#lost(database); // a newer page in another window must not wait for us
        database.onclose = () => this.#lost(database);
        done(database);
      };
    }).catch((problem) => {
      this.opening = null;
      throw problem;
    });
    return this.opening;
  }

  #lost(database) {
    database.close();
    this.opening = null;
  }
}

/** Version 1 had no order: its stills keep the order of their clock. */
function upgrade({ result: database, transaction }) {
  const shelf = database.objectStoreNames.contains(SHELF)
    ? transaction.objectStore(SHELF)
    : database.createObjectStore(SHELF, { keyPath: "id" });
  shelf.createIndex("order", "order");
  shelf.openCursor().onsuccess = ({ target: { result: cursor } }) => {
    if (!cursor) return;
    cursor.update({ order: cursor.value.at, ...cursor.value });
    cursor.continue();
  };
}
