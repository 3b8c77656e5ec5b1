// Which notifications are shown: days, what became of them, the provider, a reference or an amount.
// The choice stands in the page's address.

import { Group, NativeSelect, Stack } from '@mantine/core';
import type { NotificationShow } from '@prewatt/api';
import type { NotificationsSearch } from '../../state/search.ts';
import { Choices } from '../../ui/choices.tsx';
import { DayRanges } from '../../ui/day-ranges.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { daysBefore } from '../sale-ranges.ts';

const shows = ['all', 'sold', 'waits', 'returned', 'refused', 'failed', 'repeated'] as const;
const showTexts: Record<(typeof shows)[number], string> = {
  all: 'All',
  sold: 'Sold',
  waits: 'Waits',
  returned: 'Returned',
  refused: 'Refused',
  failed: 'Went wrong',
  repeated: 'Came again',
};
/** What nobody finds among these days. */
export const emptyTexts: Record<NotificationShow | 'all', string> = {
  all: 'No provider has sent anything in these days.',
  taken: 'Nothing was acted on in these days.',
  sold: 'Nothing that came in these days has paid for a sale.',
  waits: 'Nothing waits.',
  returned: 'No money of these days was paid back.',
  refused: 'Nothing was refused in these days; what was is kept for a week.',
  failed: 'None went wrong.',
  repeated: 'Nothing came twice in these days.',
};

type FiltersProps = {
  readonly wanted: NotificationsSearch;
  readonly today: string;
  readonly days: { readonly from: string; readonly to: string };
  readonly providers: readonly string[];
  readonly onShow: (changed: Readonly<Record<string, string>>) => void;
};

export function Filters({ wanted, today, days, providers, onShow }: FiltersProps) {
  // One that is not set up any more stays a choice while the address names it.
  const { provider = '' } = wanted;
  const known =
    provider === '' || providers.includes(provider) ? providers : [...providers, provider];
  return (
    <Stack gap="xs">
      <Choices
        label="Show"
        of={shows}
        chosen={shows.find((each) => each === (wanted.notifications ?? 'all')) ?? null}
        text={(each) => showTexts[each]}
        onChoose={(each) => onShow({ notifications: each })}
      />
      <Group gap="xs" align="flex-end">
        <SearchBox
          label="Find a notification"
          placeholder="Reference or amount"
          value={wanted.search ?? ''}
          onSearch={(search) => onShow({ search })}
        />
        <NativeSelect
          label="Provider"
          size="xs"
          value={provider}
          data={[
            { value: '', label: 'Any' },
            ...known.map((each) => ({ value: each, label: each })),
          ]}
          onChange={({ currentTarget }) => onShow({ provider: currentTarget.value })}
        />
        <DayRanges
          {...{ today, ...days }}
          ranges={[1, 7, 30, 90].map((count) => ({
            label: count === 1 ? 'Today' : `${count} days`,
            from: daysBefore(today, count - 1),
            to: today,
          }))}
          onDays={(from, to) => onShow({ from, to })}
        />
      </Group>
    </Stack>
  );
}
