// Buttons of which one is pressed: which rows a list shows.

import { Button, Group } from '@mantine/core';

type ChoicesProps<T extends string> = {
  readonly label: string;
  readonly of: readonly T[];
  readonly chosen: T | null;
  readonly text: (each: T) => string;
  readonly onChoose: (each: T) => void;
};

export function Choices<T extends string>(props: ChoicesProps<T>) {
  const { label, of, chosen, text, onChoose } = props;
  return (
    <Group gap={6} role="group" aria-label={label}>
      {of.map((each) => (
        <Button
          key={each}
          size="compact-sm"
          variant={each === chosen ? 'filled' : 'default'}
          aria-pressed={each === chosen}
          onClick={() => onChoose(each)}
        >
          {text(each)}
        </Button>
      ))}
    </Group>
  );
}
