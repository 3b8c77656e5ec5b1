// What a customer reports or complains of: plain choices and a few words, and below it what became
// of the reports so far.

import { type Frame, pageRoutes, pathOf, type ReportView, ticketTopics } from '@prewatt/api';
import { machineTime } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { csrfField, page, problemText } from '../layout.ts';
import { type Voice, voiceOf } from '../text/voice.ts';

/** GET and POST /connections/:id/report */
export function renderReport(frame: Frame, view: ReportView): string {
  const connection = { id: view.connection.connectionId };
  const voice = voiceOf(frame);
  const words = voice.words.report;
  const problem = view.problem === null ? null : words[view.problem];
  const body = html`<section class="card narrow">
<h1>${words.link}</h1>
<p class="hint">${view.connection.name}</p>
${view.sentNumber !== null && html`<div class="status good" role="status"><p>${voice.say(words.sent, { number: String(view.sentNumber) })}</p></div>`}
<form method="post" action="${pathOf(pageRoutes.sendReport, connection)}">
${csrfField(frame)}
<input type="hidden" name="once" value="${view.once}">
<fieldset${problem !== null && html` aria-describedby="report-problem"`}>
<legend>${words.what}</legend>
${problemText(problem, 'report-problem')}
${ticketTopics.map(
  (topic) =>
    html`<label class="box"><input type="radio" name="topic" value="${topic}"${view.topic === topic && html` checked`}> <span>${words[topic]}</span></label>`,
)}
</fieldset>
<p><label for="words">${words.more}</label>
<textarea dir="auto" id="words" name="words" rows="4" maxlength="1000" aria-describedby="words-hint">${view.words}</textarea></p>
<p class="hint" id="words-hint">${words.moreHint}</p>
<button class="main">${words.send}</button>
</form>
</section>
${view.reports.length > 0 && reports(frame, view.reports, voice)}`;
  return page(frame, {
    title: words.link,
    body,
    signedIn: true,
    back: { href: pathOf(pageRoutes.home, connection), label: view.connection.name },
  });
}

function reports(frame: Frame, all: ReportView['reports'], voice: Voice): Html {
  const {
    say,
    when,
    words: { report },
  } = voice;
  return html`<section class="card narrow">
<h2>${report.yours}</h2>
<ul class="sales">${all.map(
    (each) => html`
<li>
<p><b>${report[each.topic]}</b> · <span class="state">${report[each.state]}</span></p>
<p class="hint"><time datetime="${machineTime(each.openedAtMs)}">${say(report.number, { number: String(each.number), when: when(each.openedAtMs, frame.nowMs) })}</time></p>
${each.words !== '' && html`<p dir="auto">${each.words}</p>`}
${each.answer !== null && html`<p dir="auto"><b>${each.answer}</b></p>`}
</li>`,
  )}
</ul>
</section>`;
}
