// The request id of an action, so that pressing a button again is the same action. It is kept
// until the server has answered: an answer that was lost may have been a success, and then changed
// input must not become a second action.

import type { Failure } from '../api/failure.ts';

export type RequestIds = {
  /** The name of the action that is under way, or a new one. */
  readonly current: () => string;
  /** What the server said; undefined for a yes. Only a clear answer ends the action. */
  readonly answered: (failure?: Failure) => void;
};

export function createRequestIds(newId: () => string): RequestIds {
  let id: string | null = null;
  return {
    current: () => {
      id ??= newId();
      return id;
    },
    answered: (failure) => {
      const isClear = failure === undefined || (failure.kind === 'problem' && failure.status < 500);
      if (isClear) id = null;
    },
  };
}
