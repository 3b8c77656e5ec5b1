// What was noted on this device and not yet taken by the server: several things at once, kept over
// a reload, each under its name, and only sent by who noted it.

export type KeptItem = { readonly id: string; readonly by: string };

export type Kept<Item extends KeptItem> = {
  /** The same list until something changes. */
  readonly all: () => readonly Item[];
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
  const listeners = new Set<() => void>();
  const set = (next: readonly Item[]): void => {
    items = next;
    try {
      o.storage.setItem(o.key, JSON.stringify(items));
    } catch {
      // A device that keeps nothing: they live as long as the page.
    }
    for (const listener of listeners) listener();
  };
  return {
    all: () => items,
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
