/** Names as the source has them. A structure without a tag has one of ours, which nobody who reads the source knows. */

/**
 * A field for people: `union foo/0.page` is `foo.page`, as C reaches it, and `struct foo/rx.page` is `foo.rx.page`.
 * @param field tag of the structure and name of the member, joined by a dot
 */
export function writtenField(field: string): string {
  if (!field.includes('/')) return field;
  const [, path = field] = /^(?:struct|union) (.*)$/.exec(field) ?? [];
  // Members without a name are numbered, and C looks through them.
  return path
    .split('/')
    .map((part) => part.replace(/^\d+(?=\.|$)/, '').replace(/^\./, ''))
    .filter((part) => part !== '')
    .join('.');
}
