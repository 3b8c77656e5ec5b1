// SMPP 3.4 as the entity that binds to a carrier's message centre: texts out in parts, delivery
// receipts and texts in. The session holds the connection; the formats are packages/rails.

import { err, ok } from '@prewatt/quantities';
import {
  actionOnStatus,
  decodeMessage,
  fittedToGsm,
  gatherParts,
  messageIdKeys,
  type PartsState,
  readDeliverSm,
  readReceipt,
  type SmppAddress,
  splitText,
  writeSubmitSm,
} from '@prewatt/rails';
import {
  accepted,
  type Ear,
  type Handed,
  type Heard,
  hearsNothing,
  later,
  type MessageGateway,
  refused,
  unknown,
} from '../contract.ts';
import { notConnectedYet, openSmppSession, type SmppSession } from './session.ts';
import type { SmppLink, SmppTiming, Submitted } from './settings.ts';

export type SmppConfig = SmppLink & {
  readonly name: string;
  /** A name of at most 11 characters, a short code, or a number with +. */
  readonly source: string;
  /** What the message centre means by data coding 0 in texts to us. */
  readonly defaultAlphabet: 'gsm7' | 'latin1';
};

export function createSmppGateway(o: {
  readonly config: SmppConfig;
  readonly chance: () => number;
  readonly timing?: Partial<SmppTiming>;
}): MessageGateway {
  const { config } = o;
  let session: SmppSession | null = null;
  let reference = Math.floor(o.chance() * 256);
  const open = (ear: Ear): SmppSession =>
    openSmppSession({
      link: config,
      deliver: createDelivery(config, ear),
      chance: o.chance,
      ...(o.timing === undefined ? {} : { timing: o.timing }),
    });

  return {
    name: config.name,
    send: async ({ to, text }) => {
      if (session === null) return later('not connected');
      reference = (reference + 1) % 256;
      const parts = splitText(fittedToGsm(text), reference);
      const source = sourceOf(config.source);
      const destination = { ton: 1, npi: 1, address: to.replace(/\D/g, '') };
      let last: Submitted | null = null;
      for (const [i, part] of parts.entries()) {
        // One receipt tells of the whole message: the last part's.
        const wantsReceipt = i === parts.length - 1;
        last = await session.submit(writeSubmitSm({ source, destination, ...part, wantsReceipt }));
        const handed = handedOf(last);
        if (handed.kind === 'accepted') continue;
        // Once a part is out, saying "not sent" would not be true.
        const isBegun = i > 0 && handed.kind === 'later';
        return isBegun ? unknown(`only ${i} of ${parts.length} parts were taken`) : handed;
      }
      return last === null ? refused('the text is empty') : handedOf(last);
    },
    heard: hearsNothing,
    connect: (ear) => {
      const opened = open(ear);
      session = opened;
      return async () => {
        session = null;
        await opened.close();
      };
    },
    check: async () => {
      const tried = open(async () => undefined);
      const trouble = await settled(tried);
      await tried.close();
      return trouble === null ? ok('it takes our bind') : err(trouble);
    },
  };
}

/** A bind, or what kept it, within ten seconds. */
async function settled(session: SmppSession): Promise<string | null> {
  for (let i = 0; i < 100 && session.trouble() !== null; i += 1) {
    if (i > 2 && session.trouble() !== notConnectedYet) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return session.trouble();
}

function handedOf(submitted: Submitted): Handed {
  if (submitted.kind === 'notSent') return later(submitted.reason);
  if (submitted.kind === 'unanswered') return unknown('the message centre did not answer');
  const { status, messageId } = submitted;
  switch (actionOnStatus('submit_sm', status)) {
    case 'sent':
      // Filed under the forms that a receipt may name it by.
      return accepted(...messageIdKeys(messageId).slice(0, 3));
    case 'fail-permanent':
      return refused(`status ${status}`);
    default:
      return later(`status ${status}`);
  }
}

export function sourceOf(text: string): SmppAddress {
  if (text.startsWith('+')) return { ton: 1, npi: 1, address: text.slice(1) };
  const isShortCode = /^\d{3,8}$/.test(text);
  return isShortCode ? { ton: 3, npi: 0, address: text } : { ton: 5, npi: 0, address: text };
}

/** Parts of a text that never get whole are forgotten with the oldest. */
const partsHeld = 500;

function createDelivery(config: SmppConfig, ear: Ear): (pdu: Uint8Array) => Promise<number> {
  let parts: PartsState = new Map();
  const invalid = 0x01;
  return async (pdu) => {
    const sms = readDeliverSm(pdu);
    if (!sms.ok) return invalid;
    const { message, dataCoding } = sms.value;
    const text = decodeMessage(message, dataCoding, config.defaultAlphabet);
    const receipt = readReceipt({ ...sms.value, text });
    if (receipt !== null) {
      await ear(reportOf(receipt));
      return 0;
    }
    // What is no text of a person's and no receipt is taken and let be.
    if ((sms.value.esmClass & 0x3c) !== 0) return 0;
    const { state, gathered } = gatherParts(parts, sms.value);
    if (gathered.whole) {
      const whole = gathered.parts === 1 ? text : gathered.text;
      await ear({ kind: 'text', id: null, from: sms.value.sender, text: whole });
    }
    parts = state.size > partsHeld ? new Map([...state].slice(-partsHeld)) : state;
    return 0;
  };
}

type Receipt = NonNullable<ReturnType<typeof readReceipt>>;

const reportOf = (receipt: Receipt): Heard => ({
  kind: 'report',
  gatewayIds: [...new Set([receipt.id, ...receipt.altIds].flatMap(messageIdKeys))],
  outcome: receipt.state,
  reason: receipt.rawState === null ? null : `${receipt.rawState} ${receipt.err ?? ''}`.trim(),
  isOptedOut: false,
});
