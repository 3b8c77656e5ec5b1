// Worked examples: each is computed as it is edited. Those that a new price broke on purpose are
// filled with what the document gives now, after somebody has looked.

import { Alert, Button, Group, Text } from '@mantine/core';
import { countText } from '@prewatt/quantities';
import { parseTariff, type Tariff } from '@prewatt/tariff';
import { useMemo } from 'react';
import { StateBadge } from '../../../ui/show.tsx';
import { Fields, Item, Section, useEditing } from './editing.tsx';
import { type Json, listAt, valueAt, withItem, withoutItem } from './json.ts';
import { examplePlaces } from './places.ts';
import { examplesOf, withFilledExamples } from './preview.ts';

const path = ['examples'];

export function ExamplesSection() {
  const { document, change } = useEditing();
  const tariff = useMemo(() => {
    const parsed = parseTariff(document);
    return parsed.ok ? parsed.value : null;
  }, [document]);
  const states = useMemo(() => (tariff === null ? [] : examplesOf(tariff)), [tariff]);
  const missed = states.filter(({ misses, gate }) => gate && misses.length > 0).length;
  const items = listAt(document, path);
  const add = () =>
    change((whole) =>
      withItem(whole, path, {
        ...{ id: `example-${items.length + 1}`, paid: '100', expect: { kwh: '0' } },
        date: valueAt(whole, ['effectiveFrom']) ?? '',
      }),
    );
  return (
    <Section
      title="Worked examples"
      note="They prove the prices: a version whose examples do not hold is refused."
      aside={
        <Button size="compact-sm" variant="default" onClick={add}>
          Add an example
        </Button>
      }
    >
      {missed > 0 && tariff !== null && <Missed count={missed} tariff={tariff} />}
      {items.map((item, index) => {
        const state = states[index];
        const id = valueAt(item, ['id']);
        return (
          <Item
            // biome-ignore lint/suspicious/noArrayIndexKey: its place is what names it
            key={index}
            at={[...path, index]}
            title={typeof id === 'string' && id !== '' ? id : `Example ${index + 1}`}
            onRemove={() => change((whole) => withoutItem(whole, path, index))}
          >
            <Fields at={[...path, index]} places={examplePlaces} />
            <Group gap="xs" mt="xs">
              {state !== undefined && (
                <StateBadge
                  label={
                    state.misses.length === 0
                      ? { text: 'Holds', tone: 'good' }
                      : { text: state.gate ? 'Missed' : 'Missed, not counted', tone: 'warn' }
                  }
                />
              )}
              <Parts item={item} />
            </Group>
            {state?.misses.map((miss) => (
              <Text key={miss} size="xs" c="dimmed">
                {miss}
              </Text>
            ))}
          </Item>
        );
      })}
    </Section>
  );
}

function Missed({ count, tariff }: { count: number; tariff: Tariff }) {
  const { change } = useEditing();
  const title =
    count === 1
      ? 'An example does not hold any more'
      : `${countText(count, 'example')} do not hold any more`;
  return (
    <Alert color="yellow" variant="light" mb="sm" title={title}>
      <Text size="sm" mb="xs">
        Look at what follows from your change. If it is what you mean, take the new figures.
      </Text>
      <Button
        size="compact-sm"
        onClick={() => change((whole) => withFilledExamples(whole, tariff))}
      >
        Take the new figures
      </Button>
    </Alert>
  );
}

/** Expected lines of its receipt, which only the JSON changes. */
function Parts({ item }: { item: Json }) {
  const parts = valueAt(item, ['expect', 'parts']);
  if (typeof parts !== 'object' || parts === null || Array.isArray(parts)) return null;
  const text = Object.entries(parts).map(([code, amount]) => `${code} ${String(amount)}`);
  return (
    <Text size="xs" c="dimmed">
      Lines: {text.join(', ')}
    </Text>
  );
}
