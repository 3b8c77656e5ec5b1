// The utility's server as a gateway that sells sees it: a budget, prices, clerks, and sales that
// are made once for each name. It can be away, also after it has done what was asked.

import { idFromUuid } from '@prewatt/quantities';
import type { Ask } from '../src/sales/server-link.ts';
import { secondPan, tokenOf } from './fixtures.ts';

const uuidOf = (n: number): string => `0190a000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
export const clerkId = idFromUuid('clerk', uuidOf(7));
export const clerkPin = '72914';
export const amountsMinor = ['1000', '5000', '20000'] as const;
const minorPerKwh = 1000n;
const feeMinor = 200n;
/** A charge on each purchase, then so much a kilowatt-hour, in steps of a token. */
export const energyOf = (amountMinor: bigint): bigint =>
  (((amountMinor - feeMinor) * 1000n) / minorPerKwh / 100n) * 100n;

export type FakeServer = {
  readonly ask: Ask;
  /** By the name that the site gave. */
  readonly sales: Map<string, { readonly meterPan: string; readonly amountMinor: bigint }>;
  readonly closed: { readonly countedMinor: string }[];
  /** `saleAlone`: the link goes after each sale. */
  mode: 'there' | 'away' | 'losesAnswers' | 'saleAlone';
  refuses: string | null;
  /** Why nothing is sold for its homes. */
  refusesHomes: string | null;
  /** Tokens that its meters had before. */
  tokensBefore: number;
  /** Its tokens are another meter's. */
  mixesMetersUp: boolean;
  readonly undone: Set<string>;
  budgets: number;
  budgetMinor: bigint;
  pinIsOwn: boolean;
  pin: string;
  wrongPins: number;
  asked: number;
};

export function createFakeServer(nowMs: () => number): FakeServer {
  const receipts = new Map<string, object>();
  const tokens = new Map<string, number>();
  let isShiftOpen = false;
  const sell = (body: Record<string, string>) => {
    const { requestId = '', meterPan = '' } = body;
    const known = receipts.get(requestId);
    if (known !== undefined) {
      const reversedAt = server.undone.has(requestId) ? new Date(nowMs()).toISOString() : null;
      return { receipt: { ...known, reversedAt }, refusal: null };
    }
    if (server.refuses !== null) return { receipt: null, refusal: server.refuses };
    isShiftOpen = true;
    const amountMinor = BigInt(body['amountMinor'] ?? '0');
    const energyWh = energyOf(amountMinor);
    const n = (tokens.get(meterPan) ?? server.tokensBefore) + 1;
    tokens.set(meterPan, n);
    const of = server.mixesMetersUp ? secondPan : meterPan;
    const token = tokenOf(of, Number(energyWh), n);
    const receipt = {
      ...{ saleId: idFromUuid('sale', uuidOf(1000 + receipts.size)), requestId, meterPan },
      ...{ shiftId: 'shift', soldAt: new Date(nowMs()).toISOString(), connectionName: 'Home' },
      ...{ amountMinor: `${amountMinor}`, broughtForwardMinor: '0', energyWh: `${energyWh}` },
      ...{ creditMinor: null, recoveredEnergyWh: '0', recoveredMinor: '0', lines: [] },
      ...{ remainderMinor: '0', commissionMinor: '0', keyChangeTokens: [], liftTokens: [] },
      ...{ tokens: [{ token, energyWh: `${energyWh}`, creditMinor: null }] },
      ...{ reversedAt: null, moved: null },
    };
    receipts.set(requestId, receipt);
    server.sales.set(requestId, { meterPan, amountMinor });
    return { receipt, refusal: null };
  };
  const budget = (body: { meterPans: string[]; amountsMinor: string[] }) => ({
    vendorName: 'Hill shop',
    utility: { name: 'Bench', zone: 'Africa/Nairobi', currency: { code: 'KES', scale: 2 } },
    budgetMinor: `${server.budgetMinor}`,
    at: new Date(nowMs()).toISOString(),
    validUntil: new Date(nowMs() + 7 * 86_400_000).toISOString(),
    clerks: [{ clerkId, name: 'Amina', pinIsOwn: server.pinIsOwn, locked: false }],
    meters: body.meterPans.map((meterPan) => ({
      ...{ meterPan, customerName: 'T… M…', refusal: server.refusesHomes },
      prices: body.amountsMinor.map((amountMinor) => ({
        ...{ amountMinor, energyWh: `${energyOf(BigInt(amountMinor))}` },
      })),
    })),
  });
  const pin = (body: { pin: string; newPin?: string }) => {
    if (body.pin !== server.pin) {
      server.wrongPins += 1;
      return refuse(403, 'pinWrong');
    }
    if (body.newPin !== undefined) {
      server.pin = body.newPin;
      server.pinIsOwn = true;
    }
    return Response.json({ pinIsOwn: server.pinIsOwn });
  };
  const refuse = (status: number, code: string) => Response.json({ code }, { status });
  const answer = (path: string, body: never): Response => {
    if (path.endsWith('/site/sales')) return Response.json(sell(body));
    if (path.endsWith('/site/budget')) {
      server.budgets += 1;
      return Response.json(budget(body));
    }
    if (path.endsWith('/pin')) return pin(body);
    if (path.endsWith('/shifts/current')) {
      return isShiftOpen ? Response.json(shift) : refuse(404, 'unknownShift');
    }
    server.closed.push(body);
    isShiftOpen = false;
    return Response.json(shift);
  };
  const shift = {
    ...{ shiftId: idFromUuid('shift', uuidOf(9)), openedAt: '2026-11-18T10:00:00.000Z' },
    ...{ closedAt: null, sales: 1, expectedMinor: '0', commissionMinor: '0' },
    ...{ countedMinor: null, differenceMinor: null },
  };
  const server: FakeServer = {
    ...{
      sales: new Map(),
      closed: [],
      mode: 'there',
      refuses: null,
      refusesHomes: null,
      budgetMinor: 50_000n,
    },
    ...{ tokensBefore: 0, mixesMetersUp: false, undone: new Set(), budgets: 0 },
    ...{ pinIsOwn: true, pin: clerkPin, wrongPins: 0, asked: 0 },
    ask: async (url, { body: text }) => {
      server.asked += 1;
      if (server.mode === 'away') throw new Error('no link');
      if (server.mode === 'saleAlone' && !url.pathname.endsWith('/site/sales')) {
        throw new Error('no link');
      }
      const body = text === null ? {} : JSON.parse(text);
      const answered = answer(url.pathname, body as never);
      if (server.mode === 'losesAnswers') throw new Error('cut off');
      return { status: answered.status, text: await answered.text() };
    },
  };
  return server;
}
