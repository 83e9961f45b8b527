/** How far an arrow key goes, in parts of an axis; with Shift five times as far. */
const STEP = 1 / 60;

/** Which way a key goes: to the right, and upwards; whole axes for the last four. */
const KEYS: Record<string, readonly [right: number, up: number]> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, STEP],
  ArrowDown: [0, -STEP],
  Home: [-1, 0],
  End: [1, 0],
  PageUp: [0, 1],
  PageDown: [0, -1],
};

/**
 * Where a key takes the crosshair.
 *
 * @param key the name of the key, as `KeyboardEvent.key` has it
 * @param far whether Shift is held
 * @param from where it is, 0 to 1 to the right and upwards
 * @returns undefined for keys that mean nothing here
 * @example moved('End', false, { x: 0.2, y: 0.5 }) // { x: 1, y: 0.5 }
 */
export function moved(
  key: string,
  far: boolean,
  from: { readonly x: number; readonly y: number },
): { x: number; y: number } | undefined {
  const way = KEYS[key];
  if (!way) return undefined;
  const factor = far ? 5 : 1;
  return { x: within(from.x + way[0] * factor), y: within(from.y + way[1] * factor) };
}

const within = (part: number) => Math.min(Math.max(part, 0), 1);

/**
 * Makes an element the surface of a crosshair, to be dragged, tapped, or moved with the keys. A finger drags it by its handle; elsewhere a
 * swipe scrolls the page.
 *
 * @param surface covers the plot; it can have the focus, and its child is the handle
 * @param place where the crosshair is now, 0 to 1 to the right and upwards
 * @param move takes it somewhere else
 */
export function crosshair(
  surface: HTMLElement,
  place: () => { readonly x: number; readonly y: number },
  move: (to: { x: number; y: number }) => void,
): void {
  surface.tabIndex = 0;
  const follow = (event: MouseEvent) => {
    const box = surface.getBoundingClientRect();
    move({
      x: within((event.clientX - box.left) / box.width),
      y: within((box.bottom - event.clientY) / box.height),
    });
  };
  surface.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    if (event.pointerType === 'touch' && event.target === surface) return;
    surface.setPointerCapture(event.pointerId);
    follow(event);
  });
  surface.addEventListener('pointermove', (event) => {
    if (surface.hasPointerCapture(event.pointerId)) follow(event);
  });
  // (a tap; what a finger swipes is none)
  surface.addEventListener('click', follow);
  surface.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const to = moved(event.key, event.shiftKey, place());
    if (!to) return;
    event.preventDefault();
    move(to);
  });
}
