// The one search: pages and actions at once, and what the server finds as one types. The arrow keys
// choose, Enter opens, Escape leaves.

import { Loader, Modal, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { fewestCharacters, searchQuery } from '../../api/search.ts';
import { SearchIcon } from '../../ui/icons.tsx';
import { FailureNote } from '../../ui/states.tsx';
import { useSession } from '../session.tsx';
import { placesFor } from './places.ts';
import { type Result, type ResultGroup, resultGroups, type Target } from './results.ts';
import styles from './search.module.css';

const restMs = 150;

export default function SearchDialog({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const found = useFound(text.trim());
  const [chosen, setChosen] = useState<string | null>(null);
  const results = found.groups.flatMap((group) => group.results);
  const open = useOpening(onClose);
  const listId = useId();
  const current = results.find(({ key }) => key === chosen) ?? results[0];
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && results.length > 0) {
      event.preventDefault();
      const at = current === undefined ? 0 : results.indexOf(current);
      setChosen(results[(at + step + results.length) % results.length]?.key ?? null);
    } else if (event.key === 'Enter' && current !== undefined) {
      event.preventDefault();
      // What is shown meanwhile was found for the text of before.
      if (!found.isLooking || current.target.kind === 'place') open(current.target);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title="Search everything"
      closeButtonProps={{ 'aria-label': 'Close' }}
      size="lg"
      yOffset="8dvh"
      transitionProps={{ duration: 0 }}
    >
      <TextInput
        data-autofocus
        type="search"
        role="combobox"
        aria-label="Search for"
        aria-expanded={results.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={current === undefined ? undefined : optionId(listId, current)}
        placeholder="Meter, name, place, phone, token, reference, page"
        leftSection={<SearchIcon />}
        rightSection={found.isLooking ? <Loader size={16} /> : null}
        autoComplete="off"
        maxLength={100}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setChosen(null);
        }}
        onKeyDown={press}
      />
      {found.error !== null && (
        <div className={styles.note}>
          <FailureNote failure={found.error} onRetry={found.again} />
        </div>
      )}
      <Options
        listId={listId}
        groups={found.groups}
        current={current}
        onChoose={(result) => open(result.target)}
      />
      <Text size="sm" c="dimmed" role="status" className={styles.note}>
        {noteOf({ ...found, text: text.trim(), results: results.length })}
      </Text>
    </Modal>
  );
}

function Options(props: {
  readonly listId: string;
  readonly groups: readonly ResultGroup[];
  readonly current: Result | undefined;
  readonly onChoose: (result: Result) => void;
}) {
  const { listId, groups, current } = props;
  return (
    <div role="listbox" id={listId} aria-label="Found" className={styles.list}>
      {groups.map((group) => (
        // biome-ignore lint/a11y/useSemanticElements: a group of options, not of fields
        <div role="group" key={group.title} aria-label={group.title}>
          <p className={styles.group}>{group.title}</p>
          {group.results.map((result) => (
            <Option
              key={result.key}
              id={optionId(listId, result)}
              result={result}
              isCurrent={result.key === current?.key}
              onChoose={() => props.onChoose(result)}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

function Option(props: {
  readonly id: string;
  readonly result: Result;
  readonly isCurrent: boolean;
  readonly onChoose: () => void;
}) {
  const { id, result, isCurrent } = props;
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isCurrent) element.current?.scrollIntoView({ block: 'nearest' });
  }, [isCurrent]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
    <div
      ref={element}
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isCurrent}
      className={styles.option}
      onClick={props.onChoose}
    >
      <span className={styles.title}>{result.title}</span>
      <span className={styles.more}>{result.note}</span>
    </div>
  );
}

/** An identifier of the page, which has no spaces. */
const optionId = (listId: string, { key }: Result): string =>
  `${listId}-${key.replace(/\W+/g, '-')}`;

/** The server is asked once one rests from typing; pages are there at once. */
function useFound(text: string) {
  const { role, utility } = useSession();
  const [rested, setRested] = useState('');
  useEffect(() => {
    const id = setTimeout(() => setRested(text), restMs);
    return () => clearTimeout(id);
  }, [text]);
  const isAsked = text.length >= fewestCharacters;
  const query = useQuery(searchQuery(rested));
  const answer = isAsked && rested.length >= fewestCharacters ? query.data : undefined;
  const groups = useMemo(
    () => resultGroups(placesFor(role, text), answer, utility),
    [role, text, answer, utility],
  );
  return {
    groups,
    isAsked,
    isCut: answer?.isCut ?? false,
    isLooking: isAsked && (rested !== text || query.isFetching),
    error: isAsked && rested === text ? query.error : null,
    again: () => void query.refetch(),
  };
}

function noteOf(o: {
  readonly text: string;
  readonly results: number;
  readonly isAsked: boolean;
  readonly isLooking: boolean;
  readonly isCut: boolean;
  readonly error: unknown;
}): string {
  if (!o.isAsked) return 'Type two letters or digits. A phone is looked for from seven digits on.';
  if (o.error !== null) return '';
  if (o.isLooking) return 'Searching…';
  if (o.results === 0) {
    return `Nothing is found for “${o.text}”. Try a meter number, a name, or the whole phone number.`;
  }
  return o.isCut ? 'There is more than is shown: add a word or more digits.' : '';
}

function useOpening(onClose: () => void) {
  const navigate = useNavigate();
  return (target: Target): void => {
    onClose();
    switch (target.kind) {
      case 'place':
        void navigate({ to: target.place.to, search: target.place.search ?? {} } as never);
        return;
      case 'connection':
        void navigate({
          to: '/connections/$connectionId',
          params: { connectionId: target.connectionId },
          search: target.isGiven ? { tab: 'given' } : {},
        });
        return;
      case 'sale':
        void navigate({
          to: '.',
          search: (previous) => ({ ...previous, sale: target.saleId }),
          resetScroll: false,
        });
        return;
      case 'vendor':
        void navigate({ to: '/vendors/$vendorId', params: { vendorId: target.vendorId } });
    }
  };
}
