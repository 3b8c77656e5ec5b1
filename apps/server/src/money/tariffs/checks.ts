// What a new version must be before it is stored, handed on and put in force. Pure but for the
// document that it reads.

import { err, ok, type Result } from '@prewatt/quantities';
import { parseTariff, runExamples, type Tariff, type TariffDocumentError } from '@prewatt/tariff';
import type { Utility } from '../../registry/utilities/index.ts';
import type { Refused } from './errors.ts';
import type { StoredVersion } from './store.ts';

const faultsShown = 20;

/** The document as one of this utility's, with examples that hold. */
export function checkDocument(document: object, utility: Utility): Result<Tariff, Refused> {
  const parsed = parseTariff(document);
  if (!parsed.ok) return err({ code: 'documentInvalid', about: faultsText(parsed.error) });
  const tariff = parsed.value;
  const { code, scale } = tariff.currency;
  if (code !== utility.currency.code || scale !== utility.currency.scale) {
    const { currency } = utility;
    return err({ code: 'currencyDiffers', about: `${currency.code}, scale ${currency.scale}.` });
  }
  if (tariff.zone !== utility.zone) return err({ code: 'zoneDiffers', about: `${utility.zone}.` });
  const examples = checkExamples(tariff);
  return examples === null ? ok(tariff) : err(examples);
}

function checkExamples(tariff: Tariff): Refused | null {
  const counted = runExamples(tariff).filter((example) => example.gate);
  if (counted.length === 0) return { code: 'noExample' };
  const missed = counted.filter((example) => example.misses.length > 0);
  if (missed.length === 0) return null;
  const shown = missed.slice(0, faultsShown).map((each) => `${each.id}: ${each.misses.join(', ')}`);
  return { code: 'exampleFails', about: shown.join('; ') };
}

function faultsText(faults: readonly TariffDocumentError[]): string {
  const shown = faults
    .slice(0, faultsShown)
    .map(({ path, message }) => `${path === '' ? 'the document' : path}: ${message}`);
  const more = faults.length - shown.length;
  return `${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`;
}

/** Whether it is the next version of its tariff. `family`: versions of the same name. */
export function checkVersion(
  tariff: Tariff,
  o: {
    readonly name: string;
    readonly family: readonly StoredVersion[];
    /** The id that documents of this tariff have; null for a tariff's first. */
    readonly familyId: string | null;
    readonly otherName: string | null;
  },
): Refused | null {
  if (o.otherName !== null) {
    return { code: 'tariffIdDiffers', about: `"${tariff.id}" is the id of "${o.otherName}".` };
  }
  if (o.familyId !== null && o.familyId !== tariff.id) {
    return { code: 'tariffIdDiffers', about: `"${o.familyId}", not "${tariff.id}".` };
  }
  const standing = o.family.filter((each) => each.state !== 'withdrawn');
  const next = 1 + Math.max(0, ...standing.map((each) => each.version));
  if (tariff.version !== next && standing.length > 0) {
    return { code: 'versionNotNext', about: `${next}, not ${tariff.version}.` };
  }
  return null;
}

/** Whether it may still begin on its first day. */
export function checkDates(
  version: { readonly id: string | null; readonly effectiveFrom: string },
  o: { readonly today: string; readonly family: readonly StoredVersion[] },
): Refused | null {
  if (version.effectiveFrom < o.today) {
    const about = `(${version.effectiveFrom}; today is ${o.today}.)`;
    return { code: 'dateInPast', about };
  }
  const later = o.family.some(
    (each) =>
      each.state === 'approved' &&
      each.id !== version.id &&
      each.effectiveFrom >= version.effectiveFrom,
  );
  return later ? { code: 'dateNotAfterLatest' } : null;
}

/** Facts of a connection against what a tariff asks: all of them, and no other. */
export function checkParameters(
  tariff: Tariff,
  given: Readonly<Record<string, string>>,
): Refused | null {
  for (const [name, value] of Object.entries(given)) {
    const parameter = Object.hasOwn(tariff.parameters, name) ? tariff.parameters[name] : undefined;
    if (parameter?.of !== 'connection') return { code: 'parameterUnknown', about: `${name}.` };
    const { choices } = parameter;
    if (choices !== undefined && !choices.includes(value)) {
      return { code: 'parameterUnknown', about: `${name} is one of ${choices.join(', ')}.` };
    }
    if (choices === undefined && !/^-?\d{1,12}(\.\d{1,12})?$/.test(value)) {
      return { code: 'parameterUnknown', about: `${name} is a number, such as 2.5.` };
    }
  }
  for (const [name, parameter] of Object.entries(tariff.parameters)) {
    const known = typeof parameter.value === 'string' || parameter.values !== undefined;
    if (parameter.of === 'connection' && !known && !Object.hasOwn(given, name)) {
      return { code: 'parameterMissing', about: `${parameter.label} (${name}).` };
    }
  }
  return null;
}
