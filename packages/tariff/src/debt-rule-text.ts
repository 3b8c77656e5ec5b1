// Debt rules as a cell holds them, e.g. "instalment 50.00 per month": short to type, one to one
// with the rules that docs/tariffs.md describes as JSON.

/** The rule as JSON, or null for text that is none. Whether its numbers will do, tariff says. */
export function readDebtRule(text: string): object | null {
  const words = text.trim().split(/\s+/);
  const [name, ...rest] = words;
  const [value] = rest;
  switch (name) {
    case 'share':
    case 'arrearsFirst':
    case 'shareOfOutstanding':
      return rest.length === 1 && value !== undefined ? { [name]: value.replace(/%$/, '') } : null;
    case 'instalment':
      return rest.length === 3 && rest[1] === 'per' ? { instalment: value, per: rest[2] } : null;
    case 'ageLadder': {
      const steps = rest.map((step) => /^(\d{1,6}):([\d.]{1,8})$/.exec(step));
      if (steps.length === 0 || steps.includes(null)) return null;
      return {
        ageLadder: steps.map((step) => ({ fromDays: Number(step?.[1]), share: step?.[2] })),
      };
    }
    default:
      return null;
  }
}

/** The text of a stored rule. */
export function writeDebtRule(rule: object): string {
  if ('instalment' in rule && 'per' in rule) return `instalment ${rule.instalment} per ${rule.per}`;
  if ('ageLadder' in rule) {
    const steps = rule.ageLadder as { fromDays: number; share: string }[];
    return `ageLadder ${steps.map((step) => `${step.fromDays}:${step.share}`).join(' ')}`;
  }
  return Object.entries(rule).flat().join(' ');
}
