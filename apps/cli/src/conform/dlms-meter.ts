// A device that speaks DLMS/COSEM, called as the driver of the server asks it: by the wrapper or by
// HDLC, over a connection, over TLS, or over a serial port.

import { randomBytes } from 'node:crypto';
import type { MeterChannel } from '@prewatt/protocol';
import { createDlmsChannel } from '@prewatt/server/dlms-channel';
import { type DlmsPlace, openWire } from './dlms-wire.ts';
import type { WireLog } from './wire-log.ts';

export { wordsOfPlace } from './dlms-wire.ts';

export type DlmsMeterOptions = {
  readonly place: DlmsPlace;
  readonly framing: 'wrapper' | 'hdlc';
  readonly authentication: 'none' | 'low' | 'gmac' | 'ecdsa';
  readonly suite: 0 | 1;
  readonly secrets: Parameters<typeof createDlmsChannel>[0]['secrets'];
  readonly clientSap: number;
  readonly serverSap: number;
  /** 16 hexadecimal digits; undefined: made by chance. */
  readonly clientTitle: string | undefined;
  readonly zone: string;
  readonly answerMs: number;
  readonly nowMs: () => number;
  readonly wire: WireLog;
};

export function createDlmsMeter(o: DlmsMeterOptions): MeterChannel {
  const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count));
  const title = o.clientTitle === undefined ? random(8) : Uint8Array.fromHex(o.clientTitle);
  return createDlmsChannel({
    connect: () => openWire(o.place, o.wire, o.answerMs),
    link: {
      ...{ authentication: o.authentication, suite: o.suite, framing: o.framing },
      ...{ clientSap: o.clientSap, serverSap: o.serverSap, clientTitle: Buffer.from(title) },
    },
    secrets: o.secrets,
    random,
    offsetAt: (atMs) =>
      Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(o.zone).offsetNanoseconds /
      60_000_000_000,
    ...{ nowMs: o.nowMs, answerMs: o.answerMs },
  });
}
