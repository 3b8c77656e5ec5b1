// Opens the search from the header, or by Ctrl-K or "/" wherever one is not typing already. The
// search itself is fetched when it is first opened.

import { ActionIcon } from '@mantine/core';
import { lazy, Suspense, useEffect, useState } from 'react';
import { part } from '../../state/new-build.ts';
import { Hint } from '../../ui/hint.tsx';
import { SearchIcon } from '../../ui/icons.tsx';
import styles from './search.module.css';

const SearchDialog = lazy(() => part(import('./dialog.tsx')));

export function SearchButton() {
  const [opened, setOpened] = useState(false);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!opensSearch(event)) return;
      event.preventDefault();
      setOpened(true);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
  return (
    <>
      <Hint label="Search (Ctrl K)">
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label="Search everything"
          aria-keyshortcuts="Control+K /"
          className={styles.button}
          onClick={() => setOpened(true)}
        >
          <SearchIcon />
        </ActionIcon>
      </Hint>
      {opened && (
        <Suspense>
          <SearchDialog onClose={() => setOpened(false)} />
        </Suspense>
      )}
    </>
  );
}

function opensSearch(event: KeyboardEvent): boolean {
  if (event.key.toLowerCase() === 'k') return event.ctrlKey || event.metaKey;
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return false;
  const { target } = event;
  const isTyping =
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
  // A dialog is not left by a sign.
  return !isTyping && document.querySelector('[role="dialog"]') === null;
}
