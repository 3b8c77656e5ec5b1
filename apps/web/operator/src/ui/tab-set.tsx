// Tabs whose open one stands in the address; only that one is drawn.

import { Tabs } from '@mantine/core';
import type { ReactNode } from 'react';
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
  return (
    <Tabs value={open} onChange={show} keepMounted={false}>
      <Tabs.List className={styles.tabs} aria-label={label} mb="sm">
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
