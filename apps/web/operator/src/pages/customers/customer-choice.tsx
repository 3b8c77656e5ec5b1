// Finds a customer by a few words and lets one be chosen, in a form.

import { Group, Radio, Stack, Text } from '@mantine/core';
import { err, ok } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { customersFoundQuery } from '../../api/customers.ts';
import type { Entry } from '../../ui/form.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { QueryState } from '../../ui/states.tsx';

const mostShown = 8;

/** Whose id is chosen, as an entry of a form. */
export function useChosenCustomer(): Entry<string> {
  const [customerId, choose] = useState('');
  return {
    ...{ text: customerId, setText: choose, fault: null, insist: () => undefined },
    read: customerId === '' ? err('Choose a customer') : ok(customerId),
  };
}

type ChoiceProps = {
  readonly label: string;
  readonly entry: Entry<string>;
  /** Not to be chosen. */
  readonly but?: string;
};

export function CustomerChoice({ label, entry, but }: ChoiceProps) {
  const [text, setText] = useState('');
  const asked = text.trim();
  const query = useQuery(customersFoundQuery(asked));
  const found = query.data?.rows.filter(({ customerId }) => customerId !== but);
  return (
    <>
      <Group>
        <SearchBox
          label={label}
          placeholder="Name, phone, home or meter"
          value={text}
          onSearch={setText}
        />
      </Group>
      {asked.length >= 2 && found === undefined && <QueryState query={query} height={60} />}
      {found?.length === 0 && (
        <Text size="sm" c="dimmed">
          Nobody is found by these words.
        </Text>
      )}
      {found !== undefined && found.length > 0 && (
        <Radio.Group label="Customer" value={entry.text} onChange={entry.setText}>
          <Stack gap="xs" mt="xs">
            {found.slice(0, mostShown).map((row) => (
              <Radio
                key={row.customerId}
                value={row.customerId}
                label={`${row.name}, ${row.phone ?? 'no phone'}`}
                description={row.homeName ?? 'no home'}
              />
            ))}
          </Stack>
        </Radio.Group>
      )}
    </>
  );
}
