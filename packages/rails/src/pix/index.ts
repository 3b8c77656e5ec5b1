// Pix (Brazil's instant payments) through the common PSP API. One call may bring several payments
// and the end of refunds. Nothing is signed: proof is the client certificate of the connection, so
// a call that came without one is a hint.

import { err, ok, type Result } from '@prewatt/quantities';
import { decimalOf, toMinor } from '../base/amounts.ts';
import { at, isObject, type Json, listAt, parseJson, wordAt } from '../base/json.ts';
import { type Answered, byHttpStatus } from '../contract/http.ts';
import {
  declined,
  type Notice,
  notice,
  type Unreadable,
  underWay,
  unsure,
} from '../contract/notice.ts';

export { crc16, readEmv, verifyEmvCrc } from './emv.ts';

/** Reads a webhook's `pix` list; `mutualTls`: the peer proved itself by its certificate. */
export function readPixNotification(
  raw: Uint8Array,
  mutualTls: boolean,
): Result<readonly Notice[], Unreadable> {
  const json = parseJson(raw);
  if (json === undefined) return err('malformed');
  if (!isObject(json) || at(json, 'pix') === undefined) return err('unexpected-shape');
  return ok(
    listAt(json, 'pix')
      .slice(0, 1000)
      .flatMap((each) => pixNotice(each, mutualTls)),
  );
}

function pixNotice(pix: Json, mutualTls: boolean): Notice[] {
  const providerRef = wordAt(pix, 'endToEndId');
  if (providerRef === null) return [];
  const refunded = refundedMinor(pix);
  const said = {
    providerRef,
    requestRef: wordAt(pix, 'txid'),
    amountMinor: valor(wordAt(pix, 'valor')),
    currency: 'BRL',
    paidAt: wordAt(pix, 'horario'),
    trust: mutualTls ? 'proof' : 'hint',
    flags: mutualTls ? [] : (['untrusted-channel'] as const),
    final: true,
  } as const;
  if (refunded > 0n) {
    return [notice({ ...said, kind: 'refund', outcome: 'reversed', refundedMinor: refunded })];
  }
  // Only who was paid can give it back: the payment was told before, and its refund is under way.
  if (hasRefund(pix, 'EM_PROCESSAMENTO')) {
    return [notice({ ...said, kind: 'refund', outcome: 'pending', final: false, retry: 'poll' })];
  }
  if (hasRefund(pix, 'NAO_REALIZADO'))
    return [notice({ ...said, kind: 'refund', outcome: 'failed' })];
  return [notice({ ...said, outcome: 'paid' })];
}

const valor = (text: string | null): bigint | null =>
  text !== null && /^\d{1,10}\.\d{2}$/.test(text) ? toMinor(text, 2) : null;

/** What has gone back for good; refunds under way or not realised do not count. */
function refundedMinor(pix: Json): bigint {
  return listAt(pix, 'devolucoes')
    .slice(0, 100)
    .filter((each) => wordAt(each, 'status') === 'DEVOLVIDO')
    .reduce((sum, each) => sum + (valor(wordAt(each, 'valor')) ?? 0n), 0n);
}

const hasRefund = (pix: Json, status: string): boolean =>
  listAt(pix, 'devolucoes')
    .slice(0, 100)
    .some((each) => wordAt(each, 'status') === status);

/** An answer of `cob` (also `cobv`), `pix` or `devolucao`. */
export function readPixAnswer({ call, httpStatus, raw }: Answered): Notice {
  const asks = !/create|put/.test(call);
  const json = parseJson(raw);
  if (httpStatus === 404) return unsure('same-id');
  if (!isObject(json) || httpStatus === null || httpStatus >= 300) {
    return byHttpStatus(httpStatus, asks);
  }
  if (call.startsWith('devolucao')) return refundAnswer(json);
  if (call === 'pix') {
    const [one] = pixNotice(json, true);
    return one ?? unsure('poll');
  }
  return chargeAnswer(json);
}

function chargeAnswer(json: Json): Notice {
  const refs = { requestRef: wordAt(json, 'txid'), currency: 'BRL', trust: 'proof' } as const;
  switch (wordAt(json, 'status')) {
    case 'ATIVA':
      return underWay(refs);
    case 'CONCLUIDA': {
      const [paid] = listAt(json, 'pix').flatMap((each) => pixNotice(each, true));
      if (paid?.outcome === 'reversed') return { ...paid, ...refs };
      return notice({
        ...refs,
        outcome: 'paid',
        final: true,
        providerRef: paid?.providerRef ?? null,
        paidAt: paid?.paidAt ?? null,
        amountMinor: paid?.amountMinor ?? valor(wordAt(json, 'valor', 'original')),
      });
    }
    case 'REMOVIDA_PELO_USUARIO_RECEBEDOR':
    case 'REMOVIDA_PELO_PSP':
      return declined('removed', refs);
    default:
      return unsure('poll', refs);
  }
}

function refundAnswer(json: Json): Notice {
  const said = {
    kind: 'refund',
    trust: 'proof',
    currency: 'BRL',
    refundedMinor: valor(wordAt(json, 'valor')),
  } as const;
  switch (wordAt(json, 'status')) {
    case 'DEVOLVIDO':
      return notice({ ...said, outcome: 'reversed', final: true });
    case 'EM_PROCESSAMENTO':
      return notice({ ...said, outcome: 'pending', retry: 'poll' });
    case 'NAO_REALIZADO':
      return notice({ ...said, outcome: 'failed', final: true, flags: ['needs-operator'] });
    default:
      return unsure('poll', said);
  }
}

/** "37.00", as `valor` must be written; null below one cent or above ten digits. */
export function pixValor(amountMinor: bigint): string | null {
  return amountMinor > 0n && amountMinor < 10n ** 12n ? decimalOf(amountMinor, 2) : null;
}

/** Whether a text may name a charge: 26 to 35 letters and digits. */
export const isTxid = (text: string): boolean => /^[A-Za-z0-9]{26,35}$/.test(text);
