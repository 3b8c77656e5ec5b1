// The script of the page of messages, which turns notifications of this browser on and off. The
// worker shows the sentence that was sent, and opens the pages.

export const pushScriptSource = `(() => {
  const form = document.querySelector('form[data-push]');
  if (!form || !('serviceWorker' in navigator) || !('PushManager' in window)) return;
  const button = form.querySelector('button');
  const state = form.querySelector('[data-push-state]');
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  const show = (held) => {
    const words = form.dataset;
    state.textContent = held ? words.on : words.off;
    if (held) button.textContent = words.turnOff;
    button.hidden = false;
  };
  const send = (change, held) => {
    const { endpoint, keys } = held.toJSON();
    form.elements.change.value = change;
    form.elements.endpoint.value = endpoint;
    form.elements.p256dh.value = keys.p256dh;
    form.elements.auth.value = keys.auth;
    form.submit();
  };
  navigator.serviceWorker.register(form.dataset.pushWorker).then(async () => {
    const { pushManager } = await navigator.serviceWorker.ready;
    show(await pushManager.getSubscription());
    button.addEventListener('click', async () => {
      button.disabled = true;
      try {
        const held = await pushManager.getSubscription();
        if (held) {
          await held.unsubscribe();
          send('off', held);
          return;
        }
        const applicationServerKey = bytes(form.dataset.push);
        send('on', await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }));
      } catch {
        state.textContent = form.dataset.refused;
        button.disabled = false;
      }
    });
  }).catch(() => {});
})();
`;
