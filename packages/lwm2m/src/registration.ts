// What a device says when it registers and when it updates (LwM2M 1.1 core, 6.2 and transport,
// 6.4.3): the queries of the requests, both ways.

import { err, ok, type Result } from '@prewatt/quantities';

/** The usual of the standard: a day. */
const usualLifetimeS = 86_400;
const highestLifetimeS = 0x7fff_ffff;

export type Registration = {
  /** The name of the device: at most 128 visible characters. */
  readonly endpoint: string;
  readonly lifetimeS: number;
  readonly version: string;
  /** "U": over UDP; others are said and not used. */
  readonly binding: string;
  /** It sleeps: what is for it waits until it says something. */
  readonly isQueued: boolean;
  /** Parameters that the standard does not have. */
  readonly others: Readonly<Record<string, string>>;
};
export type RegistrationUpdate = Partial<Pick<Registration, 'lifetimeS' | 'binding'>> &
  Pick<Registration, 'others'>;

export type RegistrationFault = 'endpoint' | 'lifetime' | 'version' | 'binding' | 'query';

const known = ['ep', 'lt', 'lwm2m', 'b', 'Q', 'sms'];
const mostParameters = 16;

function parametersOf(query: readonly string[]): Result<ReadonlyMap<string, string>, 'query'> {
  const parameters = new Map<string, string>();
  if (query.length > mostParameters) return err('query');
  for (const each of query) {
    const [name = '', ...rest] = each.split('=');
    if (name === '' || name.length > 32 || parameters.has(name)) return err('query');
    parameters.set(name, rest.join('='));
  }
  return ok(parameters);
}

const othersIn = (parameters: ReadonlyMap<string, string>): Registration['others'] =>
  Object.fromEntries([...parameters].filter(([name]) => !known.includes(name)));

function lifetimeIn(text: string): number | null {
  const value = Number(text);
  return /^\d{1,10}$/.test(text) && value >= 1 && value <= highestLifetimeS ? value : null;
}

const isBinding = (text: string): boolean => /^[UMHTSNQ]{1,8}$/.test(text);

export function readRegistration(
  query: readonly string[],
): Result<Registration, RegistrationFault> {
  const parameters = parametersOf(query);
  if (!parameters.ok) return parameters;
  const of = parameters.value;
  const endpoint = of.get('ep') ?? '';
  if (!/^[\x21-\x7e]{1,128}$/.test(endpoint)) return err('endpoint');
  const lifetimeS = lifetimeIn(of.get('lt') ?? String(usualLifetimeS));
  if (lifetimeS === null) return err('lifetime');
  const version = of.get('lwm2m') ?? '1.0';
  if (!/^1\.[0-2]$/.test(version)) return err('version');
  const binding = of.get('b') ?? 'U';
  if (!isBinding(binding)) return err('binding');
  // Version 1.0 says it in the binding.
  const isQueued = of.has('Q') || binding.includes('Q');
  return ok({ endpoint, lifetimeS, version, binding, isQueued, others: othersIn(of) });
}

export function readUpdate(
  query: readonly string[],
): Result<RegistrationUpdate, RegistrationFault> {
  const parameters = parametersOf(query);
  if (!parameters.ok) return parameters;
  const of = parameters.value;
  const [lifetime, binding] = [of.get('lt'), of.get('b')];
  const lifetimeS = lifetime === undefined ? undefined : lifetimeIn(lifetime);
  if (lifetimeS === null) return err('lifetime');
  if (binding !== undefined && !isBinding(binding)) return err('binding');
  return ok({
    ...(lifetimeS === undefined ? {} : { lifetimeS }),
    ...(binding === undefined ? {} : { binding }),
    others: othersIn(of),
  });
}

const queryOf = (parameters: Readonly<Record<string, string>>): string[] =>
  Object.entries(parameters).map(([name, value]) => (value === '' ? name : `${name}=${value}`));

export const registrationQuery = (o: Registration): string[] => [
  ...[`ep=${o.endpoint}`, `lt=${o.lifetimeS}`, `lwm2m=${o.version}`, `b=${o.binding}`],
  ...(o.isQueued && !o.binding.includes('Q') ? ['Q'] : []),
  ...queryOf(o.others),
];

export const updateQuery = (o: RegistrationUpdate): string[] => [
  ...(o.lifetimeS === undefined ? [] : [`lt=${o.lifetimeS}`]),
  ...(o.binding === undefined ? [] : [`b=${o.binding}`]),
  ...queryOf(o.others),
];
