// The payment classes: Account (111), Credit (112), Charge (113) and Token gateway (115).

import {
  anyData,
  bitStringType,
  bitsType,
  dateTimeType,
  doubleLongType,
  doubleLongUnsignedType,
  enumType,
  integerType,
  listOf,
  logicalNameType,
  longType,
  longUnsignedType,
  octetsType,
  octetTextType,
  record,
  unsignedType,
  utf8Type,
} from '../attribute-types.ts';
import { attribute, defineClass, method } from './define.ts';

export const creditStatusBits = [
  'inCredit',
  'lowCredit',
  'nextCreditEnabled',
  'nextCreditSelectable',
  'nextCreditSelected',
  'selectableCreditInUse',
  'outOfCredit',
  'reserved',
] as const;

export const accountClass = defineClass({
  classId: 111,
  version: 0,
  attributes: {
    accountModeAndStatus: attribute(
      2,
      record({
        paymentMode: enumType({ credit: 1, prepayment: 2 }),
        accountStatus: enumType({ new: 1, active: 2, closed: 3 }),
      }),
    ),
    currentCreditInUse: attribute(3, unsignedType),
    currentCreditStatus: attribute(4, bitsType(creditStatusBits)),
    availableCredit: attribute(5, doubleLongType),
    amountToClear: attribute(6, doubleLongType),
    clearanceThreshold: attribute(7, doubleLongType),
    aggregatedDebt: attribute(8, doubleLongType),
    creditReferenceList: attribute(9, listOf(logicalNameType)),
    chargeReferenceList: attribute(10, listOf(logicalNameType)),
    creditChargeConfiguration: attribute(
      11,
      listOf(
        record({
          creditReference: logicalNameType,
          chargeReference: logicalNameType,
          collectionConfiguration: bitsType([
            'whenDisconnected',
            'inLoadLimiting',
            'inFriendlyCredit',
          ]),
        }),
      ),
    ),
    tokenGatewayConfiguration: attribute(
      12,
      listOf(record({ creditReference: logicalNameType, tokenProportion: unsignedType })),
    ),
    accountActivationTime: attribute(13, dateTimeType),
    accountClosureTime: attribute(14, dateTimeType),
    currency: attribute(
      15,
      record({
        currencyName: utf8Type,
        currencyScale: integerType,
        currencyUnit: enumType({ time: 0, consumption: 1, monetary: 2 }),
      }),
    ),
    lowCreditThreshold: attribute(16, doubleLongType),
    nextCreditAvailableThreshold: attribute(17, doubleLongType),
    maxProvision: attribute(18, longUnsignedType),
    maxProvisionPeriod: attribute(19, doubleLongType),
  },
  methods: {
    activateAccount: method(1, integerType),
    closeAccount: method(2, integerType),
    resetAccount: method(3, integerType),
  },
});

export const creditClass = defineClass({
  classId: 112,
  version: 0,
  attributes: {
    currentCreditAmount: attribute(2, doubleLongType),
    creditType: attribute(
      3,
      enumType({ token: 0, reserved: 1, emergency: 2, timeBased: 3, consumptionBased: 4 }),
    ),
    priority: attribute(4, unsignedType),
    warningThreshold: attribute(5, doubleLongType),
    limit: attribute(6, doubleLongType),
    creditConfiguration: attribute(
      7,
      bitsType(['visual', 'confirmation', 'paidBack', 'resettable', 'receivesTokens']),
    ),
    creditStatus: attribute(
      8,
      enumType({ enabled: 0, selectable: 1, selected: 2, inUse: 3, exhausted: 4 }),
    ),
    presetCreditAmount: attribute(9, doubleLongType),
    creditAvailableThreshold: attribute(10, doubleLongType),
    period: attribute(11, dateTimeType),
  },
  methods: {
    updateAmount: method(1, doubleLongType),
    setAmountToValue: method(2, doubleLongType),
    invokeCredit: method(3, unsignedType),
  },
});

const unitCharge = record({
  chargePerUnitScaling: record({ commodityScale: integerType, priceScale: integerType }),
  commodityReference: record({
    classId: longUnsignedType,
    logicalName: logicalNameType,
    attribute: integerType,
  }),
  chargeTable: listOf(record({ index: octetsType, chargePerUnit: longType })),
});

export const chargeClass = defineClass({
  classId: 113,
  version: 0,
  attributes: {
    totalAmountPaid: attribute(2, doubleLongType),
    chargeType: attribute(3, enumType({ consumption: 0, timeBased: 1, paymentEvent: 2 })),
    priority: attribute(4, unsignedType),
    unitChargeActive: attribute(5, unitCharge),
    unitChargePassive: attribute(6, unitCharge),
    unitChargeActivationTime: attribute(7, dateTimeType),
    period: attribute(8, doubleLongUnsignedType),
    chargeConfiguration: attribute(9, bitsType(['percentage', 'continuous'])),
    lastCollectionTime: attribute(10, dateTimeType),
    lastCollectionAmount: attribute(11, doubleLongType),
    totalAmountRemaining: attribute(12, doubleLongType),
    proportion: attribute(13, longUnsignedType),
  },
  methods: {
    updateUnitCharge: method(1, anyData),
    activatePassiveUnitCharge: method(2, integerType),
    collect: method(3, integerType),
    updateTotalAmountRemaining: method(4, doubleLongType),
    setTotalAmountRemaining: method(5, doubleLongType),
  },
});

/** Attribute 6: how far the last token came. 0 to 3 are steps, 4 to 7 where it failed. */
export const tokenStatusCodes = {
  formatOk: 0,
  authenticationOk: 1,
  validationOk: 2,
  executionOk: 3,
  formatFailure: 4,
  authenticationFailure: 5,
  validationFailure: 6,
  executionFailure: 7,
  receivedNotProcessed: 8,
} as const;

export const tokenGatewayClass = defineClass({
  classId: 115,
  version: 0,
  attributes: {
    token: attribute(2, octetsType),
    tokenTime: attribute(3, dateTimeType),
    tokenDescription: attribute(4, listOf(octetTextType)),
    tokenDeliveryMethod: attribute(5, enumType({ remote: 0, local: 1, manual: 2 })),
    tokenStatus: attribute(
      6,
      record({ statusCode: enumType(tokenStatusCodes), dataValue: bitStringType }),
    ),
  },
  methods: { enter: method(1, octetsType) },
});
