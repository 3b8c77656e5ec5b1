// Checks of a tariff document that look across fields: names that must exist, limits that must
// rise, values that cannot be meant. Each error says what to write instead.

import { type Amount, parametersIn } from './amount.ts';
import type { Charge, Levy, Schedule, Tariff, TariffDocumentError, When } from './document.ts';
import { amountsAt, fieldsOf } from './field-walk.ts';
import { reservedCodes } from './fields.ts';
import { isOfMonth } from './levy-of-month.ts';
import { add, compare, parseDecimal, type Rational, whole } from './rational.ts';

type Report = (path: string, message: string) => void;

export function checkDocument(tariff: Tariff): TariffDocumentError[] {
  const errors: TariffDocumentError[] = [];
  const report: Report = (path, message) => errors.push({ path, message });
  if (tariff.effectiveTo !== null && tariff.effectiveTo < tariff.effectiveFrom) {
    report('effectiveTo', 'write a last day that is not before effectiveFrom, or null');
  }
  checkParameters(tariff, report);
  checkCodes(tariff, report);
  tariff.energy.schedules.forEach((schedule, i) => {
    checkSchedule(tariff, schedule, `energy.schedules[${i}]`, report);
  });
  tariff.charges.forEach((charge, i) => {
    checkCharge(charge, `charges[${i}]`, report);
  });
  tariff.levies.forEach((levy, i) => {
    checkLevy(tariff, levy, i, report);
  });
  checkFreeAllowance(tariff, report);
  for (const { name, path, value, field } of fieldsOf(tariff)) {
    if (name === 'when') checkWhen(tariff, value as When, path, report);
    if (field.inner !== undefined) continue;
    for (const each of amountsAt(value, path)) checkAmount(tariff, each, report);
  }
  checkPaymentShares(tariff, report);
  checkRepricing(tariff, report);
  checkPeriods(tariff, report);
  checkExamples(tariff, report);
  return errors;
}

/** What earlier energy would have cost in its own hours is not known, so it cannot be repriced. */
function checkRepricing({ energy }: Tariff, report: Report): void {
  if (energy.repricing !== 'month') return;
  const turning = energy.schedules.filter((schedule) => schedule.when?.monthTotal !== undefined);
  const byHour = energy.schedules.some((s) => s.blocks.some((block) => block.rates !== undefined));
  if (byHour && turning.length > 0 && energy.schedules.length > 1) {
    report(
      'energy.repricing',
      'with rates by period write "purchase": the hours of the month’s earlier energy are not known',
    );
  }
}

function checkParameters(tariff: Tariff, report: Report): void {
  for (const [name, parameter] of Object.entries(tariff.parameters)) {
    const path = `parameters.${name}`;
    const given = [
      ...(typeof parameter.value === 'string' ? [parameter.value] : []),
      ...(parameter.values ?? []).map((v) => v.value),
    ];
    if (parameter.values !== undefined && parameter.value !== undefined) {
      report(path, 'write either value or values, not both');
    }
    for (const value of given) {
      if (parameter.choices === undefined && parseDecimal(value) === null) {
        report(path, `"${value}" is not a decimal: write one in quotes, or list choices`);
      }
      if (parameter.choices !== undefined && !parameter.choices.includes(value)) {
        report(path, `"${value}" is not among the choices: ${parameter.choices.join(', ')}`);
      }
    }
    const days = (parameter.values ?? []).map((v) => v.from);
    if (days.some((day, i) => i > 0 && day <= (days[i - 1] ?? ''))) {
      report(`${path}.values`, 'write the values with rising from days');
    }
  }
}

function checkCodes(tariff: Tariff, report: Report): void {
  const seen = new Set<string>(reservedCodes);
  const visit = (code: string, path: string) => {
    if (seen.has(code)) report(path, `"${code}" is already taken or reserved: write another code`);
    seen.add(code);
  };
  tariff.charges.forEach((charge, i) => {
    visit(charge.code, `charges[${i}].code`);
  });
  tariff.levies.forEach((levy, i) => {
    visit(levy.code, `levies[${i}].code`);
  });
  const schedules = new Set<string>();
  tariff.energy.schedules.forEach((schedule, i) => {
    if (schedules.has(schedule.code)) {
      report(`energy.schedules[${i}].code`, 'two schedules have this code: write another');
    }
    schedules.add(schedule.code);
  });
}

