const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/** Elements named by the keys of the object, in its order. */
export function xml(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value).replace(/[&<>"']/g, (character) => entities[character] ?? '')
  return Object.entries(value)
    .map(([name, inner]) => `<${name}>${xml(inner)}</${name}>`)
    .join('')
}
