/** Puts text on the clipboard; says whether it is there. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Some web views keep the clipboard to themselves, but copy what is selected.
    const carrier = document.createElement('textarea');
    carrier.value = text;
    carrier.className = 'visually-hidden';
    document.body.append(carrier);
    carrier.select();
    const done = document.execCommand('copy');
    carrier.remove();
    return done;
  }
}
