// The states that every list and panel has besides its data: empty, failed, and a part that is
// still loading.

import { Alert, Button, Group, Skeleton, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { type Failure, failureText, failureTitle } from '../api/failure.ts';
import styles from './ui.module.css';

export function EmptyNote({ children }: { children: ReactNode }) {
  return (
    <div className={styles.empty}>
      <Text c="dimmed" size="sm">
        {children}
      </Text>
    </div>
  );
}

type FailureNoteProps = {
  readonly failure: Failure;
  readonly onRetry?: (() => void) | undefined;
  /** Stands on top of data that is older than the failure, without a frame of its own. */
  readonly flush?: boolean;
};

/**
 * Says what went wrong in the server's own words (the problem's `detail`), and offers another try.
 */
export function FailureNote({ failure, onRetry, flush = false }: FailureNoteProps) {
  return (
    <Alert
      role="alert"
      color={failure.kind === 'network' ? 'yellow' : 'red'}
      variant="light"
      title={failureTitle(failure)}
      radius={flush ? 0 : 'md'}
    >
      <Group justify="space-between" gap="sm">
        <Text size="sm" maw="60ch" style={{ whiteSpace: 'pre-line' }}>
          {failureText(failure)}
        </Text>
        {onRetry !== undefined && (
          <Button size="compact-sm" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Group>
    </Alert>
  );
}

type QueryStateProps = {
  readonly query: {
    readonly data: unknown;
    readonly error: Failure | null;
    readonly refetch: () => Promise<unknown>;
  };
  /** Of the place that is kept while it loads, in pixels. */
  readonly height: number;
};

/** Says that a query failed, or that it still loads; nothing once its data is here. */
export function QueryState({ query, height }: QueryStateProps) {
  const { data, error, refetch } = query;
  if (error !== null) return <FailureNote failure={error} onRetry={() => void refetch()} />;
  return data === undefined ? <Skeleton height={height} aria-label="Loading" /> : null;
}
