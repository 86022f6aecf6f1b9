/**
 * A function that remembers what it last gave for each of at most `most` texts; the oldest is forgotten first. For pure
 * functions only, whose results nobody changes. What it throws is not remembered.
 */
export function remember<T>(most: number, work: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const result = work(text);
    known.set(text, result);
    for (const oldest of known.keys()) {
      if (known.size <= most) break;
      known.delete(oldest);
    }
    return result;
  };
}
