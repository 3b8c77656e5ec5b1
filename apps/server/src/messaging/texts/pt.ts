// Messages to customers in Portuguese.

import type { MessageTexts } from './texts.ts';

export const pt: MessageTexts = {
  'sale.debts':
    '{utility}: pagou {paid} por {home}, para o que estava em dívida ({what}). Não comprou energia.',
  'sale.paid': '{utility}: pagou {paid} por {home}.',
  'sale.balance': 'Saldo agora: {left}.',
  'sale.usedUp': 'O saldo acabou.',
  'sale.owes': 'Ainda deve {owed}.',
  'sale.staysOff': 'A energia fica desligada. Carregue pelo menos {least} para ela voltar.',
  'sale.mayGoOff': 'A energia pode ser desligada. Carregue pelo menos {least} para a manter.',
  'sale.hourCosts': 'Uma hora a {power} custa {sum}.',
  'sale.gets': '{utility}: pagou {paid}, recebe {credit} para {home}.',
  'sale.getsLess':
    '{utility}: pagou {paid}, recebe {credit} para {home}: o código tem {whole}, e o contador tira {taken} pelo que foi usado sem crédito.',
  'sale.carried':
    '{utility}: o contador de {home} volta a contar o crédito. O seu saldo de {paid} passa a {credit}.',
  'sale.ofCredit': '{money} de crédito',
  'sale.typeOne': 'Código {token}. Digite-o no contador.',
  'sale.typeAll': 'Códigos {tokens}. Digite-os no contador, por esta ordem.',
  'sale.typeAllLift':
    'Códigos {tokens}. Digite-os no contador, por esta ordem; também levantam o limite de potência.',
  'sale.sentOne': 'Código {token}. Enviamo-lo ao seu contador; se não chegar, digite-o.',
  'sale.sentAll':
    'Códigos {tokens}. Enviamo-los ao seu contador; se não chegarem, digite-os por esta ordem.',
  'grant.free': '{utility}: {credit} grátis para {home}.',
  'grant.freeMoney': '{utility}: {credit} grátis, {money} no contador de {home}.',
  'grant.carried': '{utility}: {credit} passados para o seu contador em {home}.',
  'grant.wallet': '{utility}: {credit} grátis para {home}, {money} no seu saldo.',
  'payer.bought':
    '{utility}: chegaram {amount} para o contador que termina em {meterEnd} ({reference}). A compra está com essa casa.',
  'payer.late':
    '{utility}: chegaram {amount} para o contador que termina em {meterEnd} ({reference}). A compra está atrasada; a empresa vê isso e resolve.',
  'payer.takenBack':
    '{utility}: chegaram {amount} para o contador que termina em {meterEnd} ({reference}). A compra foi anulada; pergunte à empresa pelo dinheiro.',
  'alert.credit': 'o crédito para {home}',
  'alert.money': 'o saldo para {home}',
  'alert.low': '{credit} está baixo{left}{lasting}.',
  'alert.veryLow': '{credit} está muito baixo{left}{lasting}.',
  'alert.wasLow': '{credit} estava baixo {at}{left}{lasting}.',
  'alert.wasVeryLow': '{credit} estava muito baixo {at}{left}{lasting}.',
  'alert.at': 'às {time}',
  'alert.left': ': restam {amount}',
  'alert.leftBeside': ' (restam {amount})',
  'alert.enough': ', chega para {usual} ao seu uso habitual',
  'alert.enoughNow': ', chega para {present} com o uso atual, {usual} com o habitual',
  'alert.then': 'Depois, a energia fica ligada {promise}.',
  'alert.until': 'até {time}',
  'alert.untilOwed': 'até {time}; ficam a dever-se cerca de {owed}',
  'alert.owedUsualAndNow': '{usual} ({present} com o uso atual)',
  'alert.owedNow': '{present} com o uso atual',
  'alert.forNow': 'por agora',
  'alert.payIn': 'Carregue: {url}',
  'alert.buyMore': 'Compre mais: {url}',
  'alert.buy': 'Compre: {url}',
  'alert.pay': 'Pague: {url}',
  'alert.typeOne': 'Digite o seu código {token}.',
  'alert.typeAll': 'Digite estes códigos por esta ordem: {tokens}.',
  'alert.typeOneOn': 'Digite o seu código {token} e a energia volta.',
  'alert.typeAllOn': 'Digite estes códigos por esta ordem: {tokens} e a energia volta.',
  'alert.isOff': '{credit} acabou e a energia está desligada.',
  'alert.held': '{credit} acabou. A energia foi desligada por nós, e pagar não a liga.',
  'alert.takeEmergency': 'Pode usar {amount} de crédito de emergência no contador.',
  'alert.anyPurchase': 'Qualquer compra a liga de novo: {url}',
  'alert.payToTurnOn': 'Carregue pelo menos {least} para a ligar de novo.',
  'alert.staysWallet':
    '{credit} acabou. A energia fica ligada {promise}; o que usar fica a dever, e o que carregar vai primeiro para isso.',
  'alert.staysToken':
    '{credit} acabou. A energia fica ligada {promise}; o que usar fica a dever, e uma parte do que comprar paga-o.',
  'alert.staysEmergency':
    '{credit} acabou. A energia fica ligada com crédito de emergência; o que carregar vai primeiro para isso.',
  'alert.onAgain': 'a energia de {home} voltou.',
  'alert.onAgainSince': 'a energia de {home} voltou, desde as {time}.',
  'alert.endsNow':
    '{credit} chega para {present} com o uso atual{left}; com o habitual até {usual}. Desligue o que gasta muito.',
  'alert.ends': '{credit} acaba {usual} ao seu uso habitual{left}.',
  'alert.about': 'por volta de {time}',
  'alert.soon': 'em breve',
  'alert.shortWhile': 'pouco tempo',
  'alert.lessThan': 'menos de {span}',
  'alert.underMinute': 'menos de um minuto',
  'alert.weekUsed': '{amount} usados na última semana.',
  'alert.weekLeft': 'Restam {amount}{lasting}.',
  'topUp.why': 'o crédito para {home} acaba {end} ao seu uso habitual.',
  'topUp.phoneAsks': 'Como escolheu, o seu telefone pede {amount}: aceite ou recuse aí.',
  'topUp.payHere': 'Como escolheu, pague {amount} aqui: {url}',
  'topUp.card':
    'Como escolheu, {amount} são tirados do seu {card}. O crédito vem quando estiver pago.',
  'topUp.failed':
    'Não foi possível tirar {amount} para {home} do seu cartão. Não se tenta de novo durante um dia.',
  'topUp.change': 'Para mudar isto: {url}',
  'topUp.buyOrChange': 'Para comprar ou mudar isto: {url}',
  'topUp.expected': 'Previa-se que o crédito acabasse {end}, dentro dos {days} escolhidos.',
  'undone.purchase': '{utility}: a sua compra de {amount} foi anulada.',
  'undone.void': 'O código dela não vale: não o digite.',
  'undone.prepaid': 'O dinheiro fica para a sua próxima compra.',
  'undone.refund': 'O dinheiro é-lhe devolvido.',
  'undone.vendor': 'A loja devolve-lhe o dinheiro.',
  'undone.connection': 'O dinheiro passou para o contador a que se destinava.',
  'customer.gone': '{utility}: este número já não vê nem compra para {home}. Não era o que queria?',
  'customer.now': '{utility}: este número vê e compra para {home} a partir de agora. Não é seu?',
  'customer.call': 'Ligue {phone}.',
  'limit.lasts':
    '{utility}: pelas suas compras, o crédito para {home} acaba por volta de {end}. Para durar até cerca de {until}, digite {token} no contador: ele permite então {power} de cada vez, mantenha os aparelhos grandes desligados. Se a energia se desligar, desligue-os e prima o botão do contador. A próxima compra levanta o limite.',
  'limit.lift':
    '{utility}: {home} já não precisa de limite de potência. Se digitou o código dele, digite {token} no contador para o levantar.',
  'ahead.toWallet':
    '{home} muda para saldo assim que o contador responder. O crédito do contador passa a dinheiro, e o que paga não precisa de código. A partir daí, o que usar sai do dinheiro; quando acabar, a energia é desligada, a não ser que uma regra a mantenha.',
  'ahead.toOwingWallet':
    '{home} muda para saldo assim que o contador responder, e o que paga não precisa de código.',
  'ahead.lentNoPrice':
    'Os {lent} que o contador lhe emprestou ficam a dever em dinheiro, por inteiro e não por uma parte de cada compra. Até estar pago, a energia só fica ligada enquanto uma regra a mantiver: {url}',
  'ahead.willOwe':
    'Ficará a dever cerca de {owed}, por inteiro e não por uma parte de cada compra.',
  'ahead.willOweLent':
    'Pelos {lent} que o contador lhe emprestou ficará a dever cerca de {owed}, por inteiro e não por uma parte de cada compra.',
  'ahead.offMarked': 'A energia não é cortada; o que usar fica a dever. Carregue: {url}',
  'ahead.offAtOnce': 'A energia é desligada com a mudança, até carregar pelo menos {least}: {url}',
  'ahead.offRule':
    'A energia é desligada quando acabar a regra que a mantém, a não ser que carregue pelo menos {least} agora, ou mais se for mais tarde: {url}',
  'ahead.offEmergency':
    'A energia é desligada quando acabar o crédito de emergência que a mantém, a não ser que carregue pelo menos {least} agora, ou mais se for mais tarde: {url}',
  'ahead.offAt':
    'A energia é desligada {time}, a não ser que carregue pelo menos {least} agora, ou mais se for mais tarde: {url}',
  'ahead.toToken': '{home} muda do saldo para códigos assim que o contador responder.',
  'ahead.toTokenLeft': 'Os seus {left} vêm como código.',
  'ahead.toTokenOwed': 'Os {owed} que deve são pagos por uma parte de cada compra.',
  'ahead.toTokenThen':
    'A partir daí o contador conta o que compra, e a energia é desligada quando acabar, a não ser que uma regra a mantenha.',
  'ahead.noWallet': '{home} não muda para saldo. Paga como antes.',
  'ahead.noTokens': '{home} não muda para códigos. Paga como antes.',
  'ahead.postpaid':
    'o contador de {home} passa a contar o que usa, sem crédito. A partir daí a energia não é desligada quando o crédito acaba.',
  'ahead.prepaid':
    'o contador de {home} passa a pré-pago. A partir daí a energia é desligada quando o crédito acaba, a não ser que uma regra a mantenha. Compre: {url}',
  'ahead.begins': '{home} tem um saldo desde {time}, com {left}{credit}.',
  'ahead.beginsEmpty': '{home} tem um saldo desde {time}, vazio{credit}.',
  'ahead.beginsOwing': '{home} tem um saldo desde {time}, com {owed} em dívida{credit}.',
  'ahead.beginsLent': ', por {lent} que o contador lhe tinha emprestado',
  'ahead.beginsLentAt': ', por {lent} que o contador lhe tinha emprestado, a {price} por kWh',
  'ahead.beginsCredit': ', com os {energy} que restavam no contador, a {price} por kWh',
  'ahead.beginsThen':
    'O que usar a partir de agora, e as taxas fixas vencidas, saem dele no próximo relatório do contador. Quando o dinheiro acabar a energia é desligada, a não ser que uma regra a mantenha. Carregue: {url}',
  'ahead.beginsAdded':
    'O que usar a partir de agora, e as taxas fixas vencidas, somam-se no próximo relatório do contador.',
  'ahead.held': 'desligámos a energia de {home}. Pagar não a liga.',
  'ahead.heldSafety':
    'a energia de {home} está desligada por segurança, até {time} no máximo. Pagar não a liga.',
  'ahead.ask': 'Pergunte: {help}',
  'ahead.neverOff': 'afinal a energia de {home} não é desligada.',
  'ahead.freeButton':
    'já não desligamos a energia de {home}. Prima o botão do contador para a ligar.',
  'ahead.freeItself': 'já não desligamos a energia de {home}. Volta sozinha se houver crédito.',
  'ahead.flagEnds':
    'a proteção que mantém a energia de {home} sem crédito acaba em {day}. A partir de {next} a energia é desligada quando o crédito acaba, como nas outras casas.',
  'ahead.flagTell': 'Se ainda precisa dela, diga-nos antes.',
  'ahead.flagCall': 'Se ainda precisa dela, ligue antes para {help}.',
  'ahead.flagEnded':
    'a proteção que mantinha a energia de {home} sem crédito acabou. A partir de agora a energia é desligada quando o crédito acaba, como nas outras casas. Compre a tempo: {url}',
  'ahead.heatEnds': 'a regra dos dias quentes acaba.',
  'ahead.coldEnds': 'a regra dos dias frios acaba.',
  'ahead.offUnlessBefore':
    'O crédito de {home} acabou: a energia é desligada {time}, a não ser que pague antes: {url}',
  'ahead.offUnlessLeastBefore':
    'O crédito de {home} acabou: a energia é desligada {time}, a não ser que pague pelo menos {least} antes: {url}',
  'ahead.heatGone': '{day} já não é um dia quente sem cortes.',
  'ahead.coldGone': '{day} já não é um dia frio sem cortes.',
  'ahead.now': 'agora',
  'ahead.offUnless':
    'O crédito de {home} acabou: a energia é desligada {time}, a não ser que pague: {url}',
  'ahead.offUnlessLeast':
    'O crédito de {home} acabou: a energia é desligada {time}, a não ser que pague pelo menos {least}: {url}',
  'ahead.graceAll':
    '{home} deve {lent}, mais do que os {limit} que emprestamos após a mudança para pré-pago. A partir de agora a energia é desligada quando o crédito acaba, a não ser que outra regra a mantenha. Compre: {url}',
  'ahead.gracePart':
    '{home} deve {lent} dos {limit} que emprestamos após a mudança para pré-pago. Até aí a energia fica ligada sem crédito até {until}; além disso é desligada. Compre: {url}',
  'ahead.whileLow': ' enquanto o crédito está baixo',
  'ahead.tripped':
    '{home} usou mais do que os {watts} W que o contador permite{low}, e a energia desligou-se. Desligue o que gasta muito. Volta após cerca de um minuto, ou quando premir o botão do contador; após cinco vezes numa hora só pelo botão.',
  'ahead.trippedFive':
    'a energia de {home} desligou-se cinco vezes numa hora, acima dos {watts} W que o contador permite{low}. Desligue o que gasta muito e prima o botão do contador: não volta sozinha.',
  'ahead.buyToLift': 'Compre para levantar o limite: {url}',
  'ahead.lentAll':
    '{home} deve {lent}, mais do que os {limit} que emprestamos. A partir de agora a energia desligada não é ligada de novo nas horas sem cortes, até pagar.',
  'ahead.lentPart':
    '{home} deve {lent} dos {limit} que emprestamos. Além disso a energia desligada não é ligada de novo nas horas sem cortes, até pagar.',
  'ahead.lentPay': 'Carregue pelo menos {least}: {url}',
  'notice.tokenIssued': 'O seu código chegou. Entre para o ver.',
  'notice.walletCredited': 'Chegou um pagamento.',
  'notice.saleReversed': 'Uma compra foi anulada.',
  'notice.powerLimit': 'Há novidades sobre a potência que pode usar.',
  'notice.creditLow': 'O seu crédito está baixo.',
  'notice.creditVeryLow': 'O seu crédito está muito baixo.',
  'notice.supplyOff': 'A energia está desligada.',
  'notice.protectedSupply': 'O seu crédito acabou. A energia fica ligada por agora.',
  'notice.emergencyCredit': 'Está a usar o crédito de emergência.',
  'notice.supplyRestored': 'A energia voltou.',
  'notice.endsInTwoDays': 'O seu crédito acaba em cerca de dois dias.',
  'notice.endsInHalfDay': 'O seu crédito acaba em cerca de meio dia.',
  'notice.endsAtPresentUse': 'Com o uso atual, o seu crédito acaba em breve.',
  'notice.weeklyDigest': 'A sua semana de energia chegou.',
  'notice.paymentModeChanges': 'A forma de pagar vai mudar.',
  'notice.walletBegins': 'Agora paga com um saldo.',
  'notice.supplyHeld': 'Há novidades sobre a sua energia.',
  'notice.supplyReleased': 'Há novidades sobre a sua energia.',
  'notice.protectionEnds': 'Uma proteção da sua casa vai acabar.',
  'notice.lendingEnds': 'Há novidades sobre o que deve.',
  'notice.limitReached': 'Há novidades sobre o que deve.',
  'notice.topUp': 'Há novidades sobre a sua recarga automática.',
  'notice.customerChanged': 'Há novidades sobre a sua casa.',
  'notice.payerReceipt': 'O seu pagamento para outra casa chegou.',
  'notice.answer': 'O escritório respondeu.',
  'mail.tokenHere': 'O seu código chegou.',
  'mail.codeSubject': 'O seu código de confirmação',
  'mail.code':
    '{code} é o seu código de confirmação. Digite-o em 15 minutos na página onde deu este endereço.\n\nSe não o pediu, não faça nada: não chega mais nenhum e-mail.',
  'mail.receipt': 'Estado e recibo, 90 dias sem entrar: {url}',
  'mail.choices': 'O que recebe por e-mail: {url}',
};
