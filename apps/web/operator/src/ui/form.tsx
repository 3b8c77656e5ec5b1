// Forms in dialogs: fields that say what is wrong with them, the server's refusal above the
// buttons, and a submit button that cannot be pressed twice.

import { Button, Group, Modal, PasswordInput, Stack, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { Failure } from '../api/failure.ts';
import type { Read } from '../text/entries.ts';
import { FailureNote } from './states.tsx';

type DialogProps = {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
  /** What is shown once must not be closed by a slip of the mouse. */
  readonly guarded?: boolean;
  /** For a table. */
  readonly wide?: boolean;
};

/** Its content starts anew each time it opens. */
export function Dialog(props: DialogProps) {
  const { opened, onClose, title, children, guarded = false, wide = false } = props;
  return (
    <Modal
      size={wide ? 'xl' : 'md'}
      opened={opened}
      onClose={onClose}
      title={title}
      closeOnClickOutside={!guarded}
      closeOnEscape={!guarded}
      withCloseButton={!guarded}
      closeButtonProps={{ 'aria-label': 'Close' }}
      transitionProps={{ duration: 120 }}
      centered
    >
      {children}
    </Modal>
  );
}

export type Entry<T> = {
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly read: Read<T>;
  /** What is wrong, once somebody has tried to go on. */
  readonly fault: string | null;
  readonly insist: () => void;
};

/** A field's text and what it means. */
export function useEntry<T>(initial: string, reading: (text: string) => Read<T>): Entry<T> {
  const [text, setText] = useState(initial);
  const [insisted, setInsisted] = useState(false);
  const read = reading(text);
  const fault = insisted && !read.ok ? read.error : null;
  return { text, setText, read, fault, insist: () => setInsisted(true) };
}

type EntryFieldProps = {
  readonly entry: Entry<unknown>;
  readonly label: string;
  readonly note?: string;
  /** What stands after the number: a currency, "kWh". */
  readonly unit?: string;
  readonly numeric?: boolean;
  /** A day, or a day with its time, as the browser asks for it; a secret is not shown. */
  readonly kind?: 'text' | 'date' | 'datetime-local' | 'secret';
  readonly long?: boolean;
  readonly focus?: boolean;
  /** For a few characters on a wide page. */
  readonly narrow?: boolean;
};

export function EntryField(props: EntryFieldProps) {
  const { entry, label, note, unit, numeric = false, long = false } = props;
  const { kind = 'text', focus = false, narrow = false } = props;
  const common = {
    label: unit === undefined ? label : `${label} (${unit})`,
    description: note,
    value: entry.text,
    error: entry.fault,
    autoComplete: 'off',
    ...(focus ? { 'data-autofocus': true } : {}),
    ...(narrow ? { maw: '16rem' } : {}),
  };
  if (long) {
    return (
      <Textarea
        {...common}
        rows={3}
        onChange={(event) => entry.setText(event.currentTarget.value)}
      />
    );
  }
  if (kind === 'secret') {
    return (
      <PasswordInput
        {...common}
        autoComplete="new-password"
        onChange={(event) => entry.setText(event.currentTarget.value)}
      />
    );
  }
  return (
    <TextInput
      {...common}
      type={kind}
      inputMode={numeric ? 'decimal' : 'text'}
      onChange={(event) => entry.setText(event.currentTarget.value)}
    />
  );
}

type DialogFormProps = {
  readonly children?: ReactNode;
  readonly submit: string;
  /** For what cannot be taken back. */
  readonly danger?: boolean;
  readonly action: { readonly isPending: boolean; readonly error: Failure | null };
  /** Fields that must be right before `onSubmit` is called. */
  readonly entries?: readonly Entry<unknown>[];
  readonly onSubmit: () => void;
  readonly onCancel: () => void;
};

export function DialogForm(props: DialogFormProps) {
  const { children, submit, danger = false, action, entries = [], onSubmit, onCancel } = props;
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    for (const entry of entries) entry.insist();
    if (entries.some(({ read }) => !read.ok)) return focusOnFault(event.currentTarget);
    if (action.isPending) return;
    onSubmit();
  };
  return (
    <form onSubmit={send} noValidate>
      <Stack gap="md">
        {children}
        {action.error !== null && <FailureNote failure={action.error} />}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={action.isPending} {...(danger ? { color: 'red' } : {})}>
            {submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The first field with a fault, which may be out of sight; marked as such by the next paint. */
function focusOnFault(form: HTMLFormElement): void {
  requestAnimationFrame(() => {
    form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  });
}
