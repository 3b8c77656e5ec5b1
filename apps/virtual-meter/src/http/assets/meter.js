// Keypad, toggles and the moving parts of one meter's page. What the meter is comes from the
// server, never from here.

const byId = (id) => document.getElementById(id);
const base = `/meters/${byId('meter').dataset.pan}`;
const longestEntry = 24;
let entry = '';
let pulseMs = null;

const switchText = {
  connected: 'connected',
  disconnected: 'disconnected',
  readyForReconnection: 'ready, press the button',
};
const linkText = {
  up: 'online',
  down: 'connecting',
  refused: 'refused by the head-end',
  unplugged: 'cable pulled',
};

function setText(id, text) {
  const element = byId(id);
  // Only when it changed, so that a screen reader hears a result once.
  if (element.textContent !== text) element.textContent = text;
}

function show(view) {
  const { display } = view;
  setText('clock', view.clock);
  setText('power', `${display.powerW} W`);
  setText('credit', display.credit);
  setText('unit', display.creditUnit);
  setText('status', display.statusText);
  setText('switch', switchText[display.loadSwitch]);
  setText('link', linkText[view.link]);
  setText('import', view.importKwh);
  setText('credited', view.credited);
  setText('result', view.resultText);
  setText('asked', view.asked);
  setText('tamper', view.tamper);
  byId('emergency').hidden = !display.emergencyOffered;
  document.querySelector('.lcd').dataset.status = display.status;
  document.querySelector('.switch').classList.toggle('open', display.loadSwitch !== 'connected');
  byId('reconnect').hidden = display.loadSwitch !== 'readyForReconnection';
  const isPlugged = view.link !== 'unplugged';
  byId('cable').dataset.plugged = String(isPlugged);
  setText('cable', isPlugged ? 'Pull the network cable' : 'Put the cable back');
  for (const { id, on } of view.appliances) {
    document.querySelector(`[data-appliance="${id}"]`).setAttribute('aria-pressed', String(on));
  }
  for (const { id, on } of view.conditions) {
    document.querySelector(`[data-condition="${id}"]`).setAttribute('aria-pressed', String(on));
  }
  pulseMs = view.pulseRealMs;
  showEvents(view.events);
}

let newestEvent = -1;
function showEvents(events) {
  const newest = events[0]?.sequence ?? 0;
  if (newest === newestEvent) return;
  newestEvent = newest;
  byId('events').replaceChildren(
    ...events.map((event) => {
      const item = document.createElement('li');
      const time = document.createElement('time');
      const text = document.createElement('span');
      time.textContent = event.at;
      text.textContent = event.text;
      item.append(time, ' ', text);
      return item;
    }),
  );
}

function blink() {
  const lamp = byId('pulse');
  if (pulseMs !== null) {
    lamp.classList.add('lit');
    setTimeout(() => lamp.classList.remove('lit'), Math.min(120, pulseMs / 2));
  }
  setTimeout(blink, pulseMs ?? 500);
}

async function post(path, body) {
  let answer;
  try {
    answer = await fetch(base + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  } catch {
    setText('result', 'The meter does not answer: is its process running?');
    return;
  }
  const json = await answer.json();
  if (answer.ok) show(json);
  else setText('result', json.detail ?? json.title);
}

function press(key) {
  if (key === 'clear') entry = entry.slice(0, -1);
  else if (key === 'enter') {
    const digits = entry;
    entry = '';
    if (digits !== '') void post('/tokens', { digits });
  } else if (entry.length < longestEntry) entry += key;
  setText('entry', entry.replace(/(\d{4})(?=\d)/g, '$1-'));
}

document.querySelector('.keypad').addEventListener('click', (event) => {
  const key = event.target.closest('[data-key]')?.dataset.key;
  if (key !== undefined) press(key);
});
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^\d$/.test(event.key)) press(event.key);
  else if (event.key === 'Backspace' || event.key === 'Delete') press('clear');
  // Enter on a focused button presses that button.
  else if (event.key === 'Enter' && event.target.closest('button, a') === null) press('enter');
  else return;
  event.preventDefault();
});
// A button that was clicked with a pointer gives the keyboard back to the keypad; one reached by
// keyboard keeps it.
document.addEventListener('click', (event) => {
  if (event.detail > 0) event.target.closest('button')?.blur();
});
document.addEventListener('paste', (event) => {
  const digits = event.clipboardData.getData('text').replace(/\D/g, '');
  for (const digit of digits) press(digit);
});
for (const button of document.querySelectorAll('[data-appliance]')) {
  button.addEventListener('click', () => {
    const on = button.getAttribute('aria-pressed') !== 'true';
    void post('/appliances', { id: button.dataset.appliance, on });
  });
}
for (const button of document.querySelectorAll('[data-condition]')) {
  button.addEventListener('click', () => {
    const on = button.getAttribute('aria-pressed') !== 'true';
    void post('/conditions', { id: button.dataset.condition, on });
  });
}
for (const button of document.querySelectorAll('[data-code]')) {
  button.addEventListener('click', () => void post('/tokens', { digits: button.dataset.code }));
}
byId('cable').addEventListener('click', () => {
  void post('/link', { plugged: byId('cable').dataset.plugged !== 'true' });
});
byId('reconnect').addEventListener('click', () => void post('/reconnect', {}));

byId('card').addEventListener('change', async () => {
  const [file] = byId('card').files;
  if (file === undefined) return;
  byId('card-back').hidden = true;
  const card = (await file.text()).replace(/\s/g, '');
  // The same card can be put in again: it is chosen anew.
  byId('card').value = '';
  let answer;
  try {
    answer = await fetch(`${base}/card`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ card }),
    });
  } catch {
    setText('card-text', 'The meter does not answer: is its process running?');
    return;
  }
  const said = await answer.json();
  setText('card-text', answer.ok ? said.text : (said.detail ?? said.title));
  if (!answer.ok || said.card === null) return;
  const lines = said.card.toUpperCase().match(/.{64}/g).join('\n');
  byId('card-back').href = `data:text/plain,${encodeURIComponent(`${lines}\n`)}`;
  byId('card-back').hidden = false;
});

new EventSource(`${base}/events`).addEventListener('meter', (event) =>
  show(JSON.parse(event.data)),
);
blink();
