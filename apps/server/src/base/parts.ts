// The parts outside of the database that a server needs, each with its state: what /health, the
// metrics, the attention list and the log say of the broker, the payment provider and the rest.

import type { Log } from './log.ts';

export const partNames = ['broker', 'provider', 'gateway', 'keys', 'jobs'] as const;
/** A provider beside the first one has a part of its own: "provider-momo". */
export type ProviderPart = 'provider' | `provider-${string}`;
/** Of several brokers each is a part, by its place in the list. */
export type BrokerPart = 'broker' | `broker-${number}`;
/** Of the token log, by its name. */
export type WitnessPart = `witness-${string}`;
export type PartName = (typeof partNames)[number] | ProviderPart | BrokerPart | WitnessPart;

/** What is missing while a part is down, for people. */
const labels: Readonly<Record<(typeof partNames)[number], string>> = {
  broker: 'the MQTT broker: commands wait, and meters keep what they have to tell',
  provider: 'the payment provider: customers cannot pay by it',
  gateway: 'a message gateway: its messages go by the next one, or wait',
  keys: 'the key store: no token can be made for some meters',
  jobs: 'the job runner: messages, imports and batches wait',
};

export type PartReport = {
  readonly name: PartName;
  readonly label: string;
  /** Unknown until it was looked at for the first time. */
  readonly state: 'unknown' | 'up' | 'down';
  /** Since when it is in this state. */
  readonly sinceMs: number;
  /** Why it is down; for whoever runs the server, never for a page. */
  readonly detail: string | null;
};

export type Parts = {
  readonly up: (name: PartName) => void;
  readonly down: (name: PartName, detail: string) => void;
  readonly reports: () => readonly PartReport[];
};

export function createParts(o: {
  readonly nowMs: () => number;
  readonly log: Pick<Log, 'info' | 'warn'>;
  /** Parts of providers, several brokers and witnesses, and what is missing while each is down. */
  readonly named?: Readonly<Partial<Record<ProviderPart | BrokerPart | WitnessPart, string>>>;
}): Parts {
  const start = o.nowMs();
  const named = Object.entries(o.named ?? {}) as [PartName, string][];
  const hasSeveralBrokers = named.some(([name]) => name.startsWith('broker-'));
  const usual = partNames.filter((name) => name !== 'broker' || !hasSeveralBrokers);
  const labelOf = new Map<PartName, string>([
    ...usual.map((name) => [name, labels[name]] as const),
    ...named,
  ]);
  const states = new Map<PartName, PartReport>(
    [...labelOf].map(([name, label]) => [
      name,
      { name, label, state: 'unknown', sinceMs: start, detail: null },
    ]),
  );
  const tell = (name: PartName, state: 'up' | 'down', detail: string | null): void => {
    const before = states.get(name);
    const isSame = before?.state === state;
    const sinceMs = isSame ? before.sinceMs : o.nowMs();
    const label = before?.label ?? name;
    states.set(name, { name, label, state, sinceMs, detail });
    // The same again is no news, and may come each second.
    if (isSame && before.detail === detail) return;
    if (state === 'down') o.log.warn({ part: name, detail }, 'a part is down');
    else if (before?.state === 'down') o.log.info({ part: name }, 'a part is up again');
  };
  return {
    up: (name) => tell(name, 'up', null),
    down: (name, detail) => tell(name, 'down', detail),
    reports: () => [...states.values()],
  };
}

export const partsDown = (reports: readonly PartReport[]): readonly PartReport[] =>
  reports.filter(({ state }) => state === 'down');
