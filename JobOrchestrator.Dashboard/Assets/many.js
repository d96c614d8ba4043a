// How many rows are chosen, and what is done in parts goes on by itself.
addEventListener('change', () => {
  const boxes = [...document.querySelectorAll('input[form=chosen]')], told = document.querySelector('#chosen [data-chosen]');
  boxes.forEach(box => box.closest('tr').classList.toggle('chosen', box.checked));
  const many = boxes.filter(box => box.checked).length;
  if (told) told.textContent = many ? `${many} of ${boxes.length} chosen:` : told.dataset.chosen;
});

// Only what was begun in this tab: an address alone does nothing.
const idOf = form => form.elements.namedItem('id')?.value;
addEventListener('submit', e => {
  if (e.target.action.includes('/ui/do/bulk/')) sessionStorage.going = idOf(e.target);
});
addEventListener('click', e => {
  if (e.target.closest?.('[data-go-on] a')) sessionStorage.going = '';
});

let went; // once each
function goOn() {
  const form = document.querySelector('form[data-go-on]'), at = form?.elements.namedItem('cursor').value;
  if (!form || at === went || sessionStorage.going !== idOf(form)) return;
  went = at;
  setTimeout(() => form.isConnected && form.requestSubmit(), 200);
}

goOn();
globalThis.Blazor?.addEventListener?.('enhancedload', goOn);
