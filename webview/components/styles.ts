/** What all components share. Colours are the editor's own; nothing here names a colour. */
import { css } from 'lit';

export const base = css`
  :host {
    display: block;
    color: var(--vscode-foreground);
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size, 13px);
    line-height: 1.4;
  }
  :host([hidden]) {
    display: none;
  }
  * {
    box-sizing: border-box;
  }
  h2,
  h3 {
    margin: 12px 0 4px;
    font-size: 11px;
    font-weight: 600;
    text-transform: uppercase;
  }
  h2:first-child,
  h3:first-child {
    margin-top: 0;
  }
  p {
    margin: 0;
  }
  code,
  .code {
    padding: 0;
    background: none;
    color: inherit;
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: 0.92em;
  }
  .quiet {
    color: var(--vscode-descriptionForeground);
  }
  .number {
    font-variant-numeric: tabular-nums;
    text-align: right;
    white-space: nowrap;
  }
  .icon {
    display: inline-block;
    width: 16px;
    font: normal 16px/1 codicon;
    text-align: center;
    vertical-align: text-bottom;
    -webkit-font-smoothing: antialiased;
  }
  .icon.error {
    color: var(--vscode-editorError-foreground, var(--vscode-errorForeground));
  }
  .icon.warning {
    color: var(--vscode-editorWarning-foreground);
  }
  .icon.pass {
    color: var(--vscode-testing-iconPassed, var(--vscode-charts-green));
  }
  .icon.info {
    color: var(--vscode-editorInfo-foreground);
  }
  .icon.none {
    color: var(--vscode-descriptionForeground);
  }
  button.link {
    font: inherit;
  }
  button.link.code {
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: 0.92em;
  }
  a,
  button.link {
    padding: 0;
    border: 0;
    background: none;
    color: var(--vscode-textLink-foreground);
    text-align: left;
    text-decoration: none;
    cursor: pointer;
  }
  button.link:hover,
  a:hover {
    color: var(--vscode-textLink-activeForeground);
    text-decoration: underline;
  }
  button.tool {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    min-width: 22px;
    height: 22px;
    padding: 0 3px;
    border: 1px solid transparent;
    border-radius: 5px;
    background: none;
    color: var(--vscode-icon-foreground, var(--vscode-foreground));
    font: inherit;
    cursor: pointer;
  }
  button.tool:hover:enabled {
    background: var(--vscode-toolbar-hoverBackground);
    outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
  }
  button.tool[aria-pressed='true'] {
    background: var(--vscode-inputOption-activeBackground);
    border-color: var(--vscode-inputOption-activeBorder);
    color: var(--vscode-inputOption-activeForeground, var(--vscode-foreground));
  }
  button.tool:disabled {
    opacity: 0.4;
    cursor: default;
  }
  button:focus-visible,
  [tabindex]:focus-visible,
  input:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: 1px;
  }
  table {
    width: 100%;
    border-collapse: collapse;
  }
  th,
  td {
    padding: 2px 8px 2px 0;
    text-align: left;
    vertical-align: top;
    font-weight: normal;
  }
  thead th {
    color: var(--vscode-descriptionForeground);
    font-size: 11px;
    border-bottom: 1px solid var(--rule);
  }
  tbody tr + tr > * {
    border-top: 1px solid var(--rule-faint);
  }
  th.number {
    text-align: right;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 8px;
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
