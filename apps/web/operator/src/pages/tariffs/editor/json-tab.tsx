// The expert's side of the form: the document as text, with what is wrong by line. Both sides are
// of one document: what is written here stands in the form, and the other way round.

import { Anchor, Stack, Text, Textarea } from '@mantine/core';
import type { TariffDocumentError } from '@prewatt/tariff';
import { useRef, useState } from 'react';
import { documents, FileField } from '../../../ui/file-field.tsx';
import styles from './editor.module.css';
import { lineOf, linesOf, syntaxError } from './json-lines.ts';

type JsonTabProps = {
  readonly text: string;
  readonly onText: (text: string) => void;
  /** Of a text that is JSON. */
  readonly errors: readonly TariffDocumentError[];
};

export function JsonTab({ text, onText, errors }: JsonTabProps) {
  const [file, setFile] = useState<File | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const syntax = syntaxError(text);
  const lines = syntax === null && errors.length > 0 ? linesOf(text) : new Map<string, number>();
  const found =
    syntax === null
      ? errors.map(({ path, message }) => ({
          line: lineOf(lines, path),
          message: `${path === '' ? 'the document' : path}: ${message}`,
        }))
      : [syntax];
  const show = (line: number) => {
    const start = text.split('\n', line - 1).join('\n').length + (line > 1 ? 1 : 0);
    const end = text.indexOf('\n', start);
    area.current?.focus();
    area.current?.setSelectionRange(start, end < 0 ? text.length : end);
  };
  return (
    <Stack gap="sm">
      <FileField
        label="File"
        note="A document as JSON takes the place of what stands below"
        accept={documents}
        file={file}
        onFile={(chosen) => {
          setFile(chosen);
          if (chosen !== null) void chosen.text().then(onText);
        }}
      />
      <Textarea
        ref={area}
        label="Document"
        rows={Math.min(40, Math.max(16, text.split('\n').length + 1))}
        spellCheck={false}
        autoComplete="off"
        error={found.length > 0}
        classNames={{ input: styles.json ?? '' }}
        value={text}
        onChange={({ currentTarget }) => onText(currentTarget.value)}
      />
      <div role="status" aria-label="Errors by line">
        {found.length === 0 ? (
          <Text size="sm" c="dimmed">
            The document has no error.
          </Text>
        ) : (
          <ul className={styles.errors}>
            {found.map(({ line, message }) => (
              <li key={`${line} ${message}`}>
                <Anchor component="button" type="button" size="sm" onClick={() => show(line)}>
                  Line {line}
                </Anchor>{' '}
                {message}
              </li>
            ))}
          </ul>
        )}
      </div>
    </Stack>
  );
}
