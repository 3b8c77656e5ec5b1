// A file to send: chosen or dropped, named with its size. The native control does the work, so that
// keyboards and screen readers know it.

import { Input, Text } from '@mantine/core';
import { useId } from 'react';
import styles from './ui.module.css';

type FileFieldProps = {
  readonly label: string;
  readonly note?: string;
  readonly file: File | null;
  readonly onFile: (file: File | null) => void;
  readonly fault?: string | null;
  /** What the browser offers first; tables unless said otherwise. */
  readonly accept?: string;
  /** A phone opens its camera. */
  readonly camera?: boolean;
};

export const documents = '.json,application/json';

export function FileField(props: FileFieldProps) {
  const { label, note, file, onFile, fault = null } = props;
  const id = useId();
  return (
    <Input.Wrapper id={id} label={label} description={note} error={fault}>
      <input
        id={id}
        type="file"
        accept={props.accept ?? '.csv,text/csv,text/plain'}
        capture={props.camera === true ? 'environment' : undefined}
        className={styles.file}
        aria-invalid={fault !== null}
        onChange={(event) => onFile(event.currentTarget.files?.[0] ?? null)}
      />
      {file !== null && (
        <Text size="xs" c="dimmed">
          {sizeText(file.size)}
        </Text>
      )}
    </Input.Wrapper>
  );
}

/** "820 bytes", "12.3 kB", "4.1 MB" */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
