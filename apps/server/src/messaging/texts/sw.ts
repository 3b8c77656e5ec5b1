// Messages to customers in Kiswahili.

import type { MessageTexts } from './texts.ts';

export const sw: MessageTexts = {
  'sale.debts':
    '{utility}: umelipa {paid} kwa {home}, kwa deni ({what}). Hakuna umeme ulionunuliwa.',
  'sale.paid': '{utility}: umelipa {paid} kwa {home}.',
  'sale.balance': 'Salio sasa ni {left}.',
  'sale.usedUp': 'Salio limekwisha.',
  'sale.owes': 'Bado unadaiwa {owed}.',
  'sale.staysOff': 'Umeme bado umezimwa. Weka angalau {least} ili uwake tena.',
  'sale.mayGoOff': 'Umeme unaweza kuzimika. Weka angalau {least} uendelee.',
  'sale.hourCosts': 'Saa moja kwa {power} inagharimu {sum}.',
  'sale.gets': '{utility}: umelipa {paid}, unapata {credit} kwa {home}.',
  'sale.getsLess':
    '{utility}: umelipa {paid}, unapata {credit} kwa {home}: tokeni ina {whole}, na mita inachukua {taken} kwa umeme uliotumika bila salio.',
  'sale.carried':
    '{utility}: mita ya {home} inahesabu salio lake tena. Salio lako la {paid} sasa ni {credit}.',
  'sale.ofCredit': 'salio la {money}',
  'sale.typeOne': 'Tokeni {token}. Iandike kwenye mita yako.',
  'sale.typeAll': 'Tokeni {tokens}. Ziandike kwenye mita yako, kwa mpangilio huu.',
  'sale.typeAllLift':
    'Tokeni {tokens}. Ziandike kwenye mita yako, kwa mpangilio huu; zinaondoa pia kikomo cha umeme.',
  'sale.sentOne': 'Tokeni {token}. Tunaituma kwa mita yako; isipofika, iandike.',
  'sale.sentAll':
    'Tokeni {tokens}. Tunazituma kwa mita yako; zisipofika, ziandike kwa mpangilio huu.',
  'grant.free': '{utility}: {credit} bure kwa {home}.',
  'grant.freeMoney': '{utility}: {credit} bure, {money} kwenye mita yako ya {home}.',
  'grant.carried': '{utility}: {credit} zimehamishiwa kwenye mita yako ya {home}.',
  'grant.wallet': '{utility}: {credit} bure kwa {home}, {money} kwenye salio lako.',
  'payer.bought':
    '{utility}: {amount} imefika kwa mita inayoishia na {meterEnd} ({reference}). Umeme ulionunuliwa uko kwa nyumba hiyo.',
  'payer.late':
    '{utility}: {amount} imefika kwa mita inayoishia na {meterEnd} ({reference}). Umeme umechelewa; kampuni inaona na itarekebisha.',
  'payer.takenBack':
    '{utility}: {amount} imefika kwa mita inayoishia na {meterEnd} ({reference}). Ununuzi umetenguliwa; uliza kampuni kuhusu pesa.',
  'alert.credit': 'salio la {home}',
  'alert.money': 'salio la pesa la {home}',
  'alert.low': '{credit} ni dogo{left}{lasting}.',
  'alert.veryLow': '{credit} ni dogo sana{left}{lasting}.',
  'alert.wasLow': '{credit} lilikuwa dogo {at}{left}{lasting}.',
  'alert.wasVeryLow': '{credit} lilikuwa dogo sana {at}{left}{lasting}.',
  'alert.at': 'saa {time}',
  'alert.left': ': zimebaki {amount}',
  'alert.leftBeside': ' (zimebaki {amount})',
  'alert.enough': ', zinatosha {usual} kwa matumizi yako ya kawaida',
  'alert.enoughNow': ', zinatosha {present} kwa matumizi ya sasa, {usual} kwa kawaida',
  'alert.then': 'Kisha umeme utaendelea {promise}.',
  'alert.until': 'hadi {time}',
  'alert.untilOwed': 'hadi {time}; deni litakuwa kama {owed}',
  'alert.owedUsualAndNow': '{usual} ({present} kwa matumizi ya sasa)',
  'alert.owedNow': '{present} kwa matumizi ya sasa',
  'alert.forNow': 'kwa sasa',
  'alert.payIn': 'Lipa: {url}',
  'alert.buyMore': 'Nunua zaidi: {url}',
  'alert.buy': 'Nunua: {url}',
  'alert.pay': 'Lipa: {url}',
  'alert.typeOne': 'Andika tokeni yako {token}.',
  'alert.typeAll': 'Andika tokeni hizi kwa mpangilio huu: {tokens}.',
  'alert.typeOneOn': 'Andika tokeni yako {token} na umeme utawaka tena.',
  'alert.typeAllOn': 'Andika tokeni hizi kwa mpangilio huu: {tokens} na umeme utawaka tena.',
  'alert.isOff': '{credit} limekwisha na umeme umezimwa.',
  'alert.held': '{credit} limekwisha. Tumezima umeme sisi, na kulipa hakutauwasha.',
  'alert.takeEmergency': 'Unaweza kuchukua {amount} za salio la dharura kwenye mita.',
  'alert.anyPurchase': 'Ununuzi wowote utauwasha tena: {url}',
  'alert.payToTurnOn': 'Weka angalau {least} ili uwake tena.',
  'alert.staysWallet':
    '{credit} limekwisha. Umeme unaendelea {promise}; unachotumia ni deni, na unachoweka kinalipa hilo kwanza.',
  'alert.staysToken':
    '{credit} limekwisha. Umeme unaendelea {promise}; unachotumia ni deni, na sehemu ya unachonunua inalilipa.',
  'alert.staysEmergency':
    '{credit} limekwisha. Umeme unaendelea kwa salio la dharura; unachoweka kinalipa hilo kwanza.',
  'alert.onAgain': 'umeme wa {home} umewaka tena.',
  'alert.onAgainSince': 'umeme wa {home} umewaka tena, tangu saa {time}.',
  'alert.endsNow':
    '{credit} linatosha {present} kwa matumizi ya sasa{left}; kwa kawaida hadi {usual}. Zima vinavyotumia umeme mwingi.',
  'alert.ends': '{credit} litaisha {usual} kwa matumizi yako ya kawaida{left}.',
  'alert.about': 'kama {time}',
  'alert.soon': 'karibuni',
  'alert.shortWhile': 'muda mfupi',
  'alert.lessThan': 'chini ya {span}',
  'alert.underMinute': 'chini ya dakika moja',
  'alert.weekUsed': '{amount} zimetumika wiki iliyopita.',
  'alert.weekLeft': 'Zimebaki {amount}{lasting}.',
  'topUp.why': 'salio la {home} litaisha {end} kwa matumizi yako ya kawaida.',
  'topUp.phoneAsks': 'Kama ulivyochagua, simu yako inaomba {amount}: kubali au kataa hapo.',
  'topUp.payHere': 'Kama ulivyochagua, lipa {amount} hapa: {url}',
  'topUp.card':
    'Kama ulivyochagua, {amount} zinachukuliwa kutoka {card} yako. Salio litakuja zikishalipwa.',
  'topUp.failed':
    '{amount} za {home} hazikuweza kuchukuliwa kutoka kadi yako. Haitajaribiwa tena kwa siku moja.',
  'topUp.change': 'Kubadilisha hili: {url}',
  'topUp.buyOrChange': 'Kununua au kubadilisha hili: {url}',
  'topUp.expected': 'Salio lilitarajiwa kuisha {end}, ndani ya {days} zilizochaguliwa.',
  'undone.purchase': '{utility}: ununuzi wako wa {amount} umetenguliwa.',
  'undone.void': 'Tokeni yake haifai tena: usiiandike.',
  'undone.prepaid': 'Pesa zimehifadhiwa kwa ununuzi wako ujao.',
  'undone.refund': 'Pesa zinarudishwa kwako.',
  'undone.vendor': 'Duka linakurudishia pesa.',
  'undone.connection': 'Pesa zimehamishiwa kwa mita iliyokusudiwa.',
  'customer.gone': '{utility}: namba hii haioni tena wala kununulia {home}. Hukutaka hivyo?',
  'customer.now': '{utility}: kuanzia sasa namba hii inaona na kununulia {home}. Si yako?',
  'customer.call': 'Piga {phone}.',
  'limit.lasts':
    '{utility}: kwa manunuzi yako, salio la {home} litaisha kama {end}. Ili lidumu hadi kama {until}, andika {token} kwenye mita yako: itaruhusu {power} kwa wakati mmoja, kwa hiyo zima vifaa vikubwa. Umeme ukizimika, vizime na ubonyeze kitufe cha mita. Ununuzi wako ujao unaondoa kikomo.',
  'limit.lift':
    '{utility}: {home} haihitaji tena kikomo cha umeme. Kama uliandika tokeni yake, andika {token} kwenye mita yako kukiondoa.',
  'ahead.toWallet':
    '{home} itatumia pochi mara mita itakapojibu. Salio la mita litakuwa pesa, na malipo hayahitaji tokeni. Matumizi yatakatwa kwenye pesa; zikiisha umeme utazimwa, isipokuwa kanuni inauzuia.',
  'ahead.toOwingWallet': '{home} itatumia pochi mara mita itakapojibu.',
  'ahead.lentNoPrice':
    '{lent} ulizokopeshwa na mita zitakuwa deni la pesa, la kulipwa lote. Hadi ulipe, umeme utabaki tu kanuni ikiuzuia kuzimwa: {url}',
  'ahead.willOwe': 'Deni lako litakuwa deni la pesa, kama {owed}, la kulipwa lote.',
  'ahead.willOweLent':
    '{lent} ulizokopeshwa na mita zitakuwa deni la pesa, kama {owed}, la kulipwa lote.',
  'ahead.offMarked': 'Umeme hautazimwa; unachotumia kitakuwa deni. Lipa: {url}',
  'ahead.offAtOnce': 'Umeme utazimwa mara moja, hadi ulipe angalau {least}: {url}',
  'ahead.offRule':
    'Umeme utazimwa kanuni inayouzuia ikiisha usipolipa angalau {least} sasa, au zaidi ukilipa baadaye: {url}',
  'ahead.offEmergency':
    'Umeme utazimwa salio la dharura linalouzuia likiisha usipolipa angalau {least} sasa, au zaidi ukilipa baadaye: {url}',
  'ahead.offAt':
    'Umeme utazimwa {time} usipolipa angalau {least} sasa, au zaidi ukilipa baadaye: {url}',
  'ahead.toToken': '{home} itatumia tokeni badala ya pochi mara mita itakapojibu.',
  'ahead.toTokenLeft': '{left} zako zitakuja kama tokeni.',
  'ahead.toTokenOwed': 'Deni la {owed} litalipwa na sehemu ya kila manunuzi.',
  'ahead.toTokenThen': 'Salio la mita likiisha umeme utazimwa, isipokuwa kanuni inauzuia.',
  'ahead.noWallet': '{home} haitatumia pochi. Unalipa kama awali.',
  'ahead.noTokens': '{home} haitatumia tokeni. Unalipa kama awali.',
  'ahead.postpaid':
    'mita ya {home} itahesabu unachotumia, bila salio. Umeme hautazimwa salio likiisha.',
  'ahead.prepaid':
    'mita ya {home} itakuwa ya malipo ya kabla. Salio likiisha umeme utazimwa, isipokuwa kanuni inauzuia. Nunua: {url}',
  'ahead.begins': '{home} ina pochi tangu {time}, yenye {left}{credit}.',
  'ahead.beginsEmpty': '{home} ina pochi tangu {time}, yenye sifuri{credit}.',
  'ahead.beginsOwing': '{home} ina pochi tangu {time}, yenye deni la {owed}{credit}.',
  'ahead.beginsLent': ' kwa {lent} ulizokopeshwa na mita',
  'ahead.beginsLentAt': ' kwa {lent} ulizokopeshwa na mita, kwa {price} kila kWh',
  'ahead.beginsCredit': ', pamoja na {energy} za mita, kwa {price} kila kWh',
  'ahead.beginsThen':
    'Unachotumia kuanzia sasa, na ada zilizofika, vitakatwa na taarifa ijayo ya mita. Pesa zikiisha umeme utazimwa, isipokuwa kanuni inauzuia. Lipa: {url}',
  'ahead.beginsAdded': 'Unachotumia kuanzia sasa kitaongezwa.',
  'ahead.held': 'tumezima umeme wa {home}. Kulipa hakutauwasha.',
  'ahead.heldSafety':
    'umeme wa {home} umezimwa kwa usalama, hadi {time} si zaidi. Kulipa hakutauwasha.',
  'ahead.ask': 'Uliza: {help}',
  'ahead.neverOff': 'umeme wa {home} hautazimwa.',
  'ahead.freeButton': 'hatuzimi tena umeme wa {home}. Bonyeza kitufe cha mita kuuwasha.',
  'ahead.freeItself': 'hatuzimi tena umeme wa {home}. Utawaka wenyewe kukiwa na salio.',
  'ahead.flagEnds':
    'ulinzi unaozuia umeme wa {home} kuzimwa unaisha {day}. Kuanzia {next} umeme utazimwa salio likiisha.',
  'ahead.flagTell': 'Ukiuhitaji bado, tuambie kabla.',
  'ahead.flagCall': 'Ukiuhitaji bado, tuambie kabla. Uliza: {help}',
  'ahead.flagEnded':
    'ulinzi uliozuia umeme wa {home} kuzimwa umeisha. Sasa umeme utazimwa salio likiisha. Nunua mapema: {url}',
  'ahead.heatEnds': 'kanuni ya siku za joto inaisha.',
  'ahead.coldEnds': 'kanuni ya siku za baridi inaisha.',
  'ahead.offUnlessBefore': 'Salio la {home} limeisha: umeme utazimwa {time} usipolipa kabla: {url}',
  'ahead.offUnlessLeastBefore':
    'Salio la {home} limeisha: umeme utazimwa {time} usipolipa angalau {least} kabla: {url}',
  'ahead.heatGone': '{day} si tena siku ya joto isiyo na kukatwa.',
  'ahead.coldGone': '{day} si tena siku ya baridi isiyo na kukatwa.',
  'ahead.now': 'sasa',
  'ahead.offUnless': 'Salio la {home} limeisha: umeme utazimwa {time} usipolipa: {url}',
  'ahead.offUnlessLeast':
    'Salio la {home} limeisha: umeme utazimwa {time} usipolipa angalau {least}: {url}',
  'ahead.graceAll':
    '{home} inadaiwa {lent}, zaidi ya {limit} tunazokopesha baada ya kuanza malipo ya kabla. Sasa umeme utazimwa salio likiisha, isipokuwa kanuni inauzuia. Nunua: {url}',
  'ahead.gracePart':
    '{home} inadaiwa {lent} kati ya {limit} tunazokopesha baada ya kuanza malipo ya kabla. Hadi hapo umeme hauzimwi bila salio hadi {until}; zaidi ya hapo utazimwa. Nunua: {url}',
  'ahead.whileLow': ' salio likiwa dogo',
  'ahead.tripped':
    '{home} imetumia zaidi ya W {watts} zinazoruhusiwa na mita{low}, na umeme umezimika. Zima vifaa vikubwa. Utawaka baada ya dakika moja au ukibonyeza kitufe cha mita; baada ya mara tano kwa saa ni kwa kitufe tu.',
  'ahead.trippedFive':
    'umeme wa {home} umezimika mara tano kwa saa moja, zaidi ya W {watts} zinazoruhusiwa{low}. Zima vifaa vikubwa, kisha bonyeza kitufe cha mita: hautawaka wenyewe.',
  'ahead.buyToLift': 'Nunua kuondoa kikomo: {url}',
  'ahead.lentAll':
    '{home} inadaiwa {lent}, zaidi ya {limit} tunazokopesha. Sasa umeme ukizimwa hautawashwa tena katika saa zisizo na kukatwa, hadi ulipe.',
  'ahead.lentPart':
    '{home} inadaiwa {lent} kati ya {limit} tunazokopesha. Zaidi ya hapo umeme ukizimwa hautawashwa tena katika saa zisizo na kukatwa, hadi ulipe.',
  'ahead.lentPay': 'Lipa angalau {least}: {url}',
  'notice.tokenIssued': 'Tokeni yako imefika. Ingia uione.',
  'notice.walletCredited': 'Malipo yamefika.',
  'notice.saleReversed': 'Ununuzi umetenguliwa.',
  'notice.powerLimit': 'Kuna habari kuhusu kiwango cha umeme unachoweza kutumia.',
  'notice.creditLow': 'Salio lako ni dogo.',
  'notice.creditVeryLow': 'Salio lako ni dogo sana.',
  'notice.supplyOff': 'Umeme wako umezimwa.',
  'notice.protectedSupply': 'Salio lako limeisha. Umeme unaendelea kwa sasa.',
  'notice.emergencyCredit': 'Unatumia umeme wa dharura.',
  'notice.supplyRestored': 'Umeme wako umewaka tena.',
  'notice.endsInTwoDays': 'Salio lako litaisha baada ya siku mbili hivi.',
  'notice.endsInHalfDay': 'Salio lako litaisha baada ya nusu siku hivi.',
  'notice.endsAtPresentUse': 'Kwa matumizi ya sasa, salio lako litaisha karibuni.',
  'notice.weeklyDigest': 'Taarifa ya umeme ya wiki yako ipo tayari.',
  'notice.paymentModeChanges': 'Namna unavyolipa itabadilika karibuni.',
  'notice.walletBegins': 'Sasa unalipa kutoka kwenye salio.',
  'notice.supplyHeld': 'Kuna habari kuhusu umeme wako.',
  'notice.supplyReleased': 'Kuna habari kuhusu umeme wako.',
  'notice.protectionEnds': 'Ulinzi wa nyumba yako unakaribia kuisha.',
  'notice.lendingEnds': 'Kuna habari kuhusu deni lako.',
  'notice.limitReached': 'Kuna habari kuhusu deni lako.',
  'notice.topUp': 'Kuna habari kuhusu ununuzi wako unaojirudia.',
  'notice.customerChanged': 'Kuna habari kuhusu nyumba yako.',
  'notice.payerReceipt': 'Malipo yako kwa nyumba nyingine yamefika.',
  'notice.answer': 'Ofisi imejibu.',
  'mail.tokenHere': 'Tokeni yako imefika.',
  'mail.codeSubject': 'Msimbo wako',
  'mail.code':
    '{code} ni msimbo wako. Uandike kwenye ukurasa ulipoweka anwani hii, ndani ya dakika 15.\n\nKama hukuuomba, usifanye chochote: hutapata barua pepe nyingine.',
  'mail.receipt': 'Hali na risiti, siku 90 bila kuingia: {url}',
  'mail.choices': 'Unachopata kwa barua pepe: {url}',
};
