// What a shop may ask beside confirming and selling: copies, checks of a token, free units that
// wait, a key change that was made, test tokens, its statement. Nothing here makes value.

import { decimalOf } from '@prewatt/rails';
import {
  element,
  headOf,
  keyChangeOf,
  type MeterDetail,
  money,
  payAccParts,
  standingOf,
  vendParts,
  type WrittenReceipt,
  type WrittenTx,
  type XmlOut,
} from '@prewatt/rails/xmlvend-written';
import { controlOfTests, issueTestToken } from '@prewatt/sts/issue';
import { givenTokens } from '../../money/grants/index.ts';
import { keyChangeOfSale } from '../../money/tokens/index.ts';
import { type MeterAtTill, paysDebts, statementOf } from '../../money/vendors/index.ts';
import { loadConnection } from '../../registry/connections/index.ts';
import { endedBatch, totalBatch } from './batches.ts';
import {
  type Answer,
  type Call,
  type DoorDeps,
  detailOf,
  headOfAnswer,
  refused,
  standingAt,
} from './call.ts';
import { fault } from './refusals.ts';
import { unitsOf, writtenPayment, writtenReceipt } from './written-sale.ts';

type Offer = (deps: DoorDeps, call: Call, meter: MeterAtTill | null) => Promise<Answer>;

const needsMeter = refused(
  fault('InsufficientMeterDataEx', 'Give the meter by its number: a MeterNumber with msno.'),
);

const reprint: Offer = async (deps, call, meter) => {
  const { soldBefore, selling } = deps.vendors;
  const { receiptNo, msno } = call.request;
  const named = /^sale_([0-9a-f-]{36})$/.exec(receiptNo ?? '')?.[1] ?? null;
  const last =
    receiptNo === null && meter !== null
      ? await soldBefore.lastSaleOf(call.till, meter.place)
      : named;
  const copy = last === null ? null : await selling.reprint(call.till, last);
  if (copy === null || !copy.ok) {
    return refused(fault('ReprintEx', 'There is no such receipt of this vendor.'));
  }
  const own = await selling.meterAt(call.till, copy.value.meterPan);
  if (own === null) throw new Error('a sale whose meter is not there');
  const around = {
    receiptNo: copy.value.saleId,
    meter: detailOf(own, msno ?? shortNumber(copy.value.meterPan)),
    ...{ currency: call.utility.currency, tenderMinor: null },
  };
  const custMsg =
    copy.value.reversedAt === null
      ? `Copy ${copy.value.copy}`
      : 'This purchase was undone; its tokens are void.';
  const head = headOfAnswer(deps, call, { custMsg });
  const standing = await standingAt(deps, call, own);
  const isPayment = paysDebts(copy.value);
  const parts = isPayment
    ? payAccParts(head, standing, writtenPayment(copy.value, around))
    : vendParts(head, standing, writtenReceipt(copy.value, around));
  const type = isPayment ? 'r:PayAccResp' : 'r:CreditVendResp';
  return {
    kind: 'parts',
    element: 'reprintResp',
    parts: [
      ...headOf(headOfAnswer(deps, call)),
      element('r:reprint', { 'xsi:type': type }, ...parts),
    ],
  };
};

/** What stands on the meter: 11 digits behind an issuer of six, or 13 behind four zeros. */
const shortNumber = (meterPan: string): string =>
  meterPan.startsWith('0000') ? meterPan.slice(4, 17) : meterPan.slice(6, 17);

const verify: Offer = async (deps, call, meter) => {
  if (meter === null) return needsMeter;
  const digits = (call.request.token ?? '').replace(/[\s-]/g, '');
  const { place } = meter;
  const { selling, soldBefore } = deps.vendors;
  const requestId = await soldBefore.requestOfToken(call.till, { place, digits });
  const sold = requestId === null ? null : await selling.receiptOf(call.till, requestId);
  if (sold === null || !sold.ok) {
    return refused(fault('VerifyTokenEx', 'This vendor sold no such token to this meter.'));
  }
  if (sold.value.reversedAt !== null) {
    const custMsg = 'This purchase was undone; its token is void.';
    return refused(fault('VerifyTokenEx', 'The sale of this token was undone.', { custMsg }));
  }
  // The money of its sale, and of the tokens only the one that was shown: copies are counted.
  const tokens = sold.value.tokens.filter((each) => each.token === digits);
  const shown = { ...sold.value, tokens, keyChangeTokens: [], liftTokens: [] };
  const receipt = writtenReceipt(shown, {
    ...{ receiptNo: sold.value.saleId, meter: detail(call, meter) },
    ...{ currency: call.utility.currency, tenderMinor: null },
  });
  const standing = await standingAt(deps, call, meter);
  return {
    kind: 'parts',
    element: 'verifyResp',
    parts: vendParts(headOfAnswer(deps, call), standing, receipt),
  };
};

