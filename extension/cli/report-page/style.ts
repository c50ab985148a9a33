/** The style of the page: the reader's own light or dark, and no width that a narrow window has not. */
export const STYLE = `
:root { background: #fff; color: #1f2328; color-scheme: light dark; --line: #8884; --soft: #8881; --met: #1a7f37; --open: #9a5b00; --unknown: #0b63b5; --quiet: #59636e; }
@media (prefers-color-scheme: dark) { :root { background: #0d1117; color: #e6edf3; --met: #3fb950; --open: #e3a23c; --unknown: #6cb6ff; --quiet: #9aa4af; } }
body { font: 15px/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 76rem; overflow-wrap: anywhere; padding: 1rem; }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; }
h2 { font-size: 1.05rem; margin: 0; }
p { margin: .25rem 0 .75rem; }
.quiet { color: var(--quiet); }
form { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0 .5rem; }
label { display: flex; flex-direction: column; font-size: .85rem; }
input, select { font: inherit; padding: .25rem .4rem; min-width: 9rem; }
.scroll { border: 1px solid var(--line); overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .5rem; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
thead th { font-weight: 600; }
thead button { background: none; border: 0; color: inherit; cursor: pointer; font: inherit; font-weight: 600; padding: .2rem; }
thead th[aria-sort=ascending] button::after { content: " \\2191"; }
thead th[aria-sort=descending] button::after { content: " \\2193"; }
a { color: inherit; }
td a { text-decoration-color: var(--line); }
.met { color: var(--met); } .open { color: var(--open); font-weight: 600; } .unknown { color: var(--unknown); } .none { color: var(--quiet); }
.better { color: var(--met); } .worse { color: var(--open); }
section { border-top: 1px solid var(--line); margin-top: 1.5rem; padding-top: 1rem; }
details { margin: .35rem 0; }
summary { cursor: pointer; }
ul { list-style: none; margin: .25rem 0 .75rem; padding: 0 0 0 1rem; }
li { margin: .5rem 0; }
pre { background: var(--soft); margin: .2rem 0; overflow-x: auto; padding: .3rem .5rem; }
code, pre { font: 13px/1.4 ui-monospace, monospace; }
`;
