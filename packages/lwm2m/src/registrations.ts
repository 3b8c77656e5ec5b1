// Which devices are registered with a server, where they are heard, until when, and whether they
// sleep; and what waits for those that do. Bounded in devices and in what waits for one.

import type { Peer } from '@prewatt/coap';
import { err, ok, type RandomBytes, type Result } from '@prewatt/quantities';
import type { Link } from './link-format.ts';
import type { Registration, RegistrationUpdate } from './registration.ts';

export type Registered = {
  readonly endpoint: string;
  /** The last segment of where its updates go: of chance, so that none is guessed. */
  readonly location: string;
  readonly peer: Peer;
  readonly registration: Registration;
  readonly links: readonly Link[];
  readonly heardMs: number;
  readonly expiresMs: number;
};

export type RegistrationsOptions = {
  readonly random: RandomBytes;
  /** Devices at once. */
  readonly most: number;
  /** After its last message a device that sleeps listens so long (LwM2M 1.1, 6.5: 93 s). */
  readonly awakeMs?: number;
};

export type Registrations = {
  /** The new one, and the one of the same name that it takes the place of. */
  readonly register: (
    peer: Peer,
    o: { readonly registration: Registration; readonly links: readonly Link[]; nowMs: number },
  ) => Result<{ readonly registered: Registered; readonly before: Registered | null }, 'full'>;
  readonly update: (
    location: string,
    o: {
      readonly peer: Peer;
      readonly update: RegistrationUpdate;
      readonly links: readonly Link[] | null;
      readonly nowMs: number;
    },
  ) => Result<Registered, 'unknown'>;
  readonly end: (endpoint: string) => Registered | null;
  readonly at: (location: string) => Registered | null;
  readonly of: (endpoint: string) => Registered | null;
  readonly by: (peer: Peer) => Registered | null;
  /** Its device has said something. */
  readonly heard: (peer: Peer, nowMs: number) => void;
  readonly isAwake: (endpoint: string, nowMs: number) => boolean;
  /** Ends those whose lifetime is over. */
  readonly expire: (nowMs: number) => readonly Registered[];
  readonly count: () => number;
};

export const usualAwakeMs = 93_000;

export function createRegistrations(o: RegistrationsOptions): Registrations {
  const byEndpoint = new Map<string, Registered>();
  const endpointAt = new Map<string, string>();
  const endpointBy = new Map<Peer, string>();
  const get = (endpoint: string | undefined): Registered | null =>
    endpoint === undefined ? null : (byEndpoint.get(endpoint) ?? null);
  const put = (registered: Registered): void => {
    const { endpoint, location, peer } = registered;
    const before = byEndpoint.get(endpoint);
    if (before !== undefined && before.peer !== peer) forgetPeer(before);
    // Another device was heard there before: a network gives addresses anew.
    byEndpoint.set(endpoint, registered);
    endpointAt.set(location, endpoint);
    endpointBy.set(peer, endpoint);
  };
  const forgetPeer = ({ endpoint, peer }: Registered): void => {
    if (endpointBy.get(peer) === endpoint) endpointBy.delete(peer);
  };
  const end = (endpoint: string): Registered | null => {
    const registered = get(endpoint);
    if (registered === null) return null;
    byEndpoint.delete(endpoint);
    endpointAt.delete(registered.location);
    forgetPeer(registered);
    return registered;
  };
  const at = (location: string): Registered | null => get(endpointAt.get(location));
  return {
    register: (peer, asked) => {
      const before = end(asked.registration.endpoint);
      if (byEndpoint.size >= o.most) return err('full');
      const registered = newlyRegistered(peer, { ...asked, location: o.random(8).toHex() });
      put(registered);
      return ok({ registered, before });
    },
    update: (location, asked) => {
      const known = at(location);
      if (known === null) return err('unknown');
      const registered = updated(known, asked);
      put(registered);
      return ok(registered);
    },
    ...{ end, at },
    of: get,
    by: (peer) => get(endpointBy.get(peer)),
    heard: (peer, nowMs) => {
      const known = get(endpointBy.get(peer));
      if (known !== null) byEndpoint.set(known.endpoint, { ...known, heardMs: nowMs });
    },
    isAwake: (endpoint, nowMs) => {
      const known = get(endpoint);
      if (known === null) return false;
      return !known.registration.isQueued || nowMs - known.heardMs < (o.awakeMs ?? usualAwakeMs);
    },
    expire: (nowMs) =>
      [...byEndpoint.values()]
        .filter(({ expiresMs }) => expiresMs <= nowMs)
        .flatMap(({ endpoint }) => end(endpoint) ?? []),
    count: () => byEndpoint.size,
  };
}

function newlyRegistered(
  peer: Peer,
  o: Parameters<Registrations['register']>[1] & { readonly location: string },
): Registered {
  const { registration, links, nowMs, location } = o;
  const { endpoint, lifetimeS } = registration;
  const expiresMs = nowMs + lifetimeS * 1_000;
  return { endpoint, location, peer, registration, links, heardMs: nowMs, expiresMs };
}

function updated(
  known: Registered,
  { peer, update, links, nowMs }: Parameters<Registrations['update']>[1],
): Registered {
  const { others: _, ...changes } = update;
  const registration = { ...known.registration, ...changes };
  return {
    ...{ ...known, peer, registration, links: links ?? known.links, heardMs: nowMs },
    expiresMs: nowMs + registration.lifetimeS * 1_000,
  };
}

/** What waits for a device until it is heard again. */
export type Waiting<T> = {
  /** False when too much waits already. */
  readonly put: (item: T, expiresMs: number) => boolean;
  /** What has not expired, the oldest first; nothing waits afterwards. */
  readonly take: (nowMs: number) => readonly T[];
  readonly count: () => number;
};

export function createWaiting<T>(most: number): Waiting<T> {
  let items: { item: T; expiresMs: number }[] = [];
  return {
    put: (item, expiresMs) => {
      if (items.length >= most) return false;
      items.push({ item, expiresMs });
      return true;
    },
    take: (nowMs) => {
      const due = items.filter(({ expiresMs }) => expiresMs > nowMs).map(({ item }) => item);
      items = [];
      return due;
    },
    count: () => items.length,
  };
}
