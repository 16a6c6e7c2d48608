/** An answer as it was first given, to be given again byte for byte. */
export interface StoredAnswer {
  status: number
  headers: Record<string, string>
  body: string
}
