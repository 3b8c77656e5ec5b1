// The whole result of a list or report as a file, for those whose role may take it out.

import { Button } from '@mantine/core';
import type { FileForm } from '@prewatt/api';
import { useSession } from '../shell/session.tsx';
import { ActionButton } from './show.tsx';

const words: Readonly<Record<FileForm, string>> = { csv: 'CSV', xlsx: 'Excel' };

function FileLink(o: { readonly href: string; readonly as: FileForm }) {
  const text = `Export as ${words[o.as]}`;
  if (useSession().role === 'viewer') {
    return (
      <ActionButton size="xs" why="Your role may look but not export" onClick={() => undefined}>
        {text}
      </ActionButton>
    );
  }
  return (
    <Button component="a" href={o.href} download size="xs" variant="default">
      {text}
    </Button>
  );
}

/** As CSV, and as a workbook. */
export function FileLinks({ href }: { readonly href: (as: FileForm) => string }) {
  return (
    <>
      <FileLink as="csv" href={href('csv')} />
      <FileLink as="xlsx" href={href('xlsx')} />
    </>
  );
}
