/** Names one version of a resource in an `ETag` header. */
export function etagOf(id: string, version: number): string {
  return `"${Buffer.from(JSON.stringify({ id, v: version })).toString('base64url')}"`
}

/** Whether an `If-Match` header admits this version: it lists its tag, with quotes or without, or says `*`. */
export function admitsVersion(ifMatch: string, id: string, version: number): boolean {
  const wanted = unquoted(etagOf(id, version))
  return ifMatch.split(',').some((tag) => tag.trim() === '*' || unquoted(tag.trim()) === wanted)
}

function unquoted(tag: string): string {
  return tag.replace(/^(W\/)?"(.*)"$/, '$2')
}
