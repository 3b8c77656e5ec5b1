// What a technician has done and the server may not have received: one action for a job, kept over
// a reload and sent again under the same name until there is a clear answer. An action with a
// secret is kept in memory only.

export type Outbox<Action> = {
  readonly waiting: () => Action | null;
  readonly put: (action: Action) => void;
  readonly clear: () => void;
};

type Storage = {
  readonly getItem: (key: string) => string | null;
  readonly setItem: (key: string, value: string) => void;
  readonly removeItem: (key: string) => void;
};

export function createOutbox<Action extends object>(o: {
  readonly storage: Storage;
  readonly key: string;
  /** Whether it may rest on the device. */
  readonly mayRest: (action: Action) => boolean;
}): Outbox<Action> {
  let waiting = restored<Action>(o);
  return {
    waiting: () => waiting,
    put: (action) => {
      waiting = action;
      try {
        if (o.mayRest(action)) o.storage.setItem(o.key, JSON.stringify(action));
      } catch {
        // A device that keeps nothing: the action lives as long as the page.
      }
    },
    clear: () => {
      waiting = null;
      try {
        o.storage.removeItem(o.key);
      } catch {
        // As above.
      }
    },
  };
}

function restored<Action>(o: { readonly storage: Storage; readonly key: string }): Action | null {
  try {
    const text = o.storage.getItem(o.key);
    const value: unknown = text === null ? null : JSON.parse(text);
    return typeof value === 'object' ? (value as Action | null) : null;
  } catch {
    return null;
  }
}
