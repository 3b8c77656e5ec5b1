// Where meters push to: takes DataNotification and EventNotification, in clear or ciphered, checks
// them against replay, and makes the acknowledgement once the caller has stored them.

import { decodeApdu, encodeApdu, type PlainApdu } from './apdu.ts';
import { noBytes } from './bytes.ts';
import type { Protection } from './cipher.ts';
import type { CipheredApdu } from './ciphered.ts';
import type { CounterStore } from './counters.ts';
import {
  type DataNotification,
  type EventNotification,
  longInvokeConfirmed,
} from './notification.ts';
import {
  type CipherManner,
  mannerOf,
  type OpenFault,
  type SecurityContext,
} from './security-context.ts';
import { createWrapperReader, encodeWrapper, type WrapperFault } from './wrapper.ts';

export type Pushed = {
  readonly clientSap: number;
  readonly serverSap: number;
  /** System title of the meter; null for what came in clear. */
  readonly title: Uint8Array | null;
  readonly notification: DataNotification | EventNotification;
  /** The meter waits for `confirm`. */
  readonly wantsConfirm: boolean;
  /** How it was ciphered; null in clear. */
  readonly manner: CipherManner | null;
};

export type PushEvent =
  | { readonly kind: 'pushed'; readonly pushed: Pushed }
  /** To be stored before what was pushed is believed: else it could be played again. */
  | { readonly kind: 'counters'; readonly title: Uint8Array; readonly counters: CounterStore }
  | { readonly kind: 'refused'; readonly why: 'malformed' | 'unexpected' | OpenFault }
  /** No wrapper, or no more: close the connection. */
  | { readonly kind: 'fault'; readonly fault: WrapperFault };

export type PushListener = {
  readonly feed: (bytes: Uint8Array) => readonly PushEvent[];
  /** The acknowledgement, to be sent when what was pushed is stored. Empty where none is wanted. */
  readonly confirm: (pushed: Pushed) => Uint8Array;
};

export type PushListenerOptions = {
  /** The keys of a meter by its system title; null for a stranger. */
  readonly securityOf: (title: Uint8Array) => SecurityContext | null;
  /** What is taken at least; `none` takes clear text. */
  readonly least: Protection;
};

/** One for each connection (or source of datagrams). */
export function createPushListener(options: PushListenerOptions): PushListener {
  const reader = createWrapperReader();
  return {
    feed: (bytes) => {
      const { frames, fault } = reader.feed(bytes);
      const events = frames.flatMap(({ source, destination, apdu }) =>
        take(options, { serverSap: source, clientSap: destination, apdu }),
      );
      return fault === null ? events : [...events, { kind: 'fault', fault }];
    },
    confirm: (pushed) => confirm(options, pushed),
  };
}

type Framed = {
  readonly serverSap: number;
  readonly clientSap: number;
  readonly apdu: Uint8Array;
};

function take(options: PushListenerOptions, framed: Framed): PushEvent[] {
  const apdu = decodeApdu(framed.apdu);
  if (!apdu.ok) return [{ kind: 'refused', why: 'malformed' }];
  if (apdu.value.kind === 'ciphered') return takeCiphered(options, framed, apdu.value);
  if (options.least !== 'none') return [{ kind: 'refused', why: 'policy' }];
  return [said(framed, apdu.value, { title: null, manner: null })];
}

function takeCiphered(
  { securityOf, least }: PushListenerOptions,
  framed: Framed,
  apdu: CipheredApdu,
): PushEvent[] {
  const { title } = apdu;
  if (title === null || title.length === 0) return [{ kind: 'refused', why: 'noTitle' }];
  const security = securityOf(title);
  if (security === null) return [{ kind: 'refused', why: 'noKey' }];
  const opened = security.open({
    apdu,
    otherTitle: title,
    dedicated: null,
    least: least === 'none' ? 'authenticated' : least,
  });
  if (!opened.ok) return [{ kind: 'refused', why: opened.error }];
  const counters = security.counters.takeChange();
  const inner = decodeApdu(opened.value);
  const event: PushEvent =
    inner.ok && inner.value.kind !== 'ciphered'
      ? said(framed, inner.value, { title, manner: mannerOf(apdu) })
      : { kind: 'refused', why: 'malformed' };
  return counters === null ? [event] : [{ kind: 'counters', title, counters }, event];
}

function said(
  { clientSap, serverSap }: Framed,
  apdu: PlainApdu,
  by: Pick<Pushed, 'title' | 'manner'>,
): PushEvent {
  if (apdu.kind !== 'dataNotification' && apdu.kind !== 'eventNotification') {
    return { kind: 'refused', why: 'unexpected' };
  }
  const wantsConfirm =
    apdu.kind === 'dataNotification' && (apdu.longInvoke & longInvokeConfirmed) !== 0;
  return {
    kind: 'pushed',
    pushed: { clientSap, serverSap, ...by, notification: apdu, wantsConfirm },
  };
}

function confirm({ securityOf }: PushListenerOptions, pushed: Pushed): Uint8Array {
  const { notification, title, manner, wantsConfirm } = pushed;
  if (!wantsConfirm || notification.kind !== 'dataNotification') return noBytes;
  const { longInvoke, dateTime } = notification;
  const plain = encodeApdu({ kind: 'dataNotificationConfirm', longInvoke, dateTime });
  const framed = (apdu: Uint8Array) =>
    encodeWrapper({ source: pushed.clientSap, destination: pushed.serverSap, apdu });
  if (title === null || manner === null) return framed(plain);
  const apdu = securityOf(title)?.close({ ...manner, plain, dedicated: null }) ?? null;
  return apdu === null ? noBytes : framed(apdu);
}
