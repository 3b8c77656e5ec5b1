// When the sun rises and sets at a place: the equations of the United States' NOAA solar calculator
// (after Meeus, Astronomical Algorithms), refined once at the event itself. Good to a minute up to
// the polar circles; a night of no end and a day of no end are told apart.

import { dayMs, minuteMs } from '@prewatt/quantities';

/** Degrees in millionths; north and east are positive. */
export type Place = {
  readonly latitudeMicroDeg: number;
  readonly longitudeMicroDeg: number;
};

export type Sun =
  | { readonly kind: 'rises'; readonly riseMs: number; readonly setMs: number }
  /** It does not set. */
  | { readonly kind: 'polarDay' }
  /** It does not rise. */
  | { readonly kind: 'polarNight' };

/** The upper edge touches the horizon: half the sun's width, and what the air bends. */
const zenithDeg = 90.833;
const julianOfEpochDays = 2_440_587.5;
const julianOf2000Days = 2_451_545;
const centuryDays = 36_525;
const noonMinutes = 720;
const minutesPerDegree = 4;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;
const degrees = (angle: number): number => (angle * 180) / Math.PI;
const sin = (angleDeg: number): number => Math.sin(radians(angleDeg));
const cos = (angleDeg: number): number => Math.cos(radians(angleDeg));
const tan = (angleDeg: number): number => Math.tan(radians(angleDeg));

/** The sun's place in the sky at an instant. */
function positionAt(atMs: number): {
  readonly declinationDeg: number;
  readonly equationMinutes: number;
} {
  const t = (atMs / dayMs + julianOfEpochDays - julianOf2000Days) / centuryDays;
  const meanLongitude = (280.46646 + t * (36_000.76983 + t * 0.0003032)) % 360;
  const meanAnomaly = 357.52911 + t * (35_999.05029 - 0.0001537 * t);
  const eccentricity = 0.016708634 - t * (0.000042037 + 0.0000001267 * t);
  const centre =
    sin(meanAnomaly) * (1.914602 - t * (0.004817 + 0.000014 * t)) +
    sin(2 * meanAnomaly) * (0.019993 - 0.000101 * t) +
    sin(3 * meanAnomaly) * 0.000289;
  const node = 125.04 - 1934.136 * t;
  const apparentLongitude = meanLongitude + centre - 0.00569 - 0.00478 * sin(node);
  const meanObliquity =
    23 + (26 + (21.448 - t * (46.815 + t * (0.00059 - t * 0.001813))) / 60) / 60;
  const obliquity = meanObliquity + 0.00256 * cos(node);
  const declinationDeg = degrees(Math.asin(sin(obliquity) * sin(apparentLongitude)));
  const y = tan(obliquity / 2) ** 2;
  const equation =
    y * sin(2 * meanLongitude) -
    2 * eccentricity * sin(meanAnomaly) +
    4 * eccentricity * y * sin(meanAnomaly) * cos(2 * meanLongitude) -
    0.5 * y * y * sin(4 * meanLongitude) -
    1.25 * eccentricity * eccentricity * sin(2 * meanAnomaly);
  return { declinationDeg, equationMinutes: minutesPerDegree * degrees(equation) };
}

/** Half of the day as an angle; beyond -1 and 1 the sun does not cross the horizon. */
function cosHourAngle(latitudeDeg: number, declinationDeg: number): number {
  const across = cos(latitudeDeg) * cos(declinationDeg);
  const down = cos(zenithDeg) - sin(latitudeDeg) * sin(declinationDeg);
  // At a pole the cosine is next to nothing, and the sign alone says which it is.
  return down / Math.max(across, Number.EPSILON);
}

/** The day of the place whose civil date this is: its noon is the one nearest to 12:00 there. */
export function sunOn(place: Place, zone: string, date: Temporal.PlainDate): Sun {
  const latitudeDeg = place.latitudeMicroDeg / 1e6;
  const longitudeDeg = place.longitudeMicroDeg / 1e6;
  const civilNoonMs = date.toZonedDateTime({
    timeZone: zone,
    plainTime: '12:00',
  }).epochMilliseconds;
  const midnightMs = Math.floor(civilNoonMs / dayMs) * dayMs;
  const noonOf = (equationMinutes: number): number =>
    midnightMs + (noonMinutes - minutesPerDegree * longitudeDeg - equationMinutes) * minuteMs;
  const near = positionAt(civilNoonMs);
  const shiftMs = Math.round((civilNoonMs - noonOf(near.equationMinutes)) / dayMs) * dayMs;
  const noonMs = noonOf(near.equationMinutes) + shiftMs;
  const eventMs = (sign: 1 | -1): number | null => {
    let atMs = noonMs;
    for (let pass = 0; pass < 3; pass += 1) {
      const { declinationDeg, equationMinutes } = positionAt(atMs);
      const cosine = cosHourAngle(latitudeDeg, declinationDeg);
      if (cosine < -1 || cosine > 1) return null;
      const halfDayMinutes = minutesPerDegree * degrees(Math.acos(cosine));
      atMs = noonOf(equationMinutes) + shiftMs + sign * halfDayMinutes * minuteMs;
    }
    return Math.round(atMs);
  };
  const riseMs = eventMs(-1);
  const setMs = eventMs(1);
  if (riseMs !== null && setMs !== null) return { kind: 'rises', riseMs, setMs };
  const { declinationDeg } = positionAt(noonMs);
  // On the day when it changes from one to the other, the noon decides.
  return cosHourAngle(latitudeDeg, declinationDeg) > 0
    ? { kind: 'polarNight' }
    : { kind: 'polarDay' };
}
