// Meter steps per second on one core: whole payment meters that count half-hours, write their load
// profile, days and months, report to a head-end that acknowledges, and are topped up. The baseline
// in the same run is the least a prepaid counter could do: subtract, compare, copy.

import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  createMeter,
  type MeterSettings,
  type MeterState,
  noProtection,
  serialiseMeter,
  step,
} from '@prewatt/meter';
import type { DownMessage, UpMessage } from '@prewatt/protocol';
import { issueCreditToken, issueCurrencyToken } from '@prewatt/sts/issue';
import { decoderKeyFromBytes } from '@prewatt/sts/keys';
import type { Benchmark } from '../benchmark.ts';

const meters = 100;
const days = 200;
const intervalsPerDay = 48;
const intervalMs = 1_800_000;
const startMs = Date.UTC(2026, 0, 1);
const firstTid = 6_700_000;
const keyBytes = Uint8Array.from({ length: 8 }, (_, index) => 17 * index + 3);

const key = (() => {
  const made = decoderKeyFromBytes(keyBytes);
  if (!made.ok) throw new Error(made.error);
  return made.value;
})();

function tokenOf(tid: number, units: bigint): string {
  const issued = issueCreditToken({
    decoderKey: key,
    commodity: 'electricity',
    units,
    tid,
    rnd: tid & 15,
    keyExpiry: 255,
  });
  if (!issued.ok) throw new Error(issued.error);
  return issued.value.token;
}

const newMeter = (settings: Partial<MeterSettings>): MeterState =>
  createMeter({
    settings,
    config: {
      meterPan: '600727000000000009',
      zone: 'Africa/Johannesburg',
      vulnerable: false,
      lowCreditThresholdWh: 3_000,
      protection: {
        ...noProtection,
        friendlyHours: [{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: '18:00', to: '08:00' }],
        debt: { maximumSharePercent: 50, floorEnergyWh: '1000' },
      },
      reconnection: 'automatic',
      profileIntervalMinutes: 30,
      stateReportMs: 6 * 3_600_000,
      resendAfterMs: 3_600_000,
    },
    key: {
      ea: 'ea07',
      decoderKeyHex: keyBytes.toHex(),
      supplyGroupCode: '123456',
      tariffIndex: '07',
      keyRevision: 1,
      keyType: 2,
      keyExpiry: 255,
      baseDate: 14,
      initialTid: firstTid - 1,
    },
    atMs: startMs,
  });

/** Half-hours of a home between 50 W and 2 kW, a different one each time. */
const demandAt = (index: number): number => 25_000 + ((index * 104_729) % 975_000);

const none: readonly DownMessage[] = [];
const acknowledged = (messages: readonly UpMessage[]): readonly DownMessage[] =>
  messages.length === 0
    ? none
    : messages.flatMap((message) =>
        'sequence' in message ? [{ kind: 'acknowledge', sequence: message.sequence }] : [],
      );

/** Processor time: on a shared machine the wall clock would count other processes too. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

type Lived = { readonly states: MeterState[]; readonly steps: number; readonly seconds: number };

/** All meters through all days, one meter after another within each day, as a fleet runs. */
function live(o: {
  readonly linkUp: boolean;
  readonly tokens: readonly string[];
  readonly days: number;
  readonly settings?: Partial<MeterSettings>;
}): Lived {
  const { days } = o;
  const states = Array.from({ length: meters }, () => newMeter(o.settings ?? {}));
  const waiting: (readonly DownMessage[])[] = states.map(() => none);
  const start = cpuSeconds();
  for (let day = 0; day < days; day += 1) {
    for (let meter = 0; meter < meters; meter += 1) {
      let state = states[meter] as MeterState;
      let received = waiting[meter] ?? none;
      for (let slot = 0; slot < intervalsPerDay; slot += 1) {
        const index = day * intervalsPerDay + slot;
        const demandMilliWh = demandAt(index + meter);
        const isTopUp = slot === 10 && day % 5 === 0;
        const next = step(state, {
          atMs: startMs + (index + 1) * intervalMs,
          demandMilliWh,
          demandW: demandMilliWh / 500,
          linkUp: o.linkUp,
          received,
          ...(isTopUp ? { keypad: o.tokens[day] ?? '' } : {}),
        });
        state = next.state;
        received = acknowledged(next.outputs.messages);
      }
      states[meter] = state;
      waiting[meter] = received;
    }
  }
  const seconds = cpuSeconds() - start;
  return { states, steps: meters * days * intervalsPerDay, seconds };
}

