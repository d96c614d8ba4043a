// Buttons that copy, also on plain HTTP, where there is no clipboard but a selection. They are seen once this is here (app.css).
customElements.define('copy-text', class extends HTMLElement {});

addEventListener('click', async e => {
  const button = e.target.closest?.('copy-text > button');
  if (!button) return;
  const whole = button.parentElement, code = whole.querySelector('code'), exact = whole.getAttribute('src');
  let done = false;
  try {
    const text = exact ? await (await fetch(exact, { cache: 'no-store' })).text() : code.textContent;
    await navigator.clipboard.writeText(text);
    done = true;
  } catch {
    getSelection().selectAllChildren(code);
    done = document.execCommand('copy');
  }
  const said = document.createElement('span');
  said.setAttribute('role', 'status');
  said.className = 'muted small';
  said.textContent = done ? 'copied' : 'selected';
  button.after(said);
  setTimeout(() => said.remove(), 1500);
});
