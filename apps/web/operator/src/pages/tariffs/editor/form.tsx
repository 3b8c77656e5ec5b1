// The form of a tariff document, part by part. It shows what it has fields for; what it has none
// for is named at its end, stays as it is and is changed in the JSON.

import { Button, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { withFirstDay } from './begin.ts';
import { Field, Fields, Fold, Item, Section, useEditing } from './editing.tsx';
import styles from './editor.module.css';
import { EnergySection } from './energy.tsx';
import { ExamplesSection } from './examples.tsx';
import { type Json, listAt, type Path, valueAt, withItem, withoutItem, withValue } from './json.ts';
import {
  aboutPlaces,
  chargeMorePlaces,
  chargePlaces,
  choicesOf,
  datedValuePlaces,
  freePlaces,
  freeVariantPlaces,
  headPlaces,
  hiddenMembers,
  levyMorePlaces,
  levyPlaces,
  type Place,
  parameterNames,
  parameterPlaces,
  periodPlaces,
  roundingPlaces,
  variantPlaces,
  whenPlaces,
} from './places.ts';

export function TariffForm() {
  return (
    <>
      <HeadSection />
      <EnergySection />
      <ListSection {...lists.charges} />
      <ListSection {...lists.levies} />
      <FreeSection />
      <ListSection {...lists.periods} />
      <ParametersSection />
      <Section title="Rounding">
        <Fold title="How lines and totals are rounded" at={[]} places={roundingPlaces} />
      </Section>
      <ExamplesSection />
      <Hidden />
    </>
  );
}

function HeadSection() {
  const { change } = useEditing();
  return (
    <Section title="When and for whom">
      <div className={styles.fields}>
        {headPlaces.map((place) => (
          <Field
            key={place.label}
            at={[]}
            place={place}
            {...(place.path[0] === 'effectiveFrom'
              ? { onWrite: (day: string) => change((whole) => withFirstDay(whole, day)) }
              : {})}
          />
        ))}
      </div>
      <Fold title="About this tariff" at={[]} places={aboutPlaces} />
    </Section>
  );
}

type ListSectionProps = {
  readonly title: string;
  readonly note: string;
  readonly add: string;
  readonly path: Path;
  readonly places: readonly Place[];
  readonly more: readonly Place[];
  readonly hasWhen: boolean;
  readonly hasVariants: boolean;
  readonly fresh: (nth: number) => Json;
};

const lists: Readonly<Record<'charges' | 'levies' | 'periods', ListSectionProps>> = {
  charges: {
    title: 'Charges',
    note: 'Fixed sums: a month’s service charge, a day’s, or one with each purchase.',
    add: 'Add a charge',
    ...{ path: ['charges'], places: chargePlaces, more: chargeMorePlaces },
    ...{ hasWhen: true, hasVariants: true },
    fresh: (nth) => ({ code: `charge${nth}`, label: 'New charge', per: 'month', amount: '0' }),
  },
  levies: {
    title: 'Levies and taxes',
    note: 'A share of other lines, such as VAT, or a sum for each kWh.',
    add: 'Add a levy or tax',
    ...{ path: ['levies'], places: levyPlaces, more: levyMorePlaces },
    ...{ hasWhen: true, hasVariants: false },
    fresh: (nth) => ({
      ...{ code: `levy${nth}`, label: 'New levy', percent: '0', of: ['energy'] },
    }),
  },
  periods: {
    title: 'Times of use',
    note: 'Hours with a price of their own. The last one without hours is for all other times.',
    add: 'Add a time of use',
    ...{ path: ['periods'], places: periodPlaces, more: [] },
    ...{ hasWhen: false, hasVariants: false },
    fresh: (nth) => ({ code: `time${nth}`, label: 'New time', from: '17:00', to: '20:00' }),
  },
};

function ListSection(list: ListSectionProps) {
  const { document, change } = useEditing();
  const { path } = list;
  const items = listAt(document, path);
  const when = whenPlaces(choicesOf(document));
  return (
    <Section
      title={list.title}
      note={list.note}
      aside={
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => change((whole) => withItem(whole, path, list.fresh(items.length + 1)))}
        >
          {list.add}
        </Button>
      }
    >
      {items.map((item, index) => {
        const at = [...path, index];
        return (
          <Item
            // biome-ignore lint/suspicious/noArrayIndexKey: its place is what names it
            key={index}
            at={at}
            title={titleOf(item, index)}
            onRemove={() => change((whole) => withoutItem(whole, path, index))}
          >
            <Fields at={at} places={list.places} />
            {list.hasVariants && <Variants at={at} places={variantPlaces} money="0" />}
            {list.more.length > 0 && (
              <Fold title="Limits and special cases" at={at} places={list.more} />
            )}
            {list.hasWhen && <Fold title="Only when" at={at} places={when} />}
          </Item>
        );
      })}
    </Section>
  );
}

