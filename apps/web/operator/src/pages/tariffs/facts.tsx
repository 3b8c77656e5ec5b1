// Facts of connections that a tariff asks for, as forms ask for them; and the day from which one
// holds.

import { NativeSelect } from '@mantine/core';
import type { TariffRow } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import { isCivilDate } from '../../state/search.ts';
import type { Read } from '../../text/entries.ts';
import { EntryField } from '../../ui/form.tsx';
import type { Asked } from './tariff-parameters.ts';

export { type Asked, parametersOf } from './tariff-parameters.ts';

/** The version that says which facts the tariff needs: in force, or the one that comes. */
export const versionToAsk = (tariff: TariffRow): string | undefined =>
  tariff.inForceVersionId ?? tariff.versions.find(({ state }) => state === 'approved')?.versionId;

export const readDay =
  (today: string) =>
  (text: string): Read<string> => {
    if (!isCivilDate(text)) return err('Choose a day.');
    return text < today ? err('Choose today or a day to come.') : ok(text);
  };

const asItIs = 'As it is';

type FactsProps = {
  readonly asked: readonly Asked[];
  readonly facts: Readonly<Record<string, string>>;
  readonly onChange: (facts: Readonly<Record<string, string>>) => void;
  /** What a connection has already may stay; otherwise the first choice is taken. */
  readonly keeps?: boolean;
};

export function Facts({ asked, facts, onChange, keeps = false }: FactsProps) {
  return asked.map(({ name, label, choices }) => {
    const value = facts[name] ?? '';
    const setText = (text: string) => onChange({ ...facts, [name]: text });
    const entry = { text: value, setText, read: ok(value), fault: null, insist: () => {} };
    if (choices.length === 0) {
      return keeps ? (
        <EntryField key={name} entry={entry} label={label} note="Empty: as each has it" />
      ) : (
        <EntryField key={name} entry={entry} label={label} />
      );
    }
    return (
      <NativeSelect
        key={name}
        label={label}
        value={value === '' ? (keeps ? asItIs : choices[0]) : value}
        data={[...(keeps ? [asItIs] : []), ...choices]}
        onChange={({ currentTarget }) =>
          setText(currentTarget.value === asItIs ? '' : currentTarget.value)
        }
      />
    );
  });
}

/** What is given; a choice that nobody touched is the first when `otherwiseFirst`. */
export function givenFacts(
  asked: readonly Asked[],
  facts: Readonly<Record<string, string>>,
  otherwiseFirst = false,
): Record<string, string> {
  return Object.fromEntries(
    asked.flatMap(({ name, choices }) => {
      const value = (facts[name] ?? (otherwiseFirst ? choices[0] : undefined) ?? '').trim();
      return value === '' ? [] : [[name, value]];
    }),
  );
}
