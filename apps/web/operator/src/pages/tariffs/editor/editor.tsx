// The document that is edited, as a form and as JSON, with its preview and what is done with it.

import { Alert, Tabs, Text } from '@mantine/core';
import { parseTariff } from '@prewatt/tariff';
import { useDeferredValue, useMemo, useState } from 'react';
import { useCurrency } from '../../../shell/session.tsx';
import { documentEntry, readDocument } from '../../../text/entries.ts';
import { EditingProvider } from './editing.tsx';
import styles from './editor.module.css';
import { TariffForm } from './form.tsx';
import type { Json } from './json.ts';
import { pathText } from './json.ts';
import { JsonTab } from './json-tab.tsx';
import { shownPlaces } from './places.ts';
import { PreviewPanel } from './preview-panel.tsx';
import { SubmitPanel } from './submit.tsx';

type EditorProps = {
  readonly begin: Json;
  readonly before: Json | null;
  /** Null: a tariff of its own, to be named. */
  readonly tariffName: string | null;
  /** Names that are taken. */
  readonly names: readonly string[];
};

/** One document: as it was parsed, and as a text that may not be JSON while it is typed. */
type Draft = { readonly document: Json; readonly text: string; readonly fault: string | null };

const draftOf = (document: Json): Draft => ({
  ...{ document, fault: null },
  text: documentEntry(document),
});

export function Editor({ begin, before, tariffName, names }: EditorProps) {
  const currency = useCurrency();
  const [draft, setDraft] = useState(() => draftOf(begin));
  const [tab, setTab] = useState<string | null>('form');
  const document = useDeferredValue(draft.document);
  const parsed = useMemo(() => parseTariff(document), [document]);
  const beforeTariff = useMemo(() => {
    const read = before === null ? null : parseTariff(before);
    return read?.ok === true ? read.value : null;
  }, [before]);
  const errors = parsed.ok ? [] : parsed.error;
  const byPath = new Map(errors.map(({ path, message }) => [path, message]));
  const after = parsed.ok && draft.fault === null ? parsed.value : null;
  const edit = (change: (document: Json) => Json) =>
    setDraft((current) => draftOf(change(current.document)));
  const write = (text: string) =>
    setDraft((current) => {
      const read = readDocument(text);
      return read.ok
        ? { document: read.value as Json, text, fault: null }
        : { ...current, text, fault: read.error };
    });
  return (
    <div className={styles.editor}>
      <div className={styles.main}>
        <Tabs value={tab} onChange={setTab} keepMounted={false}>
          <Tabs.List aria-label="Form or JSON" mb="sm">
            <Tabs.Tab value="form">Form</Tabs.Tab>
            <Tabs.Tab value="json">JSON</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="form">
            {draft.fault === null ? (
              <EditingProvider
                value={{
                  ...{ document: draft.document, before, errors: byPath },
                  ...{ currency: currency.code, change: edit },
                }}
              >
                <div className={styles.sections}>
                  <OtherErrors document={document} errors={errors} />
                  <TariffForm />
                </div>
              </EditingProvider>
            ) : (
              <Alert color="yellow" variant="light" title="The JSON cannot be read">
                {draft.fault} Mend it in the JSON tab; the form goes on then.
              </Alert>
            )}
          </Tabs.Panel>
          <Tabs.Panel value="json">
            <JsonTab text={draft.text} onText={write} errors={errors} />
          </Tabs.Panel>
        </Tabs>
      </div>
      <div className={styles.side}>
        <PreviewPanel {...{ before: beforeTariff, after, document, currency }} />
      </div>
      <div className={styles.end}>
        <SubmitPanel
          {...{ tariffName, names, tariff: after }}
          document={draft.document}
          faults={draft.fault === null ? errors.length : errors.length + 1}
        />
      </div>
    </div>
  );
}

type OtherErrorsProps = {
  readonly document: Json;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
};

/** Errors that stand at no field of the form. */
function OtherErrors({ document, errors }: OtherErrorsProps) {
  const shown = new Set(shownPlaces(document).map(({ path }) => pathText(path)));
  const others = errors.filter(({ path }) => !shown.has(path));
  if (others.length === 0) return null;
  return (
    <Alert color="red" variant="light" title="Mend this first">
      {others.map(({ path, message }) => (
        <Text size="sm" key={`${path} ${message}`}>
          {path === '' ? '' : `${path}: `}
          {message}
        </Text>
      ))}
    </Alert>
  );
}
