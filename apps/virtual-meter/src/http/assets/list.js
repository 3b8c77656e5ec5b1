// Keeps the list of meters moving and filters it.

const rows = new Map(
  [...document.querySelectorAll('tr[data-pan]')].map((row) => [row.dataset.pan, row]),
);
const search = document.getElementById('search');
const none = document.getElementById('none');

search.addEventListener('input', () => {
  const text = search.value.trim().toLowerCase();
  // A number may be typed with or without its spaces.
  const wanted = /^[\d ]+$/.test(text) ? text.replaceAll(' ', '') : text;
  let shown = 0;
  for (const row of rows.values()) {
    row.hidden = !row.dataset.find.includes(wanted);
    if (!row.hidden) shown += 1;
  }
  none.hidden = shown > 0;
});

new EventSource('/events').addEventListener('rows', (event) => {
  for (const meter of JSON.parse(event.data)) {
    const row = rows.get(meter.meterPan);
    if (row === undefined) continue;
    for (const field of ['credit', 'loadSwitch', 'link']) {
      row.querySelector(`[data-field="${field}"]`).textContent = meter[field];
    }
  }
});
