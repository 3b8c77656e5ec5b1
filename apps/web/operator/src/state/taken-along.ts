// The page's side of the worker that keeps visits on the device (`field-worker.ts`). It is started
// by the pages of visits, never by others.

export type TakenAlong = {
  /** `none`: this browser has no worker, as at an address without https. */
  readonly worker: 'unknown' | 'none' | 'there';
  readonly visits: number;
  /** When the oldest of them was read, by the device's clock. */
  readonly sinceMs: number | null;
  /** When what is on the screen was read, where the server did not answer. */
  readonly shownFromMs: number | null;
};

let now: TakenAlong = { worker: 'unknown', visits: 0, sinceMs: null, shownFromMs: null };
const listeners = new Set<() => void>();

function change(by: Partial<TakenAlong>): void {
  now = { ...now, ...by };
  for (const listener of listeners) listener();
}

export const takenAlong = {
  now: (): TakenAlong => now,
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};

let starting: Promise<ServiceWorker | null> | null = null;

/** Starts the worker, or finds the one that is there; null where the browser has none. */
function start(): Promise<ServiceWorker | null> {
  starting ??= started().catch(() => null);
  return starting;
}

async function started(): Promise<ServiceWorker | null> {
  const { serviceWorker } = navigator;
  if (serviceWorker === undefined) return null;
  serviceWorker.addEventListener('message', ({ data }) => {
    if (typeof data === 'object' && data !== null && 'shownFromMs' in data) {
      change({ shownFromMs: data.shownFromMs });
    }
  });
  serviceWorker.startMessages();
  const base = import.meta.env.BASE_URL;
  const controlled = new Promise<void>((resolve) => {
    if (serviceWorker.controller !== null) resolve();
    else serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true });
  });
  // Without network the one that is there goes on.
  const registered = serviceWorker.register(`${base}worker.js`, { scope: base });
  if (serviceWorker.controller === null) await registered;
  else registered.catch(() => undefined);
  await controlled;
  void navigator.storage?.persist?.();
  return serviceWorker.controller;
}

type Asked = { readonly keep?: readonly string[]; readonly forget?: boolean };

async function askWorker(asked: Asked): Promise<boolean> {
  const worker = await start();
  if (worker === null) {
    change({ worker: 'none' });
    return false;
  }
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise<Pick<TakenAlong, 'visits' | 'sinceMs'>>((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
  });
  worker.postMessage(asked, [port2]);
  change({ ...(await answer), worker: 'there' });
  port1.close();
  return true;
}

/** The console itself, as far as this page has loaded it, and these answers of the server. */
export function takeAlong(answers: readonly string[]): Promise<boolean> {
  const base = import.meta.env.BASE_URL;
  const loaded = performance
    .getEntriesByType('resource')
    .map(({ name }) => new URL(name).pathname)
    .filter((path) => path.startsWith(`${base}assets/`));
  return askWorker({ keep: [base, ...new Set(loaded), ...answers] });
}

/** How much is kept; starts no worker where none was. */
export async function lookAtTakenAlong(): Promise<void> {
  if (navigator.serviceWorker?.controller != null) await askWorker({});
}

export const leaveBehind = (): Promise<boolean> => askWorker({ forget: true });
