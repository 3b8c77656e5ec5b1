// Several brokers as one link: meters are at one of them each and may move at any time. What they
// say comes from all; an acknowledgement goes where its meter spoke last, and what must arrive goes
// to all, since a command that comes twice is carried out once.

import { createLruCache } from '../../../base/lru-cache.ts';
import { createMqttLink, type MqttLink } from './mqtt-link.ts';

/** Meters of which it is known where they spoke; of others an acknowledgement goes to all. */
const maximumKnown = 200_000;

/** `tell` hears of each broker, by its place in the list, why it is away, or null. */
export async function createMqttLinks(o: {
  readonly urls: readonly [string, ...string[]];
  readonly password: string;
  readonly ca?: string | undefined;
  readonly tell?: (at: number, away: string | null) => void;
  readonly patienceMs?: number;
}): Promise<MqttLink> {
  const { urls, tell = () => {}, ...way } = o;
  const links = await Promise.all(
    urls.map((url, at) => createMqttLink({ ...way, url, tell: (away) => tell(at, away) })),
  );
  const [sole] = links;
  return links.length === 1 && sole !== undefined ? sole : joinBrokers(links);
}

export function joinBrokers(links: readonly MqttLink[]): MqttLink {
  const heardAt = createLruCache<MqttLink>(maximumKnown);
  return {
    send: async (meterPan, payload, o) => {
      const known = o?.atMostOnce === true ? heardAt.get(meterPan) : undefined;
      const to = known === undefined ? links : [known];
      // One that hangs answers late or never: the first that has it decides.
      await Promise.any(to.map((link) => link.send(meterPan, payload, o))).catch(
        ({ errors: [error] }: AggregateError) => {
          throw error;
        },
      );
    },
    listen: async (listeners) => {
      const listening = links.map((link) =>
        link.listen({
          up: (meterPan, payload) => {
            heardAt.set(meterPan, link);
            return listeners.up(meterPan, payload);
          },
          link: listeners.link,
        }),
      );
      await Promise.all(listening);
    },
    drop: (meterPan) => {
      for (const link of links) link.drop(meterPan);
    },
    close: async () => {
      await Promise.all(links.map((link) => link.close()));
    },
  };
}
