// The payment objects of a virtual meter: account, credits, charges, and the token gateway, which
// enters tokens into the meter.

import { type CosemObject, dateTimeOf, implement, octetString } from '@prewatt/dlms';
import {
  accountClass,
  chargeClass,
  creditClass,
  tokenGatewayClass,
  tokenStatusCodes,
} from '@prewatt/dlms/classes';
import {
  type CosemCredit,
  cosemAccountOf,
  cosemChargesOf,
  cosemCreditsOf,
  type MeterState,
  tokenGatewayOf,
} from '@prewatt/meter';
import type { MeterFace } from './meter-face.ts';
import { localTime, names } from './objects.ts';
import { cosemCurrencyOf, createTariff, type MeterTariff } from './tariff-objects.ts';

export const paymentNames = {
  account: '0.0.19.0.0.255',
  gateway: '0.0.19.40.0.255',
} as const;

const creditNames = {
  token: '0.0.19.10.0.255',
  reserved: '0.0.19.10.1.255',
  emergency: '0.0.19.10.2.255',
} as const;
const chargeNames = {
  consumption: '0.0.19.20.0.255',
  timeBased: '0.0.19.20.1.255',
  paymentEvent: '0.0.19.20.2.255',
} as const;

/** Amounts of the classes have 32 bits. */
const amount = (value: number): number =>
  Math.max(-0x8000_0000, Math.min(0x7fff_ffff, Math.round(value)));

export function paymentObjects(meter: MeterFace): CosemObject[] {
  const tariff = createTariff(meter);
  return [
    account(meter, tariff),
    ...creditObjects(meter),
    ...chargeObjects(meter, tariff),
    tariff.calendar,
    tariff.specialDays,
    gateway(meter),
  ];
}

function account(meter: MeterFace, tariff: MeterTariff): CosemObject {
  const view = () => cosemAccountOf(meter.state());
  return implement(accountClass, paymentNames.account, {
    read: {
      accountModeAndStatus: () => {
        const { paymentMode, accountStatus } = view();
        return { paymentMode, accountStatus };
      },
      currentCreditInUse: () => {
        const index = cosemCreditsOf(meter.state()).findIndex(
          ({ type }) => type === view().creditInUse,
        );
        return index + 1;
      },
      currentCreditStatus: () => view().creditStatus,
      availableCredit: () => amount(view().availableCredit),
      amountToClear: () => amount(view().amountToClear),
      clearanceThreshold: () => amount(view().clearanceThreshold),
      aggregatedDebt: () => amount(view().aggregatedDebt),
      creditReferenceList: () => cosemCreditsOf(meter.state()).map(({ type }) => creditNames[type]),
      chargeReferenceList: () => cosemChargesOf(meter.state()).map(({ type }) => chargeNames[type]),
      creditChargeConfiguration: () => [],
      tokenGatewayConfiguration: () =>
        view().tokenGatewayConfiguration.map(({ credit, percent }) => ({
          creditReference: creditNames[credit],
          tokenProportion: percent,
        })),
      currency: () => cosemCurrencyOf(view().currency),
      lowCreditThreshold: () => amount(view().lowCreditThreshold),
      nextCreditAvailableThreshold: () => amount(view().nextCreditAvailableThreshold),
      maxProvision: () => 0,
      maxProvisionPeriod: () => 0,
    },
    // In which money the tariff is that comes next; a meter that counts money stays with its own.
    write: { currency: (currency) => tariff.takeCurrency(currency, view().currency) },
  });
}

/** One for each kind that the meter has now; a kind that it gets later comes with a restart. */
const creditObjects = (meter: MeterFace): CosemObject[] =>
  cosemCreditsOf(meter.state()).map(({ type }) => {
    const view = (): CosemCredit => {
      const all = cosemCreditsOf(meter.state());
      const found = all.find((each) => each.type === type) ?? all[0];
      if (found === undefined) throw new Error('a meter has a token credit');
      return found;
    };
    return implement(creditClass, creditNames[type], {
      read: {
        currentCreditAmount: () => amount(view().currentCreditAmount),
        creditType: () => type,
        priority: () => view().priority,
        warningThreshold: () => amount(view().warningThreshold),
        limit: () => amount(view().limit),
        creditConfiguration: () => {
          const { confirmation, paidBack, receivesTokens } = view().configuration;
          return [
            ...(confirmation ? (['confirmation'] as const) : []),
            ...(paidBack ? (['paidBack'] as const) : []),
            ...(receivesTokens ? (['receivesTokens'] as const) : []),
          ];
        },
        creditStatus: () => view().status,
        presetCreditAmount: () => amount(view().presetCreditAmount),
        creditAvailableThreshold: () => 0,
      },
    });
  });

