// The button of a list's saved views, and what they are of.

import { Button, type ButtonProps } from '@mantine/core';
import type { ViewedList } from '@prewatt/api';
import type { ComponentPropsWithRef } from 'react';

export type ViewsProps = {
  readonly list: ViewedList;
  /** What the address says now. */
  readonly search: Readonly<Record<string, string | undefined>>;
};

export function ViewsButton(props: ButtonProps & ComponentPropsWithRef<'button'>) {
  return (
    <Button {...props} size="xs" variant="default">
      Views
    </Button>
  );
}
