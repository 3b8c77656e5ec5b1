// Names of tables as numbers, for records; and what a record of a row is.

/** `inserted`: written for the first time, by an insert or as found when its table was covered. */
export const role = { updated: 1, deleted: 2, exported: 3, inserted: 4 } as const;

export type Tables = {
  readonly numberOf: (name: string) => number;
  readonly nameOf: (number: number) => string;
};

export function createTables(): Tables {
  const names: string[] = [];
  const numbers = new Map<string, number>();
  return {
    numberOf: (name) => {
      const known = numbers.get(name);
      if (known !== undefined) return known;
      if (names.length > 255) throw new Error('a log has at most 256 tables');
      numbers.set(name, names.length);
      return names.push(name) - 1;
    },
    nameOf: (number) => names[number] ?? '?',
  };
}
