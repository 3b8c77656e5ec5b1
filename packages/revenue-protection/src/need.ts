// Whether a fall in use fits need rather than theft: a home that is protected, buys little and
// often, sits without supply for want of credit, or lives on emergency credit. Such a home is
// offered help first. By judgement, not trained: a wrong visit costs a poor home more than money.

export type NeedFacts = {
  /** Flags of protection that hold today. */
  readonly vulnerable: boolean;
  readonly medical: boolean;
  /** In the last 30 days. */
  readonly purchases: number;
  /** Middle amount of those purchases, and of all homes of the utility; null without purchases. */
  readonly middleMinor: bigint | null;
  readonly townMiddleMinor: bigint | null;
  /** Hours without supply because credit had ended, in the last 30 days. */
  readonly hoursOff: number;
  /** Times that emergency credit was taken in the last 30 days. */
  readonly emergencyTimes: number;
};

export const needSigns = [
  'flagged',
  'smallPurchases',
  'hoursWithoutCredit',
  'emergencyCredit',
] as const;
export type NeedSign = (typeof needSigns)[number];

export type NeedReason = { readonly sign: NeedSign; readonly words: string };
export type Need = {
  /** The home goes to the support list first. */
  readonly isFirst: boolean;
  readonly signs: readonly NeedReason[];
  /** What may help, in the order in which to offer it. */
  readonly helps: readonly string[];
};

const manyPurchases = 8;
const manyHours = 24;
const manyTimes = 3;
/** One sign alone has other causes; two of them fit need. A flag is enough by itself. */
const enoughSigns = 2;

const help: Readonly<Record<NeedSign, string>> = {
  flagged: 'Call before anybody comes, and ask how the home is.',
  smallPurchases: 'See whether free units or a social tariff are due to this home.',
  hoursWithoutCredit: 'Explain friendly hours and warnings before credit ends.',
  emergencyCredit: 'Offer to repay what is owed in smaller parts.',
};

export function needOf(o: NeedFacts): Need {
  const signs: NeedReason[] = [];
  if (o.vulnerable || o.medical) {
    const words = o.medical ? 'protected: medical need' : 'protected: vulnerable';
    signs.push({ sign: 'flagged', words });
  }
  const { middleMinor, townMiddleMinor } = o;
  const isSmall =
    middleMinor !== null && townMiddleMinor !== null && middleMinor * 2n <= townMiddleMinor;
  if (o.purchases >= manyPurchases && isSmall) {
    signs.push({
      sign: 'smallPurchases',
      words: `${o.purchases} small purchases in 30 days, each at most half of what others buy`,
    });
  }
  if (o.hoursOff >= manyHours) {
    signs.push({
      sign: 'hoursWithoutCredit',
      words: `${Math.floor(o.hoursOff)} hours without supply in 30 days because credit had ended`,
    });
  }
  if (o.emergencyTimes >= manyTimes) {
    signs.push({
      sign: 'emergencyCredit',
      words: `emergency credit taken ${o.emergencyTimes} times in 30 days`,
    });
  }
  const isFlagged = signs.some(({ sign }) => sign === 'flagged');
  return {
    isFirst: isFlagged || signs.length >= enoughSigns,
    signs,
    helps: signs.map(({ sign }) => help[sign]),
  };
}
