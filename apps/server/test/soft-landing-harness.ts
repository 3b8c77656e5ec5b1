// Homes of meters without a link that buy every four days, and rules by which they land softly: for
// tests of limit tokens.

import assert from 'node:assert/strict';
import { checkProtectionRules } from '@prewatt/protection';
import { expectOk } from '@prewatt/quantities';
import demoTariff from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import type { MeterPlace } from '../src/registry/connections/index.ts';
import { allowNext, operatorNamed } from './control-harness.ts';
import { type Harness, meterDefaults } from './harness.ts';
import { buyAndPay } from './purchases.ts';

export const hourMs = 3_600_000;
const gapMs = 96 * hourMs;
export const liftPowerW = 9_200;
export type Home = MeterPlace & { readonly meterPan: string };

/** One price, no charges: the same money buys the same energy each time. */
export const flatTariff = (h: Harness): Promise<string> =>
  h.database.inUtility(h.utilityId, (tx) =>
    h.onboarding.createTariff(tx, h.utilityId, {
      name: 'Flat',
      document: {
        ...demoTariff,
        id: 'flat',
        energy: {
          label: 'Energy',
          schedules: [
            { code: 'flat', blocks: [{ uptoKwh: null, rate: '2.0000', label: 'Energy' }] },
          ],
        },
        charges: [],
        levies: [],
        examples: [],
      },
    }),
  );

/** A home whose meter has no link. */
export const unlinkedHome = (
  h: Harness,
  o: Omit<Parameters<Harness['addConnection']>[0] & object, 'meter'> = {},
): Promise<Home> =>
  h.addConnection({ ...o, meter: { ...meterDefaults, mqttSecret: null } as never });

let purchases = 0;
export const buy = (h: Harness, place: MeterPlace): Promise<string> => {
  purchases += 1;
  return buyAndPay(h, 4_000n, `LAND-${purchases}`, place);
};

/** The same four times, the last one now. */
export async function buySteadily(h: Harness, homes: readonly MeterPlace[]): Promise<void> {
  for (let n = 0; n < 4; n += 1) {
    if (n > 0) h.clock.nowMs += gapMs;
    for (const home of homes) await buy(h, home);
  }
}

/** A home's use, by what it bought last: so much in each gap. */
export async function meanWOf(h: Harness, place: MeterPlace): Promise<number> {
  const { energy_wh } = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('sales')
      .select('energy_wh')
      .where('connection_id', '=', place.connectionId)
      .orderBy('issued_at', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow(),
  );
  return (Number(energy_wh) * hourMs) / gapMs;
}

/**
 * Rules approved by a second person: for a home of this use, step 1 is due 58 hours after a
 * purchase, step 2 after 70.
 */
export async function approveLanding(h: Harness, meanW: number): Promise<void> {
  const document = {
    version: 2,
    debt: { maximumSharePercent: 0, floorEnergyWh: '0' },
    softLanding: [
      { belowWh: String(Math.floor(meanW * 24)), powerLimitW: Math.floor(meanW) },
      { belowWh: String(Math.floor(meanW * 12)), powerLimitW: Math.floor(meanW / 2) },
    ],
    softLandingByToken: { aheadHours: 14, liftPowerW },
  };
  const asked = { requestId: 'landing-rules-1', reason: 'land softly, also by token' };
  const requested = await h.database.inUtility(h.utilityId, async (tx) =>
    h.services.approvals.request(tx, {
      ...asked,
      utilityId: h.utilityId,
      kind: 'protectionRules',
      requestedBy: await operatorNamed(h, 'Landing asker'),
      payload: { document: expectOk(checkProtectionRules(document), 'rules') },
    }),
  );
  assert.ok(requested.ok, JSON.stringify(requested));
  assert.equal(await allowNext(h, await operatorNamed(h, 'Landing second')), 'done');
}

/** The look of so many hours later. */
export async function lookAfter(h: Harness, hours: number): Promise<void> {
  h.clock.nowMs += hours * hourMs;
  await h.services.utilities.list();
  await h.services.landings.sweep(await h.services.utilities.get(h.utilityId));
}

export const landingsOf = async (h: Harness, place: MeterPlace) => {
  const page = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.landings.page(tx, {
      utilityId: h.utilityId,
      state: 'all',
      cursor: null,
      of: place,
    }),
  );
  return [...page.rows].reverse();
};

export const limitMessagesOf = async (h: Harness, place: MeterPlace): Promise<string[]> => {
  const rows = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('messages')
      .select('text')
      .where('connection_id', '=', place.connectionId)
      .where('kind', '=', 'powerLimit')
      .orderBy('id')
      .execute(),
  );
  return rows.map(({ text }) => text);
};

/** The 20 digits of a message. */
export const digitsIn = (text: string | undefined): string =>
  (/\d{4}( \d{4}){4}/.exec(text ?? '')?.[0] ?? '').replaceAll(' ', '');
