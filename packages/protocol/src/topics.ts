// MQTT topics: three per meter, so that an access list is three lines and a meter can be walled in
// by its number.

/** Meter to head-end. */
export const upTopic = (meterPan: string): string => `prewatt/1/meters/${meterPan}/up`;
/** Head-end to meter. */
export const downTopic = (meterPan: string): string => `prewatt/1/meters/${meterPan}/down`;
/** Whether the link is up: `online` once subscribed, `offline` as the meter's last will. */
export const linkTopic = (meterPan: string): string => `prewatt/1/meters/${meterPan}/link`;
export const linkStates = ['online', 'offline'] as const;
export type LinkState = (typeof linkStates)[number];

/** What the head-end subscribes to. */
export const allUpTopics = 'prewatt/1/meters/+/up';
export const allLinkTopics = 'prewatt/1/meters/+/link';

/** The meter that a topic speaks of, or null if it is not an up topic. */
export function meterPanOfUpTopic(topic: string): string | null {
  return /^prewatt\/1\/meters\/(\d{18})\/up$/.exec(topic)?.[1] ?? null;
}

/** The meter that a topic speaks of, or null if it is not a link topic. */
export function meterPanOfLinkTopic(topic: string): string | null {
  return /^prewatt\/1\/meters\/(\d{18})\/link$/.exec(topic)?.[1] ?? null;
}

/**
 * What a meter's link says. A meter that knows several brokers numbers its sessions, rising, since
 * the will of a broker that hung may come when the meter has long been at another one.
 */
export type LinkWord = { readonly state: LinkState; readonly session: number | null };

const linkWordPattern = /^(online|offline)(?: (0|[1-9]\d{0,14}))?$/;

/** `online`, or `online 17`. */
export const linkPayload = (state: LinkState, session: number | null): string =>
  session === null ? state : `${state} ${session}`;

/** What the payload of a link topic says, or null if it says nothing known. */
export function linkWordOf(payload: Uint8Array): LinkWord | null {
  const text = payload.length > 24 ? '' : String.fromCharCode(...payload);
  const [, word, session] = linkWordPattern.exec(text) ?? [];
  const state = linkStates.find((known) => known === word);
  if (state === undefined) return null;
  return { state, session: session === undefined ? null : Number(session) };
}

/**
 * Which of two words about a meter stands, in whatever order they came: that of the later session,
 * and of one session its end. Without numbers, the one that came later.
 */
export function standingLinkWord(before: LinkWord, after: LinkWord): LinkWord {
  if (before.session === null || after.session === null) return after;
  if (before.session === after.session) return before.state === 'offline' ? before : after;
  return before.session > after.session ? before : after;
}
