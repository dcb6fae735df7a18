/** What no editor draws, in the words of the task types: `imageannotation/polygon` is a polygon. */
export function partsOf(lacks: readonly string[]): string {
  return [...new Set(lacks.map((name) => name.split("/").at(-1) ?? name))].join(", ");
}
