// Selling for cash at the site: without a link for two days, through answers that are lost, and
// through a power cut at every write. Nothing is lost, nothing is sold or credited twice.

import assert from 'node:assert/strict';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { availableMilliWhOf, type MeterState, owedOf, promisedLeftMilliWhOf } from '@prewatt/meter';
import { createStateStore } from '@prewatt/virtual-meter/state-store';
import pino from 'pino';
import { type Channel, createChannel } from '../src/channel.ts';
import { createRegisterBaseStore } from '../src/register-base.ts';
import { expectedOf, salesOf, unmadeOf } from '../src/sales/book.ts';
import { createClerkBook } from '../src/sales/clerks.ts';
import { createDesk, type Desk } from '../src/sales/desk.ts';
import { createGrantStore } from '../src/sales/grant.ts';
import { openJournal } from '../src/sales/journal.ts';
import { createServerLink } from '../src/sales/server-link.ts';
import { amountsMinor, clerkId, clerkPin, createFakeServer, energyOf } from './fake-server.ts';
import {
  channelOf,
  firstPan,
  loadSite,
  secondPan,
  siteOf,
  temporaryFolder,
  tokenOf,
} from './fixtures.ts';

const startMs = Date.UTC(2026, 10, 18, 10);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const clerk = { clerkId, name: 'Amina' };
const folders: (() => void)[] = [];
after(() => {
  for (const remove of folders) remove();
});

class Cut extends Error {}

/** Counts writes; the one that is named is cut off, before or after it reached the disk. */
function createMains() {
  let left = Number.POSITIVE_INFINITY;
  let isAfter = false;
  let writes = 0;
  let isOut = false;
  return {
    cutAt: (write: number, after: boolean) => {
      [left, isAfter] = [write, after];
    },
    writes: () => writes,
    through: (write: () => void): void => {
      // Nothing reaches the disk of a cabinet without mains.
      if (isOut) throw new Cut();
      writes += 1;
      left -= 1;
      if (left > 0 || isAfter) write();
      if (left > 0) return;
      isOut = true;
      throw new Cut();
    },
    /** Whether they were cut since the last look. */
    wereCut: () => {
      const cut = isOut;
      isOut = false;
      if (cut) left = Number.POSITIVE_INFINITY;
      return cut;
    },
  };
}

function createSite() {
  const folder = temporaryFolder();
  folders.push(folder.remove);
  let nowMs = startMs;
  const clock = { nowMs: () => nowMs };
  const server = createFakeServer(clock.nowMs);
  const mains = createMains();
  const { site } = loadSite(
    folder.path,
    siteOf({
      channels: [
        channelOf(firstPan, { maximumPowerW: 1_000_000 }),
        channelOf(secondPan, { address: '2', contactor: { kind: 'none' } }),
      ],
    }),
  );
  const start = (): { readonly desk: Desk; readonly channels: readonly Channel[] } => {
    const states = createStateStore(folder.path);
    const channels = site.channels.map((setting) =>
      createChannel(setting, {
        ...{ clock, bases: createRegisterBaseStore(folder.path) },
        states: {
          load: states.load,
          save: (state: MeterState, isDurable: boolean) =>
            mains.through(() => states.save(state, isDurable)),
        } as typeof states,
        send: () => undefined,
        switched: () => undefined,
        onTrouble: () => undefined,
      }),
    );
    const journal = openJournal(join(folder.path, 'sales.jsonl'));
    const grants = createGrantStore(join(folder.path, 'sales-budget.json'));
    const link = createServerLink({
      ...{ server: 'http://server.test', key: 'pwv_x', ask: server.ask },
    });
    const desk = createDesk({
      ...{ nowMs: clock.nowMs, channels, link, amountsMinor: amountsMinor.map(BigInt) },
      journal: {
        replay: journal.replay,
        append: (entry) => mains.through(() => journal.append(entry)),
      },
      grants: { load: grants.load, save: (grant) => mains.through(() => grants.save(grant)) },
      clerks: createClerkBook(join(folder.path, 'sales-clerks.json'), link),
      log: pino({ level: 'silent' }),
    });
    return { desk, channels };
  };
  let running = start();
  const channel = (meterPan = firstPan): Channel =>
    running.channels.find((each) => each.meterPan === meterPan) ?? assert.fail();
  return {
    ...{ server, mains, folder: folder.path, channel },
    desk: () => running.desk,
    restart: () => {
      running = start();
    },
    pass: (ms: number) => {
      nowMs += ms;
      for (const each of running.channels) each.tick();
    },
    clockTo: (ms: number) => {
      nowMs = ms;
    },
    sell: (saleId: string, amountMinor: bigint, meterPan = firstPan) =>
      running.desk.sell({ meterPan, amountMinor, saleId: `site-${saleId}`, clerk }),
    /** Uses energy: the register of the meter on the bus. */
    use: (importWh: number) => {
      nowMs += 1000;
      channel().takeReading({ importWh });
    },
  };
}

