// Names of the token classes and subclasses (IEC 62055-41 clauses 6.2 and 8): the shape of a token
// once read.

import type { Secret32 } from './key-part.ts';

/** What a class 0 token transfers, by SubClass modulo 4. */
export type Commodity = 'electricity' | 'water' | 'gas' | 'time';

export const commodities: readonly Commodity[] = ['electricity', 'water', 'gas', 'time'];

/** Registers that ClearCredit names: 0..3 units, 4..7 currency, all (FFFF). */
export type CreditRegister = Commodity | `${Commodity}Currency` | 'all';

/** Codes 0..7 in order; `all` is FFFF and stands apart. */
export const creditRegisters: readonly CreditRegister[] = [
  ...commodities,
  'electricityCurrency',
  'waterCurrency',
  'gasCurrency',
  'timeCurrency',
];

type Sealed = {
  readonly tokenClass: 0 | 2;
  readonly subclass: number;
  /** 16-bit check as it stands in the token. */
  readonly crc: number;
};

type Timed = Sealed & {
  /** 4 random bits. */
  readonly rnd: number;
  /** Minutes since the base date. */
  readonly tid: number;
};

type Plain = {
  readonly tokenClass: 1;
  readonly subclass: number;
  readonly crc: number;
};

/** A token's fields, by kind. */
export type TokenFields =
  /** `units`: tenths of a kWh, cubic metre or minute, as coded. */
  | (Timed & {
      readonly kind: 'credit';
      readonly commodity: Commodity;
      readonly units: bigint;
      readonly amountField: number;
    })
  /** `amountE5`: 10^-5 of the currency's base unit, signed. */
  | (Sealed & {
      readonly kind: 'currencyCredit';
      readonly commodity: Commodity;
      readonly tid: number;
      readonly amountE5: bigint;
      readonly signAndExponent: number;
      readonly amountField: number;
    })
  | TestFields
  | (Timed & { readonly kind: 'setMaximumPowerLimit'; readonly watts: bigint })
  /** `register` is null for a reserved code. */
  | (Timed & {
      readonly kind: 'clearCredit';
      readonly register: CreditRegister | null;
      readonly registerCode: number;
    })
  | (Timed & { readonly kind: 'setTariffRate'; readonly rate: number })
  /** `pad` is 0 in a regular token. */
  | (Timed & { readonly kind: 'clearTamper'; readonly pad: number })
  | (Timed & { readonly kind: 'setPhaseUnbalanceLimit'; readonly watts: bigint })
  | (Timed & { readonly kind: 'setWaterFactor'; readonly factor: number })
  /** `value16` is index and value; `flag` is set for index 63, the flag register. */
  | (Timed & {
      readonly kind: 'extendedSet';
      readonly index: number;
      readonly value: number;
      readonly value16: number;
      readonly flag: { readonly index: number; readonly isSet: boolean } | null;
    })
  | KeyChangeSectionFields;

/**
 * Class 1: `control` is 36 bits or 28, `tests` the numbers of the bits set, from 1; all bits set is
 * `all`.
 */
export type TestFields = Plain & {
  readonly kind: 'test' | 'extendedRead' | 'proprietaryTest';
  readonly control: number;
  readonly controlBits: 28 | 36;
  readonly manufacturerCode: number;
  readonly tests: readonly number[] | 'all';
  /** Register index 0..63 of an extended read (63: flags), else null. */
  readonly registerIndex: number | null;
};

/** One token of a key-change set; the part of the new key stays hidden. */
export type KeyChangeSectionFields = Sealed & { readonly kind: 'keyChangeSection' } & (
    | {
        readonly section: 1;
        readonly keyExpiryHigh: number;
        readonly keyRevision: number;
        readonly rollover: boolean;
        /** 3KCT: a third token with the supply group code belongs to this EA07 set. */
        readonly hasThirdToken: boolean;
        readonly keyType: 0 | 1 | 2 | 3;
        readonly keyPart: Secret32;
      }
    | {
        readonly section: 2;
        readonly keyExpiryLow: number;
        /** 0..255; above 99 is no tariff index. */
        readonly tariffIndex: number;
        readonly keyPart: Secret32;
      }
    /** EA07 set of three: the whole supply group code. */
    | {
        readonly section: 3;
        readonly form: 'supplyGroup';
        readonly supplyGroup: number;
        readonly pad: number;
      }
    /** EA11 set of four. */
    | {
        readonly section: 3;
        readonly form: 'keyAndGroup';
        readonly supplyGroupLow: number;
        readonly keyPart: Secret32;
      }
    | { readonly section: 4; readonly supplyGroupHigh: number; readonly keyPart: Secret32 }
  );

/** Every kind of token. */
export type TokenKind = TokenFields['kind'];