/** The demonstration's tariff: three blocks, a monthly charge, VAT. */
const priced: Partial<MeterSettings> = {
  creditUnit: 'money',
  tariff: {
    documentJson: readFileSync(
      new URL('../../../packages/tariff/documents/demo.json', import.meta.url),
      'utf8',
    ),
    parameters: {},
  },
};

function moneyTokens(): string[] {
  return Array.from({ length: days }, (_, day) => {
    const issued = issueCurrencyToken({
      decoderKey: key,
      commodity: 'electricity',
      amountE5: 30_000_000n,
      tid: firstTid + day,
      keyExpiry: 255,
    });
    if (!issued.ok) throw new Error(issued.error);
    return issued.value.token;
  });
}

/** A counter that subtracts and compares, in steps per second. */
function baseline(): number {
  let state = { atMs: startMs, creditMilliWh: 1e12, importMilliWh: 0, isOn: true };
  const steps = 5_000_000;
  const start = cpuSeconds();
  for (let index = 0; index < steps; index += 1) {
    const demand = demandAt(index);
    state = {
      ...state,
      atMs: state.atMs + intervalMs,
      creditMilliWh: state.creditMilliWh - demand,
      importMilliWh: state.importMilliWh + demand,
      isOn: state.creditMilliWh > demand,
    };
  }
  if (state.importMilliWh === 0) throw new Error('the baseline counted nothing');
  return Math.round(steps / (cpuSeconds() - start));
}

/** Bytes of heap per meter, by the difference that many of them make. */
function heapBytesPerMeter(states: readonly MeterState[]): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const before = process.memoryUsage().heapUsed;
  // Copies that share nothing: what a process of as many meters would hold.
  const copies = states.map((state) => structuredClone(state));
  collect();
  const bytes = (process.memoryUsage().heapUsed - before) / copies.length;
  if (copies.length !== states.length) throw new Error('copies were lost');
  return Math.round(bytes);
}

/** Steps per second and bytes of state, linked and through a month without a link. */
export const benchmarkFleet: Benchmark = async (print) => {
  const tokens = Array.from({ length: days }, (_, day) => tokenOf(firstTid + day, 1000n));
  live({ linkUp: true, tokens, days: days / 4 });
  const linked = live({ linkUp: true, tokens, days });
  const alone = live({ linkUp: false, tokens, days });
  const money = live({ linkUp: true, tokens: moneyTokens(), days: days / 10, settings: priced });
  const least = baseline();
  const perSecond = (lived: Lived) => Math.round(lived.steps / lived.seconds);
  const stepsPerSecond = perSecond(linked);
  const withoutLink = perSecond(alone);
  const moneyStepsPerSecond = perSecond(money);
  const sizes = (lived: Lived) => ({
    stored: Math.round(
      lived.states.reduce((sum, state) => sum + serialiseMeter(state).length, 0) / meters,
    ),
    heap: heapBytesPerMeter(lived.states),
  });
  const bytes = { linked: sizes(linked), thirtyDaysWithoutLink: sizes(alone) };
  const meterDaysPer2Minutes = Math.round((stepsPerSecond * 120) / intervalsPerDay);
  const shown = (value: number): string => value.toLocaleString('en').padStart(11);
  print('fleet: half-hour steps of whole meters per second, one core');
  print(
    `  linked, acknowledged   ${shown(stepsPerSecond)}   ${shown(meterDaysPer2Minutes)} days/2 min`,
  );
  print(`  without a link         ${shown(withoutLink)}`);
  print(`  money, tariff inside   ${shown(moneyStepsPerSecond)}`);
  print(`  subtract and compare   ${shown(least)}   x ${(stepsPerSecond / least).toFixed(3)}`);
  print(`  bytes per meter, stored ${shown(bytes.linked.stored)} linked`);
  print(
    `                          ${shown(bytes.thirtyDaysWithoutLink.stored)} 30 days of profile`,
  );
  print(`  bytes per meter, heap   ${shown(bytes.linked.heap)} linked`);
  print(`                          ${shown(bytes.thirtyDaysWithoutLink.heap)} 30 days of profile`);
  return {
    bench: 'fleet',
    stepsPerSecond,
    meterDaysPer2Minutes,
    withoutLink,
    moneyStepsPerSecond,
    baseline: least,
    ratio: Math.round((stepsPerSecond / least) * 1000) / 1000,
    bytes,
  };
};
