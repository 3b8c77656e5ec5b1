// Small pieces that show one fact each: a state, credit with its level, a meter number, an instant
// with its age.

import { Badge, Button, Text, Title } from '@mantine/core';
import type { MeterRow } from '@prewatt/api';
import { Link } from '@tanstack/react-router';
import { type CSSProperties, type ReactNode, useCallback, useEffect } from 'react';
import { useCurrency, useOnClock, useSession, useZone } from '../shell/session.tsx';
import { creditLabels, type Label, switchLabels, type Tone, toneColour } from '../text/labels.ts';
import { meterCreditText, meterNumberText, powerText, unknown } from '../text/numbers.ts';
import {
  age,
  ageOfNow,
  civilDate,
  dateAndTime,
  dayOfYear,
  exactTimeOfDay,
  until,
  weekdayAndTime,
} from '../text/time.ts';
import { Hint } from './hint.tsx';
import { BackIcon } from './icons.tsx';
import styles from './ui.module.css';

export const panel = styles.panel;
export const number = styles.number;
export const facts = styles.facts;
export const nowFacts = styles.now;
export const stages = styles.stages;
export const form = styles.form;

/** The page's heading and the title of its tab. */
export function PageHeading({ title, aside }: { title: string; aside?: ReactNode }) {
  useTitle(title);
  return (
    <header style={{ display: 'flex', flexWrap: 'wrap', gap: '0.5rem 1rem', alignItems: 'center' }}>
      <Title order={1} style={{ marginInlineEnd: 'auto' }}>
        {title}
      </Title>
      {aside}
    </header>
  );
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Prewatt operator console`;
  }, [title]);
}

export function StateBadge({ label }: { label: Label }) {
  return <Badge color={toneColour[label.tone]}>{label.text}</Badge>;
}

const toneStyle = (tone: Tone) =>
  ({ '--tone': `var(--mantine-color-${toneColour[tone]}-filled)` }) as CSSProperties;

/** A coloured dot and the word for it: colour is never the only carrier. */
export function ToneWord({ label }: { label: Label }) {
  return (
    <span className={styles.state}>
      <span className={styles.dot} style={toneStyle(label.tone)} />
      {label.text}
    </span>
  );
}

type CreditProps = {
  readonly row: Pick<
    MeterRow,
    'availableEnergyWh' | 'creditStatus' | 'creditMode' | 'balanceMinor'
  >;
  /** The level's word on a line of its own. */
  readonly stacked?: boolean;
};

/** "12.3 kWh · Low" with the level's colour; money where credit is money. */
export function Credit({ row, stacked = false }: CreditProps) {
  const currency = useCurrency();
  const label = row.creditStatus === null ? null : creditLabels[row.creditStatus];
  return (
    <span className={styles.credit} data-stacked={stacked || undefined}>
      {label !== null && <span className={styles.dot} style={toneStyle(label.tone)} />}
      <span>{meterCreditText(row, currency)}</span>
      {label !== null && (
        <Text span size="xs" c={label.tone === 'good' ? 'dimmed' : 'inherit'}>
          {label.text}
        </Text>
      )}
    </span>
  );
}

/** `unknownSince`: what switches does not answer, and `loadSwitch` is only what is wanted. */
export function SwitchState({
  loadSwitch,
  unknownSince = null,
}: {
  loadSwitch: MeterRow['loadSwitch'];
  unknownSince?: string | null;
}) {
  const zone = useZone();
  if (loadSwitch === null) return unknown;
  if (unknownSince === null) return <ToneWord label={switchLabels[loadSwitch]} />;
  return (
    <>
      <ToneWord label={{ text: 'Not known', tone: 'warn' }} />
      <Text size="xs" c="dimmed">
        since {dateAndTime(Date.parse(unknownSince), zone)}: the switch does not answer. It should
        be {switchLabels[loadSwitch].text.toLowerCase()}
      </Text>
    </>
  );
}

export function MeterNumber({ meterPan }: { meterPan: string }) {
  // Where it wraps, the check digit does not stand alone.
  const text = meterNumberText(meterPan).replace(/ (\d)$/, '\u00a0$1');
  return <span className={styles.meterNumber}>{text}</span>;
}

type FactProps = {
  readonly name: string;
  readonly children: ReactNode;
  readonly note?: ReactNode;
  /** Long words get the whole width. */
  readonly wide?: boolean;
};

/** One fact of a list of facts (`dl`). */
export function Fact({ name, children, note, wide = false }: FactProps) {
  return (
    <div {...(wide ? { style: { gridColumn: '1 / -1' } } : {})}>
      <dt>{name}</dt>
      <dd>
        {children}
        {note !== undefined && note !== null && <small>{note}</small>}
      </dd>
    </div>
  );
}

/** Back to the list that a page belongs to. */
export function BackLink({
  to,
  children,
}: {
  to:
    | '/meters'
    | '/tariffs'
    | '/customers'
    | '/tickets'
    | '/vendors'
    | '/imports'
    | '/approvals'
    | '/audit'
    | '/key-changes'
    | '/free-credit'
    | '/installs'
    | '/integrations'
    | '/lights'
    | '/protection'
    | '/revenue';
  children: ReactNode;
}) {
  return (
    <Link to={to} className={styles.back}>
      <BackIcon /> {children}
    </Link>
  );
}

type AgeProps = {
  readonly at: string | null;
  readonly ahead?: boolean;
  /** An instant of the server's own clock, which the demo's business time runs away from. */
  readonly real?: boolean;
};

/**
 * "12 min ago" (or "in 12 min" for what lies ahead), with the instant itself on hover and for
 * assistive technology.
 */
export function Age({ at, ahead = false, real = false }: AgeProps) {
  const epochMs = at === null ? null : Date.parse(at);
  const read = useCallback(
    (nowMs: number) =>
      epochMs === null ? 'never' : ahead ? until(epochMs, nowMs) : age(epochMs, nowMs),
    [epochMs, ahead],
  );
  const text = useOnClock(read, real);
  const zone = useZone();
  if (epochMs === null || at === null) return text;
  return (
    <time dateTime={at} title={dateAndTime(epochMs, zone)} className={styles.number}>
      {text}
    </time>
  );
}

/** Power as a meter last said it: grey, with its age, once that is not "now" any more. */
export function PowerNow({ powerW, at }: { powerW: string | null; at: string | null }) {
  const epochMs = at === null ? null : Date.parse(at);
  const read = useCallback(
    (nowMs: number) => (epochMs === null ? '' : ageOfNow(epochMs, nowMs)),
    [epochMs],
  );
  const old = useOnClock(read);
  if (powerW === null || old === '') return powerText(powerW);
  return (
    <Text span inherit c="dimmed" fw={400}>
      {powerText(powerW)}, {old}
    </Text>
  );
}

/** "14:03:09": for lists whose day is known. */
export function TimeOfDay({ at }: { at: string }) {
  const zone = useZone();
  return (
    <time dateTime={at} title={dateAndTime(Date.parse(at), zone)} className={styles.number}>
      {exactTimeOfDay(Date.parse(at), zone)}
    </time>
  );
}

type InstantProps = { readonly at: string; readonly withAge?: boolean; readonly real?: boolean };

/** "24 Nov, 14:03:09 · 12 min ago"; real time says so where business time is another. */
export function Instant({ at, withAge = true, real = false }: InstantProps) {
  const zone = useZone();
  const isFaster = useSession().clockSpeed !== 1;
  return (
    <span className={styles.instant}>
      <time dateTime={at}>{dateAndTime(Date.parse(at), zone)}</time>
      {real && isFaster && ' real time'}
      {withAge && (
        <Text span size="xs" c="dimmed">
          {' '}
          <Age at={at} real={real} />
        </Text>
      )}
    </span>
  );
}

/** "16 Nov 2026": where the hour says nothing. */
export function Day({ at }: { readonly at: string }) {
  const zone = useZone();
  const epochMs = Date.parse(at);
  return (
    <time dateTime={at} title={dateAndTime(epochMs, zone)} className={styles.number}>
      {dayOfYear(civilDate(epochMs, zone))}
    </time>
  );
}

/** "Sun 29 Nov, 18:00": what is known to the hour at best. */
export function AboutTime({ at }: { at: string }) {
  const zone = useZone();
  const hour = Math.round(Date.parse(at) / 3_600_000) * 3_600_000;
  return <time dateTime={at}>{weekdayAndTime(hour, zone)}</time>;
}

type ActionButtonProps = {
  readonly children: ReactNode;
  readonly onClick: () => void;
  readonly loading?: boolean;
  /** Null: may be pressed. Otherwise why not, said on hover and focus. */
  readonly why: string | null;
  readonly variant?: string;
  readonly size?: string;
  /** Where the words on the button do not say what of. */
  readonly label?: string;
};

/** A button that, when it may not be pressed, stays reachable by keyboard and says why. */
export function ActionButton(props: ActionButtonProps) {
  const { children, onClick, loading = false, why, variant = 'default', size = 'sm' } = props;
  const name = props.label === undefined ? {} : { 'aria-label': props.label };
  if (why === null) {
    return (
      <Button {...name} size={size} variant={variant} loading={loading} onClick={onClick}>
        {children}
      </Button>
    );
  }
  return (
    <Hint label={why}>
      <Button
        {...name}
        size={size}
        variant={variant}
        data-disabled
        aria-disabled="true"
        aria-description={why}
        onClick={(event) => event.preventDefault()}
      >
        {children}
      </Button>
    </Hint>
  );
}
