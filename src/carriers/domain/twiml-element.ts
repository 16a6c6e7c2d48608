/** One element of a TwiML document, whatever it means. Names are as written; a document bounds their number and depth. */
export interface TwimlElement {
  name: string
  attributes: Readonly<Record<string, string>>
  /** Its own text, without that of its children, trimmed. */
  text: string
  /** The same with the line breaks that it was written with, where it has any. */
  lines?: string
  /** All text in it, that of its children too, in order; where it has children. */
  words?: string
  children: readonly TwimlElement[]
  /** Where the element and its opening tag stand in the document, so that one can be rewritten in place. */
  span: { start: number; end: number }
}

/** The vendor's code for what a document has and a verb does not know. */
export const schemaWarning = 12200

/** Ours, for what is valid and about nothing but sound. */
export const soundOnly = 530956

/** What is odd about a document that can be obeyed all the same. */
export interface TwimlWarning {
  code: number
  message: string
}
