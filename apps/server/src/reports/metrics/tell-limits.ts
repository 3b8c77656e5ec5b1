// Writes to the log what meters were refused or made to wait for since the last time. A refusal or
// a loss is a warning; waiting is normal in a busy hour.

import type { Log } from '../../base/log.ts';
import type { Broker, Ingest } from '../../metering/headend/index.ts';

export function createLimitsTeller(
  broker: Pick<Broker, 'counts'> | null,
  ingest: Pick<Ingest, 'counts'>,
  log: Pick<Log, 'warn' | 'info'>,
): () => void {
  const look = () => {
    const { connections = 0, slowed = 0, ...wrong } = broker?.counts() ?? {};
    const { received, delayed, overworked, refused, failed } = ingest.counts();
    const waited = { slowed, delayed };
    const bad = { ...wrong, ingest: { refused, failed, overworked } };
    return { connections, received, waited, bad };
  };
  const same = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b);
  let told = look();
  return () => {
    const now = look();
    const { connections, received, waited, bad } = now;
    const facts = { connections, received, ...waited, ...bad };
    if (!same(bad, told.bad)) log.warn(facts, 'meters were refused');
    else if (!same(waited, told.waited)) log.info(facts, 'meters were made to wait');
    told = now;
  };
}
