// The script of a shop's phone, beside the common one: says what to do when a line dies under a
// sale, looks again at what is waited for, and sends a receipt to a printer by USB or by a serial
// port where the browser can. Without it forms are sent by the browser, and links give the same
// bytes as a file.

export const tillScriptSource = `(() => {
'use strict';
for (const form of document.querySelectorAll('form[data-once]')) {
  const button = form.querySelector('button');
  const said = document.createElement('p');
  said.setAttribute('role', 'status');
  button.before(said);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    said.className = 'hint';
    said.textContent = 'Sending…';
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 30000);
    try {
      const answer = await fetch(form.action, {
        method: 'POST', body: new URLSearchParams(new FormData(form)), redirect: 'manual',
        signal: stop.signal,
      });
      if (answer.type === 'opaqueredirect') location.assign(form.dataset.once);
      else form.submit();
    } catch {
      said.className = 'problem';
      said.textContent = 'No answer came: it is done, or it is not. Take no money again. '
        + 'When the line is back, ';
      const look = document.createElement('a');
      look.href = form.dataset.once;
      look.textContent = 'see what became of it';
      said.append(look, ', or press again: it is done only once.');
      button.disabled = false;
    }
    clearTimeout(timer);
  });
}

const again = document.querySelector('[data-again]');
const lookAgain = () => { if (navigator.onLine) location.reload(); };
if (again) setTimeout(lookAgain, again.dataset.again * 1000);

const place = document.querySelector('[data-printers]');
if (!place) return;
const said = place.querySelector('[role=status]');
const tell = (text) => { said.textContent = text; };

const byUsb = async (bytes) => {
  const [known] = await navigator.usb.getDevices();
  const device = known || await navigator.usb.requestDevice({ filters: [{ classCode: 7 }] });
  await device.open();
  try {
    if (!device.configuration) await device.selectConfiguration(1);
    const { interfaces } = device.configuration;
    const printer = interfaces.find((each) => each.alternate.interfaceClass === 7);
    await device.claimInterface(printer.interfaceNumber);
    const out = printer.alternate.endpoints.find((each) => each.direction === 'out');
    for (let at = 0; at < bytes.length; at += 4096) {
      await device.transferOut(out.endpointNumber, bytes.slice(at, at + 4096));
    }
  } finally {
    await device.close();
  }
};

const bySerial = async (bytes) => {
  const [known] = await navigator.serial.getPorts();
  const port = known || await navigator.serial.requestPort();
  await port.open({ baudRate: 9600 });
  try {
    const writer = port.writable.getWriter();
    await writer.write(bytes);
    writer.releaseLock();
  } finally {
    await port.close();
  }
};

const ways = [];
if (navigator.usb) ways.push(['USB', byUsb]);
if (navigator.serial) ways.push(['serial port', bySerial]);
for (const link of place.querySelectorAll('a')) {
  for (const [name, print] of ways) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'second';
    button.textContent = link.dataset.paper + ' mm by ' + name;
    button.addEventListener('click', async () => {
      button.disabled = true;
      try {
        const answer = await fetch(link.href);
        if (!answer.ok) throw new Error('no receipt');
        tell('Printing…');
        await print(new Uint8Array(await answer.arrayBuffer()));
        tell('Printed.');
      } catch (error) {
        tell(error.name === 'NotFoundError'
          ? 'No printer was chosen.'
          : 'The printer does not answer. Check its cable and paper, then try again.');
      }
      button.disabled = false;
    });
    link.after(button);
  }
}
})();
`;
