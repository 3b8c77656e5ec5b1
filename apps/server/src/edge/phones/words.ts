// What phones are told, by language. Short: a screen has 182 characters, a text message 160.

import { type Lasting, shortText, spanText } from '../../workflows/supply-forecast/index.ts';

export type Words = ReturnType<typeof english>;

export type LanguageCode = keyof typeof languages;

function english() {
  return {
    name: 'English',
    menu: '1 Balance\n2 Buy\n3 Last token\n4 Meter says reject\n5 Buy for a friend\n6 Language\n7 Automatic top-up\n0 End',
    strangerMenu: 'No home has this phone.\n5 Buy for a friend\n6 Language\n0 End',
    pick: 'Which home?',
    amount: (o: { home: string; code: string }) => `Amount in ${o.code} for ${o.home}:`,
    badAmount: (o: { least: string; most: string }) => `From ${o.least} to ${o.most}, please. `,
    meter: "Your friend's meter number:\n0 Menu",
    noMeter: 'No meter has this number. ',
    confirm: (o: { amount: string; home: string; owed: string | null }) =>
      `Buy ${o.amount} for ${o.home}?${o.owed === null ? '' : ` ${o.owed} owed: part of it pays that back.`}\n1 Yes\n2 No`,
    balance: (o: { home: string; left: string; lasting: string; type: string }) =>
      `${o.home}: ${o.left}${o.lasting}.${o.type}\n0 Menu`,
    type: (tokens: string) => `Type your token: ${tokens}`,
    held: 'Supply is switched off by us. Paying does not turn it on.',
    press: 'Switch off big appliances, then press the button on the meter.',
    emergency: (left: string) => `You can take ${left} of emergency credit at the meter.`,
    left: (amount: string) => `${amount} left`,
    owed: (owed: string) => `${owed} owed`,
    unknownLeft: 'the meter has not told yet',
    usedUp: 'credit is used up',
    supplyOff: ', supply is off',
    supplyOn: ', supply is still on',
    lasting: ({ asUsual, atPresentUseMs: now }: Lasting, owes: boolean): string => {
      const first = owes ? '. Supply lasts' : ', enough for';
      const usual = spanText(asUsual, 'en');
      const asNow = now === null ? '' : `, only ${shortText(now, 'en')} if you go on as now`;
      return `${first} ${usual} as you use it${asNow}`;
    },
    token: (digits: string) => `Last token:\n${digits}\nIt works once.\n0 Menu`,
    noToken: 'No token was sold to this home lately.\n0 Menu',
    reject: (o: { meter: string }) =>
      `Is it for meter ${o.meter}? A token works once. Type all 20 digits again, slowly.\n1 Show the token\n2 Ask the office\n0 Menu`,
    told: 'The office has your question and calls you.\n0 Menu',
    topUp: (o: { standing: string }) =>
      `Automatic top-up: ${o.standing}\n1 Turn on, or another amount\n2 Pause 7 days\n3 Off\n0 Menu`,
    topUpOn: (o: { amount: string; days: number; week: string }) =>
      `on, ${o.amount} when less than ${o.days} d are left, ${o.week} a week at most.`,
    topUpOff: 'off.',
    topUpPaused: 'paused.',
    topUpStopped: 'stopped by the office.',
    topUpAmount: (o: { code: string }) =>
      `We ask you before credit ends. Amount in ${o.code} each time:`,
    topUpWeek: (o: { code: string; amount: string }) =>
      `${o.amount} each time. In a week at most, in ${o.code}:`,
    badWeek: (o: { amount: string }) => `Not less than ${o.amount}, please. `,
    topUpConfirm: (o: { amount: string; days: number; week: string }) =>
      `Ask you for ${o.amount} when less than ${o.days} days are left, ${o.week} a week at most?\n1 Yes\n2 No`,
    language: 'Language:',
    goOn: (o: { what: string }) => `Go on: ${o.what}`,
    invalid: 'Not understood. ',
    asked: 'Confirm the payment on your phone. The token comes as a text message.',
    askedFriend:
      "Confirm the payment on your phone. The token goes to the friend's phone and meter. You get no message.",
    link: 'You get a text message with the way to pay.',
    ...englishOutcomes(),
    goodbye: 'Goodbye.',
    sms: englishTexts(),
  };
}

