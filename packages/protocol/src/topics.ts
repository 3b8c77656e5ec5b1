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

/** What the payload of a link topic says, or null if it says nothing known. */
export function linkStateOf(payload: Uint8Array): LinkState | null {
  const text = payload.length > 16 ? '' : String.fromCharCode(...payload);
  return linkStates.find((state) => state === text) ?? null;
}
