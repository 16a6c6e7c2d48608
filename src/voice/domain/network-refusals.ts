/** Why a request of the real network is refused, for the debugger. Codes are explained in docs/errors.md. */
export const refusals = {
  forged: { code: 530953, message: 'A voice webhook was not signed as it should be, so nothing of it was taken.' },
  replayed: { code: 530957, message: 'A voice webhook came once more after it had been answered.' },
  foreign: { code: 530958, message: 'A voice webhook speaks of another account or call than its own.' },
} as const