function checkSchedule(tariff: Tariff, schedule: Schedule, path: string, report: Report): void {
  checkLimits(schedule, path, report);
  schedule.blocks.forEach((block, i) => {
    const at = `${path}.blocks[${i}]`;
    if ((block.rate === undefined) === (block.rates === undefined)) {
      report(at, 'write either rate, or rates with one entry for each period');
    }
    if (block.rate !== undefined) {
      checkNotNegative(block.rate, `${at}.rate`, report);
      const free = block.rate.kind === 'constant' && block.rate.value.n === 0n;
      if (free && block.uptoKwh === null) {
        report(`${at}.rate`, 'energy without end cannot be free: write a limit or a rate above 0');
      }
    }
    for (const [period, rate] of Object.entries(block.rates ?? {})) {
      checkNotNegative(rate, `${at}.rates.${period}`, report);
      if (!tariff.periods.some((p) => p.code === period)) {
        report(`${at}.rates.${period}`, 'no period has this code: add it to periods');
      }
    }
    if (block.rates !== undefined) {
      for (const period of tariff.periods) {
        if (!Object.hasOwn(block.rates, period.code)) {
          report(`${at}.rates`, `write a rate for the period "${period.code}" too`);
        }
      }
    }
  });
}

/** Limits rise and the last may be open; one that follows parameters is not compared. */
function checkLimits(schedule: Schedule, path: string, report: Report): void {
  let previous: Rational = whole(0n);
  schedule.blocks.forEach(({ uptoKwh }, i) => {
    const at = `${path}.blocks[${i}].uptoKwh`;
    if (uptoKwh === null) {
      if (i === schedule.blocks.length - 1) return;
      report(at, 'only the last block may be without end (null): write its limit');
      return;
    }
    if (uptoKwh.kind !== 'constant') return;
    if (compare(uptoKwh.value, previous) <= 0n) {
      report(at, 'write limits that rise, counted from the start of the month');
    }
    previous = uptoKwh.value;
  });
}

function checkFreeAllowance(tariff: Tariff, report: Report): void {
  const { freeAllowance } = tariff;
  if (freeAllowance === undefined) return;
  const { kwh, variants = [] } = freeAllowance;
  if ((kwh === undefined) === (variants.length === 0)) {
    report('freeAllowance', 'write either kwh or variants');
  }
}

function checkCharge(charge: Charge, path: string, report: Report): void {
  if ((charge.amount === undefined) === (charge.variants === undefined)) {
    report(path, 'write either amount or variants');
  }
  if (charge.amount !== undefined) {
    checkNotNegative(charge.amount, `${path}.amount`, report);
  }
  charge.variants?.forEach((variant, i) => {
    checkNotNegative(variant.amount, `${path}.variants[${i}].amount`, report);
  });
  const { recovery } = charge;
  if (recovery === undefined) return;
  const share = recovery.maxShareOfPaymentPercent;
  if (
    share !== undefined &&
    (compare(share, whole(0n)) <= 0n || compare(share, whole(100n)) > 0n)
  ) {
    report(`${path}.recovery.maxShareOfPaymentPercent`, 'write a share above 0 and up to 100');
  }
  if (recovery.whileMonthPaidBelow !== undefined && share === undefined) {
    report(`${path}.recovery`, 'whileMonthPaidBelow needs maxShareOfPaymentPercent beside it');
  }
}

function checkLevy(tariff: Tariff, levy: Levy, index: number, report: Report): void {
  const path = `levies[${index}]`;
  if ((levy.percent === undefined) === (levy.perKwh === undefined)) {
    report(path, 'write either percent (with of) or perKwh');
  }
  if (levy.perKwh !== undefined) {
    if (levy.of !== undefined) report(`${path}.of`, 'leave out: an amount per kWh has no base');
    if (levy.included) report(`${path}.included`, 'only a percentage can be included');
  }
  for (const key of ['percent', 'perKwh'] as const) {
    const amount = levy[key];
    if (amount !== undefined && levy.kind !== 'rebate') {
      checkNotNegative(amount, `${path}.${key}`, report);
    }
  }
  checkLevyOfMonth(levy, path, report);
  checkRepricedLevy(tariff, levy, path, report);
  for (const key of ['atLeast', 'atMost'] as const) {
    const amount = levy[key];
    if (amount !== undefined && levy.included) {
      report(`${path}.${key}`, 'a tax inside the prices has no limits of its own: leave it out');
    }
  }
  if (levy.percent === undefined) return;
  if (levy.percent.kind === 'constant') {
    const percent = levy.percent.value;
    if (compare(percent, whole(100n)) > 0n || compare(percent, whole(-100n)) < 0n) {
      report(`${path}.percent`, 'write per cent, between -100 and 100: 15 per cent is "15"');
    }
  }
  if (levy.of === undefined) report(path, 'write of, the list of bases, such as ["energy"]');
  const bases = levy.of ?? [];
  if (bases.includes('payment') && (bases.length > 1 || levy.included)) {
    report(`${path}.of`, 'a levy of the payment has no other base and is not included');
  }
  for (const base of bases) checkBase(tariff, base, index, report);
  const ranged = levy.energyAboveKwh !== undefined || levy.energyUptoKwh !== undefined;
  if (ranged && !bases.includes('energy')) {
    report(path, 'energyAboveKwh and energyUptoKwh need "energy" among the bases');
  }
}

