/** Conversations that are deleted from this page: while it still shows them, nothing of them is asked for anew. */
export const deletedHere = new Set<unknown>()
