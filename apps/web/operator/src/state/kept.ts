// What was noted on this device and not yet taken by the server: several things at once, kept over
// a reload, each under its name, and only sent by who noted it.

export type KeptItem = { readonly id: string; readonly by: string };

export type Kept<Item extends KeptItem> = {
  /** The same list until something changes. */
  readonly all: () => readonly Item[];
  /** False: the device keeps nothing, and they live as long as the page. */
  readonly isStored: () => boolean;
  readonly put: (item: Item) => void;
  readonly drop: (id: string) => void;
  readonly subscribe: (listener: () => void) => () => void;
};

type Storage = {
  readonly getItem: (key: string) => string | null;
  readonly setItem: (key: string, value: string) => void;
};

export function createKept<Item extends KeptItem>(o: {
  readonly storage: Storage;
  readonly key: string;
}): Kept<Item> {
  let items = restored<Item>(o);
  let isStored = true;
  const listeners = new Set<() => void>();
  const set = (next: readonly Item[]): void => {
    items = next;
    try {
      o.storage.setItem(o.key, JSON.stringify(items));
      isStored = true;
    } catch {
      // Full, or forbidden: whoever noted something is told.
      isStored = false;
    }
    for (const listener of listeners) listener();
  };
  return {
    all: () => items,
    isStored: () => isStored,
    put: (item) => set([...items.filter(({ id }) => id !== item.id), item]),
    drop: (id) => set(items.filter((item) => item.id !== id)),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function restored<Item extends KeptItem>(o: {
  readonly storage: Storage;
  readonly key: string;
}): readonly Item[] {
  try {
    const value: unknown = JSON.parse(o.storage.getItem(o.key) ?? '[]');
    return Array.isArray(value) ? value.filter(isItem<Item>) : [];
  } catch {
    return [];
  }
}

const isItem = <Item extends KeptItem>(value: unknown): value is Item =>
  typeof value === 'object' && value !== null && 'id' in value && 'by' in value;
