// Days of the calendar as texts, "2026-11-24".

export const civilDatePattern = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** Whether a text is a day of the calendar, "2026-11-24". */
export function isCivilDate(day: string): boolean {
  if (!civilDatePattern.test(day)) return false;
  if (day.slice(8) <= '28') return true;
  try {
    Temporal.PlainDate.from(day);
    return true;
  } catch {
    return false;
  }
}
