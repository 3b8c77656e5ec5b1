// The price of energy: lists of blocks, and all prices raised or lowered by a share at once.

import { Button, Checkbox, Group, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useEntry } from '../../../ui/form.tsx';
import { Field, Fields, Fold, Item, Section, useEditing } from './editing.tsx';
import styles from './editor.module.css';
import {
  isObject,
  type Json,
  listAt,
  type Path,
  pathText,
  valueAt,
  withItem,
  withoutItem,
} from './json.ts';
import {
  blockPlaces,
  choicesOf,
  energyPlaces,
  periodCodes,
  schedulePlaces,
  whenPlaces,
} from './places.ts';
import { pricesOf, raised, readShare, withRaised } from './raise.ts';

const schedulesPath = ['energy', 'schedules'];

export function EnergySection() {
  const { document, change } = useEditing();
  const schedules = listAt(document, schedulesPath);
  const when = whenPlaces(choicesOf(document));
  const addList = () =>
    change((whole) => {
      const last = listAt(whole, schedulesPath).at(-1);
      const copy = isObject(last) ? last : { blocks: [{ uptoKwh: null, rate: '' }] };
      return withItem(whole, schedulesPath, { ...copy, code: `list${schedules.length + 1}` });
    });
  return (
    <Section
      title="Price of energy"
      note="Blocks count from the start of the month. Of several price lists the first that holds counts."
      aside={
        <Button size="compact-sm" variant="default" onClick={addList}>
          Add a price list
        </Button>
      }
    >
      <RaiseTool />
      {schedules.map((schedule, index) => {
        const at = [...schedulesPath, index];
        const isOnly = schedules.length === 1;
        const blocks = <Blocks at={at} />;
        // biome-ignore lint/suspicious/noArrayIndexKey: its place is what names it
        if (isOnly) return <div key={index}>{blocks}</div>;
        return (
          <Item
            // biome-ignore lint/suspicious/noArrayIndexKey: its place is what names it
            key={index}
            at={at}
            title={nameOf(schedule, index)}
            onRemove={() => change((whole) => withoutItem(whole, schedulesPath, index))}
          >
            {blocks}
            <Fields at={at} places={schedulePlaces} />
            <Fold title="Only when" at={at} places={when} />
          </Item>
        );
      })}
      <Fold title="Words and rules of the energy" at={['energy']} places={energyPlaces} />
    </Section>
  );
}

function nameOf(schedule: Json, index: number): string {
  const word = valueAt(schedule, ['label']) ?? valueAt(schedule, ['code']);
  return typeof word === 'string' && word !== '' ? `Price list ${word}` : `Price list ${index + 1}`;
}

function Blocks({ at }: { at: Path }) {
  const { document, change, errors, currency } = useEditing();
  const path = [...at, 'blocks'];
  const blocks = listAt(document, path);
  const hasRates = blocks.some((block) => valueAt(block, ['rates']) !== undefined);
  const hasRate = !hasRates || blocks.some((block) => valueAt(block, ['rate']) !== undefined);
  const periods = hasRates ? periodCodes(document) : [];
  const places = blockPlaces(periods).filter(({ path: [name] }) => hasRate || name !== 'rate');
  // The last block has no end, so that a new one stands before it.
  const add = () =>
    change((whole) => {
      const last = blocks.at(-1);
      const limit = Number(valueAt(blocks.at(-2), ['uptoKwh']) ?? 0);
      const uptoKwh = String((Number.isFinite(limit) ? limit : 0) + 100);
      const fresh = { ...(isObject(last) ? last : {}), uptoKwh };
      return withItem(whole, path, fresh, Math.max(0, blocks.length - 1));
    });
  const fault = errors.get(pathText(path));
  return (
    <div className={styles.scroll}>
      <table className={styles.blocks} aria-label="Blocks">
        <thead>
          <tr>
            <th scope="col">Block</th>
            {places.map(({ label, isMoney }) => (
              <th scope="col" key={label}>
                {isMoney === true ? `${label} (${currency})` : label}
              </th>
            ))}
            <td />
          </tr>
        </thead>
        <tbody>
          {blocks.map((_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: its place is what names it
            <tr key={index} aria-label={`Block ${index + 1}`}>
              <th scope="row">{index + 1}</th>
              {places.map((place) => (
                <td key={place.label}>
                  <Field at={[...path, index]} place={place} bare />
                </td>
              ))}
              <td>
                <Button
                  size="compact-xs"
                  variant="subtle"
                  color="gray"
                  aria-label={`Remove block ${index + 1}`}
                  onClick={() => change((whole) => withoutItem(whole, path, index))}
                >
                  Remove
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {fault !== undefined && (
        <Text size="sm" c="red" role="alert">
          {fault}
        </Text>
      )}
      <Button size="compact-sm" variant="subtle" onClick={add}>
        Add a block
      </Button>
    </div>
  );
}

function RaiseTool() {
  const { document, before, change } = useEditing();
  const share = useEntry('5', readShare);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const prices = pricesOf(document);
  if (before === null || prices.length === 0) return null;
  const chosen = prices.filter(({ path }) => !left.has(pathText(path)));
  const toggle = (key: string) => {
    const next = new Set(left);
    if (!next.delete(key)) next.add(key);
    setLeft(next);
  };
  const raise = () => {
    share.insist();
    const { read } = share;
    if (read.ok) change((whole) => withRaised(whole, chosen, read.value));
  };
  const shown = share.read.ok ? share.read.value : null;
  return (
    <details className={styles.fold}>
      <summary>Raise or lower prices by per cent</summary>
      <fieldset className={styles.raise}>
        <legend>Which prices</legend>
        {prices.map(({ path, label, value }) => {
          const key = pathText(path);
          const next = shown === null || left.has(key) ? '' : ` to ${raised(value, shown)}`;
          return (
            <Checkbox
              key={key}
              size="sm"
              label={`${label}: ${value}${next}`}
              checked={!left.has(key)}
              onChange={() => toggle(key)}
            />
          );
        })}
      </fieldset>
      <Group gap="sm" align="flex-end">
        <TextInput
          label="By per cent"
          maw="8rem"
          value={share.text}
          error={share.fault}
          autoComplete="off"
          onChange={({ currentTarget }) => share.setText(currentTarget.value)}
        />
        <Button variant="default" disabled={chosen.length === 0} onClick={raise}>
          Raise {chosen.length === 1 ? 'this price' : `these ${chosen.length} prices`}
        </Button>
        <Button
          variant="subtle"
          onClick={() =>
            setLeft(
              chosen.length > 0 ? new Set(prices.map(({ path }) => pathText(path))) : new Set(),
            )
          }
        >
          {chosen.length > 0 ? 'Choose none' : 'Choose all'}
        </Button>
      </Group>
    </details>
  );
}
