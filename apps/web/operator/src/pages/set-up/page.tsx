// Set-up: what a utility needs before its first sale, in order, each step with the room where it is
// done. What is done is read from what is there: it can be left and found again at any time.

import { Button, Group, Progress, Skeleton, Stack, Text, Title } from '@mantine/core';
import type { SetUp } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { setUpQuery } from '../../api/set-up.ts';
import { useSession } from '../../shell/session.tsx';
import { PageHeading, panel, StateBadge } from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';
import { stepTexts } from './labels.ts';

export default function SetUpPage() {
  const query = useQuery(setUpQuery);
  return (
    <Stack gap="md">
      <PageHeading title="Set-up" />
      {query.error !== null && (
        <FailureNote failure={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.data === undefined && query.error === null && (
        <Skeleton height={240} aria-label="Loading" />
      )}
      {query.data !== undefined && <Steps of={query.data} />}
    </Stack>
  );
}

function Steps({ of: { steps, isComplete } }: { readonly of: SetUp }) {
  const done = steps.filter(({ isDone }) => isDone).length;
  const next = steps.find(({ isDone }) => !isDone)?.step;
  return (
    <>
      <div>
        <Text role="status">
          {isComplete
            ? 'Everything is done: this utility sells.'
            : `Done: ${done} of ${steps.length} steps. Leave whenever you like; this page knows how far you are.`}
        </Text>
        <Progress value={(100 * done) / steps.length} aria-label="Steps done" mt="xs" />
      </div>
      <Stack component="ol" gap="sm" p={0} m={0} style={{ listStyle: 'none' }}>
        {steps.map((step, index) => (
          <Step key={step.step} of={step} ordinal={index + 1} isNext={step.step === next} />
        ))}
      </Stack>
    </>
  );
}

type StepProps = {
  readonly of: SetUp['steps'][number];
  readonly ordinal: number;
  readonly isNext: boolean;
};

function Step({ of: { step, isDone, waiting }, ordinal, isNext }: StepProps) {
  const { utility } = useSession();
  const { title, why, places, waiting: words } = stepTexts[step];
  return (
    <li className={panel} aria-current={isNext ? 'step' : undefined}>
      <Group justify="space-between" gap="xs">
        <Title order={2} size="h4">
          {ordinal}. {title}
        </Title>
        <StateBadge
          label={
            isDone
              ? { text: 'Done', tone: 'good' }
              : { text: isNext ? 'Next' : 'To do', tone: isNext ? 'busy' : 'quiet' }
          }
        />
      </Group>
      {step === 'utility' && (
        <Text mt={4}>
          {utility.name}, {utility.currency.code}, {utility.zone}
        </Text>
      )}
      <Text size="sm" c="dimmed" maw="75ch" mt={4}>
        {why}
      </Text>
      {words !== undefined && waiting > 0 && (
        <Text size="sm" mt={4}>
          {waiting === 1 ? words[0] : `${waiting} ${words[1]}`}
        </Text>
      )}
      {places.length > 0 && (
        <Group gap="xs" mt="sm">
          {places.map(({ to, text }, index) => (
            <Button
              key={to}
              component={Link}
              to={to}
              size="xs"
              variant={isNext && index === 0 ? 'filled' : 'default'}
            >
              {text}
            </Button>
          ))}
        </Group>
      )}
    </li>
  );
}
