// The button of a list's columns, and what its menu is told.

import { Button, type ButtonProps } from '@mantine/core';
import type { ComponentPropsWithRef } from 'react';

export type ColumnsProps = {
  /** All that the list has; the first one is always shown. */
  readonly columns: readonly { readonly key: string; readonly header: string }[];
  /** What the address says is left out. */
  readonly hide: string | undefined;
  readonly onHide: (hide: string) => void;
};

export function ColumnsButton(props: ButtonProps & ComponentPropsWithRef<'button'>) {
  return (
    <Button {...props} size="xs" variant="default">
      Columns
    </Button>
  );
}