async function opened() {
  const site = createSite();
  await site.desk().sync();
  assert.ok(site.desk().openShift(clerk));
  site.use(7_000_000);
  return site;
}
const whLeft = (channel: Channel) =>
  (availableMilliWhOf(channel.state()) + promisedLeftMilliWhOf(channel.state())) / 1000;

test('two days without a link: homes have supply, and then each sale is one', async () => {
  const site = await opened();
  const { server } = site;
  server.mode = 'away';
  const first = site.sell('one', 5_000n);
  assert.ok(first.ok);
  assert.equal(first.value.promisedWh, Number(energyOf(5_000n)));
  assert.equal(site.channel().state().loadSwitch, 'connected');
  site.pass(20 * hourMs);
  site.use(7_003_000);
  // The charge of a purchase was met by the first sale: the second one has all of its energy.
  const second = site.sell('two', 5_000n);
  assert.ok(second.ok);
  assert.equal(second.value.promisedWh, 5_000);
  assert.ok(site.sell('three', 20_000n, secondPan).ok);
  site.pass(28 * hourMs);
  site.use(7_006_000);
  await site.desk().sync();
  assert.equal(site.desk().leftMinor(), 20_000n);
  assert.equal(server.sales.size, 0);
  assert.ok(site.desk().closeShift(30_000n));
  server.mode = 'there';
  await site.desk().sync();
  await site.desk().sync();
  assert.equal(server.sales.size, 3);
  assert.deepEqual(server.closed, [{ countedMinor: '30000' }]);
  assert.deepEqual(unmadeOf(site.desk().book()), []);
  // Two purchases, 6 kWh used: each has met the charge at the server.
  assert.equal(whLeft(site.channel()), 2 * 4800 - 6000);
  assert.equal(owedOf(site.channel().state()), 0);
  assert.equal(whLeft(site.channel(secondPan)), 19_800);
  assert.equal(site.desk().leftMinor(), 50_000n);
});

test('answers that are lost make no second sale', async () => {
  const site = await opened();
  site.server.mode = 'losesAnswers';
  assert.ok(site.sell('one', 5_000n).ok);
  await site.desk().sync();
  await site.desk().sync();
  assert.equal(site.server.sales.size, 1);
  site.server.mode = 'there';
  await site.desk().sync();
  assert.equal(site.server.sales.size, 1);
  assert.equal(whLeft(site.channel()), 4800);
  // The same press again, whenever: the same sale; the same name for another amount: none.
  assert.ok(site.sell('one', 5_000n).ok);
  assert.deepEqual(site.sell('one', 6_000n), { ok: false, error: 'saleReused' });
  assert.equal(salesOf(site.desk().book()).length, 1);
});

test('what is refused waits with its promise, is on the list, and comes later', async () => {
  const site = await opened();
  site.server.refuses = 'vendorBlocked';
  assert.ok(site.sell('one', 5_000n).ok);
  await site.desk().sync();
  assert.equal(salesOf(site.desk().book())[0]?.refusal, 'vendorBlocked');
  assert.equal(site.channel().state().loadSwitch, 'connected');
  site.server.refuses = null;
  await site.desk().sync();
  assert.equal(salesOf(site.desk().book())[0]?.refusal, null);
  assert.equal(whLeft(site.channel()), 4800);
});