/** What became of a purchase, where it was not simply asked for. */
function englishOutcomes() {
  return {
    askedBefore: (o: { amount: string; minutes: number }) =>
      `You asked for ${o.amount} already. Confirm it on your phone. Nothing there? Ask again in ${o.minutes} min.`,
    boughtBefore: (o: { amount: string; minutes: number }) =>
      `You bought ${o.amount} just now. The token comes as a text message. More? Ask again in ${o.minutes} min.`,
    otherBefore: (o: { amount: string; minutes: number }) =>
      `Your phone was asked for ${o.amount} just now. Confirm it, or refuse it and ask anew. Nothing there? Ask again in ${o.minutes} min.`,
    unclear: (o: { amount: string; minutes: number }) =>
      `No clear answer from the payment service yet. If your phone asks for ${o.amount}, confirm it. If not, ask again in ${o.minutes} min.`,
    away: 'The payment service does not answer. Nothing was asked for. Try again in a few minutes.',
    notNow: 'This cannot be bought just now. Try again later.',
    busy: 'Too many tries. Try again in an hour.',
  };
}

/** Text messages. */
function englishTexts() {
  return {
    balance: (o: { home: string; left: string; lasting: string }) =>
      `${o.home}: ${o.left}${o.lasting}.`,
    again: (text: string) => `Again: ${text}`,
    noToken: 'No token was sold to your home lately.',
    howToBuy: 'To buy write BUY and the amount: BUY 50. For another meter add its number.',
    whichHome: (names: string) => `You have several homes. Add the meter number: ${names}`,
    badAmount: (o: { least: string; most: string }) =>
      `Write an amount from ${o.least} to ${o.most}: BUY ${o.least}`,
    pay: (o: { amount: string; home: string; url: string }) =>
      `Pay ${o.amount} for ${o.home} here: ${o.url}`,
    askedBefore: (o: { amount: string; home: string; minutes: number }) =>
      `You asked for ${o.amount} for ${o.home} already. Confirm it on your phone. Nothing there? Write again in ${o.minutes} min.`,
    otherBefore: (o: { amount: string; home: string; minutes: number }) =>
      `Your phone was asked for ${o.amount} for ${o.home} just now. Confirm it, or refuse it and write again. Nothing there? Write again in ${o.minutes} min.`,
    unclear: (o: { amount: string; home: string; minutes: number }) =>
      `No clear answer from the payment service yet. If your phone asks for ${o.amount} for ${o.home}, confirm it. If not, write again in ${o.minutes} min.`,
    payBefore: (o: { amount: string; home: string; url: string }) =>
      `You asked for ${o.amount} for ${o.home} already. Pay here: ${o.url}`,
    boughtBefore: (o: { amount: string; home: string; minutes: number }) =>
      `You bought ${o.amount} for ${o.home} just now; its token is on the way. To buy more write again in ${o.minutes} min.`,
    asked: (o: { amount: string; home: string }) =>
      `Confirm ${o.amount} for ${o.home} on your phone. The token comes as a text message.`,
    askedFriend: (o: { amount: string; home: string }) =>
      `Confirm ${o.amount} for ${o.home} on your phone. The token goes to the phone and the meter of that home; you get no message.`,
    noMeter: 'No meter has this number. Look at the number on the meter and write again.',
    stopped: 'You get no more notices. Tokens that you buy still come. START brings notices back.',
    started: 'You get notices again. STOP ends them.',
    help: 'BAL: what is left. BUY 50: buy (add a meter number for another home). TOKEN: the last one again. STOP, START: notices off, on. Or write to us.',
    received: 'Thank you. The office reads your message.',
    stranger: 'No home has this phone. To buy for a meter write BUY, the amount and its number.',
    strangerReceived:
      'Thank you, the office reads this. No home has this phone. To buy for a meter write BUY, the amount and its number.',
    notNow: 'This cannot be bought just now. Try again later.',
  };
}

