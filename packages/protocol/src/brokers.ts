// Brokers of one installation: how a list of them is written, and at which of them a meter begins,
// so that each has its part of the meters without anybody keeping a table.

const brokerUrl = /^(mqtts?):\/\/(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?\/?$/i;

/** Addresses separated by commas; null unless all are sound, all plain or all TLS, none twice. */
export function brokerUrlsOf(text: string): readonly [string, ...string[]] | null {
  const urls = text.split(',').map((url) => url.trim());
  const schemes = urls.map((url) => brokerUrl.exec(url)?.[1]?.toLowerCase());
  const [first] = urls;
  if (first === undefined || schemes.includes(undefined)) return null;
  if (new Set(schemes).size !== 1 || new Set(urls).size !== urls.length) return null;
  return [first, ...urls.slice(1)];
}

/** What a refusal of such a list says. */
export const brokerUrlsWanted =
  'expected mqtt: or mqtts: addresses, all of one kind, with commas between';

/** The place in the list where a meter begins; from there it goes on in the list's order. */
export function firstBrokerOf(meterPan: string, count: number): number {
  // FNV-1a: neighbouring numbers of a street are spread over all brokers.
  let hash = 0x811c9dc5;
  for (const digit of meterPan) hash = Math.imul(hash ^ digit.charCodeAt(0), 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) % count;
}
