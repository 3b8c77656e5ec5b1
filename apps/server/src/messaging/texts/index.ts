// The public face of messaging/texts: messages to customers by language.

export { inOrder, messageTexts, sayTo } from './say.ts';
export { countIn, dateIn, rangeIn, weekdayTimeIn } from './spans.ts';
export type { MessageTextKey, MessageTexts, MessageValues } from './texts.ts';
