// What was used lately, by name, never more than a given number. In two halves: when the younger
// one is full it becomes the older one, which is dropped whole. Taking the oldest entry out of a
// Map one by one instead walks over all that were taken out before it.

export type LruCache<Value> = {
  readonly get: (name: string) => Value | undefined;
  readonly set: (name: string, value: Value) => void;
  /** How many it holds. */
  readonly size: () => number;
};

/** Keeps at least the half of `maximum` that was used last. */
export function createLruCache<Value>(maximum: number): LruCache<Value> {
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();
  const set = (name: string, value: Value): void => {
    old.delete(name);
    young.set(name, value);
    if (young.size < maximum / 2) return;
    old = young;
    young = new Map();
  };
  return {
    get: (name) => {
      const value = young.get(name);
      if (value !== undefined) return value;
      const older = old.get(name);
      if (older !== undefined) set(name, older);
      return older;
    },
    set,
    size: () => young.size + old.size,
  };
}

/**
 * Names that a utility asked for lately: few, to be asked for again before it is known that they
 * are needed.
 */
export type RecentNames = {
  readonly of: (utilityId: string) => ReadonlySet<string>;
  readonly add: (utilityId: string, names: Iterable<string>) => void;
};

const maximumUtilities = 1_000;
const maximumNames = 64;

export function createRecentNames(): RecentNames {
  const byUtility = createLruCache<ReadonlySet<string>>(maximumUtilities);
  const of = (utilityId: string): ReadonlySet<string> => byUtility.get(utilityId) ?? new Set();
  return {
    of,
    add: (utilityId, names) => {
      const more = new Set(names);
      const all = of(utilityId).union(more);
      // Names of former days are forgotten when there are many.
      const kept = all.size > maximumNames ? [...more].slice(0, maximumNames) : all;
      byUtility.set(utilityId, new Set(kept));
    },
  };
}