const bare = (tx: Partial<Extract<WrittenTx, { kind: 'sale' }>>): WrittenTx => ({
  ...{ kind: 'sale', netMinor: 0n, taxes: [], issue: null, keyChange: [], powerLimit: [] },
  tariff: null,
  ...tx,
});

async function withReceipt(
  deps: DoorDeps,
  call: Call,
  o: {
    readonly element: string;
    readonly meter: MeterAtTill;
    readonly receiptNo: string;
    readonly transactions: readonly WrittenTx[];
  },
): Promise<Answer> {
  const { code, scale } = call.utility.currency;
  const receipt: WrittenReceipt = {
    ...{ receiptNo: o.receiptNo, meter: detail(call, o.meter), symbol: code, scale },
    ...{ transactions: o.transactions, tenderMinor: 0n, changeMinor: 0n },
  };
  const standing = await standingAt(deps, call, o.meter);
  return {
    kind: 'parts',
    element: o.element,
    parts: vendParts(headOfAnswer(deps, call), standing, receipt),
  };
}

const detail = (call: Call, meter: MeterAtTill): MeterDetail =>
  detailOf(meter, call.request.msno ?? shortNumber(meter.meterPan));

/** What was given to the meter and that it has not taken yet. */
async function waiting(deps: DoorDeps, call: Call, meter: MeterAtTill) {
  return deps.database.inUtility(call.till.utilityId, async (tx) => {
    const connection = await loadConnection(tx, meter.place);
    return connection === null ? [] : givenTokens(tx, connection);
  });
}

/** Free units come by themselves; a shop shows those that wait. */
const freeUnits =
  (kind: 'fbe' | 'free'): Offer =>
  async (deps, call, meter) => {
    if (meter === null) return needsMeter;
    const wanted = kind === 'fbe' ? ['freeUnits'] : ['freeCredit', 'replacement'];
    const given = (await waiting(deps, call, meter)).filter((each) => wanted.includes(each.kind));
    if (given.length === 0) {
      return refused(fault('FBEEx', 'No free units wait for this meter.', { code: 'noneWaiting' }));
    }
    const transactions = given.flatMap(({ tokens, energyWh, creditMinor }) =>
      tokens.map((token, index) => {
        // The whole is told with the first of its tokens.
        const all = { energyWh: index === 0 ? (energyWh ?? '0') : '0', creditMinor };
        return bare({ issue: { kind, token, ...unitsOf(all, call.utility.currency) } });
      }),
    );
    const name = kind === 'fbe' ? 'fbeResp' : 'freeIssueResp';
    return withReceipt(deps, call, { element: name, meter, receiptNo: 'FREE', transactions });
  };

const updateKey: Offer = async (deps, call, meter) => {
  if (meter === null) return needsMeter;
  const sets = (await waiting(deps, call, meter)).filter((each) => each.kind === 'keyChange');
  const ofSale = await deps.database.inUtility(call.till.utilityId, (tx) =>
    keyChangeOfSale(tx, meter.place),
  );
  const digits = sets[0]?.tokens ?? ofSale;
  if (digits === null) {
    const isChanging = meter.wantsKey;
    return refused(
      isChanging
        ? fault('RequestAuthorisationEx', 'The key-change tokens come with the next sale.', {
            custMsg: 'The new key of this meter comes with the next purchase.',
          })
        : fault('UpdateMtrKeySameEx', 'This meter holds the key that it should.'),
    );
  }
  const change = keyChangeOf({ keyChange: digits, powerLimit: [] }, detail(call, meter));
  const standing = standingOf(await standingAt(deps, call, meter));
  return {
    kind: 'parts',
    element: 'updateMeterKeyResp',
    parts: [...headOf(headOfAnswer(deps, call)), ...standing, change],
  };
};

