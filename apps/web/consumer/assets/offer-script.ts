// The script of an offer: one that was taken up meanwhile, in another window or before somebody
// came back, says so and leads to its purchase.

export const offerScriptSource = `(() => {
  const form = document.querySelector('form[data-taken]');
  if (!form) return;
  const look = async () => {
    if (document.hidden || form.hidden) return;
    const { url } = await fetch(location.pathname, { cache: 'no-store' });
    if (!/^\\/sales\\//.test(new URL(url).pathname)) return;
    const line = document.createElement('p');
    line.className = 'problem';
    line.setAttribute('role', 'alert');
    const link = document.createElement('a');
    link.href = url;
    link.textContent = form.dataset.see;
    line.append(form.dataset.taken, ' ', link);
    form.before(line);
    form.hidden = true;
  };
  const again = () => { look().catch(() => {}); };
  document.addEventListener('visibilitychange', again);
  addEventListener('focus', again);
  addEventListener('pageshow', (shown) => { if (shown.persisted) again(); });
})();
`;
