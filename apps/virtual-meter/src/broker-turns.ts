// At which of its brokers a meter is: it begins at its own place in the list, goes on to the next
// one when it loses one or does not get in, and comes back after a while, so that the meters are
// spread again once a broker is mended. Each session has its number, rising.

import { brokerUrlsOf, brokerUrlsWanted, firstBrokerOf } from '@prewatt/protocol';

/** Half an hour to an hour and a half: a town does not come back at once. */
const awayForMs = 3_600_000;

export type BrokerTurns = {
  readonly first: string;
  readonly isSole: boolean;
  /** Of now. Null with one broker, which tells of the ends of sessions in their order. */
  readonly session: () => number | null;
  /** Where to go on with another session, in the terms of the MQTT client. */
  readonly next: () => BrokerAt | null;
  /** It is in; `goHome` is called when it has been at another than its own for long enough. */
  readonly arrived: (goHome: () => void) => void;
  readonly close: () => void;
};

export type BrokerAt = {
  readonly host: string;
  readonly hostname: string;
  readonly port: number;
  /** For TLS: taken from the host anew. */
  readonly servername: undefined;
};

/**
 * `list`: one address, or several with commas between. Throws when it is none. Numbers of sessions
 * rise also over a restart: by the clock, or one more where that has not gone on.
 */
export function createBrokerTurns(
  list: string,
  o: { readonly meterPan: string; readonly random: () => number; readonly nowMs: () => number },
): BrokerTurns {
  const urls = brokerUrlsOf(list);
  if (urls === null) throw new Error(`brokers: ${brokerUrlsWanted}`);
  const own = firstBrokerOf(o.meterPan, urls.length);
  const isSole = urls.length === 1;
  let at = own;
  let session = o.nowMs();
  let goesHome: NodeJS.Timeout | undefined;
  return {
    first: urls[own] ?? urls[0],
    isSole,
    session: () => (isSole ? null : session),
    next: () => {
      clearTimeout(goesHome);
      if (isSole) return null;
      session = Math.max(session + 1, o.nowMs());
      at = (at + 1) % urls.length;
      return placeOf(urls[at] ?? urls[0]);
    },
    arrived: (goHome) => {
      clearTimeout(goesHome);
      if (at === own) return;
      const afterMs = awayForMs * (0.5 + o.random());
      goesHome = setTimeout(() => {
        // The loss that follows takes it to the next one, which is its own.
        at = (own + urls.length - 1) % urls.length;
        goHome();
      }, afterMs).unref();
    },
    close: () => clearTimeout(goesHome),
  };
}

function placeOf(url: string): BrokerAt {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const usual = protocol === 'mqtts:' ? 8883 : 1883;
  return { host, hostname: host, port: port === '' ? usual : Number(port), servername: undefined };
}
