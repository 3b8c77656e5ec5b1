// MQTT topics: one pair per meter, so that an access list is two lines and a meter can be walled in
// by its number.

/** Meter to head-end. */
export const upTopic = (meterPan: string): string => `prewatt/1/meters/${meterPan}/up`;
/** Head-end to meter. */
export const downTopic = (meterPan: string): string => `prewatt/1/meters/${meterPan}/down`;
/** What the head-end subscribes to. */
export const allUpTopics = 'prewatt/1/meters/+/up';

/** The meter that a topic speaks of, or null if it is not an up topic. */
export function meterPanOfUpTopic(topic: string): string | null {
  return /^prewatt\/1\/meters\/(\d{18})\/up$/.exec(topic)?.[1] ?? null;
}
