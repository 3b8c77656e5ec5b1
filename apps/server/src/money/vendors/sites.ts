// Sales for cash at a site without the internet. A gateway is a till; a part of the vendor's float
// is kept for it ahead, so that what it sells while it has no link can be made afterwards. Each
// sale is an ordinary one under the site's own request id, made when the gateway reports it: value
// comes from here alone, and a report that comes again changes nothing (docs/adr/0017).

import type { SiteBudget, SiteSaleAnswer } from '@prewatt/api';
import { err, idFromUuid, ok, type Result } from '@prewatt/quantities';
import { type Connection, findMeters, loadConnections } from '../../registry/connections/index.ts';
import { type PriceTable, trialQuoteOf } from '../vending/index.ts';
import { type Clerks, vendorClerks } from './clerks.ts';
import type { SiteRefusal } from './errors.ts';
import { lockVendor } from './float.ts';
import type { Till } from './keys.ts';
import { masked, type SellDeps, type Selling } from './sell.ts';
import type { Shifts } from './shifts.ts';
import { keepReport, noteRefusal } from './site-store.ts';

/** A site without its link sells for so long by what it was told. */
const validForMs = 7 * 86_400_000;
/** A site's clock is believed so far into the future. */
const aheadMs = 86_400_000;

export type Sites = {
  /** What the site may sell until it asks again, with prices and clerks. */
  readonly takeBudget: (
    till: Till,
    o: {
      readonly meterPans: readonly string[];
      readonly amountsMinor: readonly string[];
    },
  ) => Promise<Result<SiteBudget, 'vendorBlocked' | 'siteHasNoBudget' | 'siteOfAnotherTill'>>;
  /** Makes the sale, or says why it cannot be made now. */
  readonly reportSale: (
    till: Till,
    o: {
      readonly requestId: string;
      readonly meterPan: string;
      readonly amountMinor: string;
      readonly promisedWh: string;
      readonly soldAt: string;
      readonly clerkId: string;
    },
  ) => Promise<Result<SiteSaleAnswer, 'siteSaleReused' | 'unknownClerk'>>;
  readonly checkPin: (
    till: Till,
    o: { readonly clerkId: string; readonly pin: string; readonly newPin?: string | undefined },
  ) => Promise<Result<{ readonly pinIsOwn: boolean }, SiteRefusal>>;
};

type Parts = { readonly selling: Selling; readonly shifts: Shifts; readonly clerks: Clerks };

export function createSites(o: SellDeps, parts: Parts): Sites {
  return {
    takeBudget: (till, wish) => takeBudget(o, till, wish),
    reportSale: (till, sale) => reportSale(o, parts, { till, sale }),
    checkPin: (till, wish) => checkPin(parts, till, wish),
  };
}

async function takeBudget(
  o: SellDeps,
  till: Till,
  wish: Parameters<Sites['takeBudget']>[1],
): ReturnType<Sites['takeBudget']> {
  const utility = await o.utilities.get(till.utilityId);
  const nowMs = o.clocks.business.nowMs();
  const kept = await o.database.inUtility(till.utilityId, async (tx) => {
    const vendor = await lockVendor(tx, till.vendorId);
    if (vendor === undefined || vendor.blocked_reason !== null) return err('vendorBlocked');
    const { site_key_id: keyId, site_budget_minor: budget } = vendor;
    if (keyId !== null && keyId !== till.keyId) return err('siteOfAnotherTill');
    if (keyId === null && budget === 0n) return err('siteHasNoBudget');
    const free = vendor.float_minor + vendor.float_limit_minor;
    const reserved = smaller(free < 0n ? 0n : free, budget);
    await tx
      .updateTable('vendors')
      .set({
        ...{ site_reserved_minor: reserved, site_key_id: till.keyId },
        site_asked_at: new Date(nowMs),
      })
      .where('id', '=', till.vendorId)
      .execute();
    const clerks = await vendorClerks(tx, till.vendorId);
    return ok({ name: vendor.name, reserved, clerks });
  });
  if (!kept.ok) return kept;
  const meters = await priceLists(o, till.utilityId, wish);
  return ok({
    vendorName: kept.value.name,
    utility: {
      ...{ name: utility.name, zone: utility.zone },
      currency: { code: utility.currency.code, scale: utility.currency.scale },
    },
    budgetMinor: kept.value.reserved.toString(),
    at: new Date(nowMs).toISOString(),
    validUntil: new Date(nowMs + validForMs).toISOString(),
    clerks: kept.value.clerks.map((row) => ({
      clerkId: idFromUuid('clerk', row.id),
      ...{ name: row.name, pinIsOwn: row.pin_is_own, locked: Boolean(row.is_locked) },
    })),
    meters,
  });
}

const smaller = (a: bigint, b: bigint): bigint => (a > b ? b : a);

type Told = SiteBudget['meters'][number];
/** So many homes are priced in one transaction, so that none is open for long. */
const homesAtOnce = 50;

