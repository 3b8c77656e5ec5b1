// Leads an administrator of a utility that has never sold to what is still to be done.

import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { setUpQuery } from '../../api/set-up.ts';
import { panel } from '../../ui/show.tsx';

export default function SetUpNote() {
  const { data } = useQuery(setUpQuery);
  if (data === undefined || data.isComplete) return null;
  const done = data.steps.filter(({ isDone }) => isDone).length;
  return (
    <section className={panel} aria-label="Set-up">
      <Group justify="space-between">
        <Text>
          This utility is not set up yet. Done: {done} of {data.steps.length} steps.
        </Text>
        <Button component={Link} to="/set-up">
          Go on with the set-up
        </Button>
      </Group>
    </section>
  );
}