const swahili = (): Words => ({
  ...english(),
  name: 'Kiswahili',
  menu: '1 Salio\n2 Nunua\n3 Tokeni ya mwisho\n4 Mita imekataa\n5 Nunulia rafiki\n6 Lugha\n7 Kujaza yenyewe\n0 Maliza',
  strangerMenu: 'Simu hii haina nyumba.\n5 Nunulia rafiki\n6 Lugha\n0 Maliza',
  pick: 'Nyumba gani?',
  amount: ({ home, code }) => `Kiasi (${code}) kwa ${home}:`,
  badAmount: ({ least, most }) => `Kuanzia ${least} hadi ${most}. `,
  meter: 'Namba ya mita ya rafiki:\n0 Menyu',
  noMeter: 'Hakuna mita yenye namba hii. ',
  confirm: ({ amount, home, owed }) =>
    `Nunua ${amount} kwa ${home}?${owed === null ? '' : ` Deni ${owed}: sehemu italilipa.`}\n1 Ndiyo\n2 Hapana`,
  balance: ({ home, left, lasting, type }) => `${home}: ${left}${lasting}.${type}\n0 Menyu`,
  type: (tokens) => `Andika tokeni yako: ${tokens}`,
  held: 'Tumezima umeme. Kulipa hakutauwasha.',
  press: 'Zima vifaa vikubwa, kisha bonyeza kitufe cha mita.',
  emergency: (left) => `Unaweza kuchukua ${left} za dharura kwenye mita.`,
  left: (amount) => `imebaki ${amount}`,
  owed: (owed) => `deni ${owed}`,
  unknownLeft: 'mita bado haijatuma',
  usedUp: 'umeme umekwisha',
  supplyOff: ', umeme umezimwa',
  supplyOn: ', lakini bado unawaka',
  lasting: ({ asUsual, atPresentUseMs: now }, owes) => {
    const first = owes ? '. Umeme utatosha' : ', inatosha';
    const usual = swahiliSpan(asUsual);
    const asNow = now === null ? '' : `, ${swahiliTime(now)} tu ukiendelea kama sasa`;
    return `${first} ${usual} kwa matumizi yako${asNow}`;
  },
  token: (digits) => `Tokeni ya mwisho:\n${digits}\nInatumika mara moja.\n0 Menyu`,
  noToken: 'Hakuna tokeni ya karibuni.\n0 Menyu',
  reject: ({ meter }) =>
    `Ni ya mita ${meter}? Tokeni hutumika mara moja. Andika tena tarakimu 20.\n1 Onyesha tokeni\n2 Uliza ofisi\n0 Menyu`,
  told: 'Ofisi imepata swali lako na itakupigia.\n0 Menyu',
  topUp: ({ standing }) =>
    `Kujaza yenyewe: ${standing}\n1 Washa, au kiasi kingine\n2 Simamisha siku 7\n3 Zima\n0 Menyu`,
  topUpOn: ({ amount, days, week }) =>
    `imewashwa, ${amount} zikibaki chini ya siku ${days}, si zaidi ya ${week} kwa wiki.`,
  topUpOff: 'imezimwa.',
  topUpPaused: 'imesimamishwa.',
  topUpStopped: 'ofisi imeizuia.',
  topUpAmount: ({ code }) => `Tutakuuliza kabla umeme kuisha. Kiasi (${code}) kila mara:`,
  topUpWeek: ({ amount, code }) => `${amount} kila mara. Kwa wiki si zaidi ya (${code}):`,
  badWeek: ({ amount }) => `Si chini ya ${amount}. `,
  topUpConfirm: ({ amount, days, week }) =>
    `Tukuombe ${amount} zikibaki chini ya siku ${days}, si zaidi ya ${week} kwa wiki?\n1 Ndiyo\n2 Hapana`,
  language: 'Lugha:',
  goOn: ({ what }) => `Endelea: ${what}`,
  invalid: 'Haijaeleweka. ',
  asked: 'Thibitisha malipo kwenye simu yako. Tokeni itakuja kwa ujumbe.',
  askedFriend:
    'Thibitisha malipo kwenye simu yako. Tokeni itatumwa kwa simu na mita ya rafiki. Hutapata ujumbe.',
  link: 'Utapata ujumbe wenye njia ya kulipa.',
  askedBefore: ({ amount, minutes }) =>
    `Umeshaomba ${amount}. Thibitisha kwenye simu yako. Hujaona kitu? Omba tena baada ya dakika ${minutes}.`,
  boughtBefore: ({ amount, minutes }) =>
    `Umenunua ${amount} sasa hivi. Tokeni itakuja kwa ujumbe. Zaidi? Omba tena baada ya dakika ${minutes}.`,
  otherBefore: ({ amount, minutes }) =>
    `Simu yako imeombwa ${amount} sasa hivi. Thibitisha, au kataa kisha omba tena. Hujaona kitu? Omba tena baada ya dakika ${minutes}.`,
  unclear: ({ amount, minutes }) =>
    `Huduma ya malipo bado haijajibu wazi. Simu ikiomba ${amount}, thibitisha. Isipoomba, omba tena baada ya dakika ${minutes}.`,
  away: 'Huduma ya malipo haijibu. Hakuna kilichoombwa. Jaribu tena baada ya dakika chache.',
  notNow: 'Haiwezekani kununua sasa. Jaribu tena baadaye.',
  busy: 'Umejaribu mara nyingi. Jaribu tena baada ya saa moja.',
  goodbye: 'Kwaheri.',
  sms: {
    balance: ({ home, left, lasting }) => `${home}: ${left}${lasting}.`,
    again: (text) => `Tena: ${text}`,
    noToken: 'Hakuna tokeni ya karibuni.',
    howToBuy: 'Kununua andika NUNUA na kiasi: NUNUA 50. Kwa mita nyingine ongeza namba yake.',
    whichHome: (names) => `Una nyumba kadhaa. Ongeza namba ya mita: ${names}`,
    badAmount: ({ least, most }) => `Andika kiasi kuanzia ${least} hadi ${most}: NUNUA ${least}`,
    pay: ({ amount, home, url }) => `Lipa ${amount} kwa ${home} hapa: ${url}`,
    askedBefore: ({ amount, home, minutes }) =>
      `Umeshaomba: ${amount} kwa ${home}. Thibitisha kwenye simu yako. Hujaona kitu? Andika tena baada ya dakika ${minutes}.`,
    otherBefore: ({ amount, home, minutes }) =>
      `Simu yako imeombwa ${amount} kwa ${home} sasa hivi. Thibitisha, au kataa kisha andika tena. Hujaona kitu? Andika tena baada ya dakika ${minutes}.`,
    unclear: ({ amount, home, minutes }) =>
      `Huduma ya malipo bado haijajibu wazi. Simu ikiomba ${amount} kwa ${home}, thibitisha. Isipoomba, andika tena baada ya dakika ${minutes}.`,
    payBefore: ({ amount, home, url }) => `Umeshaomba. Lipa ${amount} kwa ${home} hapa: ${url}`,
    boughtBefore: ({ amount, home, minutes }) =>
      `Umenunua ${amount} kwa ${home} sasa hivi; tokeni iko njiani. Kununua zaidi andika tena baada ya dakika ${minutes}.`,
    asked: ({ amount, home }) =>
      `Thibitisha ${amount} kwa ${home} kwenye simu yako. Tokeni itakuja kwa ujumbe.`,
    askedFriend: ({ amount, home }) =>
      `Thibitisha ${amount} kwa ${home} kwenye simu yako. Tokeni itatumwa kwa simu na mita ya nyumba hiyo; hutapata ujumbe.`,
    noMeter: 'Hakuna mita yenye namba hii. Angalia namba kwenye mita uandike tena.',
    stopped: 'Hutapata matangazo tena. Tokeni unazonunua zitakuja. START hurudisha matangazo.',
    started: 'Utapata matangazo tena. STOP huyazuia.',
    help: 'SALIO: kilichobaki. NUNUA 50: nunua (ongeza namba ya mita nyingine). TOKENI: ya mwisho tena. STOP, START: bila matangazo, nayo tena. Au tuandikie.',
    received: 'Asante. Ofisi itasoma ujumbe wako.',
    stranger: 'Simu hii haina nyumba. Kununulia mita andika NUNUA, kiasi na namba yake.',
    strangerReceived:
      'Asante, ofisi itasoma. Simu hii haina nyumba. Kununulia mita andika NUNUA, kiasi na namba yake.',
    notNow: 'Haiwezekani kununua sasa. Jaribu tena baadaye.',
  },
});

const swahiliSpan = ({ from, to, unit }: Lasting['asUsual']): string => {
  const noun = unit === 'hour' ? 'saa' : 'siku';
  if (from === 0) return `chini ya ${noun} ${to}`;
  return from === to ? `${noun} ${to}` : `${noun} ${from} hadi ${to}`;
};

/** Never more than is left. */
const swahiliTime = (leftMs: number): string => {
  const minutes = Math.floor(leftMs / 60_000);
  if (minutes < 1) return 'chini ya dakika 1';
  return minutes < 60 ? `dakika ${minutes}` : `saa ${Math.floor(minutes / 60)}`;
};

/** In the order of the screen that asks. */
export const languages = { en: english(), sw: swahili() } as const;
export const languageCodes = Object.keys(languages) as readonly LanguageCode[];

export const wordsOf = (code: string | null): Words =>
  languages[languageCodes.find((each) => each === code) ?? 'en'];