function chargeObjects(meter: MeterFace, tariff: MeterTariff): CosemObject[] {
  return cosemChargesOf(meter.state()).map(({ type }) => {
    const view = () => {
      const all = cosemChargesOf(meter.state());
      const found = all.find((each) => each.type === type) ?? all[0];
      if (found === undefined) throw new Error('a meter has a charge for what it measures');
      return found;
    };
    return implement(chargeClass, chargeNames[type], {
      read: {
        totalAmountPaid: () => amount(view().totalAmountPaid),
        chargeType: () => type,
        priority: () => view().priority,
        unitChargeActive: () => {
          const { scale } = cosemAccountOf(meter.state()).currency;
          const { chargePerUnit, priceScale } = priceOf(view().unitChargeMicro ?? 0, scale);
          return {
            chargePerUnitScaling: { commodityScale: -3, priceScale },
            commodityReference: { classId: 3, logicalName: names.importEnergy, attribute: 2 },
            chargeTable: [{ index: new Uint8Array(0), chargePerUnit }],
          };
        },
        period: () => 0,
        chargeConfiguration: () =>
          type === 'paymentEvent' ? ['percentage' as const] : ['continuous' as const],
        totalAmountRemaining: () => amount(view().totalAmountRemaining),
        proportion: () => view().proportion ?? 0,
        ...(type === 'consumption' ? tariff.charge.read : {}),
      },
      ...(type === 'consumption' ? { write: tariff.charge.write } : {}),
      ...(type === 'consumption' ? { methods: tariff.charge.methods } : {}),
    });
  });
}

/** Millionths of a minor unit per kWh, at the finest scale of the currency that 16 bits take. */
function priceOf(
  unitChargeMicro: number,
  currencyScale: number,
): { chargePerUnit: number; priceScale: number } {
  const finest = currencyScale - 6;
  for (let priceScale = finest; ; priceScale += 1) {
    const chargePerUnit = Math.round(unitChargeMicro / 10 ** (priceScale - finest));
    if (Math.abs(chargePerUnit) <= 0x7fff) return { chargePerUnit, priceScale };
  }
}

/** 20 digits, or the 66 bits of a token in nine bytes; null for anything else. */
export function tokenDigits(octets: Uint8Array): string | null {
  const text = new TextDecoder('latin1').decode(octets).replace(/\0+$/, '');
  if (/^\d{20}$/.test(text)) return text;
  if (octets.length !== 9) return null;
  const digits = BigInt(`0x${octets.toHex()}`).toString().padStart(20, '0');
  return digits.length === 20 ? digits : null;
}

function gateway(meter: MeterFace): CosemObject {
  let last: { readonly octets: Uint8Array; readonly of: MeterState['lastToken'] } | null = null;
  const view = () => tokenGatewayOf(meter.state());
  const outcome = () => meter.state().lastToken?.outcome;
  // The token that the status is of: one that a power cut took back is none, nor one typed since.
  const lastOctets = () =>
    last !== null && last.of === meter.state().lastToken ? last.octets : new Uint8Array(0);
  return implement(tokenGatewayClass, paymentNames.gateway, {
    readData: { token: () => ({ ok: true, value: octetString(lastOctets()) }) },
    read: {
      tokenTime: () => {
        const { tokenTimeMs } = view();
        return tokenTimeMs === null
          ? { ...dateTimeOf(0), ...openTime }
          : localTime(tokenTimeMs, meter.zone);
      },
      tokenDescription: () => {
        const told = describe(outcome());
        return told === null ? [] : [told];
      },
      tokenDeliveryMethod: () => view().deliveryMethod ?? ('remote' as const),
      tokenStatus: () => {
        const { status } = view();
        const statusCode = tokenStatusCodes[status ?? 'formatOk'];
        return { statusCode, dataValue: '00000000' };
      },
    },
    methods: {
      // Whether the meter takes the token is said by attribute 6: entering it is all that is done
      // here.
      enter: (octets) => {
        const token = tokenDigits(octets);
        if (token === null) return 'typeUnmatched';
        const { kind } = meter.command({ kind: 'deliverToken', token });
        if (kind === 'refused') return 'otherReason';
        last = { octets: octets.slice(), of: meter.state().lastToken };
        return 'success';
      },
    },
  });
}

const openTime = { year: null, month: null, dayOfMonth: null, dayOfWeek: null, hour: null };

type Outcome = NonNullable<MeterState['lastToken']>['outcome'];

const describe = (outcome: Outcome | undefined): string | null => {
  if (outcome === undefined) return null;
  return outcome.result === 'refused' ? outcome.refusal : outcome.effect;
};
