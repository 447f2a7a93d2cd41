/**
 * Keeps an element scrolled to its end while it grows, for as long as the person stays there. Whoever scrolls up is left
 * in peace; `away` says so.
 */
export class Follow {
  #element: HTMLElement;
  #last = 0;
  #following = true;
  #away: (away: boolean) => void;

  constructor(element: HTMLElement, away: (away: boolean) => void) {
    this.#element = element;
    this.#away = away;
  }

  /** The person, or this class, has scrolled. */
  scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#element;
    // Only a way up is a wish: when the text has just grown, the end is further away without anybody having moved.
    if (scrollHeight - clientHeight - scrollTop < 24) this.#following = true;
    else if (scrollTop < this.#last) this.#following = false;
    this.#last = scrollTop;
    this.#away(!this.#following);
  }

  /** The text has grown, or the window has changed. */
  grown(): void {
    if (this.#following) this.#element.scrollTop = this.#element.scrollHeight;
  }

  /** Away from the end, to be shown something else. */
  leave(): void {
    this.#following = false;
    this.#away(true);
  }

  /** To the end, and from there on along with it. */
  toEnd(): void {
    this.#following = true;
    this.#away(false);
    this.grown();
  }
}
