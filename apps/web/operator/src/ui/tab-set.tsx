// Tabs whose open one stands in the address; only that one is drawn.

import { Tabs } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import styles from './ui.module.css';

type TabSetProps<Name extends string> = {
  readonly label: string;
  /** In their order, with their titles. */
  readonly names: Readonly<Record<Name, string>>;
  readonly open: Name;
  readonly onOpen: (name: Name) => void;
  readonly panel: (name: Name) => ReactNode;
};

export function TabSet<Name extends string>(props: TabSetProps<Name>) {
  const { label, names, open, onOpen, panel } = props;
  const all = Object.keys(names) as Name[];
  const show = (value: string | null) => {
    const chosen = all.find((known) => known === value);
    if (chosen !== undefined) onOpen(chosen);
  };
  // A narrow screen has no room for all titles: the open one is brought into sight.
  const list = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: which tab is selected follows `open`
  useEffect(() => {
    const tab = list.current?.querySelector('[aria-selected="true"]');
    tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [open]);
  return (
    <Tabs value={open} onChange={show} keepMounted={false}>
      <Tabs.List ref={list} className={styles.tabs} aria-label={label} mb="sm">
        {all.map((each) => (
          <Tabs.Tab key={each} value={each}>
            {names[each]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {all.map((each) => (
        <Tabs.Panel key={each} value={each}>
          {each === open && panel(each)}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
