// The script of customers' cards on a shop's page: reads and writes the card on the reader by the
// bridge of this computer (prewatt card bridge), and asks the server what goes onto it. It is
// offered where the bridge answers. Browsers ask people before a page may reach their computer, so
// a phone, which has no such reader, does not try.

import { cardBridgeOrigin } from '@prewatt/api';

export const cardScriptSource = `(() => {
'use strict';
const place = document.querySelector('[data-card]');
if (!place) return;
const said = place.querySelector('[role=status]');
const button = place.querySelector('button');
const { visit, session, sale } = place.dataset;
const csrf = document.querySelector('[name=csrf]').value;
if (localStorage.getItem('card bridge') || matchMedia('(pointer:fine)').matches) {
fetch('${cardBridgeOrigin}').then(() => { place.hidden = false; }, () => {});
}
const tell = (text, bad) => {
said.textContent = text;
said.classList.toggle('problem', bad === true);
};
const jsonOf = async (answer) => {
const json = await answer.json().catch(() => ({ detail: 'Sign in again, then try once more.' }));
if (!answer.ok || json.detail) throw Object.assign(new Error(json.detail), { code: json.code });
return json;
};
const ask = async (path, body) => {
const send = () => fetch('${cardBridgeOrigin}' + path, {
method: 'POST',
headers: { authorization: 'Bearer ' + (localStorage.getItem('card bridge') || '') },
body: JSON.stringify(body || {}),
}).catch(() => { throw new Error('No reader here: start the bridge on this computer (prewatt card bridge).'); });
let answer = await send();
if (answer.status === 401) {
const code = prompt('The code that the bridge shows:');
if (code === null) throw new Error('The bridge wants its code.');
localStorage.setItem('card bridge', code.trim());
answer = await send();
}
return jsonOf(answer);
};
const server = async (path, fields) => jsonOf(await fetch(path, {
method: 'POST',
headers: { accept: 'application/json' },
body: new URLSearchParams({ csrf, ...fields }),
}));
const read = async () => {
const card = await ask('/read');
return card.prove ? ask('/unlock', await server(session, card.prove)) : card;
};
const fill = async () => {
const { image } = await read();
const known = await server(visit, { image });
document.getElementById('meter').value = known.meterPan;
await ask('/leave');
tell(known.connectionName + '. ' + known.text);
};
const write = async () => {
let { image } = await read();
let asked = await server(visit, { image, sale });
if (asked.image) {
tell('Writing. Leave the card where it is…');
await ask('/write', { image: asked.image });
image = (await read()).image;
asked = await server(visit, { image, sale });
if (asked.image) throw new Error('The card does not hold what was written; try again.');
}
await ask('/leave');
tell(asked.text + ' Give it back to the customer.');
};
button.addEventListener('click', async () => {
button.disabled = true;
tell('Reading. Leave the card where it is…');
try {
await (sale ? write() : fill());
} catch (error) {
tell(error.message, true);
}
button.disabled = false;
});
})();
`;
