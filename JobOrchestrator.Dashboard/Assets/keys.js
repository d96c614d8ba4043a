// Keys for who has both hands there: none while typing, none with a modifier, and all of them can be switched off (Settings).
import { pause } from './live.js';

const places = { o: 'ui', j: 'ui/jobs', q: 'ui/queues', e: 'ui/errors', w: 'ui/workers' };
let went = -Infinity; // when g was pressed; a page begins at 0

const rows = () => [...document.querySelectorAll('[data-row]')];
const here = () => document.activeElement?.closest?.('[data-row]');

function move(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(here());
  const row = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))];
  const link = row.querySelector('a[data-open]') ?? row.querySelector('a');
  link?.focus();
  row.scrollIntoView({ block: 'nearest' });
}

addEventListener('keydown', e => {
  if (document.body.dataset.keys !== 'on' || e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
  const field = e.target.closest?.('input, textarea, select, [contenteditable]');
  if (field) {
    if (e.key === 'Escape') field.blur();
    if (field.type !== 'checkbox' || e.key === ' ') return;
  }
  const g = performance.now() - went < 1500;
  went = -Infinity;
  if (g && places[e.key]) return go(places[e.key], e);
  switch (e.key) {
    case '/': document.querySelector('[data-query]')?.focus() ?? document.querySelector('[data-go]')?.focus(); break;
    case 'g': went = performance.now(); break;
    case 'j': move(1); break;
    case 'k': move(-1); break;
    case 'x': here()?.querySelector('input[type=checkbox]')?.click(); break;
    case 'o': { const link = here()?.querySelector('a'); if (link) open(link.href, '_blank', 'noopener'); break; }
    case '[': document.querySelector('a[rel=prev]')?.click(); break;
    case ']': document.querySelector('a[rel=next]')?.click(); break;
    case 'p': pause(); break;
    case '?': return go('ui/help', e);
    default: return;
  }
  e.preventDefault();
});

function go(place, e) {
  e.preventDefault();
  location.assign(new URL(place, document.baseURI));
}
