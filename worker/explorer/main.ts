import { advicePanel } from './advice-panel.ts';
import { blocksPanel, blockTrajectoryPanel } from './blocks-panel.ts';
import { controls } from './controls.ts';
import { cutPanel, trajectoryPanel } from './cut-panel.ts';
import { gridPanel } from './grid-panel.ts';
import { planePanel } from './plane-panel.ts';
import { pointPanel } from './point-panel.ts';
import { readState, writeState } from './state.ts';
import { createStore } from './store.ts';

/** Browsers refuse an address that is changed hundreds of times a minute: it follows when the state rests, in milliseconds. */
const REST = 150;

const store = createStore(readState(location.search));
controls(store);
planePanel(store);
pointPanel(store);
cutPanel(store);
trajectoryPanel(store);
gridPanel(store);
advicePanel(store);
blocksPanel(store);
blockTrajectoryPanel(store);

let rest = 0;
store.subscribe((state) => {
  clearTimeout(rest);
  rest = setTimeout(
    () => history.replaceState(null, '', `${location.pathname}${writeState(state)}${location.hash}`),
    REST,
  );
});
