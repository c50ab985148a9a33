/** The panel inside VS Code: the only place that calls acquireVsCodeApi(), which may be called once a page. */
import { isToPanel } from '../protocol/messages.ts';
import type { PanelHost } from './host.ts';

/** What VS Code puts into the page of a webview. */
interface WebviewApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

function isWebviewApiGetter(value: unknown): value is () => WebviewApi {
  return typeof value === 'function';
}

/** The host, or null outside VS Code. */
export function vscodeHost(page: Window): PanelHost | null {
  const acquire: unknown = Reflect.get(page, 'acquireVsCodeApi');
  if (!isWebviewApiGetter(acquire)) return null;
  const api = acquire();
  return {
    post: (message) => api.postMessage(message),
    onMessage: (listener) => {
      page.addEventListener('message', (event: MessageEvent<unknown>) => {
        if (isToPanel(event.data)) listener(event.data);
      });
    },
    loadState: () => api.getState(),
    saveState: (state) => api.setState(state),
  };
}