test('a sale that is made late has used the budget until it is asked for again', async () => {
  const site = await opened();
  site.server.refuses = 'vendorBlocked';
  assert.ok(site.sell('one', 20_000n).ok);
  await site.desk().sync();
  assert.equal(site.desk().leftMinor(), 30_000n);
  // The link goes between the sale and the new budget.
  site.server.refuses = null;
  site.server.mode = 'saleAlone';
  await site.desk().sync();
  assert.equal(site.server.sales.size, 1);
  assert.equal(site.desk().leftMinor(), 30_000n);
  site.restart();
  assert.equal(site.desk().leftMinor(), 30_000n);
  site.server.mode = 'there';
  await site.desk().sync();
  assert.equal(site.desk().leftMinor(), 50_000n);
});

test('whoever locks the entry of digits does not get the energy of a sale twice', async () => {
  const site = await opened();
  const channel = site.channel();
  site.server.mode = 'away';
  const sold = site.sell('one', 5_000n);
  assert.ok(sold.ok);
  const said = Array.from({ length: 20 }, () => channel.enter('12345'));
  const last = said.at(-1);
  assert.ok(last?.result === 'refused' && last.refusal === 'lockout');
  site.server.mode = 'there';
  await site.desk().sync();
  const [waiting] = salesOf(site.desk().book());
  assert.deepEqual([waiting?.isEntered, waiting?.tokenRefused], [false, null]);
  // The customer has the digits from the receipt and is first when entry is open again.
  site.pass(hourMs);
  const token = waiting?.made?.tokens[0] ?? assert.fail();
  assert.equal(channel.enter(token)?.result, 'accepted');
  await site.desk().sync();
  assert.equal(salesOf(site.desk().book())[0]?.isEntered, true);
  assert.equal(whLeft(channel), 4800);
});

/** A meter full of credit takes no token, and loses none. */
function fill(channel: Channel): void {
  let n = 0;
  for (const wh of [
    1_800_000_000, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1000, 100,
  ]) {
    const isTaken = (): boolean => {
      n += 1;
      return channel.enter(tokenOf(firstPan, wh, n))?.result === 'accepted';
    };
    while (isTaken());
  }
}

test('a token that the meter refuses for now ends the promise when it is in, and not before', async () => {
  const site = await opened();
  site.server.tokensBefore = 200;
  fill(site.channel());
  const before = whLeft(site.channel());
  assert.ok(site.sell('one', 5_000n).ok);
  await site.desk().sync();
  const sale = () => salesOf(site.desk().book())[0] ?? assert.fail();
  assert.deepEqual([sale().isEntered, sale().tokenRefused], [false, 'overflow']);
  assert.ok(site.channel().hasPromise('site-one'));
  // While the process runs it is tried hourly, for wrong digits lock the entry.
  site.use(7_010_000);
  await site.desk().sync();
  assert.equal(sale().isEntered, false);
  site.pass(hourMs);
  await site.desk().sync();
  assert.deepEqual([sale().isEntered, sale().tokenRefused], [true, null]);
  assert.ok(!site.channel().hasPromise('site-one'));
  assert.equal(whLeft(site.channel()), before - 10_000 + 4800);
});

test('the promise of a sale that the utility has undone ends, and only then', async () => {
  const site = await opened();
  site.server.mixesMetersUp = true;
  assert.ok(site.sell('one', 5_000n).ok);
  await site.desk().sync();
  const sale = () => salesOf(site.desk().book())[0] ?? assert.fail();
  assert.equal(sale().tokenRefused, 'crc');
  const entries = () => site.channel().state().eventLog.length;
  const tried = entries();
  site.pass(10 * 60_000);
  await site.desk().sync();
  assert.equal(entries(), tried);
  assert.ok(site.channel().hasPromise('site-one'));
  site.server.undone.add('site-one');
  site.pass(hourMs);
  await site.desk().sync();
  assert.deepEqual([sale().isEntered, sale().tokenRefused], [true, 'undone']);
  assert.equal(whLeft(site.channel()), 0);
});

test('beyond the last price that is known nothing is promised', async () => {
  const site = await opened();
  site.server.budgetMinor = 1_000_000n;
  await site.desk().refresh();
  site.server.mode = 'away';
  // Prices reach to four times the most of one sale.
  for (const name of ['one', 'two', 'three', 'four']) assert.ok(site.sell(name, 20_000n).ok);
  assert.deepEqual(site.sell('five', 1_000n), { ok: false, error: 'beyondPrices' });
  assert.ok(site.sell('five', 1_000n, secondPan).ok);
});

