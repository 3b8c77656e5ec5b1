// Messages of a shop's client: each with an id that no other of a run has, and what is needed to
// read its answer.

import { readXmlvendAnswer, type SentRequest, type XmlVend } from '@prewatt/rails';
import type { NewRequest } from '@prewatt/rails/xmlvend-written';
import type { Heard } from './wire.ts';

/** Who asks, and what for. */
export type Asker = {
  readonly clientId: string;
  readonly terminalId: string;
  readonly operator: string;
  readonly password: string;
  readonly msno: string;
  readonly amount: string;
  readonly symbol: string;
  /** When it began, for ids of messages that no other run has. */
  readonly nowMs: number;
};

export type Asked = NewRequest & { readonly sent: SentRequest };

export function createMessages(by: Asker) {
  let numbers = (by.nowMs % 900) * 1_000 + 100_000;
  const dateTime = new Date(by.nowMs).toISOString().replace(/\D/g, '').slice(0, 14);
  return (element: string, o: Partial<NewRequest> = {}): Asked => {
    numbers += 1;
    const request: NewRequest = {
      ...{ element, clientId: by.clientId, terminalId: by.terminalId },
      msgId: { dateTime, uniqueNumber: String(numbers) },
      ...{ operator: by.operator, password: by.password, msno: by.msno },
      ...{ amount: by.amount, symbol: by.symbol, advice: null },
      ...o,
    };
    return { ...request, sent: sentOf(request, null) };
  };
}

export const sentOf = (request: NewRequest, original: SentRequest | null): SentRequest => ({
  operation: request.element.replace(/Req$/, ''),
  msgID: request.msgId,
  msno: request.msno,
  amount: request.amount,
  currency: request.symbol,
  original,
});

export const readAnswer = (sent: SentRequest, heard: Heard): XmlVend =>
  readXmlvendAnswer(
    sent,
    heard.kind === 'answer'
      ? { httpStatus: heard.status, raw: new TextEncoder().encode(heard.text) }
      : { httpStatus: null, raw: null },
  );
