// What stands in a page's place: no such page, a failure, a part of the console that is not there
// any more since a new build.

import { Button, Stack, Text, Title } from '@mantine/core';
import { Link, useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { Failure } from '../api/failure.ts';
import { browser, loadAnew } from '../state/new-build.ts';
import { useTitle } from '../ui/show.tsx';
import { FailureNote } from '../ui/states.tsx';

export function NotFound() {
  useTitle('Not found');
  return (
    <Stack component="main" p="lg" gap="xs" align="flex-start">
      <Title order={1}>There is no such page</Title>
      <Text>The address may be old or mistyped.</Text>
      <Button component={Link} to="/" variant="default">
        Go to the overview
      </Button>
    </Stack>
  );
}

export function PageFailure({ failure }: { failure: unknown }) {
  const router = useRouter();
  useTitle('Something went wrong');
  const shown: Failure = isFailure(failure)
    ? failure
    : { kind: 'mismatch', path: 'this page', issue: String(failure) };
  if (shown.kind === 'missingPart') return <MissingPart />;
  return (
    <Stack p="lg" maw="44rem">
      <FailureNote failure={shown} onRetry={() => void router.invalidate()} />
    </Stack>
  );
}

/** Loads the page anew by itself, once; what is shown meanwhile says what goes on. */
function MissingPart() {
  const [state, setState] = useState<'reloading' | 'done' | 'away'>('reloading');
  const again = () => void loadAnew(browser).then(setState);
  useEffect(again, []);
  if (state === 'reloading') return <Text p="lg">Loading the page anew…</Text>;
  return (
    <Stack p="lg" maw="44rem">
      <FailureNote
        failure={{ kind: state === 'away' ? 'network' : 'missingPart' }}
        onRetry={state === 'away' ? again : browser.reload}
      />
    </Stack>
  );
}

function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
