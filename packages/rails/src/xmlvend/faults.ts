// Faults of XMLVend servers: by type, and where the type says nothing (SystemEx, a bare
// faultstring) by the codes and words that vendors put inside. What is no clear refusal is unknown:
// advice is asked for, nothing is sold again.

import { childOf, descendants, type XmlNode, xmlText } from '../base/xml.ts';
import type { VendReason } from '../vending-json/answer.ts';
import { type MessageId, messageIdOf, typeOf } from './message.ts';

export type XmlvendFault = {
  readonly faultType: string | null;
  readonly faultCode: string | null;
  readonly desc: string | null;
  readonly operatorMsg: string | null;
  readonly custMsg: string | null;
  readonly reqMsgId: MessageId | null;
};

/** Reads a SOAP fault, with the vendor's detail or without any. */
export function readFault(fault: XmlNode): XmlvendFault {
  const detail =
    descendants(fault, 'xmlvendFaultResp')[0] ?? descendants(fault, 'XMLVendFaultResp')[0];
  const inner = childOf(detail, 'fault');
  const string = xmlText(fault, 'faultstring') ?? xmlText(fault, 'Reason', 'Text');
  const desc = xmlText(inner, 'desc') ?? (detail === undefined ? string : null);
  const prefix = /^(\d{6})\b/.exec(desc ?? '')?.[1] ?? null;
  return {
    faultType: typeOf(inner),
    faultCode: xmlText(inner, 'faultCode') ?? /VD\.\d{6,8}/.exec(desc ?? '')?.[0] ?? prefix,
    desc,
    operatorMsg: xmlText(detail, 'operatorMsg'),
    custMsg: xmlText(detail, 'custMsg'),
    reqMsgId: messageIdOf(childOf(detail, 'reqMsgID')),
  };
}

const byType: Readonly<Record<string, VendReason>> = {
  XMLVendSchemaEx: 'configuration',
  ClientIDSSLEx: 'configuration',
  UseCaseSupportEx: 'configuration',
  ClientIDAuthorisationEx: 'configuration',
  RequestAuthorisationEx: 'configuration',
  SGCAuthorisationEx: 'configuration',
  STSDataEx: 'meter-data',
  UnknownMeterEx: 'unknown-meter',
  UnknownMeterFBEEx: 'unknown-meter',
  UnknownMeterUpdateMtrKeyEx: 'unknown-meter',
  InsufficientMeterDataEx: 'meter-data',
  MeterDataMisMatchEx: 'meter-data',
  RequireMeterCardEx: 'meter-data',
  OtherDataEx: 'meter-data',
  EngParameterEx: 'meter-data',
  AccNumEx: 'meter-data',
  AccTypeEx: 'meter-data',
  AccNumMeterLinkEx: 'meter-data',
  MSNOCheckDigitEx: 'check-digit',
  BlockedMeterEx: 'blocked-meter',
  LatestKRNEx: 'key-update-needed',
  UpdateMtrKeySameEx: 'refused',
  ConfirmCustomerEx: 'unknown-meter',
  VendorCreditEx: 'vendor-credit',
  DebtEx: 'debt',
  ServiceChrgEx: 'debt',
  FBEEx: 'free-units',
  GracePurchaseEx: 'limit',
  CancelEx: 'cancel',
  ReprintEx: 'refused',
  VerifyTokenEx: 'refused',
  StartBatchEx: 'batch',
  EndBatchEx: 'batch',
  CheckBatchTotalEx: 'batch',
  ReprintEndBatchEx: 'batch',
  ReprintDepositSlipEx: 'batch',
};

// Hexing's codes inside SystemEx.
const byCode: Readonly<Record<string, VendReason | 'unknown'>> = {
  'VD.01010001': 'unknown-meter',
  'VD.01010004': 'unknown-meter',
  'VD.01010014': 'unknown-meter',
  'VD.01010015': 'unknown-meter',
  'VD.01010017': 'unknown-meter',
  'VD.01010018': 'unknown-meter',
  'VD.01010019': 'unknown-meter',
  'VD.15010021': 'unknown-meter',
  'VD.01010008': 'post-paid-meter',
  'VD.13020116': 'below-minimum',
  'VD.010032': 'client-blocked',
  'VD.17020006': 'vendor-credit',
  'VD.17020008': 'unknown',
  'VD.17020012': 'free-units',
  '010038': 'unknown-meter',
};

const byWords: readonly [RegExp, VendReason][] = [
  [
    /meter (information |number |serial )?(is )?not found|unknown meter|meter .{0,20}does not exist|invalid meter/i,
    'unknown-meter',
  ],
  [/(meter|customer) .{0,20}(is )?blocked/i, 'blocked-meter'],
  [
    /insufficient (vendor |agent )?(credit|funds|balance)|vendor .{0,20}(credit|balance)/i,
    'vendor-credit',
  ],
  [/below .{0,20}minimum|less than .{0,20}minimum/i, 'below-minimum'],
  [/above .{0,20}maximum|exceeds? .{0,20}(maximum|limit)/i, 'above-maximum'],
];

/** Types after which nothing is known, whatever the words. */
const uncertain = [
  'DuplicateMsgIDEx',
  'IndeterminantLastResponseEx',
  'ServeryBusyEx',
  'ServerBusyEx',
  'ExpiredMessageEx',
];

/** Why a sale was refused, or `unknown` when it may have happened. */
export function reasonOf({ faultType, faultCode, desc }: XmlvendFault): VendReason | 'unknown' {
  if (faultType !== null && uncertain.includes(faultType)) return 'unknown';
  const stated =
    faultCode !== null && Object.hasOwn(byCode, faultCode) ? byCode[faultCode] : undefined;
  if (faultType !== null && Object.hasOwn(byType, faultType)) return byType[faultType] ?? 'refused';
  if (stated !== undefined) return stated;
  for (const [pattern, reason] of byWords)
    if (pattern.test((desc ?? '').slice(0, 500))) return reason;
  return 'unknown';
}
