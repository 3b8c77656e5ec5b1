// The button of the menu of whoever is signed in.

import { ActionIcon, type ActionIconProps } from '@mantine/core';
import type { ComponentPropsWithRef } from 'react';
import { PersonIcon } from '../ui/icons.tsx';

export function OperatorButton(props: ActionIconProps & ComponentPropsWithRef<'button'>) {
  return (
    <ActionIcon variant="subtle" color="gray" aria-label="Your account" {...props}>
      <PersonIcon />
    </ActionIcon>
  );
}