async function priceLists(
  o: SellDeps,
  utilityId: string,
  wish: Parameters<Sites['takeBudget']>[1],
): Promise<Told[]> {
  const amountsMinor = wish.amountsMinor.map(BigInt);
  const told: Told[] = [];
  for (let from = 0; from < wish.meterPans.length; from += homesAtOnce) {
    const meterPans = wish.meterPans.slice(from, from + homesAtOnce);
    const found = await findMeters(o.database, meterPans);
    // Another utility's meter is not here.
    const places = [...found.values()].filter((place) => place.utilityId === utilityId);
    const { connections, prices } = await o.database.inUtility(utilityId, async (tx) => ({
      connections: await loadConnections(tx, places),
      prices: await o.vending.prices(tx, { utilityId, places, amountsMinor }),
    }));
    for (const meterPan of meterPans) {
      const connectionId = found.get(meterPan)?.connectionId ?? '';
      const priced = prices.get(connectionId) ?? [];
      told.push(priceListOf({ meterPan, connection: connections.get(connectionId), priced }));
    }
  }
  return told;
}

function priceListOf(o: {
  readonly meterPan: string;
  readonly connection: Connection | undefined;
  readonly priced: PriceTable extends ReadonlyMap<string, infer P> ? P : never;
}): Told {
  const { meterPan, connection } = o;
  const none = { meterPan, customerName: null, prices: [] };
  if (connection === undefined) return { ...none, refusal: 'unknownMeter' };
  if (connection.meter.meterPan !== meterPan) return { ...none, refusal: 'meterExchanged' };
  const customerName = connection.customerName === null ? null : masked(connection.customerName);
  if (connection.blockedReason !== null) return { ...none, customerName, refusal: 'meterBlocked' };
  // Its supply is the utility's to give back: what is promised at the site would not reach it.
  if (connection.creditMode === 'wallet') {
    return { ...none, customerName, refusal: 'homeInWalletMode' };
  }
  const prices: Told['prices'][number][] = [];
  let refusal: string | null = null;
  for (const priced of o.priced) {
    if (!priced.ok) {
      refusal ??= priced.error;
      continue;
    }
    const { amountMinor, energyWh, creditMinor } = trialQuoteOf(priced.value);
    // A meter that counts money prices by itself what flows: it is sold to with the link alone.
    if (creditMinor !== null || energyWh === '0') return { ...none, refusal: 'meterCountsMoney' };
    prices.push({ amountMinor, energyWh });
  }
  return { meterPan, customerName, prices, refusal: prices.length > 0 ? null : refusal };
}

async function reportSale(
  o: SellDeps,
  { selling, shifts }: Parts,
  { till, sale }: { readonly till: Till; readonly sale: Parameters<Sites['reportSale']>[1] },
): ReturnType<Sites['reportSale']> {
  const { requestId, meterPan, clerkId } = sale;
  const nowMs = o.clocks.business.nowMs();
  const reported = {
    ...{ requestId, meterPan, clerkId, reportedAtMs: nowMs },
    ...{ amountMinor: BigInt(sale.amountMinor), promisedWh: BigInt(sale.promisedWh) },
    soldAtMs: Math.min(Date.parse(sale.soldAt), nowMs + aheadMs),
  };
  const kept = await o.database.inUtility(till.utilityId, async (tx) => {
    const clerk = await tx
      .selectFrom('vendor_clerks')
      .select('id')
      .where('id', '=', clerkId)
      .where('vendor_id', '=', till.vendorId)
      .executeTakeFirst();
    if (clerk === undefined) return err('unknownClerk');
    return (await keepReport(tx, till, reported)) ? ok(undefined) : err('siteSaleReused');
  });
  if (!kept.ok) return kept;
  const before = await selling.receiptOf(till, requestId);
  if (before.ok) {
    // A name under which this till sold something else, apart from the site.
    const isSame =
      before.value.meterPan === meterPan && before.value.amountMinor === sale.amountMinor;
    return isSame ? ok({ receipt: before.value, refusal: null }) : err('siteSaleReused');
  }
  // The site's shift is the till's: refused when another one is open, which then has the sale.
  await shifts.open(till, { clerkId });
  const sold = await selling.sell(till, {
    ...{ requestId, meterPan, amountMinor: reported.amountMinor },
  });
  if (sold.ok) return ok({ receipt: sold.value, refusal: null });
  const refusal = sold.error;
  await o.database.inUtility(till.utilityId, (tx) => noteRefusal(tx, till, { requestId, refusal }));
  return ok({ receipt: null, refusal });
}

async function checkPin(
  { clerks }: Parts,
  till: Till,
  { clerkId, pin, newPin }: Parameters<Sites['checkPin']>[1],
): ReturnType<Sites['checkPin']> {
  const checked = await clerks.checkPin(till, { clerkId, pin });
  if (!checked.ok || newPin === undefined) return checked;
  const chosen = await clerks.choosePin(till, { clerkId, pin: newPin });
  return chosen.ok ? ok({ pinIsOwn: true }) : chosen;
}
