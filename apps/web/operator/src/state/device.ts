// What rests in the browser's database on this device: things noted where there is no network, and
// forms that are not finished. Other pages of the console on this device are told of changes.

import { createKept, type Kept, type KeptItem, type Shelf } from './kept.ts';

const database = 'prewatt-field';
const shelves = ['findings', 'drafts', 'photos'] as const;
/** Raised with each new shelf. */
const version = 2;
type ShelfName = (typeof shelves)[number];

let opening: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(database, version);
    request.onupgradeneeded = () => {
      const { objectStoreNames } = request.result;
      for (const name of shelves) {
        if (objectStoreNames.contains(name)) continue;
        request.result.createObjectStore(name, { keyPath: 'id' });
      }
    };
    request.onsuccess = () => {
      // A page of a later console waits for this one to let go.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  return opening;
}

async function run<T>(
  name: ShelfName,
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const transaction = (await open()).transaction(name, mode);
  const request = work(transaction.objectStore(name));
  return new Promise((resolve, reject) => {
    // Not before: what is kept must be on the disk.
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}

/** Its own page hears nothing of what it says here. */
const others =
  typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('prewatt-field');

function shelfOf(name: ShelfName): Shelf {
  const told = async (work: Promise<unknown>): Promise<void> => {
    await work;
    others?.postMessage(name);
  };
  return {
    all: () => run(name, 'readonly', (store) => store.getAll()),
    put: (item) => told(run(name, 'readwrite', (store) => store.put(item))),
    drop: (id) => told(run(name, 'readwrite', (store) => store.delete(id))),
  };
}

export function keptOnDevice<Item extends KeptItem>(name: ShelfName): Kept<Item> {
  const kept = createKept<Item>(shelfOf(name));
  others?.addEventListener('message', ({ data }) => {
    if (data === name) void kept.refresh();
  });
  return kept;
}
