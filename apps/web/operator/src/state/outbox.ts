// What a technician has done and the server may not have received: one action for a job, kept over
// a reload and sent again under the same name until there is a clear answer. An action with a
// secret is kept in memory only.

export type Outbox<Deed> = {
  readonly waiting: () => Deed | null;
  readonly put: (deed: Deed) => void;
  readonly clear: () => void;
};

type Storage = {
  readonly getItem: (key: string) => string | null;
  readonly setItem: (key: string, value: string) => void;
  readonly removeItem: (key: string) => void;
};

export function createOutbox<Deed extends object>(o: {
  readonly storage: Storage;
  readonly key: string;
  /** Whether it may rest on the device. */
  readonly mayRest: (deed: Deed) => boolean;
}): Outbox<Deed> {
  let waiting = restored<Deed>(o);
  return {
    waiting: () => waiting,
    put: (deed) => {
      waiting = deed;
      try {
        if (o.mayRest(deed)) o.storage.setItem(o.key, JSON.stringify(deed));
      } catch {
        // A device that keeps nothing: the deed lives as long as the page.
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

function restored<Deed>(o: { readonly storage: Storage; readonly key: string }): Deed | null {
  try {
    const text = o.storage.getItem(o.key);
    const value: unknown = text === null ? null : JSON.parse(text);
    return typeof value === 'object' ? (value as Deed | null) : null;
  } catch {
    return null;
  }
}
