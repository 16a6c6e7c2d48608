/** Thrown in a transaction that would do what somebody else has done: after a stall a claim may have run out unnoticed. */
export class Overtaken extends Error {}

/** Waits for the work, which comes to nothing where it was overtaken. */
export async function unlessOvertaken(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!(error instanceof Overtaken)) throw error
  }
}
