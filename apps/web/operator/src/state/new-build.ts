// What happens when a part of the console is not on the server any more, since a newer console was
// put there: the page is loaded anew, once, and says so. A server that does not answer is waited
// for instead: a reload would leave nothing on the screen.

import type { Failure } from '../api/failure.ts';

/** A second reload within this time would be a loop, not a remedy. */
const againAfterMs = 60_000;
const reloadedAt = 'prewatt-loaded-anew-at';
const toTell = 'prewatt-loaded-anew-note';

export type NewBuildDeps = {
  /** Null where the browser gives none. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null;
  readonly nowMs: () => number;
  /** Whether the server gives the console's page. */
  readonly answers: () => Promise<boolean>;
  readonly reload: () => void;
};

/** Runs an import; one that fails is a failure with words of its own. */
export async function part<T>(importing: Promise<T>): Promise<T> {
  try {
    return await importing;
  } catch {
    throw { kind: 'missingPart' } satisfies Failure;
  }
}

/** `done`: it was loaded anew already and that was no help; `away`: the server does not answer. */
export async function loadAnew(deps: NewBuildDeps): Promise<'reloading' | 'done' | 'away'> {
  const { storage } = deps;
  if (storage === null) return 'done';
  const before = Number(storage.getItem(reloadedAt) ?? Number.NEGATIVE_INFINITY);
  if (deps.nowMs() - before < againAfterMs) return 'done';
  if (!(await deps.answers())) return 'away';
  storage.setItem(reloadedAt, String(deps.nowMs()));
  storage.setItem(toTell, 'yes');
  deps.reload();
  return 'reloading';
}

/** Whether this page was loaded anew by itself and has not said so yet. */
export const wasLoadedAnew = ({ storage }: Pick<NewBuildDeps, 'storage'>): boolean =>
  storage?.getItem(toTell) === 'yes';

export const toldLoadedAnew = ({ storage }: Pick<NewBuildDeps, 'storage'>): void =>
  storage?.removeItem(toTell);

export const browser: NewBuildDeps = {
  get storage() {
    try {
      return sessionStorage;
    } catch {
      return null;
    }
  },
  nowMs: () => Date.now(),
  answers: async () => {
    try {
      return (await fetch(import.meta.env.BASE_URL, { cache: 'no-store' })).ok;
    } catch {
      return false;
    }
  },
  reload: () => location.reload(),
};
