/** Where menus open: the place that the window keeps for them, or else at the end of the page. */
export function menus(): HTMLElement {
  return document.getElementById('menus') ?? document.body;
}
