// How many rows are chosen, and what is done in parts goes on by itself.
addEventListener('change', () => {
  const boxes = [...document.querySelectorAll('input[form=chosen]')], told = document.querySelector('#chosen [data-chosen]');
  boxes.forEach(box => box.closest('tr').classList.toggle('chosen', box.checked));
  const many = boxes.filter(box => box.checked).length;
  if (told) told.textContent = many ? `${many} of ${boxes.length} chosen:` : told.dataset.chosen;
});

// By itself only what was begun in this tab and not stopped: an address alone does nothing.
const idOf = form => form.elements.namedItem('id')?.value;
addEventListener('submit', e => {
  if (e.target.action.includes('/ui/do/bulk/')) sessionStorage.going = idOf(e.target);
});
addEventListener('click', e => {
  if (e.target.closest?.('[data-go-on] a')) sessionStorage.going = '';
});

let went; // each part is asked for once; one that begins where the last did has another share done
function goOn() {
  const form = document.querySelector('form[data-go-on]');
  const at = form && form.elements.namedItem('cursor').value + document.querySelector('.share')?.textContent;
  if (!form || at === went || sessionStorage.going !== idOf(form)) return;
  went = at;
  setTimeout(() => form.isConnected && form.requestSubmit(), 200);
}

goOn();
globalThis.Blazor?.addEventListener?.('enhancedload', goOn);
