// Buttons that copy, also on plain HTTP, where there is no clipboard but a selection. They are seen once this is here (app.css).
customElements.define('copy-text', class extends HTMLElement {});

addEventListener('click', async e => {
  const button = e.target.closest?.('copy-text > button');
  if (!button) return;
  const whole = button.parentElement, code = whole.querySelector('code'), exact = whole.getAttribute('src');
  const said = Object.assign(document.createElement('span'), { role: 'status', className: 'muted small' });
  try {
    // Byte for byte what stands at its address, where it has one.
    const answer = exact && await fetch(exact, { cache: 'no-store', redirect: 'error' });
    if (answer && !answer.ok) throw answer;
    const text = answer ? await answer.text() : code.textContent;
    const done = await navigator.clipboard?.writeText(text).then(() => true, () => false) || byHand(text, code);
    said.textContent = done ? 'copied' : exact ? 'not copied' : 'selected';
  } catch {
    said.textContent = 'not copied';
  }
  button.after(said);
  setTimeout(() => said.remove(), 1500);
});

function byHand(text, code) {
  const give = e => {
    e.clipboardData.setData('text/plain', text);
    e.preventDefault();
  };
  getSelection().selectAllChildren(code);
  addEventListener('copy', give);
  const done = document.execCommand('copy');
  removeEventListener('copy', give);
  return done;
}