/** Of a payment that levies take whole nothing is left for energy, whatever it costs. */
function checkPaymentShares({ levies }: Tariff, report: Report): void {
  let taken = whole(0n);
  levies.forEach(({ percent, of, kind, when }, i) => {
    if (percent?.kind !== 'constant' || of?.[0] !== 'payment') return;
    if (kind === 'rebate' || when !== undefined) return;
    taken = add(taken, percent.value);
    if (compare(taken, whole(100n)) < 0n) return;
    report(`levies[${i}].percent`, 'the whole payment would be taken: write less than 100 in all');
  });
}

/** What was taxed before must be known again: energy by its blocks, and levies on it. */
function checkRepricedLevy(tariff: Tariff, levy: Levy, path: string, report: Report): void {
  if (levy.repricing !== 'month') return;
  if (levy.included) report(`${path}.repricing`, 'leave out: the tax is inside the prices');
  if (levy.limitsPer === 'month') {
    report(`${path}.limitsPer`, 'leave out: with "repricing": "month" all limits are of the month');
  }
  const bases = levy.of ?? [];
  const byHour = tariff.energy.schedules.some((s) => s.blocks.some((b) => b.rates !== undefined));
  if (bases.includes('energy') && (tariff.energy.repricing !== 'month' || byHour)) {
    report(
      `${path}.of`,
      'the price of the month’s earlier energy is not known with rates by period or energy.repricing "purchase": write "repricing": "purchase"',
    );
  }
  const perPurchase = tariff.energy.schedules.some(
    ({ when }) => when?.purchaseOfMonth ?? when?.payment ?? when?.dayOfMonth,
  );
  if (bases.includes('energy') && perPurchase) {
    report(
      `${path}.of`,
      'schedules by purchase, payment or day price a month in parts: write "repricing": "purchase"',
    );
  }
  const remedy = (base: string) =>
    tariff.levies.some((l) => l.code === base)
      ? `write "repricing": "month" in "${base}", too`
      : `write a levy of its own for "${base}"`;
  for (const base of bases.filter((b) => b !== 'energy')) {
    if (tariff.levies.some((l) => l.code === base && l.repricing === 'month')) continue;
    report(
      `${path}.of`,
      `with "repricing": "month" a base is "energy" or a levy that is repriced too: ${remedy(base)}`,
    );
  }
}

/** Over a month only the most of a levy can be kept: how little it will be is known at its end. */
function checkLevyOfMonth(levy: Levy, path: string, report: Report): void {
  if (levy.limitsPer !== 'month') return;
  const [most, least] =
    levy.kind === 'rebate' ? (['atLeast', 'atMost'] as const) : (['atMost', 'atLeast'] as const);
  if (levy[most] === undefined) report(path, `"limitsPer": "month" needs ${most} beside it`);
  if (levy[least] !== undefined) {
    report(`${path}.${least}`, `leave out: over a month only ${most} can be kept`);
  }
}

function checkBase(tariff: Tariff, base: string, index: number, report: Report): void {
  if (['energy', 'charges', 'levies', 'payment'].includes(base)) return;
  if (tariff.charges.some((charge) => charge.code === base)) return;
  const at = tariff.levies.findIndex((levy) => levy.code === base);
  const path = `levies[${index}].of`;
  if (at === -1) {
    const hint = base === 'reprice' ? '; "energy" takes in the difference of a repriced month' : '';
    report(path, `"${base}" is no charge and no levy of this document${hint}`);
  } else if (at >= index) {
    report(path, `"${base}" must be listed before the levy that counts on it`);
  } else if (tariff.levies[at]?.included) {
    report(path, `"${base}" is already inside the prices: it cannot be a base`);
  }
}

/** Prices and charges do not go below zero; what lowers a bill is a levy of kind "rebate". */
function checkNotNegative(amount: Amount, path: string, report: Report): void {
  if (amount.kind === 'constant' && amount.value.n < 0n) {
    report(path, 'write zero or more; what lowers a bill is a levy with "kind": "rebate"');
  }
}

