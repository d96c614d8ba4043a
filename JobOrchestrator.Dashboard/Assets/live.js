// Parts that are asked for again while somebody looks, never twice at once; what is new is put in place by key, so that focus, folds and
// ticked boxes stay.

const pauses = [2, 5, 15, 30];
const parts = new Set();
let paused = sessionStorage.getItem('paused') === 'yes';
const idle = () => paused || document.hidden;

// Makes one element's children those of another, keeping the same ones.
export function swap(old, fresh) {
  const known = new Map();
  for (const child of old.children) {
    const key = keyOf(child);
    if (key) known.set(key, child);
  }
  let at = old.firstChild;
  for (const next of [...fresh.childNodes]) {
    const key = keyOf(next);
    let same = key ? known.get(key) : at && isLike(at, next) && !keyOf(at) ? at : null;
    if (same) {
      // Moving it would take the focus: what is no more goes first.
      while (key && at && at !== same && !keyOf(at)) at = drop(at);
      if (same === at) at = at.nextSibling;
      else old.insertBefore(same, at);
      if (!same.isEqualNode(next)) renew(same, next);
      if (key) known.delete(key);
    } else {
      old.insertBefore(next, at);
    }
  }
  while (at) at = drop(at);
}

// Takes a node out, and returns what stands behind it.
function drop(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

function read(html) {
  const fresh = document.createElement('template');
  fresh.innerHTML = html;
  return fresh.content;
}

const keyOf = node => node.nodeType === 1 ? node.dataset.key || node.getAttribute('id') : null;
const isLike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName;

function renew(old, fresh) {
  if (old.nodeType !== 1) {
    old.nodeValue = fresh.nodeValue;
    return;
  }
  // What the person did stays: an open fold, a ticked box.
  const stays = name => name === 'open' && old.nodeName === 'DETAILS';
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && !stays(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value && !stays(name)) old.setAttribute(name, value);
  if (old.nodeName === 'COPY-TEXT') {
    swap(old.querySelector('code'), fresh.querySelector('code'));
  } else if (!['INPUT', 'TEXTAREA', 'SELECT'].includes(old.nodeName)) {
    swap(old, fresh);
  }
}

// How many things need a person: a dot on the page's icon.
function showNeeds(part) {
  const needs = part.querySelector('[data-needs]'), icon = document.querySelector('link[rel=icon]');
  if (needs && icon && icon.getAttribute('href') !== needs.dataset.icon) icon.setAttribute('href', needs.dataset.icon);
}

class LivePart extends HTMLElement {
  static observedAttributes = ['src'];
  #tag = null;
  #failed = 0;
  #timer = 0;
  #asking = null;
  #wake = null;
  #html = '';
  #told = 0;
  answered = performance.now();

  connectedCallback() {
    parts.add(this);
    this.#begin();
    showNeeds(this);
  }

  disconnectedCallback() {
    parts.delete(this);
    this.#end();
  }

  // Enhanced navigation keeps the element and changes its address.
  attributeChangedCallback(name, before, now) {
    if (before !== null && before !== now && this.isConnected) {
      this.#end();
      this.#begin();
    }
  }

  get state() {
    return ['live', 'late'][this.#failed] ?? 'away';
  }

  #begin() {
    this.#tag = null;
    this.#failed = 0;
    this.answered = performance.now();
    this.#wait();
    this.#listen();
  }

  #end() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#asking = null;
    this.#wake?.close();
    this.#wake = null;
  }

  #wait() {
    clearTimeout(this.#timer);
    if (idle()) return;
    const every = this.#failed ? pauses[Math.min(this.#failed, pauses.length) - 1] : Number(this.getAttribute('every')) || 5;
    this.#timer = setTimeout(() => this.ask(), every * 1000);
  }

  #listen() {
    const wake = this.getAttribute('wake');
    // A browser has six connections for a service: of all its windows the one with the focus holds one.
    if (!wake || this.#wake || idle() || !document.hasFocus()) return;
    this.#wake = new EventSource(wake);
    this.#wake.addEventListener('sequence', () => this.ask());
    this.#wake.addEventListener('end', () => { this.#wake?.close(); this.#wake = null; this.ask(); });
  }

  async ask() {
    if (this.#asking) return;
    clearTimeout(this.#timer);
    const asking = this.#asking = new AbortController();
    const late = setTimeout(() => asking.abort(), 10000);
    try {
      const answer = await fetch(this.getAttribute('src'), {
        headers: this.#tag ? { 'If-None-Match': this.#tag } : {}, signal: asking.signal, cache: 'no-store', redirect: 'error' });
      if (answer.status === 401) return location.reload();
      if (answer.status !== 304 && !(answer.ok || answer.status === 404 || answer.status === 410)) throw new Error(`${answer.status}`);
      const html = answer.status === 304 ? null : await answer.text();
      if (this.#asking !== asking) return;
      if (html !== null) this.#show(html, answer.headers.get('ETag'));
      this.#failed = 0;
      this.answered = performance.now();
      this.removeAttribute('data-away');
    } catch {
      if (this.#asking !== asking) return;
      this.#failed++;
      if (this.#failed > 1) this.setAttribute('data-away', '');
    } finally {
      clearTimeout(late);
      if (this.#asking === asking) {
        this.#asking = null;
        this.#wait();
        tick();
      }
    }
  }

  #show(html, tag) {
    this.#tag = tag;
    this.#html = html;
    const fresh = read(html);
    if (this.hasAttribute('hold') && this.#isRead()) this.#hold(fresh);
    swap(this, fresh);
    const title = this.querySelector('[data-title]');
    if (title) document.title = title.dataset.title;
    showNeeds(this);
  }

  #isRead() {
    const table = this.querySelector('.table');
    return table && (scrollY > 100 || table.matches(':hover') || table.contains(document.activeElement)
      || table.querySelector('input:checked'));
  }

  // No row moves under who reads: new ones are told until they are asked for.
  #hold(fresh) {
    const body = this.querySelector('tbody'), next = fresh.querySelector('tbody');
    if (!next) return;
    const stand = new Set([...body.children].map(keyOf)), now = new Map([...next.children].map(row => [keyOf(row), row]));
    const came = [...now.keys()].filter(key => !stand.has(key)).length;
    if (!came) return;
    next.replaceChildren(...[...body.children].map(row => now.get(keyOf(row)) ?? row.cloneNode(true)));
    let news = this.querySelector('.news')?.cloneNode(true);
    if (!news || performance.now() - this.#told > 10000) {
      this.#told = performance.now();
      news = read('<div class="news" data-key="news" role="status"><button type="button"></button></div>').firstChild;
      news.firstChild.textContent = `${came} new, show`;
    }
    next.closest('.table').before(news);
  }

  // The window has the focus, or has it no more.
  focus() {
    if (document.hasFocus()) return this.#listen();
    this.#wake?.close();
    this.#wake = null;
  }

  release() {
    swap(this, read(this.#html));
    this.#told = 0;
  }

  turn() {
    if (idle()) return this.#end();
    this.#listen();
    this.ask();
  }
}
customElements.define('live-part', LivePart);
addEventListener('click', e => {
  if (!e.target.closest?.('.news > button')) return;
  e.target.closest('live-part').release();
  scrollTo({ top: 0 });
});

// Says how old the oldest part is, and pauses all of them.
class LiveAge extends HTMLElement {
  connectedCallback() {
    this.addEventListener('click', pause);
    tick();
  }

  show() {
    const shown = [...parts].filter(part => !part.hasAttribute('data-beside'));
    this.hidden = !shown.length;
    let worst = 'live', age = 0;
    for (const part of shown) {
      age = Math.max(age, (performance.now() - part.answered) / 1000);
      if (part.state === 'away' || (part.state === 'late' && worst === 'live')) worst = part.state;
    }
    const said = this.firstElementChild, old = ageOf(age);
    const words = paused ? `paused ${old} ago` : worst === 'live' ? `live, ${old} ago` : `not answered for ${old}`;
    this.dataset.state = paused ? 'paused' : worst;
    if (!said) return;
    if (said.textContent !== words) said.textContent = words;
    said.title = paused ? 'Go on (p)' : 'Pause (p)';
  }
}

export function pause() {
  paused = !paused;
  sessionStorage.setItem('paused', paused ? 'yes' : 'no');
  turn();
}

function turn() {
  for (const part of parts) part.turn();
  tick();
}

// As Words/Durations.cs and Moments.cs say it.
function ageOf(seconds) {
  const s = Math.max(0, Math.floor(seconds)), two = (a, u, b, v) => b ? `${a} ${u} ${b} ${v}` : `${a} ${u}`;
  return s < 60 ? `${s} s` : s < 600 ? two(Math.floor(s / 60), 'min', s % 60, 's') : s < 3600 ? `${Math.floor(s / 60)} min`
    : s < 86400 ? two(Math.floor(s / 3600), 'h', Math.floor(s % 3600 / 60), 'min')
    : two(Math.floor(s / 86400), 'd', Math.floor(s % 86400 / 3600), 'h');
}

function tick() {
  if (document.hidden) return;
  document.querySelector('live-age')?.show?.();
  const now = Date.now();
  for (const time of document.querySelectorAll('time[data-age]')) {
    const ago = (now - Date.parse(time.dateTime)) / 1000;
    if (Math.abs(ago) >= 86400) continue;
    const plain = time.dataset.age === 'plain';
    const words = plain ? ageOf(Math.abs(ago)) : ago >= 0 ? `${ageOf(ago)} ago` : `in ${ageOf(Math.ceil(-ago))}`;
    if (time.textContent !== words) time.textContent = words;
  }
}

customElements.define('live-age', LiveAge);
setInterval(tick, 1000);
document.addEventListener('visibilitychange', turn);
for (const name of ['focus', 'blur']) addEventListener(name, () => parts.forEach(part => part.focus()));
addEventListener('pageshow', e => { if (e.persisted) turn(); });

// The zone of times from the next page on, unless one was chosen.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone) document.cookie = `ui-browser-zone=${encodeURIComponent(zone)}; Path=/; SameSite=Lax; Max-Age=31536000`;

// A page that was swapped says where it begins to who cannot see it.
let path = location.pathname;
globalThis.Blazor?.addEventListener?.('enhancedload', () => {
  tick();
  if (location.pathname !== path) document.getElementById('main')?.focus({ preventScroll: true });
  path = location.pathname;
});
