import { controls } from './controls.ts';
import { gridPanel } from './grid-panel.ts';
import { helpPanel } from './help-panel.ts';
import { planePanel } from './plane-panel.ts';
import { readState, writeState } from './state.ts';
import { createStore } from './store.ts';
import { verdictPanel } from './verdict-panel.ts';
import { layersPanel, whyPanel } from './why-panel.ts';

/** A network that is looked at for so long, in milliseconds, has an entry of its own in the history. */
const REST = 500;

const store = createStore(readState(location.search));
controls(store);
verdictPanel(store);
whyPanel(store);
layersPanel(store);
planePanel(store);
helpPanel(store);
gridPanel(store);

let rest = 0;
store.subscribe((state) => {
  clearTimeout(rest);
  rest = setTimeout(() => {
    const search = writeState(state);
    if (search !== location.search) history.pushState(null, '', `${location.pathname}${search}`);
  }, REST);
});
window.addEventListener('popstate', () => store.set(readState(location.search)));
// (what a term means goes away with Escape)
document.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape' && document.activeElement?.classList.contains('term'))
    (document.activeElement as HTMLElement).blur();
});
