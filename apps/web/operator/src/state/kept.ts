// What was noted on this device and not yet taken by the server: several things at once, kept over
// a reload and a closed page, each under its name, and only sent by who noted it.

export type KeptItem = {
  readonly id: string;
  readonly by: string;
  /** By the device's clock. */
  readonly sinceMs: number;
};

/** Where the device keeps it; each call may fail, where a device keeps nothing. */
export type Shelf = {
  readonly all: () => Promise<readonly unknown[]>;
  readonly put: (item: KeptItem) => Promise<void>;
  readonly drop: (id: string) => Promise<void>;
};

export type Kept<Item extends KeptItem> = {
  /** The same list until something changes; empty until the device was read. */
  readonly all: () => readonly Item[];
  readonly isRead: () => boolean;
  /** False: the device keeps nothing, and they live as long as the page. */
  readonly isStored: () => boolean;
  /** Done when the device has it, or cannot. */
  readonly put: (item: Item) => Promise<void>;
  readonly drop: (id: string) => Promise<void>;
  /** Reads the device again: another page of the console has changed what is there. */
  readonly refresh: () => Promise<void>;
  readonly subscribe: (listener: () => void) => () => void;
};

export function createKept<Item extends KeptItem>(shelf: Shelf): Kept<Item> {
  let items: readonly Item[] = [];
  let isStored = true;
  let isRead = false;
  /** What this page has changed since a reading began is newer than what is read. */
  let changed = new Set<string>();
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const change = async (id: string, next: readonly Item[], work: Promise<void>) => {
    changed.add(id);
    items = next;
    tell();
    const was = isStored;
    // Full, or forbidden: whoever noted something is told.
    isStored = await work.then(
      () => true,
      () => false,
    );
    if (was !== isStored) tell();
  };
  const without = (id: string) => items.filter((item) => item.id !== id);
  const refresh = async (): Promise<void> => {
    changed = new Set();
    const read = await shelf.all().catch(() => null);
    isStored = read !== null;
    if (read !== null) {
      const rest = read.filter(isItem<Item>).filter(({ id }) => !changed.has(id));
      const own = items.filter(({ id }) => changed.has(id));
      items = [...rest, ...own].sort((a, b) => a.sinceMs - b.sinceMs);
    }
    isRead = true;
    tell();
  };
  void refresh();
  return {
    all: () => items,
    isRead: () => isRead,
    isStored: () => isStored,
    put: (item) => change(item.id, [...without(item.id), item], shelf.put(item)),
    drop: (id) => change(id, without(id), shelf.drop(id)),
    refresh,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

const isItem = <Item extends KeptItem>(value: unknown): value is Item =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  'by' in value &&
  'sinceMs' in value &&
  typeof value.sinceMs === 'number';
