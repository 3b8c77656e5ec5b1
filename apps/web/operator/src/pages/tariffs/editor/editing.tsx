// What all parts of the form share: the document that is edited, what is wrong with it and where,
// and a field that shows one member of it.

import { Button, Checkbox, NativeSelect, Text, Textarea, TextInput, Title } from '@mantine/core';
import { createContext, type ReactNode, use, useState } from 'react';
import { panel } from '../../../ui/show.tsx';
import styles from './editor.module.css';
import { type FieldKind, fieldText, fieldValue } from './fields.ts';
import { isSame, type Json, type Path, pathText, valueAt, withValue } from './json.ts';
import type { Place } from './places.ts';

export type Editing = {
  readonly document: Json;
  /** The version that it follows; null for a tariff's first. */
  readonly before: Json | null;
  /** What is wrong, by path. */
  readonly errors: ReadonlyMap<string, string>;
  readonly currency: string;
  readonly change: (edit: (document: Json) => Json) => void;
};

const EditingContext = createContext<Editing | null>(null);
export const EditingProvider = EditingContext;

export function useEditing(): Editing {
  const editing = use(EditingContext);
  if (editing === null) throw new Error('useEditing outside of the form');
  return editing;
}

type FieldProps = {
  readonly at: Path;
  readonly place: Place;
  /** In a table, whose heading is the label. */
  readonly bare?: boolean;
  readonly onWrite?: (text: string) => void;
};

export function Field({ at, place, bare = false, onWrite }: FieldProps) {
  const { document, before, errors, currency, change } = useEditing();
  const [typed, setTyped] = useState<string | null>(null);
  const path = [...at, ...place.path];
  const value = valueAt(document, path);
  const text = fieldText(place.kind, value);
  const unit = place.isMoney === true ? ` (${currency})` : '';
  const label = `${place.label}${unit}`;
  if (text === null) return <OnlyInJson label={label} value={value} />;
  const write = (next: string) => {
    if (onWrite !== undefined) return onWrite(next);
    const kept = next === place.otherwise ? undefined : fieldValue(place.kind, next);
    change((whole) => withValue(whole, path, kept));
  };
  const fault = errors.get(pathText(path)) ?? null;
  const was = before === null ? undefined : valueAt(before, path);
  const note = wasText(place.kind, { was, value, known: before !== null }) ?? place.note;
  const common = {
    ...(bare ? { 'aria-label': label } : { label }),
    ...(note === undefined ? {} : { description: note }),
    error: fault,
    value: typed ?? text,
    inputWrapperOrder: ['label', 'input', 'description', 'error'] as const,
  };
  const order = { inputWrapperOrder: [...common.inputWrapperOrder] };
  if (place.kind === 'yes') {
    return (
      <Checkbox
        label={label}
        checked={value === true}
        error={fault}
        onChange={({ currentTarget }) => write(currentTarget.checked ? 'yes' : 'no')}
      />
    );
  }
  if (place.choices !== undefined) {
    const chosen = text === '' ? (place.otherwise ?? '') : text;
    return (
      <NativeSelect
        {...common}
        {...order}
        value={chosen}
        data={optionsOf(place.choices, chosen)}
        onChange={({ currentTarget }) => write(currentTarget.value)}
      />
    );
  }
  const entry = {
    ...common,
    ...order,
    autoComplete: 'off',
    onBlur: () => setTyped(null),
    onChange: ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) => {
      setTyped(currentTarget.value);
      write(currentTarget.value);
    },
  };
  if (place.kind === 'prose' || place.kind === 'lines') return <Textarea {...entry} rows={2} />;
  return <TextInput {...entry} type={inputType(place.kind, text)} inputMode={modeOf(place.kind)} />;
}

/** A day that is none could not be seen in the browser's own field for days. */
function inputType(kind: FieldKind, text: string): string {
  const isDay = kind === 'day' || kind === 'lastDay';
  return isDay && (text === '' || /^\d{4}-\d{2}-\d{2}$/.test(text)) ? 'date' : 'text';
}

const modeOf = (kind: FieldKind) => (kind === 'whole' ? 'numeric' : 'text');

function wasText(
  kind: FieldKind,
  o: { was: Json | undefined; value: Json | undefined; known: boolean },
): string | null {
  if (!o.known || o.was === undefined || isSame(o.was, o.value)) return null;
  if (kind !== 'amount' && kind !== 'limit') return null;
  const text = fieldText(kind, o.was);
  return text === null || text === '' ? null : `was ${text}`;
}

function optionsOf(choices: Readonly<Record<string, string>>, chosen: string) {
  const known = Object.entries(choices).map(([value, label]) => ({ value, label }));
  const has = known.some(({ value }) => value === chosen);
  return has ? known : [{ value: chosen, label: chosen === '' ? '–' : chosen }, ...known];
}

function OnlyInJson({ label, value }: { label: string; value: Json | undefined }) {
  return (
    <div>
      <Text size="sm" fw={500}>
        {label}
      </Text>
      <Text size="xs" c="dimmed">
        Written in the JSON: <code>{JSON.stringify(value)}</code>
      </Text>
    </div>
  );
}

export function Fields({ at, places }: { at: Path; places: readonly Place[] }) {
  return (
    <div className={styles.fields}>
      {places.map((place) => (
        <Field key={pathText(place.path)} at={at} place={place} />
      ))}
    </div>
  );
}

type FoldProps = {
  readonly title: string;
  readonly at: Path;
  readonly places: readonly Place[];
};

/** Fields that most documents leave out, folded away with the count of those that are set. */
export function Fold({ title, at, places }: FoldProps) {
  const { document, errors } = useEditing();
  const paths = places.map(({ path }) => [...at, ...path]);
  const set = paths.filter((path) => valueAt(document, path) !== undefined).length;
  const wrong = paths.some((path) => errors.has(pathText(path)));
  return (
    <details className={styles.fold} {...(wrong ? { open: true } : {})}>
      <summary>
        {title}
        {set > 0 && <span className={styles.count}> {set} set</span>}
      </summary>
      <Fields at={at} places={places} />
    </details>
  );
}

type SectionProps = {
  readonly title: string;
  readonly note?: string;
  readonly aside?: ReactNode;
  readonly children?: ReactNode;
};

export function Section({ title, note, aside, children }: SectionProps) {
  return (
    <section className={panel} aria-label={title}>
      <div className={styles.sectionHead}>
        <Title order={2} size="h4">
          {title}
        </Title>
        {aside}
      </div>
      {note !== undefined && (
        <Text size="sm" c="dimmed" mb="xs">
          {note}
        </Text>
      )}
      {children}
    </section>
  );
}

type ItemProps = {
  readonly title: string;
  readonly at: Path;
  readonly onRemove: () => void;
  readonly children: ReactNode;
};

/** One charge, levy, period: its name, what it has, and a way to take it out. */
export function Item({ title, at, onRemove, children }: ItemProps) {
  const { errors } = useEditing();
  const fault = errors.get(pathText(at));
  return (
    <fieldset className={styles.item} aria-label={title}>
      <div className={styles.itemHead}>
        <Title order={3} size="h5">
          {title}
        </Title>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          aria-label={`Remove ${title}`}
          onClick={onRemove}
        >
          Remove
        </Button>
      </div>
      {fault !== undefined && (
        <Text size="sm" c="red" role="alert">
          {fault}
        </Text>
      )}
      {children}
    </fieldset>
  );
}
