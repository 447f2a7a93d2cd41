/**
 * Drags a conversation from the list onto a folder. By the pointer alone: the window itself waits for files that are
 * dragged into it, and so a page's own dragging does not work in it everywhere.
 */

interface Dragging {
  /** It is over this folder, or over none. */
  over: (folder: number | null) => void;
  drop: (conversation: number, folder: number) => void;
  allowed: () => boolean;
}

/** So far the pointer goes before it is no click any more. */
const THRESHOLD = 6;

function folderAt(x: number, y: number): number | null {
  const folder = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-folder]')?.dataset['folder'];
  return folder === undefined ? null : Number(folder);
}

/** What follows the pointer. */
function shadowOf(row: HTMLElement): HTMLElement {
  const shadow = document.createElement('div');
  shadow.className = 'dragged';
  shadow.textContent = row.textContent.trim();
  shadow.ariaHidden = 'true';
  document.body.append(shadow);
  return shadow;
}

export function dragging({ over, drop, allowed }: Dragging): (list: HTMLElement) => () => void {
  return (list) => {
    const ending = new AbortController();

    function begin(down: PointerEvent) {
      const row = (down.target as HTMLElement).closest<HTMLElement>('[data-id]');
      // A finger scrolls.
      if (!row || down.button !== 0 || down.pointerType === 'touch' || !allowed()) return;
      let shadow: HTMLElement | null = null;
      const listening = new AbortController();
      const { signal } = listening;
      const end = () => {
        shadow?.remove();
        over(null);
        listening.abort();
      };
      ending.signal.addEventListener('abort', end, { signal });
      window.addEventListener(
        'pointermove',
        (move) => {
          if (!shadow && Math.hypot(move.clientX - down.clientX, move.clientY - down.clientY) < THRESHOLD) return;
          shadow ??= shadowOf(row);
          shadow.style.translate = `${move.clientX + 12}px ${move.clientY + 8}px`;
          over(folderAt(move.clientX, move.clientY));
        },
        { signal },
      );
      window.addEventListener(
        'pointerup',
        (up) => {
          const folder = shadow && folderAt(up.clientX, up.clientY);
          if (shadow) {
            // The click that follows opens nothing.
            window.addEventListener('click', (click) => click.stopPropagation(), { capture: true, signal });
            setTimeout(end);
          } else end();
          if (folder !== null) drop(Number(row.dataset['id']), folder);
        },
        { signal },
      );
      window.addEventListener('pointercancel', end, { signal });
      window.addEventListener('keydown', (key) => key.key === 'Escape' && end(), { signal });
    }

    list.addEventListener('pointerdown', begin);
    return () => {
      list.removeEventListener('pointerdown', begin);
      ending.abort();
    };
  };
}