function checkAmount(
  tariff: Tariff,
  { amount, path }: { readonly amount: Amount; readonly path: string },
  report: Report,
): void {
  for (const name of parametersIn(amount)) {
    if (!Object.hasOwn(tariff.parameters, name)) {
      report(path, `the parameter "${name}" is not in parameters: add it there`);
    } else if (tariff.parameters[name]?.choices !== undefined) {
      report(path, `the parameter "${name}" is a choice, not a number`);
    }
  }
}

function checkWhen(tariff: Tariff, when: When | undefined, path: string, report: Report): void {
  checkRanges(when, path, report);
  for (const period of when?.periods ?? []) {
    if (!tariff.periods.some((p) => p.code === period)) {
      report(`${path}.periods`, `no period has the code "${period}": add it to periods`);
    }
  }
  for (const [name, value] of Object.entries(when?.parameter ?? {})) {
    const parameter = Object.hasOwn(tariff.parameters, name) ? tariff.parameters[name] : undefined;
    if (parameter?.choices === undefined) {
      report(`${path}.parameter.${name}`, 'name a parameter that has choices');
    } else if (!parameter.choices.includes(value)) {
      report(`${path}.parameter.${name}`, `write one of: ${parameter.choices.join(', ')}`);
    }
  }
}

function checkRanges(when: When | undefined, path: string, report: Report): void {
  for (const part of ['monthTotal', 'average', 'highest'] as const) {
    const range = when?.[part];
    if (range === undefined) continue;
    const { overKwh, uptoKwh } = range;
    if (overKwh === undefined && uptoKwh === undefined) {
      report(`${path}.${part}`, 'write overKwh, uptoKwh or both');
    }
    if (overKwh?.kind !== 'constant' || uptoKwh?.kind !== 'constant') continue;
    if (compare(overKwh.value, uptoKwh.value) >= 0n) {
      report(`${path}.${part}`, 'never holds: write an uptoKwh above overKwh');
    }
  }
}

function checkPeriods(tariff: Tariff, report: Report): void {
  const last = tariff.periods.at(-1);
  if (last === undefined) return;
  const narrowed = last.days ?? last.dates ?? last.calendarMonths ?? last.from ?? last.to;
  if (last.announced || narrowed !== undefined) {
    report(`periods[${tariff.periods.length - 1}]`, 'the last period must hold at all other times');
  }
  tariff.periods.forEach(({ code, label }, i) => {
    const first = tariff.periods.find((p) => p.code === code);
    if (first === undefined || first.label === label) return;
    report(
      `periods[${i}].label`,
      `write "${first.label}", as for the first "${code}", or another code`,
    );
  });
}

function checkExamples(tariff: Tariff, report: Report): void {
  const known = new Set<string>([
    ...reservedCodes,
    ...['allEnergy', 'allFees', 'allTaxes', 'allDebts', 'remainder'],
    ...tariff.charges.map((c) => c.code),
    ...tariff.levies.map((l) => l.code),
  ]);
  tariff.examples.forEach((example, i) => {
    const path = `examples[${i}]`;
    if (tariff.examples.findIndex(({ id }) => id === example.id) < i) {
      report(`${path}.id`, `another example has the id "${example.id}": write another`);
    }
    if ((example.paid === undefined) === (example.wantedKwh === undefined)) {
      report(path, 'write either paid or wantedKwh');
    }
    if (Object.keys(example.expect).length === 0) {
      report(`${path}.expect`, 'write at least one expected figure');
    }
    for (const name of Object.keys(example.parameters)) {
      if (!Object.hasOwn(tariff.parameters, name)) {
        report(`${path}.parameters.${name}`, 'no parameter has this name');
      }
    }
    for (const code of Object.keys(example.position.owed ?? {})) {
      if (code === 'reprice' || tariff.charges.some((charge) => charge.code === code)) continue;
      report(`${path}.position.owed.${code}`, 'no charge has this code');
    }
    for (const code of Object.keys(example.position.levied ?? {})) {
      if (tariff.levies.some((l) => l.code === code && isOfMonth(l))) continue;
      report(
        `${path}.position.levied.${code}`,
        'no levy with "limitsPer" or "repricing" "month" has this code',
      );
    }
    const codes = new Set([...known, ...example.debts.map((d) => d.id)]);
    for (const part of Object.keys(example.expect.parts ?? {})) {
      for (const code of part.split('+')) {
        if (!codes.has(code.trim())) {
          report(`${path}.expect.parts.${part}`, `"${code.trim()}" is no line of this tariff`);
        }
      }
    }
    if (example.partsAt === 'published' && example.expect.kwh === undefined) {
      report(`${path}.partsAt`, '"published" needs expect.kwh');
    }
    if (example.period !== undefined && !tariff.periods.some((p) => p.code === example.period)) {
      report(`${path}.period`, 'no period has this code');
    }
  });
}
