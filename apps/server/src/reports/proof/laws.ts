// The result of a run: the counts of the rules, added up over ranges and shown law by law.

import type { ProofLaw } from '@prewatt/api';
import { type Finding, findingsKept, type Tally } from './check-rule.ts';
import { type LawNumber, type Rule, rules } from './rules.ts';

const titles: Record<LawNumber, string> = {
  1: 'the ledger sums to zero and its history stands',
  2: 'paid = energy + tax + fees + debt + remainder',
  3: 'energy credited ≤ energy issued ≤ energy paid for',
  4: 'a TID is issued once and accepted once',
  5: 'a repeated payment or request changes nothing',
  6: 'every paid sale is delivered, on its way or on a list',
  7: 'no token without energy, and no protection rules but those that were allowed',
};

type Told = Pick<Rule, 'name' | 'law' | 'of' | 'broken'>;

/** Rules that are no query; the service checks them. */
export const historyStands: Told = {
  name: 'historyStands',
  law: 1,
  of: 'rows',
  broken: 'tables in whose history rows were changed, removed or slipped in',
};
export const referencesExist: Told = {
  name: 'referencesExist',
  law: 1,
  of: 'rows',
  broken: 'rows that name a row which is not there',
};
export const digitsCarryEnergy: Told = {
  name: 'digitsCarryEnergy',
  law: 3,
  of: 'tokens',
  broken: 'tokens whose digits do not carry the energy of their row',
};
export const digitsCarryTid: Told = {
  name: 'digitsCarryTid',
  law: 4,
  of: 'tokens',
  broken: 'tokens whose digits do not carry the TID of their row',
};
export const decisionsAreSealed: Told = {
  name: 'decisionsAreSealed',
  law: 3,
  of: 'approvals',
  broken: 'decided approvals that are not as the server heard them decided',
};
/** Never broken: its findings are what two administrators said about wrong clocks. */
export const wrongClocks: Told = {
  name: 'wrongClocks',
  law: 1,
  of: 'rows',
  broken: 'spans of a wrong clock, as two administrators told them',
};
const told: readonly Told[] = [
  ...rules,
  wrongClocks,
  historyStands,
  referencesExist,
  digitsCarryEnergy,
  digitsCarryTid,
  decisionsAreSealed,
];

export type Tallies = ReadonlyMap<string, Tally>;

export function addTally(tallies: Map<string, Tally>, name: string, more: Tally): void {
  const sum = tallies.get(name) ?? { checked: 0n, failed: 0n, findings: [] as Finding[] };
  tallies.set(name, {
    checked: sum.checked + more.checked,
    failed: sum.failed + more.failed,
    findings: [...sum.findings, ...more.findings].slice(0, findingsKept),
  });
}

/** As it rests in the result's row, and as the API gives it but for the identifiers' prefixes. */
export function lawsOf(tallies: Tallies): ProofLaw[] {
  return Object.entries(titles).map(([number, title]) => {
    const law = Number(number);
    const ofLaw = told
      .filter((rule) => rule.law === law)
      .map(({ name, of, broken }) => {
        const tally = tallies.get(name);
        if (tally === undefined) throw new Error(`rule ${name} was not checked`);
        const { checked, failed, findings } = tally;
        return {
          name,
          of,
          broken,
          checked: checked.toString(),
          failed: failed.toString(),
          findings: [...findings],
        };
      });
    const failed = ofLaw.reduce((sum, rule) => sum + BigInt(rule.failed), 0n);
    return { law, title, holds: failed === 0n, failed: failed.toString(), rules: ofLaw };
  });
}
