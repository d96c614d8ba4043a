// Suggestions below the box of a query, walked by the arrow keys. Without this the box is a box.
customElements.define('query-box', class extends HTMLElement {
  #timer = 0;
  #asking = null;
  #found = null;
  #at = -1;

  connectedCallback() {
    this.addEventListener('input', () => this.#later());
    this.addEventListener('keydown', e => this.#key(e));
    this.addEventListener('focusout', () => this.#close());
    // Before the field loses focus.
    this.addEventListener('pointerdown', e => {
      const item = e.target.closest('li');
      if (!item) return;
      e.preventDefault();
      this.#take([...item.parentNode.children].indexOf(item));
    });
  }

  get #box() { return this.querySelector('input'); }
  get #list() { return this.querySelector('ul'); }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), 120);
  }

  async #ask() {
    this.#asking?.abort();
    const asking = this.#asking = new AbortController(), box = this.#box;
    try {
      const query = new URLSearchParams({ q: box.value, at: box.selectionStart });
      const found = await (await fetch(`${this.getAttribute('src')}?${query}`, { signal: asking.signal })).json();
      if (this.#asking === asking && document.activeElement === box) this.#open(found);
    } catch {
      if (this.#asking === asking) this.#close();
    }
  }

  #open(found) {
    this.#close();
    if (!found.suggestions.length) return;
    this.#found = found;
    const list = make('ul', { id: 'q-list', role: 'listbox', ariaLabel: 'Suggestions' });
    found.suggestions.forEach((one, i) => {
      const item = make('li', { id: `q-list-${i}`, role: 'option', textContent: one.shown });
      if (one.count) item.append(make('span', { className: 'muted', textContent: one.count }));
      list.append(item);
    });
    this.append(list);
    this.#box.setAttribute('aria-controls', list.id);
    this.#box.setAttribute('aria-expanded', 'true');
  }

  #close() {
    clearTimeout(this.#timer);
    this.#asking = this.#found = null;
    this.#at = -1;
    this.#list?.remove();
    this.#box.setAttribute('aria-expanded', 'false');
    this.#box.removeAttribute('aria-controls');
    this.#box.removeAttribute('aria-activedescendant');
  }

  #key(e) {
    const many = this.#list?.children.length;
    if (!many) {
      if (e.key === 'ArrowDown') this.#ask();
    } else if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      e.preventDefault();
      this.#at = (this.#at + (e.key === 'ArrowDown' ? 1 : this.#at < 0 ? 0 : -1) + many) % many;
      [...this.#list.children].forEach((item, i) => item.setAttribute('aria-selected', i === this.#at));
      this.#box.setAttribute('aria-activedescendant', `q-list-${this.#at}`);
    } else if (e.key === 'Enter' && this.#at >= 0) {
      e.preventDefault();
      this.#take(this.#at);
    } else if (e.key === 'Escape') {
      e.stopPropagation();
      this.#close();
    }
  }

  #take(i) {
    const { at, length, suggestions } = this.#found, box = this.#box, { text } = suggestions[i];
    const isWhole = !/[:.]$/.test(text), rest = box.value.slice(at + length);
    const begin = box.value.slice(0, at) + text + (isWhole && !rest.startsWith(' ') ? ' ' : '');
    box.value = begin + rest;
    box.setSelectionRange(begin.length, begin.length);
    this.#close();
    if (!isWhole) this.#ask();
  }
});

const make = (name, given) => Object.assign(document.createElement(name), given);

// A panel closes when one clicks beside it, or presses Escape in it.
const panels = () => document.querySelectorAll('details.panel[open]');
addEventListener('click', e => panels().forEach(panel => { if (!panel.contains(e.target)) panel.open = false; }));
addEventListener('keydown', e => {
  if (e.key !== 'Escape') return;
  panels().forEach(panel => {
    panel.open = false;
    panel.querySelector('summary').focus();
  });
});
