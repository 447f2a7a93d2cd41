/** Addresses in what a model writes. */

/** The address as it would be opened, `null` for one that is not opened at all. */
export function safeAddress(href: string): string | null {
  // A browser drops these before it looks at an address: with them, it may be something else than it seems.
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(href)) return null;
  if (!/^(?:https?:\/\/|mailto:)/i.test(href)) return null;
  try {
    const address = new URL(href);
    if (!['http:', 'https:', 'mailto:'].includes(address.protocol)) return null;
    return address.href;
  } catch {
    return null;
  }
}

const ENTITY = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z][a-z\d]{1,31}));/gi;

/** Text with its entities as the characters that they stand for. */
export function decoded(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(ENTITY, (whole, decimal?: string, hexadecimal?: string, name?: string) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const code = decimal ? Number(decimal) : parseInt(hexadecimal!, 16);
    return code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? '\ufffd' : String.fromCodePoint(code);
  });
}

/** Those that are met in prose. Others stay as they are written. */
const NAMED: Record<string, string> = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: '’', nbsp: '\u00a0', ensp: '\u2002', emsp: '\u2003', thinsp: '\u2009',
  copy: '©', reg: '®', trade: '™', hellip: '…', mdash: '—', ndash: '–', laquo: '«', raquo: '»', lsquo: '‘', rsquo: '’',
  ldquo: '“', rdquo: '”', bull: '•', middot: '·', deg: '°', plusmn: '±', times: '×', divide: '÷', frac12: '½',
  frac14: '¼', frac34: '¾', sup2: '²', sup3: '³', micro: 'µ', para: '¶', sect: '§', euro: '€', pound: '£', yen: '¥',
  cent: '¢', larr: '←', uarr: '↑', rarr: '→', darr: '↓', harr: '↔', rArr: '⇒', hArr: '⇔', infin: '∞', ne: '≠', le: '≤',
  ge: '≥', asymp: '≈', minus: '−', sum: '∑', radic: '√', pi: 'π', alpha: 'α', beta: 'β', gamma: 'γ', delta: 'δ',
  lambda: 'λ', mu: 'μ', sigma: 'σ', omega: 'ω', Omega: 'Ω', Delta: 'Δ', eacute: 'é', egrave: 'è', ecirc: 'ê',
  agrave: 'à', acirc: 'â', ccedil: 'ç', ugrave: 'ù', ocirc: 'ô', icirc: 'î', oelig: 'œ', Eacute: 'É', Agrave: 'À',
};
