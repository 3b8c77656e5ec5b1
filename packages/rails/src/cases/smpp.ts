// Runs the cases of SMPP: receipts, PDUs, states, alphabets.

import { bytesFromHex } from '../base/bytes.ts';
import { at, type Json, listAt, wordAt } from '../base/json.ts';
import { inboundSms } from '../messaging/inbound.ts';
import { latin1 } from '../smpp/gsm.ts';
import {
  actionOnStatus,
  type DeliverSm,
  decodeMessage,
  gatherParts,
  isSameMessageId,
  type PartsState,
  readDeliverSm,
  readReceipt,
  segmentText,
} from '../smpp/index.ts';

/** A `smpp-receipt` case: a text with its class and optional fields. */
export function runReceipt(input: Json): unknown {
  const hex = wordAt(input, 'octetsHex');
  const octets = hex === null ? null : bytesFromHex(hex);
  const text = octets === null ? String(at(input, 'text') ?? '') : latin1(octets);
  const pdu = wordAt(input, 'pduHex');
  if (pdu !== null) return ofPdus([pdu]);
  const state = at(input, 'tlvs', 'message_state');
  const receipt = readReceipt({
    text,
    esmClass: Number(at(input, 'esmClass') ?? 0),
    receiptedMessageId: wordAt(input, 'tlvs', 'receipted_message_id'),
    messageState: typeof state === 'number' ? state : null,
  });
  return { isReceipt: receipt !== null, ...receipt, ...matchesOf(input, receipt) };
}

function matchesOf(input: Json, receipt: { id: string; altIds: readonly string[] } | null) {
  const submitted = wordAt(input, 'submitRespId');
  if (submitted === null || receipt === null) return {};
  const ids = [receipt.id, ...receipt.altIds];
  return { matches: ids.some((id) => isSameMessageId(submitted, id)) };
}

/** A `callback` case: PDUs in the order of their arrival. */
export function ofPdus(pdus: readonly string[]): unknown {
  let parts: PartsState = new Map();
  let last: unknown = { kind: 'nothing' };
  for (const hex of pdus) {
    const read = readDeliverSm(bytesFromHex(hex) ?? new Uint8Array());
    if (!read.ok) return { kind: 'refused', error: read.error };
    const receipt = receiptOf(read.value);
    if (receipt !== null) {
      last = { kind: 'delivery-report', isReceipt: true, ...receipt };
      continue;
    }
    const step = gatherParts(parts, read.value);
    parts = step.state;
    const { gathered } = step;
    last = gathered.whole
      ? {
          ...inboundSms({
            messageId: null,
            sender: gathered.sms.sender,
            recipient: gathered.sms.recipient,
            text: gathered.text,
          }),
          isReceipt: false,
          parts: gathered.parts,
        }
      : { kind: 'part', isReceipt: false, missing: gathered.missing };
  }
  return last;
}

function receiptOf(sms: DeliverSm) {
  const text = sms.dataCoding === 8 ? decodeMessage(sms.message, 8) : latin1(sms.message);
  return readReceipt({ ...sms, text });
}

/** A `status-map` case: a command_status, or the parts of a text. */
export function runSmppStatus(input: Json): unknown {
  if (wordAt(input, 'task') === 'segment') return segmentText(String(at(input, 'text') ?? ''));
  const status = Number(at(input, 'commandStatus') ?? 0);
  return { action: actionOnStatus(wordAt(input, 'pdu') ?? '', status) };
}

/** A `callback` case of the rail. */
export const runSmppCallback = (input: Json): unknown => {
  const pdus = listAt(input, 'pdus').map(String);
  const single = wordAt(input, 'pduHex');
  return ofPdus(single === null ? pdus : [single]);
};
