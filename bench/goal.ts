/** A promise of ours and what became of it in this run. */
export interface Goal {
  what: string
  atLeast: number
  is: number
  met: boolean
}
