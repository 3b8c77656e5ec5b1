// What the second person reads about a sale that is put right: which it is, what proves that its
// tokens are void, and what somebody says to have read at the meter.

import { formatKwh, formatMoney, idFromUuid } from '@prewatt/quantities';
import { z } from 'zod';
import type { Tx } from '../../base/database.ts';
import { paidMinorOf } from '../../money/vending/index.ts';
import { loadConnection } from '../../registry/connections/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import { correctionRefusals, proofLabels } from './errors.ts';
import { mayReverse } from './reversal.ts';
import { placeOfSale } from './store.ts';
import type { StatedRegister } from './void-proof.ts';

const credited = z
  .string()
  .regex(/^\d{1,15}$/)
  .optional();
/** What the meter's register of all credit showed, in what the meter counts. */
export const registerRead = { creditedWh: credited, creditedMinor: credited };

/** What somebody read, as said with the request; null when nobody did. */
export function statedOf(
  o: { readonly creditedWh?: string | undefined; readonly creditedMinor?: string | undefined },
  statedAtMs: number,
): StatedRegister | null {
  const { creditedWh, creditedMinor } = o;
  if (creditedWh === undefined && creditedMinor === undefined) return null;
  const number = (text: string | undefined) => (text === undefined ? null : BigInt(text));
  return { statedAtMs, creditedWh: number(creditedWh), creditedMinor: number(creditedMinor) };
}

export const fact = (label: string, value: string) => ({ label, value });

export function createSaleFacts(deps: { readonly utilities: Utilities }) {
  const money = async (utilityId: string, amountMinor: bigint): Promise<string> => {
    const { currency } = await deps.utilities.get(utilityId);
    return formatMoney(amountMinor, currency);
  };
  return {
    money,
    saleFacts: async (tx: Tx, utilityId: string, saleId: string) => {
      const place = await placeOfSale(tx, utilityId, saleId);
      const connection = place === null ? null : await loadConnection(tx, place);
      const sale = await tx
        .selectFrom('sales')
        .select(paidMinorOf('sales').as('paid_minor'))
        .where('id', '=', saleId)
        .executeTakeFirst();
      return [
        fact('Sale', idFromUuid('sale', saleId)),
        fact('Connection', connection === null ? 'unknown' : connection.name),
        fact('Paid', sale === undefined ? 'unknown' : await money(utilityId, sale.paid_minor)),
      ];
    },
    proofFacts: async (
      tx: Tx,
      asked: {
        readonly utilityId: string;
        readonly requestedAtMs: number;
        readonly payload: { readonly saleId: string } & Parameters<typeof statedOf>[0];
      },
    ) => {
      const { utilityId, payload } = asked;
      const { saleId } = payload;
      const place = await placeOfSale(tx, utilityId, saleId);
      if (place === null) return [fact('Proof', correctionRefusals.unknownSale[2])];
      const stated = statedOf(payload, asked.requestedAtMs);
      const may = await mayReverse(tx, { place, saleId, moneyGoes: 'prepaid', stated });
      const proof = may.ok ? proofLabels[may.value.proof] : correctionRefusals[may.error][2];
      if (stated === null) return [fact('Proof', proof)];
      const read =
        stated.creditedMinor === null
          ? `${formatKwh(stated.creditedWh ?? 0n)} kWh`
          : await money(utilityId, stated.creditedMinor);
      const words = `${read}, as read at the meter since`;
      return [fact('Proof', proof), fact('Register of credit', words)];
    },
  };
}
