/**
 * The panel in a plain browser: state in session storage, messages to the host as DOM events on the window, so that a
 * test (or a page of the documentation) can play the editor. Nothing leaves the page.
 */
import { isToPanel } from '../protocol/messages.ts';
import type { PanelHost } from './host.ts';

/** Event that carries a panel -> host message in `detail`. */
export const FROM_PANEL_EVENT = 'netmem-from-panel';

const STATE_KEY = 'netmem-panel';

export function browserHost(page: Window): PanelHost {
  return {
    post: (message) => {
      page.dispatchEvent(new CustomEvent(FROM_PANEL_EVENT, { detail: message }));
    },
    onMessage: (listener) => {
      page.addEventListener('message', (event: MessageEvent<unknown>) => {
        if (event.source === page && isToPanel(event.data)) listener(event.data);
      });
    },
    loadState: () => {
      const text = page.sessionStorage.getItem(STATE_KEY);
      if (text === null) return null;
      try {
        return JSON.parse(text) as unknown;
      } catch {
        return null;
      }
    },
    saveState: (state) => page.sessionStorage.setItem(STATE_KEY, JSON.stringify(state)),
  };
}
