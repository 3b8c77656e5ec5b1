// One message on its way through the door: who sent it, in whose name, and what every answer to it
// begins with.

import { decimalOf, type XmlvendRequest } from '@prewatt/rails';
import type { AnswerHead, MeterDetail, Standing, XmlOut } from '@prewatt/rails/xmlvend-written';
import type { Database } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Clocks } from '../../base/time.ts';
import type { MessageName, MeterAtTill, Till, Vendors } from '../../money/vendors/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import type { Fault } from './refusals.ts';

export type DoorDeps = {
  readonly database: Database;
  readonly vendors: Vendors;
  readonly utilities: Utilities;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
  /** How this server calls itself in answers. */
  readonly serverId: string;
};

export type Call = {
  readonly request: XmlvendRequest;
  readonly till: Till;
  readonly utility: Utility;
};

/** The parts inside an answer's element, or why there is none. */
export type Answer =
  | { readonly kind: 'parts'; readonly element: string; readonly parts: readonly XmlOut[] }
  | { readonly kind: 'fault'; readonly fault: Fault };

export const refused = (fault: Fault): Answer => ({ kind: 'fault', fault });

export const nameOf = (
  request: Pick<XmlvendRequest, 'clientId' | 'terminalId'>,
  id: XmlvendRequest['msgId'],
): MessageName => ({ clientId: request.clientId, terminalId: request.terminalId, ...id });

/** An instant with the offset of the utility's zone, as answers carry it. */
export function instantText(atMs: number, zone: string): string {
  const at = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
  return at.toString({ timeZoneName: 'never', fractionalSecondDigits: 3 });
}

export const headOfAnswer = (
  deps: DoorDeps,
  call: Call,
  o: { readonly atMs?: number | null; readonly custMsg?: string | null } = {},
): AnswerHead => ({
  clientId: call.request.clientId,
  terminalId: call.request.terminalId,
  serverId: deps.serverId,
  msgId: call.request.msgId,
  at: instantText(o.atMs ?? deps.clocks.real.nowMs(), call.utility.zone),
  custMsg: o.custMsg ?? null,
});

export async function standingAt(
  deps: DoorDeps,
  { till, utility }: Call,
  meter: MeterAtTill | null,
): Promise<Standing> {
  const vendor = await deps.vendors.selling.vendorAt(till);
  return {
    availCredit: decimalOf(vendor.availableMinor, utility.currency.scale),
    symbol: utility.currency.code,
    open: vendor.open,
    utility: utility.documents.legalName ?? utility.name,
    utilityAddress: (utility.documents.address ?? '').replaceAll('\n', ', '),
    utilityTaxRef: utility.documents.taxNumber ?? '',
    vendor: vendor.name,
    customer: meter === null ? null : { name: meter.customerName, address: meter.connectionName },
  };
}

/** Key data of a meter, under the number that the terminal used for it. */
export const detailOf = (meter: MeterAtTill, msno: string): MeterDetail => ({
  msno,
  sgc: meter.supplyGroupCode,
  krn: String(meter.keyRevision),
  ti: meter.tariffIndex,
  at: meter.encryptionAlgorithm === 'ea11' ? '11' : '07',
  // Typed in as 20 digits.
  tt: '02',
});
