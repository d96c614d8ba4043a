// The numbers of a plot's table where the pointer is, in its legend, with a line at the place.
let plot = null;

function leave() {
  plot.querySelector('.cross')?.remove();
  const legend = plot.closest('.plotted').querySelector('.legend');
  legend.querySelector('.when')?.remove();
  for (const value of legend.querySelectorAll('strong[data-last]')) {
    value.textContent = value.dataset.last;
    delete value.dataset.last;
  }
  plot = null;
}

addEventListener('pointermove', e => {
  const svg = e.target.closest?.('.plot')?.querySelector('svg') ?? null;
  if (plot && plot !== svg) leave();
  if (!svg) return;
  plot = svg;
  const box = svg.getBoundingClientRect(), steps = svg.viewBox.baseVal.width;
  const step = Math.min(steps - 1, Math.max(0, Math.floor((e.clientX - box.left) / box.width * steps)));
  const line = svg.querySelector('.cross') ?? svg.appendChild(document.createElementNS(svg.namespaceURI, 'path'));
  line.setAttribute('class', 'cross');
  line.setAttribute('d', `M${step + .5} 0V100`);
  const card = svg.closest('.plotted'), legend = card.querySelector('.legend');
  const row = card.querySelector(`tr[data-step="${step}"]`);
  legend.querySelectorAll('li:not(.off) strong').forEach((value, i) => {
    value.dataset.last ??= value.textContent;
    value.textContent = row?.cells[i + 1]?.textContent ?? '–';
  });
  const when = legend.querySelector('.when') ?? legend.appendChild(document.createElement('li'));
  when.className = 'when';
  when.textContent = row?.cells[0].textContent ?? '';
});
