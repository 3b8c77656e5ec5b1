// What a verification finds, in the words of a report.

export type Finding = {
  /** Its name, as docs/operating/audit.md explains it. */
  readonly check: string;
  readonly says: string;
  readonly table?: string;
  /** The row's key as the log has it. */
  readonly key?: string;
  readonly column?: string;
  readonly was?: string;
  readonly now?: string;
  /** The entry of the log that shows it. */
  readonly entry?: number;
  /** From the payment to the token, a row a line. */
  readonly path?: readonly string[];
};

export type Report = {
  readonly holds: boolean;
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  readonly witnesses: readonly string[];
  /** What was read of the export; none of either when it was the log alone. */
  readonly tables: number;
  readonly rows: number;
  readonly counts: Readonly<Record<string, number>>;
  /** At most `mostShown` of each check; `found` counts all. */
  readonly findings: readonly Finding[];
  readonly found: Readonly<Record<string, number>>;
  /** What an auditor should know and that is no finding. */
  readonly notices: readonly string[];
};

export const mostShown = 100;

export type Findings = ReturnType<typeof createFindings>;

export function createFindings() {
  const kept: Finding[] = [];
  const counts = new Map<string, number>();
  return {
    add: (check: string, says: string, of?: Omit<Finding, 'check' | 'says'>): void => {
      const before = counts.get(check) ?? 0;
      counts.set(check, before + 1);
      if (before < mostShown) kept.push({ check, says, ...of });
    },
    all: (): readonly Finding[] => kept,
    counts: (): Readonly<Record<string, number>> => Object.fromEntries([...counts].sort()),
  };
}
