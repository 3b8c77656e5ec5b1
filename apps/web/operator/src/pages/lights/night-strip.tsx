// A night as a picture: the level by time from before sunset until after sunrise. The words beneath
// say the same.

import { Text } from '@mantine/core';
import type { NightView } from '@prewatt/api';
import { useZone } from '../../shell/session.tsx';
import { timeOfDay } from '../../text/time.ts';
import { nightWords } from './labels.ts';
import styles from './lights.module.css';

const hourMs = 3_600_000;
const height = 72;
const plot = 54;

export function NightStrip({
  label,
  night,
}: {
  readonly label: string;
  readonly night: NightView;
}) {
  const zone = useZone();
  const { fromMs, toMs } = spanOf(night);
  const share = (ms: number): number =>
    (100 * (Math.min(Math.max(ms, fromMs), toMs) - fromMs)) / (toMs - fromMs);
  return (
    <figure className={styles.figure} aria-label={label}>
      {/* The words beneath are what assistive technology reads. */}
      <svg
        aria-hidden="true"
        className={styles.night}
        viewBox={`0 0 100 ${height}`}
        preserveAspectRatio="none"
      >
        {night.sunset !== null && night.sunrise !== null && (
          <rect
            x={share(Date.parse(night.sunset))}
            width={share(Date.parse(night.sunrise)) - share(Date.parse(night.sunset))}
            y={0}
            height={plot}
            className={styles.dark}
          />
        )}
        {night.stretches.map(({ from, to, levelPercent, because }) => {
          const left = share(Date.parse(from));
          const tall = (levelPercent / 100) * (plot - 4);
          return (
            <rect
              key={from}
              x={left}
              width={Math.max(0, share(Date.parse(to)) - left)}
              y={plot - tall}
              height={tall}
              className={because === 'programme' ? styles.level : styles.levelOther}
            />
          );
        })}
        <line x1={0} x2={100} y1={plot} y2={plot} className={styles.ground} />
      </svg>
      <div className={styles.ticks} aria-hidden="true">
        {ticksOf(fromMs, toMs).map((ms) => (
          <span key={ms} style={{ insetInlineStart: `${share(ms)}%` }}>
            {timeOfDay(ms, zone)}
          </span>
        ))}
      </div>
      <Text size="xs" c="dimmed">
        {nightWords(night, zone)}
        {night.sunset === null || night.sunrise === null
          ? '. The sun does not set'
          : `. Sunset ${timeOfDay(Date.parse(night.sunset), zone)}, sunrise ${timeOfDay(Date.parse(night.sunrise), zone)}`}
      </Text>
    </figure>
  );
}

/** From an hour before the sun sets, or lamps burn, until an hour after; whole hours. */
function spanOf({ from, to, sunset, sunrise, stretches }: NightView) {
  const lit = stretches.filter(({ levelPercent }) => levelPercent > 0);
  const starts = [sunset, lit[0]?.from ?? null].flatMap((at) =>
    at === null ? [] : [Date.parse(at)],
  );
  const ends = [sunrise, lit.at(-1)?.to ?? null].flatMap((at) =>
    at === null ? [] : [Date.parse(at)],
  );
  if (starts.length === 0) return { fromMs: Date.parse(from), toMs: Date.parse(to) };
  return {
    fromMs: Math.floor((Math.min(...starts) - hourMs / 2) / hourMs) * hourMs,
    toMs: Math.ceil((Math.max(...ends) + hourMs / 2) / hourMs) * hourMs,
  };
}

/** Each third hour, away from the edges. */
function ticksOf(fromMs: number, toMs: number): number[] {
  const ticks: number[] = [];
  for (let ms = fromMs + hourMs; ms < toMs; ms += 3 * hourMs) ticks.push(ms);
  return ticks;
}