test('prices are asked for after a sale, and else each quarter of an hour', async () => {
  const site = await opened();
  const { server } = site;
  const before = server.budgets;
  for (let minute = 0; minute < 14; minute += 1) {
    site.pass(60_000);
    await site.desk().sync();
  }
  assert.equal(server.budgets, before);
  assert.ok(site.sell('one', 5_000n).ok);
  await site.desk().sync();
  assert.equal(server.budgets, before + 1);
  site.pass(15 * 60_000);
  await site.desk().sync();
  assert.equal(server.budgets, before + 2);
  server.mode = 'away';
  site.pass(60_000);
  assert.ok(site.sell('two', 5_000n).ok);
  await site.desk().sync();
  server.mode = 'there';
  await site.desk().sync();
  assert.equal(server.budgets, before + 3);
});

test('the budget, its end and a wrong clock stop sales', async () => {
  const site = createSite();
  assert.deepEqual(site.sell('early', 5_000n), { ok: false, error: 'noBudgetYet' });
  await site.desk().sync();
  assert.deepEqual(site.sell('early', 5_000n), { ok: false, error: 'noOpenShift' });
  assert.ok(site.desk().openShift(clerk));
  assert.equal(site.desk().openShift(clerk), false);
  site.server.mode = 'away';
  assert.ok(site.sell('one', 20_000n).ok);
  assert.ok(site.sell('two', 20_000n).ok);
  assert.deepEqual(site.sell('more', 20_000n), { ok: false, error: 'budgetUsedUp' });
  assert.deepEqual(site.sell('little', 999n), { ok: false, error: 'amountOutside' });
  assert.deepEqual(site.sell('much', 20_001n), { ok: false, error: 'amountOutside' });
  const stranger = site.sell('who', 1_000n, '600727000000000306');
  assert.deepEqual(stranger, { ok: false, error: 'unknownMeter' });
  for (const refusal of ['homeInWalletMode', 'meterBlocked', 'meterExchanged', 'new', null]) {
    Object.assign(site.server, { mode: 'there', refusesHomes: refusal });
    await site.desk().refresh();
    const error = refusal === 'new' ? 'meterNotSold' : refusal;
    if (error !== null) assert.deepEqual(site.sell('no', 1_000n), { ok: false, error });
  }
  site.server.mode = 'away';
  site.clockTo(startMs - hourMs);
  assert.deepEqual(site.sell('past', 1_000n), { ok: false, error: 'clockWrong' });
  site.clockTo(startMs + 8 * dayMs);
  assert.deepEqual(site.sell('late', 1_000n), { ok: false, error: 'budgetTooOld' });
  // A restart remembers all of it.
  site.clockTo(startMs + hourMs);
  site.restart();
  assert.equal(site.desk().leftMinor(), 10_000n);
  assert.ok(site.sell('three', 10_000n).ok);
  assert.deepEqual(site.sell('four', 1_000n), { ok: false, error: 'budgetUsedUp' });
  assert.equal(expectedOf(site.desk().book(), 1), 50_000n);
});

test('a clock that was ahead for a while stops nothing once it is right and there is a link', async () => {
  const site = await opened();
  site.server.mode = 'away';
  site.clockTo(startMs + 5 * dayMs);
  assert.ok(site.sell('one', 5_000n).ok);
  site.clockTo(startMs + hourMs);
  assert.deepEqual(site.sell('two', 5_000n), { ok: false, error: 'clockWrong' });
  site.server.mode = 'there';
  await site.desk().sync();
  assert.ok(site.sell('two', 5_000n).ok);
  site.restart();
  assert.equal(site.desk().trouble(), null);
  assert.ok(site.sell('three', 5_000n).ok);
  // Behind what the server said: the clock is wrong as before.
  site.clockTo(startMs);
  assert.deepEqual(site.sell('four', 5_000n), { ok: false, error: 'clockWrong' });
});

