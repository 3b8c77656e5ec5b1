// The numbers that COSEM gives to what the views of cosem.ts and token-gateway.ts name: for drivers
// that speak DLMS. (IEC 62056-6-2, classes 70, 111, 112, 113 and 115.)

import type { CosemAccount, CosemCharge, CosemCredit, CosemSwitch } from './cosem.ts';
import type { GatewayStatus, TokenGateway } from './token-gateway.ts';

type Numbers<T extends string> = { readonly [K in T]: number };

export const cosemNumbers: {
  readonly paymentMode: Numbers<CosemAccount['paymentMode']>;
  readonly accountStatus: Numbers<CosemAccount['accountStatus']>;
  readonly currencyUnit: Numbers<CosemAccount['currency']['unit']>;
  readonly creditType: Numbers<CosemCredit['type']>;
  readonly creditStatus: Numbers<CosemCredit['status']>;
  readonly chargeType: Numbers<CosemCharge['type']>;
  readonly controlState: Numbers<CosemSwitch['controlState']>;
  readonly deliveryMethod: Numbers<NonNullable<TokenGateway['deliveryMethod']>>;
  readonly gatewayStatus: Numbers<GatewayStatus>;
} = {
  paymentMode: { credit: 1, prepayment: 2 },
  accountStatus: { new: 1, active: 2 },
  currencyUnit: { consumption: 1, monetary: 2 },
  creditType: { token: 0, reserved: 1, emergency: 2 },
  creditStatus: { enabled: 0, selectable: 1, selected: 2, inUse: 3, exhausted: 4 },
  chargeType: { consumption: 0, timeBased: 1, paymentEvent: 2 },
  controlState: { disconnected: 0, connected: 1, readyForReconnection: 2 },
  deliveryMethod: { remote: 0, local: 1, manual: 2 },
  // 0 and 1, format and authentication right, are no end: a token goes on from there.
  gatewayStatus: {
    validationOk: 2,
    executionOk: 3,
    formatFailure: 4,
    authenticationFailure: 5,
    validationFailure: 6,
    executionFailure: 7,
    receivedNotProcessed: 8,
  },
};

const statusBits = [
  'inCredit',
  'lowCredit',
  'nextCreditEnabled',
  'nextCreditSelectable',
  'nextCreditSelected',
  'selectableCreditInUse',
  'outOfCredit',
] as const;

/** Account, attribute 4, as a number: bit 0 is the first of the class. */
export const creditStatusNumber = (bits: CosemAccount['creditStatus']): number =>
  bits.reduce((sum, bit) => sum | (1 << statusBits.indexOf(bit)), 0);
