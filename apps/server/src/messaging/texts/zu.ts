// Messages to customers in isiZulu.

import type { MessageTexts } from './texts.ts';

export const zu: MessageTexts = {
  'sale.debts':
    '{utility}: ukhokhe {paid} nge-{home}, okukweletwayo ({what}). Awukho ugesi othengiwe.',
  'sale.paid': '{utility}: ukhokhe {paid} nge-{home}.',
  'sale.balance': 'Ibhalansi manje {left}.',
  'sale.usedUp': 'Ibhalansi iphelile.',
  'sale.owes': 'Usakweleta {owed}.',
  'sale.staysOff': 'Ugesi uzohlala ucishile. Faka okungenani {least} ukuze ubuye.',
  'sale.mayGoOff': 'Ugesi ungacisha. Faka okungenani {least} ukuze uhlale ukhanya.',
  'sale.hourCosts': 'Ihora elilodwa ku-{power} libiza {sum}.',
  'sale.gets': '{utility}: ukhokhe {paid}, uthola {credit} e-{home}.',
  'sale.getsLess':
    '{utility}: ukhokhe {paid}, uthola {credit} e-{home}: ithokheni ino-{whole}, imitha ithatha {taken} yokusetshenziswe ngaphandle kwekhredithi.',
  'sale.carried':
    '{utility}: imitha ye-{home} isibala ikhredithi yayo futhi. Ibhalansi yakho ye-{paid} manje iyi-{credit}.',
  'sale.ofCredit': 'ikhredithi ye-{money}',
  'sale.typeOne': 'Ithokheni {token}. Yifake kumitha yakho.',
  'sale.typeAll': 'Amathokheni {tokens}. Wafake kumitha yakho, ngalokhu kulandelana.',
  'sale.typeAllLift':
    'Amathokheni {tokens}. Wafake kumitha yakho, ngalokhu kulandelana; asusa nomkhawulo wamandla.',
  'sale.sentOne': 'Ithokheni {token}. Siyithumela kumitha yakho; uma ingafiki, yifake.',
  'sale.sentAll':
    'Amathokheni {tokens}. Siwathumela kumitha yakho; uma engafiki, wafake ngalokhu kulandelana.',
  'grant.free': '{utility}: {credit} mahhala e-{home}.',
  'grant.freeMoney': '{utility}: {credit} mahhala, {money} kumitha yakho e-{home}.',
  'grant.carried': '{utility}: {credit} kudluliselwe kumitha yakho e-{home}.',
  'grant.wallet': '{utility}: {credit} mahhala e-{home}, {money} kubhalansi yakho.',
  'payer.bought':
    '{utility}: kufike {amount} yemitha egcina ngo-{meterEnd} ({reference}). Okuthengiwe kusekhaya lelo.',
  'payer.late':
    '{utility}: kufike {amount} yemitha egcina ngo-{meterEnd} ({reference}). Okuthengiwe kubambezelekile; inkampani iyakubona futhi izokulungisa.',
  'payer.takenBack':
    '{utility}: kufike {amount} yemitha egcina ngo-{meterEnd} ({reference}). Ukuthenga kuhoxisiwe; buza inkampani ngemali.',
  'notice.tokenIssued': 'Ithokheni yakho ifikile. Ngena ukuze uyibone.',
  'notice.walletCredited': 'Kufike inkokhelo.',
  'notice.saleReversed': 'Ukuthenga kuhoxisiwe.',
  'notice.powerLimit': 'Kunezindaba ngamandla ongawasebenzisa.',
  'notice.creditLow': 'Ikhredithi yakho incane.',
  'notice.creditVeryLow': 'Ikhredithi yakho incane kakhulu.',
  'notice.supplyOff': 'Ugesi wakho ucishile.',
  'notice.protectedSupply': 'Ikhredithi yakho iphelile. Ugesi usakhanya okwamanje.',
  'notice.emergencyCredit': 'Usebenzisa ikhredithi yesimo esiphuthumayo.',
  'notice.supplyRestored': 'Ugesi wakho ubuyile.',
  'notice.endsInTwoDays': 'Ikhredithi yakho iphela cishe ezinsukwini ezimbili.',
  'notice.endsInHalfDay': 'Ikhredithi yakho iphela cishe esigamini sosuku.',
  'notice.endsAtPresentUse': 'Ngokusebenzisa kwamanje ikhredithi yakho iphela maduze.',
  'notice.weeklyDigest': 'Iviki lakho likagesi lifikile.',
  'notice.paymentModeChanges': 'Indlela okhokha ngayo izoshintsha maduze.',
  'notice.walletBegins': 'Manje ukhokha ngebhalansi.',
  'notice.supplyHeld': 'Kunezindaba ngogesi wakho.',
  'notice.supplyReleased': 'Kunezindaba ngogesi wakho.',
  'notice.protectionEnds': 'Ukuvikelwa kwekhaya lakho kuzophela maduze.',
  'notice.lendingEnds': 'Kunezindaba ngokukweletayo.',
  'notice.limitReached': 'Kunezindaba ngokukweletayo.',
  'notice.topUp': 'Kunezindaba ngokugcwalisa okuzenzakalelayo.',
  'notice.customerChanged': 'Kunezindaba ngekhaya lakho.',
  'notice.payerReceipt': 'Inkokhelo yakho yelinye ikhaya ifikile.',
  'notice.answer': 'Ihhovisi liphendulile.',
  'mail.tokenHere': 'Ithokheni yakho ifikile.',
  'mail.codeSubject': 'Ikhodi yakho',
  'mail.code':
    '{code} yikhodi yakho. Yibhale ekhasini lapho unikeze khona leli kheli, emizuzwini engu-15.\n\nUma ungayicelanga, ungenzi lutho: ayikho enye i-imeyili ezofika.',
  'mail.choices': 'Okuthola nge-imeyili: {url}',
};
