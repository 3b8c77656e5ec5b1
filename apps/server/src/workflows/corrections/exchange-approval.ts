// A meter exchange as the second person sees it, and its routes' checks.

import { approvalReasonSchema } from '@prewatt/api';
import { type Currency, formatKwh, idFromUuid, ok, type Result } from '@prewatt/quantities';
import { z } from 'zod';
import { sentencesOf } from '../../base/http/problem.ts';
import { type ApprovalOperation, defineOperation } from '../../registry/approvals/index.ts';
import { loadConnection, placeOfConnection } from '../../registry/connections/index.ts';
import { exchangeMeter, mayExchange } from './exchange.ts';
import { type CarriedOver, carriedText, knownLabels, statedText } from './exchange-balance.ts';
import type { ExchangeDeps, ExchangeRefusal } from './exchange-request.ts';

const energy = z.string().regex(/^\d{1,15}$/);

export const exchangePayload = z.strictObject({
  requestId: z.string(),
  reason: approvalReasonSchema,
  connectionId: z.uuid(),
  oldMeterPan: z.string(),
  meter: z.strictObject({
    meterPan: z.string(),
    encryptionAlgorithm: z.enum(['ea07', 'ea11']),
    supplyGroupCode: z.string(),
    tariffIndex: z.string(),
    keyRevision: z.number().int(),
    counts: z.enum(['energy', 'money']).optional(),
    secretSha256: z.string().nullable(),
  }),
  finalImportEnergyWh: energy.optional(),
  startImportEnergyWh: energy.optional(),
  balance: z.discriminatedUnion('from', [
    z.strictObject({ from: z.literal('lastReading') }),
    z.strictObject({
      from: z.literal('stated'),
      energyWh: energy,
      creditedWh: energy.nullable(),
    }),
    z.strictObject({
      from: z.literal('statedMoney'),
      amountMinor: energy,
      creditedMinor: energy.nullable(),
    }),
  ]),
});

export const exchangeRefusals: Record<ExchangeRefusal, readonly [status: number, text: string]> = {
  unknownConnection: [404, 'There is no such connection.'],
  meterChanged: [409, 'The connection has another meter than this; reload to see which.'],
  noLink: [
    409,
    'The connection is in wallet mode, which needs readings: give the new meter’s link, or ' +
      'change to token mode first.',
  ],
  finalReadingBelow: [
    409,
    'The final reading is below the last one that is known; read the old meter again.',
  ],
  finalReadingTooHigh: [
    409,
    'The final reading is more than a home can have used since the last one; read it again.',
  ],
  creditModeChanging: [
    409,
    'A change of credit mode waits for this meter’s answer; exchange the meter when it has ended.',
  ],
  meterPanInvalid: [400, 'The new meter’s number is not one: check its 18 digits.'],
  meterExists: [409, 'The new meter’s number is registered already; look it up.'],
  meterNumberUnusable: [
    409,
    'The new meter’s number cannot be used here. If it is the number on the meter, ask those who ' +
      'run this server.',
  ],
  vendingKeyMissing: [
    409,
    'No vending key is loaded for the new meter’s supply group and revision; load it first.',
  ],
  balanceUnknown: [
    409,
    'The old meter never reported; state what is left in it, or 0 if nobody can know.',
  ],
  balanceStale: [
    409,
    'Since what is left was read, the old meter was given a token that it has not reported: read ' +
      'the meter again and ask anew.',
  ],
  balanceUnit: [
    409,
    'What is left is stated in another unit than the old meter counts: money for a meter that ' +
      'counts money, else energy.',
  ],
  noPrice: [
    409,
    'The tariff in force gives no price at which money and energy become each other; mend it, or ' +
      'put in a meter that counts what the old one counted.',
  ],
  tariffNotForMeter: [
    409,
    'A meter that counts money could not charge the tariff of this home; give the home another ' +
      'tariff first.',
  ],
  replacementRefused: [
    409,
    'No token could be made for the new meter; check its key and parameters, then ask again.',
  ],
};

function leftText(may: Result<CarriedOver, ExchangeRefusal> | null, currency: Currency): string {
  if (may === null) return exchangeRefusals.unknownConnection[1];
  return may.ok
    ? `${carriedText(may.value, currency)}, ${knownLabels[may.value.from]}`
    : exchangeRefusals[may.error][1];
}

/** In wallet mode only registers are carried over. */
function walletFacts(payload: z.output<typeof exchangePayload>) {
  const reading = (energyWh: string | undefined, otherwise: string): string =>
    energyWh === undefined ? otherwise : `${formatKwh(BigInt(energyWh))} kWh, as read there`;
  return [
    { label: 'Carried over', value: 'The balance stays in the wallet' },
    {
      label: 'Final reading',
      value: reading(payload.finalImportEnergyWh, 'the last that is known'),
    },
    {
      label: 'New meter’s starting reading',
      value: reading(payload.startImportEnergyWh, 'the first that it reports'),
    },
  ];
}

export function meterExchangeApproval(deps: ExchangeDeps): ApprovalOperation {
  return defineOperation({
    payload: exchangePayload,
    describe: async (tx, { utilityId, payload, requestedAtMs }) => {
      const place = placeOfConnection(utilityId, payload.connectionId);
      const connection = await loadConnection(tx, place);
      // Done, and read again: the connection has the new meter.
      const isDone = connection?.meter.meterPan === payload.meter.meterPan;
      const may =
        connection === null || isDone
          ? null
          : await mayExchange(tx, deps, connection, {
              ...payload,
              askedAtMs: requestedAtMs,
              nowMs: deps.nowMs(),
            });
      const { currency } = await deps.utilities.get(utilityId);
      const { balance, meter } = payload;
      const isWallet = connection?.creditMode === 'wallet';
      const left = isDone ? statedText(balance, currency) : leftText(may, currency);
      return {
        title: 'Exchange a meter',
        facts: [
          { label: 'Connection', value: connection?.name ?? 'unknown' },
          { label: 'Old meter', value: payload.oldMeterPan },
          { label: 'New meter', value: meter.meterPan },
          ...(meter.counts === 'money' ? [{ label: 'It counts', value: 'money' }] : []),
          {
            label: 'New meter’s key',
            value: `supply group ${meter.supplyGroupCode}, revision ${meter.keyRevision}`,
          },
          ...(isWallet && (isDone || may?.ok === true)
            ? walletFacts(payload)
            : [{ label: 'Carried over', value: left }]),
        ],
      };
    },
    perform: async (tx, o) => {
      const { payload } = o;
      const done = await exchangeMeter(tx, deps, {
        ...payload,
        ...o,
        askedAtMs: o.requestedAtMs,
        place: placeOfConnection(o.utilityId, payload.connectionId),
      });
      if (!done.ok) return done;
      const { newMeterId, grantId, ...carried } = done.value;
      const { balanceWh, balanceMinor, carriedWh, carriedMinor } = carried;
      return ok({
        newMeterId: idFromUuid('meter', newMeterId),
        grantId: grantId === null ? null : idFromUuid('grant', grantId),
        balanceWh: (balanceWh ?? 0n).toString(),
        carriedWh: (carriedWh ?? 0n).toString(),
        ...(balanceMinor !== null && { balanceMinor: balanceMinor.toString() }),
        ...(carriedMinor !== null && { carriedMinor: carriedMinor.toString() }),
      });
    },
    refusals: sentencesOf(exchangeRefusals),
  });
}
