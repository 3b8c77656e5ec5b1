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
  'alert.credit': 'ikhredithi ye-{home}',
  'alert.money': 'ibhalansi ye-{home}',
  'alert.low': '{credit} incane{left}{lasting}.',
  'alert.veryLow': '{credit} incane kakhulu{left}{lasting}.',
  'alert.wasLow': '{credit} ibincane {at}{left}{lasting}.',
  'alert.wasVeryLow': '{credit} ibincane kakhulu {at}{left}{lasting}.',
  'alert.at': 'ngo-{time}',
  'alert.left': ': kusele {amount}',
  'alert.leftBeside': ' (kusele {amount})',
  'alert.enough': ', kwanele {usual} ngokusebenzisa kwakho okujwayelekile',
  'alert.enoughNow': ', kwanele {present} ngokusebenzisa kwamanje, {usual} ngokujwayelekile',
  'alert.then': 'Emva kwalokho ugesi uhlala ukhanya {promise}.',
  'alert.until': 'kuze kube {time}',
  'alert.untilOwed': 'kuze kube {time}; uzokweleta cishe {owed}',
  'alert.owedUsualAndNow': '{usual} ({present} ngokusebenzisa kwamanje)',
  'alert.owedNow': '{present} ngokusebenzisa kwamanje',
  'alert.forNow': 'okwamanje',
  'alert.payIn': 'Faka imali: {url}',
  'alert.buyMore': 'Thenga futhi: {url}',
  'alert.buy': 'Thenga: {url}',
  'alert.pay': 'Khokha: {url}',
  'alert.typeOne': 'Faka ithokheni yakho {token}.',
  'alert.typeAll': 'Faka lamathokheni ngalokhu kulandelana: {tokens}.',
  'alert.typeOneOn': 'Faka ithokheni yakho {token}, ugesi uzobuya.',
  'alert.typeAllOn': 'Faka lamathokheni ngalokhu kulandelana: {tokens}, ugesi uzobuya.',
  'alert.isOff': '{credit} iphelile futhi ugesi ucishile.',
  'alert.held': '{credit} iphelile. Ugesi ucishwe yithi, futhi ukukhokha akuwuvuli.',
  'alert.takeEmergency': 'Ungathatha {amount} wekhredithi yesimo esiphuthumayo kumitha.',
  'alert.anyPurchase': 'Noma ikuphi ukuthenga kuyawubuyisa: {url}',
  'alert.payToTurnOn': 'Faka okungenani {least} ukuze ubuye.',
  'alert.staysWallet':
    '{credit} iphelile. Ugesi uhlala ukhanya {promise}; okusebenzisayo kuyisikweletu, futhi okufakayo kukhokha sona kuqala.',
  'alert.staysToken':
    '{credit} iphelile. Ugesi uhlala ukhanya {promise}; okusebenzisayo kuyisikweletu, futhi ingxenye yokuthengayo iyasikhokha.',
  'alert.staysEmergency':
    '{credit} iphelile. Ugesi ukhanya ngekhredithi yesimo esiphuthumayo; okufakayo kukhokha yona kuqala.',
  'alert.onAgain': 'ugesi we-{home} ubuyile.',
  'alert.onAgainSince': 'ugesi we-{home} ubuyile, kusukela ngo-{time}.',
  'alert.endsNow':
    '{credit} yanele {present} ngokusebenzisa kwamanje{left}; ngokujwayelekile kuze kube {usual}. Cisha okudla ugesi omningi.',
  'alert.ends': '{credit} iphela {usual} ngokusebenzisa kwakho okujwayelekile{left}.',
  'alert.about': 'cishe {time}',
  'alert.soon': 'maduze',
  'alert.shortWhile': 'isikhashana',
  'alert.lessThan': 'ngaphansi kwe-{span}',
  'alert.underMinute': 'ngaphansi komzuzu',
  'alert.weekUsed': 'Kusetshenziswe {amount} ngeviki eledlule.',
  'alert.weekLeft': 'Kusele {amount}{lasting}.',
  'topUp.why': 'ikhredithi ye-{home} iphela {end} ngokusebenzisa kwakho okujwayelekile.',
  'topUp.phoneAsks': 'Njengoba ukhethile, ifoni yakho icela {amount}: vuma noma wenqabe khona.',
  'topUp.payHere': 'Njengoba ukhethile, khokha {amount} lapha: {url}',
  'topUp.card':
    'Njengoba ukhethile, {amount} uthathwa ku-{card} yakho. Ikhredithi ifika uma sekukhokhiwe.',
  'topUp.failed':
    '{amount} we-{home} awukwazanga ukuthathwa ekhadini lakho. Ngeke kuphinde kuzanywe usuku lonke.',
  'topUp.change': 'Ukushintsha lokhu: {url}',
  'topUp.buyOrChange': 'Ukuthenga noma ukushintsha lokhu: {url}',
  'topUp.expected': 'Ikhredithi bekulindeleke iphele {end}, ngaphakathi kwe-{days} ekhethiwe.',
  'undone.purchase': '{utility}: ukuthenga kwakho kwe-{amount} kuhoxisiwe.',
  'undone.void': 'Ithokheni yakho ayisasebenzi: ungayifaki.',
  'undone.prepaid': 'Imali igcinelwe ukuthenga kwakho okulandelayo.',
  'undone.refund': 'Imali ibuyiselwa kuwe.',
  'undone.vendor': 'Isitolo sikubuyisela imali.',
  'undone.connection': 'Imali ithuthelwe kumitha ebiqondwe yona.',
  'customer.gone':
    '{utility}: le nombolo ayisaboni futhi ayisathengeli {home}. Akusikho obukufuna?',
  'customer.now':
    '{utility}: le nombolo ibona futhi ithengela {home} kusukela manje. Akuyona eyakho?',
  'customer.call': 'Shayela {phone}.',
  'limit.lasts':
    '{utility}: ngokuthenga kwakho, ikhredithi ye-{home} iphela cishe {end}. Ukuze ihlale kuze kube cishe {until}, faka {token} kumitha yakho: izovumela {power} ngesikhathi, ngakho gcina izinto ezinkulu zicishile. Uma ugesi ucisha, zicishe bese ucindezela inkinobho yemitha. Ukuthenga kwakho okulandelayo kususa umkhawulo.',
  'limit.lift':
    '{utility}: {home} ayisawudingi umkhawulo wamandla. Uma wafaka ithokheni yawo, faka {token} kumitha yakho ukuwususa.',
  'ahead.toWallet':
    '{home} ishintshela ebhalansini uma nje imitha iphendula. Ikhredithi yemitha iba yimali, futhi okukhokhayo akudingi thokheni. Kusukela lapho okusebenzisayo kususwa emalini; uma iphela ugesi uyacishwa, ngaphandle uma umthetho uwugcina.',
  'ahead.toOwingWallet':
    '{home} ishintshela ebhalansini uma nje imitha iphendula, futhi okukhokhayo akudingi thokheni.',
  'ahead.lentNoPrice':
    'U-{lent} imitha ekuboleke wona uzoba yisikweletu semali, esikhokhwa sonke hhayi ngengxenye yokuthenga ngakunye. Kuze kukhokhwe, ugesi uhlala kuphela uma umthetho uwugcina: {url}',
  'ahead.willOwe':
    'Uzokweleta cishe {owed}, okukhokhwa konke hhayi ngengxenye yokuthenga ngakunye.',
  'ahead.willOweLent':
    'Ngo-{lent} imitha ekuboleke wona uzokweleta cishe {owed}, okukhokhwa konke hhayi ngengxenye yokuthenga ngakunye.',
  'ahead.offMarked': 'Ugesi awucishwa; okusebenzisayo kuyisikweletu. Faka imali: {url}',
  'ahead.offAtOnce': 'Ugesi uyacishwa ngoshintsho, uze ufake okungenani {least}: {url}',
  'ahead.offRule':
    'Ugesi uyacishwa uma umthetho owugcinayo uphela, ngaphandle uma ufaka okungenani {least} manje, noma ngaphezulu kamuva: {url}',
  'ahead.offEmergency':
    'Ugesi uyacishwa uma ikhredithi yesimo esiphuthumayo ewugcinayo iphela, ngaphandle uma ufaka okungenani {least} manje, noma ngaphezulu kamuva: {url}',
  'ahead.offAt':
    'Ugesi uyacishwa {time}, ngaphandle uma ufaka okungenani {least} manje, noma ngaphezulu kamuva: {url}',
  'ahead.toToken': '{home} isuka ebhalansini iye kumathokheni uma nje imitha iphendula.',
  'ahead.toTokenLeft': 'U-{left} wakho uza njengethokheni.',
  'ahead.toTokenOwed': 'U-{owed} owukweletayo ukhokhwa ngengxenye yokuthenga ngakunye.',
  'ahead.toTokenThen':
    'Kusukela lapho imitha ibala okuthengayo, futhi ugesi uyacishwa uma kuphela, ngaphandle uma umthetho uwugcina.',
  'ahead.noWallet': '{home} ayishintsheli ebhalansini. Ukhokha njengakuqala.',
  'ahead.noTokens': '{home} ayishintsheli kumathokheni. Ukhokha njengakuqala.',
  'ahead.postpaid':
    'imitha ye-{home} izobala okusebenzisayo, ngaphandle kwekhredithi. Kusukela lapho ugesi awucishwa uma ikhredithi iphela.',
  'ahead.prepaid':
    'imitha ye-{home} iba ngekhokhelwa ngaphambili. Kusukela lapho ugesi uyacishwa uma ikhredithi iphela, ngaphandle uma umthetho uwugcina. Thenga: {url}',
  'ahead.begins': '{home} inebhalansi kusukela ngo-{time}, eno-{left}{credit}.',
  'ahead.beginsEmpty': '{home} inebhalansi kusukela ngo-{time}, engenalutho{credit}.',
  'ahead.beginsOwing': '{home} inebhalansi kusukela ngo-{time}, ekweleta u-{owed}{credit}.',
  'ahead.beginsLent': ', ngo-{lent} imitha ekuboleke wona',
  'ahead.beginsLentAt': ', ngo-{lent} imitha ekuboleke wona, ngo-{price} nge-kWh',
  'ahead.beginsCredit': ', no-{energy} obusele kumitha, ngo-{price} nge-kWh',
  'ahead.beginsThen':
    'Okusebenzisayo kusukela manje, nezindleko ezinqunyiwe ezifanele, kususwa kuyo ngombiko olandelayo wemitha. Uma imali iphela ugesi uyacishwa, ngaphandle uma umthetho uwugcina. Faka imali: {url}',
  'ahead.beginsAdded':
    'Okusebenzisayo kusukela manje, nezindleko ezinqunyiwe ezifanele, kuyengezwa ngombiko olandelayo wemitha.',
  'ahead.held': 'siwucishile ugesi we-{home}. Ukukhokha akuwuvuli.',
  'ahead.heldSafety':
    'ugesi we-{home} ucishelwe ukuphepha, kuze kube {time} okungenani. Ukukhokha akuwuvuli.',
  'ahead.ask': 'Buza: {help}',
  'ahead.neverOff': 'ugesi we-{home} awusacishwa.',
  'ahead.freeButton':
    'asisawucishi ugesi we-{home}. Cindezela inkinobho yemitha yakho ukuze uvuleke.',
  'ahead.freeItself': 'asisawucishi ugesi we-{home}. Uzivulela uma kunekhredithi.',
  'ahead.flagEnds':
    'ukuvikelwa okugcina ugesi we-{home} ngaphandle kwekhredithi kuphela {day}. Kusukela {next} ugesi uyacishwa uma ikhredithi iphela, njengakweminye imizi.',
  'ahead.flagTell': 'Uma usakudinga, sitshele ngaphambili.',
  'ahead.flagCall': 'Uma usakudinga, shayela {help} ngaphambili.',
  'ahead.flagEnded':
    'ukuvikelwa obekugcina ugesi we-{home} ngaphandle kwekhredithi kuphelile. Kusukela manje ugesi uyacishwa uma ikhredithi iphela, njengakweminye imizi. Thenga kusenesikhathi: {url}',
  'ahead.heatEnds': 'umthetho wezinsuku ezishisayo uyaphela.',
  'ahead.coldEnds': 'umthetho wezinsuku ezibandayo uyaphela.',
  'ahead.offUnlessBefore':
    'Ikhredithi ye-{home} iphelile: ugesi uyacishwa {time}, ngaphandle uma ukhokha ngaphambili: {url}',
  'ahead.offUnlessLeastBefore':
    'Ikhredithi ye-{home} iphelile: ugesi uyacishwa {time}, ngaphandle uma ukhokha okungenani {least} ngaphambili: {url}',
  'ahead.heatGone': '{day} akuseyona usuku olushisayo olungenakucishwa.',
  'ahead.coldGone': '{day} akuseyona usuku olubandayo olungenakucishwa.',
  'ahead.now': 'manje',
  'ahead.offUnless':
    'Ikhredithi ye-{home} iphelile: ugesi uyacishwa {time}, ngaphandle uma ukhokha: {url}',
  'ahead.offUnlessLeast':
    'Ikhredithi ye-{home} iphelile: ugesi uyacishwa {time}, ngaphandle uma ukhokha okungenani {least}: {url}',
  'ahead.graceAll':
    '{home} ikweleta {lent}, ngaphezu kuka-{limit} esiwubolekayo emva koshintsho lokukhokha ngaphambili. Kusukela manje ugesi uyacishwa uma ikhredithi iphela, ngaphandle uma omunye umthetho uwugcina. Thenga: {url}',
  'ahead.gracePart':
    '{home} ikweleta {lent} ku-{limit} esiwubolekayo emva koshintsho lokukhokha ngaphambili. Kuze kufike lapho ugesi uhlala ngaphandle kwekhredithi kuze kube {until}; ngaphezulu uyacishwa. Thenga: {url}',
  'ahead.whileLow': ' uma ikhredithi incane',
  'ahead.tripped':
    '{home} isebenzise ngaphezu kuka-{watts} W ovunyelwe yimitha{low}, ugesi wacisha. Cisha okudla ugesi omningi. Ubuya ngemva komzuzu, noma uma ucindezela inkinobho yemitha; emva kokuhlanu ngehora ubuya ngenkinobho kuphela.',
  'ahead.trippedFive':
    'ugesi we-{home} ucishe kahlanu ngehora, ngaphezu kuka-{watts} W ovunyelwe yimitha{low}. Cisha okudla ugesi omningi, bese ucindezela inkinobho yemitha: awuzibuyeli.',
  'ahead.buyToLift': 'Thenga ukususa umkhawulo: {url}',
  'ahead.lentAll':
    '{home} ikweleta {lent}, ngaphezu kuka-{limit} esiwubolekayo. Kusukela manje ugesi ocishile awuphinde uvulwe ngamahora angenakucishwa, uze ukhokhe.',
  'ahead.lentPart':
    '{home} ikweleta {lent} ku-{limit} esiwubolekayo. Ngaphezulu ugesi ocishile awuphinde uvulwe ngamahora angenakucishwa, uze ukhokhe.',
  'ahead.lentPay': 'Faka okungenani {least}: {url}',
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
  'mail.receipt': 'Isimo nerisidi, izinsuku ezingu-90 ngaphandle kokungena: {url}',
  'mail.choices': 'Okuthola nge-imeyili: {url}',
};
