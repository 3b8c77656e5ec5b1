// What a shop tells the utility's people: a deposit that it brings to the bank, a fault at a
// customer's meter. Kept once in the operators' inbox. No float moves here: that takes whoever
// records the deposit, and a second person by the rules of deposits.

import { createHash } from 'node:crypto';
import { decimalOf, exponentOf, toMinor, type XmlvendRequest } from '@prewatt/rails';
import { element, headOf, money, standingOf, words } from '@prewatt/rails/xmlvend-written';
import { type InboundText, keepText, openTextsOf } from '../../messaging/inbox/index.ts';
import { type Answer, type Call, type DoorDeps, headOfAnswer, nameOf, standingAt } from './call.ts';
import type { Outcome } from './once.ts';
import { fault, toldWords } from './refusals.ts';
import { requestIdOf } from './vend.ts';

/** What has to be known to go on with one that was left unfinished. */
export type ToldAsked = Pick<XmlvendRequest, 'vendorDeposit' | 'words' | 'msno'>;

const gateway = 'xmlvend';
/** Of one vendor: more than people read in a day is no news. */
const mostWaiting = 50;

export const isTold = (name: string): boolean =>
  name === 'depositReq' || name === 'custReportFaultReq';

export const tell = (deps: DoorDeps, call: Call): Promise<Outcome> =>
  call.request.element === 'depositReq' ? tellDeposit(deps, call) : tellFault(deps, call);

const notTold = (call: Call, type: Parameters<typeof fault>[0], desc: string): Outcome => ({
  kind: 'refused',
  fault: fault(type, desc, {
    custMsg: call.request.element === 'depositReq' ? toldWords.books : toldWords.report,
  }),
});

async function tellDeposit(deps: DoorDeps, call: Call): Promise<Outcome> {
  const { vendorDeposit } = call.request;
  const { code, scale } = call.utility.currency;
  const amountMinor = toMinor(vendorDeposit?.amount ?? null, exponentOf(code));
  if (amountMinor === null || amountMinor === 0n) {
    return notTold(call, 'XMLVendSchemaEx', 'A deposit needs amt: an amount in the currency.');
  }
  const symbol = vendorDeposit?.symbol ?? code;
  if (/^[A-Z]{3}$/.test(symbol) && symbol !== code) {
    return notTold(call, 'RequestAuthorisationEx', `Deposits are in ${code}.`);
  }
  const reference = vendorDeposit?.bankingRefNo ?? referenceOf(call);
  const amount = decimalOf(amountMinor, scale);
  return kept(deps, call, {
    // The same slip told again, in whatever message, is the same deposit.
    name: createHash('sha256')
      .update(JSON.stringify([reference, amount]))
      .digest('hex'),
    text:
      `brings a deposit of ${code} ${amount}, reference ${reference}. ` +
      'Record it when the money is there.',
    home: null,
    told: { kind: 'told', reference, amountMinor: amountMinor.toString() },
  });
}

async function tellFault(deps: DoorDeps, call: Call): Promise<Outcome> {
  const { msno, words: said } = call.request;
  if (said === null) {
    return notTold(call, 'XMLVendSchemaEx', 'A report needs words about the fault.');
  }
  const meter = msno === null ? null : await deps.vendors.selling.meterAt(call.till, msno);
  const reference = referenceOf(call);
  const where = msno === null ? '' : ` at meter ${msno}`;
  return kept(deps, call, {
    name: requestIdOf(nameOf(call.request, call.request.msgId)),
    text: `reports a fault${where}, reference ${reference}: ${said}`,
    home: meter?.place ?? null,
    told: { kind: 'told', reference, amountMinor: null },
  });
}

/** Short, for paper and telephone; the same for a message and its repeats. */
const referenceOf = ({ request }: Call): string =>
  `PW-${requestIdOf(nameOf(request, request.msgId)).slice(-10).toUpperCase()}`;

async function kept(
  deps: DoorDeps,
  call: Call,
  o: {
    readonly name: string;
    readonly text: string;
    readonly home: InboundText['home'];
    readonly told: Outcome;
  },
): Promise<Outcome> {
  const { till, request } = call;
  const vendor = await deps.vendors.selling.vendorAt(till);
  const gatewayId = `${till.vendorId}:${o.name}`.slice(0, 100);
  const isKept = await deps.database.inUtility(till.utilityId, async (tx) => {
    const others = { gateway, sender: `${till.vendorId}:`, exceptId: gatewayId };
    if ((await openTextsOf(tx, others)) >= mostWaiting) return false;
    const text: InboundText = {
      ...{ id: deps.newUuid(), utilityId: till.utilityId, gateway, gatewayId },
      ...{ phone: vendor.name, home: o.home },
      text: `${vendor.name} (terminal ${request.terminalId}) ${o.text}`,
    };
    await keepText(tx, text, deps.clocks.business.nowMs());
    return true;
  });
  if (isKept) return o.told;
  const desc = 'Too much that this vendor told still waits to be read; ask the utility.';
  return notTold(call, 'RequestAuthorisationEx', desc);
}

export async function toldAnswer(
  deps: DoorDeps,
  call: Call,
  o: Extract<Outcome, { kind: 'told' }> & { readonly atMs: number },
): Promise<Answer> {
  const { name, currency } = call.utility;
  const { atMs, reference, amountMinor } = o;
  const head = headOfAnswer(deps, call, { atMs });
  const standing = standingOf(await standingAt(deps, call, null));
  if (amountMinor === null) {
    const operatorMsg = `The utility has the report, reference ${reference}.`;
    const parts = [...headOf({ ...head, operatorMsg }), ...standing];
    return { kind: 'parts', element: 'custReportFaultResp', parts };
  }
  const operatorMsg = 'Noted. The float rises when the utility has the money and records it.';
  const amount = money('r:amt', decimalOf(BigInt(amountMinor), currency.scale), currency.code);
  const slip = element(
    'r:depSlip',
    { bankingRefNo: reference },
    amount,
    words('r:beneficiary', name),
  );
  const parts = [...headOf({ ...head, operatorMsg }), ...standing, slip];
  return { kind: 'parts', element: 'depositResp', parts };
}