function titleOf(item: Json, index: number): string {
  const word = valueAt(item, ['label']) ?? valueAt(item, ['code']) ?? valueAt(item, ['id']);
  return typeof word === 'string' && word !== '' ? word : `No ${index + 1}`;
}

type VariantsProps = {
  readonly at: Path;
  readonly places: readonly Place[];
  readonly money?: string;
};

/** Cases, of which the first that holds counts. */
function Variants({ at, places, money }: VariantsProps) {
  const { document, change } = useEditing();
  const path = [...at, 'variants'];
  const when = whenPlaces(choicesOf(document));
  const variants = listAt(document, path);
  const add = () =>
    change((whole) => withItem(whole, path, money === undefined ? {} : { amount: money }));
  return (
    <>
      {variants.map((_, index) => (
        <Item
          // biome-ignore lint/suspicious/noArrayIndexKey: its place is what names it
          key={index}
          at={[...path, index]}
          title={`Case ${index + 1}`}
          onRemove={() => change((whole) => withoutItem(whole, path, index))}
        >
          <Fields at={[...path, index]} places={places} />
          <Fold title="Only when" at={[...path, index]} places={when} />
        </Item>
      ))}
      <Button size="compact-xs" variant="subtle" onClick={add}>
        Add a case
      </Button>
    </>
  );
}

function FreeSection() {
  const { document, change } = useEditing();
  const at = ['freeAllowance'];
  const has = valueAt(document, at) !== undefined;
  const when = whenPlaces(choicesOf(document));
  const put = () =>
    change((whole) => withValue(whole, at, has ? undefined : { kwh: '50', countsInBlocks: false }));
  return (
    <Section
      title="Free energy"
      note="So many kWh a month that cost nothing, for homes in need."
      aside={
        <Button size="compact-sm" variant="default" onClick={put}>
          {has ? 'Remove free energy' : 'Add free energy'}
        </Button>
      }
    >
      {has && (
        <>
          <Fields at={[]} places={freePlaces} />
          <Variants at={at} places={freeVariantPlaces} />
          <Fold title="Only when" at={at} places={when} />
        </>
      )}
    </Section>
  );
}

function ParametersSection() {
  const { document, change } = useEditing();
  const [name, setName] = useState('');
  const names = parameterNames(document);
  const isName = /^[a-z][a-zA-Z0-9_-]{0,39}$/.test(name) && !names.includes(name);
  const add = () => {
    change((whole) => withValue(whole, ['parameters', name], { label: name, value: '0' }));
    setName('');
  };
  return (
    <Section
      title="Values that change by themselves"
      note="A fuel charge by month, an exchange rate, the amperes of a home: named here, used in prices by that name."
    >
      {names.map((each) => (
        <Item
          key={each}
          at={['parameters', each]}
          title={each}
          onRemove={() => change((whole) => withValue(whole, ['parameters', each], undefined))}
        >
          <Fields at={['parameters', each]} places={parameterPlaces} />
          <DatedValues at={['parameters', each, 'values']} />
        </Item>
      ))}
      <div className={styles.addNamed}>
        <TextInput
          label="Name of a new value"
          placeholder="fuelRate"
          value={name}
          autoComplete="off"
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Button variant="default" disabled={!isName} onClick={add}>
          Add a value
        </Button>
      </div>
    </Section>
  );
}

function DatedValues({ at }: { at: Path }) {
  const { document, change } = useEditing();
  const firstDay = valueAt(document, ['effectiveFrom']) ?? '';
  return (
    <>
      {listAt(document, at).map((_, index) => (
        <Item
          // biome-ignore lint/suspicious/noArrayIndexKey: its place is what names it
          key={index}
          at={[...at, index]}
          title={`Value ${index + 1}`}
          onRemove={() => change((whole) => withoutItem(whole, at, index))}
        >
          <Fields at={[...at, index]} places={datedValuePlaces} />
        </Item>
      ))}
      <Button
        size="compact-xs"
        variant="subtle"
        onClick={() => change((whole) => withItem(whole, at, { from: firstDay, value: '0' }))}
      >
        Add a value from a day on
      </Button>
    </>
  );
}

/** What the form has no field for. Nothing of it is lost. */
function Hidden() {
  const { document } = useEditing();
  const hidden = hiddenMembers(document);
  if (hidden.length === 0) return null;
  return (
    <Section title="Only in the JSON">
      <Text size="sm" c="dimmed">
        These parts have no field here. They stay as they are; change them in the JSON tab.
      </Text>
      <ul className={styles.hidden}>
        {hidden.map((member) => (
          <li key={member}>{member}</li>
        ))}
      </ul>
    </Section>
  );
}
