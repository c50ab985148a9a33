/** Look of the machine picture: the editor's chart colours, thin lines, no decoration. */
import { css } from 'lit';

export const pictureStyles = css`
  svg {
    display: block;
    overflow: visible;
  }
  text {
    font-family: var(--vscode-font-family);
    font-size: 11px;
    fill: var(--vscode-foreground);
  }
  .title {
    font-weight: 600;
  }
  .strong {
    font-weight: 600;
  }
  .name,
  .legend {
    fill: var(--vscode-descriptionForeground);
  }
  .name.strong {
    fill: var(--vscode-foreground);
  }
  .value {
    text-anchor: end;
    font-variant-numeric: tabular-nums;
  }
  .box {
    fill: var(--vscode-editorWidget-background);
    stroke: var(--vscode-contrastBorder, color-mix(in srgb, var(--vscode-foreground) 18%, transparent));
  }
  .box.active {
    stroke: var(--vscode-focusBorder);
    stroke-width: 1.5;
  }
  .arrow {
    fill: none;
    stroke: var(--vscode-descriptionForeground);
    stroke-width: 1;
    opacity: 0.6;
  }
  .arrow.active {
    stroke: var(--vscode-focusBorder);
    stroke-width: 1.5;
    opacity: 1;
  }
  .strip {
    fill: var(--vscode-editor-background);
    stroke: var(--vscode-contrastBorder, color-mix(in srgb, var(--vscode-foreground) 35%, transparent));
    stroke-width: 0.5;
  }
  .strip.stopped {
    stroke-dasharray: 2 2;
  }
  .bound {
    fill: none;
    stroke: var(--vscode-charts-green);
    stroke-width: 1.2;
  }
  .posted,
  .nic {
    fill: var(--vscode-charts-purple);
  }
  .completed,
  .skb {
    fill: var(--vscode-terminal-ansiCyan);
  }
  .free {
    fill: var(--vscode-descriptionForeground);
  }
  .pool-cache,
  .pool-ring {
    fill: var(--vscode-charts-blue);
  }
  .socket {
    fill: var(--vscode-charts-yellow);
  }
  .user {
    fill: var(--vscode-charts-green);
  }
  .lost {
    fill: var(--vscode-charts-red);
  }
  @media (forced-colors: active) {
    .box {
      stroke: CanvasText;
    }
  }
`;