/** Tests of IEC 62055-41, 6.2.3, by the requests that ask for them. */
const tests: Readonly<Record<string, readonly number[] | 'all'>> = {
  TestAllReq: 'all',
  TestBreakerReq: [1],
  TestDisplayReq: [2],
  DispConsTotReq: [3],
  DispKRNReq: [4],
  DispTIReq: [5],
  DispPwrLmtReq: [7],
  DispTamperReq: [8],
  DispInstPwrReq: [9],
  DispVerReq: [10],
  DispPhUnbalanceReq: [11],
};

/** A token that shows or tests something: the same for every meter, and worth nothing. */
const testToken: Offer = async (deps, call) => {
  const { type } = call.request;
  const wanted = type !== null && Object.hasOwn(tests, type) ? tests[type] : undefined;
  const control = wanted === undefined ? null : controlOfTests(wanted, 36);
  const made =
    control === null ? null : issueTestToken({ subclass: 0, control, manufacturerCode: 0 });
  if (made === null || !made.ok) {
    return refused(fault('XMLVendSchemaEx', `${type ?? 'A request without xsi:type'} is no test.`));
  }
  const token = element(
    'b:token',
    { 'xsi:type': 'b:STS1Token' },
    element('b:stsCipher', {}, made.value.token),
  );
  return {
    kind: 'parts',
    element: 'nonMeterSpecificEngResp',
    parts: [...headOf(headOfAnswer(deps, call)), element('m:testTokenIssue', {}, token)],
  };
};

const statementDays = 31;
const mostLines = 300;

/** How the float moved in the last days, oldest first; the last lines where there are many. */
const statement: Offer = async (deps, call) => {
  const { till, utility } = call;
  const { code, scale } = utility.currency;
  const fromMs = deps.clocks.business.nowMs() - statementDays * 86_400_000;
  const { rows, closingMinor } = await deps.database.inUtility(till.utilityId, async (tx) => {
    let page = await statementOf(tx, till, { fromMs, toMs: null, cursor: null });
    const all = [...page.rows];
    while (page.nextCursor !== null) {
      page = await statementOf(tx, till, { fromMs, toMs: null, cursor: page.nextCursor });
      all.push(...page.rows);
      all.splice(0, all.length - mostLines);
    }
    return { rows: all, closingMinor: page.closingMinor };
  });
  const standing = await standingAt(deps, call, null);
  const amount = (name: string, minor: string) =>
    money(name, decimalOf(BigInt(minor), scale), code);
  const lines = rows.map(
    (row): XmlOut =>
      element(
        'r:lineItem',
        {},
        element('r:desc', {}, [row.kind, row.reference ?? row.saleId ?? ''].join(' ').trim()),
        amount('r:amt', row.amountMinor),
        element('r:appliedDate', {}, row.at),
      ),
  );
  return {
    kind: 'parts',
    element: 'vendorStatementResp',
    parts: [
      ...headOf(headOfAnswer(deps, call)),
      ...standingOf(standing),
      element(
        'r:statement',
        {},
        element('r:accNo', {}, standing.vendor),
        amount('r:accBal', closingMinor),
        money('r:availCredit', standing.availCredit, code),
        ...lines,
      ),
    ],
  };
};

/** Why what nobody offers is refused, where there is more to say than that. */
const declined =
  (type: Parameters<typeof fault>[0], desc: string, custMsg?: string): Offer =>
  () =>
    Promise.resolve(refused(fault(type, desc, { custMsg })));

export const offers: ReadonlyMap<string, Offer> = new Map<string, Offer>([
  ['reprintReq', reprint],
  ['verifyReq', verify],
  ['fbeReq', freeUnits('fbe')],
  ['freeIssueReq', freeUnits('free')],
  ['updateMeterKeyReq', updateKey],
  ['nonMeterSpecificEngReq', testToken],
  ['vendorStatementReq', statement],
  ['totalBatchReq', (deps, call) => totalBatch(deps, call)],
  ['reprintEndBatchReq', (deps, call) => endedBatch(deps, call)],
  [
    'meterSpecificEngReq',
    declined(
      'RequestAuthorisationEx',
      'Engineering tokens are given by the utility’s operators, with a reason.',
      'Such a token is not given at a shop. Please ask your supplier.',
    ),
  ],
  [
    'cancelVendReq',
    declined('CancelEx', 'A token may have been typed; the utility undoes a sale by two people.'),
  ],
]);
