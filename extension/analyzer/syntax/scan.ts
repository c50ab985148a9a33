/** Character-level steps over C text that the mask and the prefilter share. */

export function isWordStart(c: number): boolean {
  return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95;
}

export function isWord(c: number): boolean {
  return isWordStart(c) || (c >= 48 && c <= 57);
}

/** Offset behind the comment that begins at `at`. */
export function skipComment(text: string, at: number): number {
  if (text.charCodeAt(at + 1) === 47) {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end;
  }
  const end = text.indexOf('*/', at + 2);
  return end < 0 ? text.length : end + 2;
}

/** Offset behind the string or character constant that begins at `at`; it ends at the line's end if unclosed. */
export function skipQuoted(text: string, at: number): number {
  const quote = text.charCodeAt(at);
  for (let i = at + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 92) i++;
    else if (c === quote) return i + 1;
    else if (c === 10) return i;
  }
  return text.length;
}

/** First offset from `at` on that is neither white space nor comment. */
export function skipSpace(text: string, at: number): number {
  let i = at;
  while (i < text.length) {
    const c = text.charCodeAt(i);
    if (c === 32 || c === 9 || c === 10 || c === 13) i++;
    else if (c === 47 && (text.charCodeAt(i + 1) === 42 || text.charCodeAt(i + 1) === 47))
      i = skipComment(text, i);
    else break;
  }
  return i;
}

/** Offset behind the parenthesis that closes the one at `open`; the text's end if there is none. */
export function matchParenthesis(text: string, open: number): number {
  return new ParenthesisMatcher(text).closeOf(open);
}

/** Closing parentheses of one text. Remembers those it passed, so that calls within calls are looked through once. */
export class ParenthesisMatcher {
  private readonly closes = new Map<number, number>();
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** As `matchParenthesis`. */
  closeOf(open: number): number {
    return this.closes.get(open) ?? this.look(open);
  }

  private look(open: number): number {
    const { text, closes } = this;
    const opened: number[] = [];
    for (let i = open; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c === 40) opened.push(i);
      else if (c === 41) {
        const at = opened.pop() ?? open;
        closes.set(at, i + 1);
        if (opened.length === 0) return i + 1;
      } else if (c === 34 || c === 39) i = skipQuoted(text, i) - 1;
      else if (c === 47 && (text.charCodeAt(i + 1) === 42 || text.charCodeAt(i + 1) === 47))
        i = skipComment(text, i) - 1;
    }
    for (const at of opened) closes.set(at, text.length);
    return text.length;
  }
}

/** True if the `=` before `next` is part of `==`, `!=`, `<=` or `>=`. */
export function isComparison(text: string, next: number): boolean {
  if (text.charCodeAt(next) === 61) return true;
  const before = text.charCodeAt(next - 2);
  if (before === 61 || before === 33) return true;
  return (before === 60 || before === 62) && text.charCodeAt(next - 3) !== before;
}
