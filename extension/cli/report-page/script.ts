/**
 * What the page does besides showing itself: rows are filtered and sorted, and a cell opens what it leads to. Without it
 * everything is there all the same. Plain text, since it goes into the page as it is.
 */
export const SCRIPT = `
const body = document.querySelector('tbody');
const rows = [...body.rows];
const text = document.querySelector('#driver');
const state = document.querySelector('#state');
const shown = document.querySelector('#shown');
const filter = () => {
  const words = text.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let count = 0;
  for (const row of rows) {
    const named = words.every((word) => row.dataset.name.includes(word));
    const cells = [...row.cells].map((cell) => cell.className);
    row.hidden = !named || (state.value !== '' && !cells.includes(state.value));
    if (!row.hidden) count++;
    const section = document.getElementById(row.dataset.section);
    if (section !== null) section.hidden = row.hidden;
  }
  shown.textContent = count + ' of ' + rows.length + ' drivers shown';
};
text.addEventListener('input', filter);
state.addEventListener('input', filter);
for (const button of document.querySelectorAll('thead button')) {
  button.addEventListener('click', () => {
    const head = button.closest('th');
    const up = head.getAttribute('aria-sort') !== 'ascending';
    for (const other of head.parentElement.cells) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
    const key = (row) => row.cells[head.cellIndex].dataset.key;
    const compare = (a, b) => (head.cellIndex === 0 ? key(a).localeCompare(key(b)) : key(a) - key(b));
    rows.sort((a, b) => (up ? compare(a, b) : compare(b, a)));
    body.append(...rows);
  });
}
const open = () => {
  const target = location.hash === '' ? null : document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
};
addEventListener('hashchange', open);
filter();
open();
`;