test('a clerk signs in without a link once the server knew them; wrong PINs are counted', async () => {
  const site = await opened();
  const signIn = (pin: string, newPin?: string) =>
    site.desk().clerks.signIn({ clerkId, pin, ...(newPin === undefined ? {} : { newPin }) });
  site.server.mode = 'away';
  assert.equal(await signIn(clerkPin), 'needsLink');
  site.server.mode = 'there';
  site.server.pinIsOwn = false;
  assert.equal(await signIn(clerkPin), 'choosePin');
  assert.equal(await signIn(clerkPin, '804152'), 'signedIn');
  site.server.mode = 'away';
  assert.equal(await signIn('804152'), 'signedIn');
  for (let tries = 0; tries < 5; tries += 1) {
    if (tries === 2) site.restart();
    assert.equal(await signIn('000000'), 'pinWrong');
  }
  assert.equal(await signIn('804152'), 'pinLocked');
  site.server.mode = 'there';
  assert.equal(await signIn('804152'), 'signedIn');
  // The utility gave them another one: what it does not take is not taken without it, either.
  site.server.pin = '390617';
  assert.equal(await signIn('000000'), 'pinWrong');
  site.server.mode = 'away';
  assert.equal(await signIn('804152'), 'signedIn');
  site.server.mode = 'there';
  assert.equal(await signIn('804152'), 'pinWrong');
  site.server.mode = 'away';
  assert.equal(await signIn('804152'), 'needsLink');
});

test('a power cut at every write loses nothing and sells nothing twice', async () => {
  const scenario = async (site: Awaited<ReturnType<typeof opened>>): Promise<void> => {
    const step = async (work: () => unknown): Promise<void> => {
      // A person, or the next minute, does again what the mains cut off.
      for (let tries = 0; tries < 3; tries += 1) {
        try {
          await work();
        } catch (error) {
          if (!(error instanceof Cut)) throw error;
        }
        if (!site.mains.wereCut()) return;
        site.restart();
      }
      assert.fail('cut off again and again');
    };
    await step(() => assert.ok(site.sell('one', 5_000n).ok));
    await step(() => site.use(7_002_000));
    await step(() => assert.ok(site.sell('two', 1_000n, secondPan).ok));
    site.server.mode = 'there';
    await step(() => site.desk().sync());
    await step(() => assert.ok(site.sell('three', 5_000n).ok));
    // The mains may have ended a round of reports, which then waits for the next.
    for (let round = 0; round < 2; round += 1) {
      await step(() => site.desk().sync());
      site.restart();
    }
    // The register on the bus is the memory of use: the next reading counts what was forgotten.
    site.use(7_002_000);
  };
  const whole = await opened();
  const before = whole.mains.writes();
  whole.server.mode = 'away';
  await scenario(whole);
  const writes = whole.mains.writes() - before;
  assert.ok(writes > 20, `${writes}`);
  for (let write = 1; write <= writes; write += 1) {
    // After a write is before the next, but for what the code does between the two.
    for (const isAfter of write % 4 === 0 ? [false, true] : [false]) {
      const site = await opened();
      site.server.mode = 'away';
      site.mains.cutAt(write, isAfter);
      await scenario(site);
      const at = `write ${write}, ${isAfter ? 'after' : 'before'}`;
      const amounts = [...site.server.sales.values()].map(({ amountMinor }) => amountMinor);
      assert.deepEqual(amounts.toSorted(), [1_000n, 5_000n, 5_000n], at);
      assert.equal(whLeft(site.channel()), 2 * 4800 - 2000, at);
      assert.equal(whLeft(site.channel(secondPan)), 800, at);
      assert.equal(promisedLeftMilliWhOf(site.channel().state()), 0, at);
      assert.equal(owedOf(site.channel().state()), 0, at);
      assert.deepEqual(unmadeOf(site.desk().book()), [], at);
    }
  }
});

test('a line that was torn has not happened, and one that was altered stops the process', async () => {
  const site = await opened();
  assert.ok(site.sell('one', 5_000n).ok);
  const path = join(site.folder, 'sales.jsonl');
  const whole = readFileSync(path, 'utf8');
  appendFileSync(path, '{"kind":"sale","atMs":1');
  site.restart();
  assert.equal(readFileSync(path, 'utf8'), whole);
  assert.ok(site.sell('two', 5_000n).ok);
  assert.equal(salesOf(site.desk().book()).length, 2);
  appendFileSync(path, 'nonsense\n');
  assert.throws(() => site.restart(), /cannot be read at line 4/);
});
