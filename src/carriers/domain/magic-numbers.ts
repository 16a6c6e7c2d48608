/**
 * Numbers that answer with a failure, so that applications can be tested for it. Those of the published test credentials
 * refuse at once; the others, ours, take a message and fail to deliver it: `+1500553` and the last four digits of the code.
 */

export interface MagicRefusal {
  code: number
  message: string
}

const senders: Readonly<Record<string, MagicRefusal>> = {
  '+15005550001': { code: 21212, message: 'The From number +15005550001 is not a valid phone number.' },
  '+15005550007': { code: 21606, message: 'The From number +15005550007 cannot send messages from this account.' },
  '+15005550008': { code: 21611, message: 'The queue of the From number +15005550008 is full.' },
}

const recipients: Readonly<Record<string, MagicRefusal>> = {
  '+15005550001': { code: 21211, message: 'The To number +15005550001 is not a valid phone number.' },
  '+15005550002': { code: 21612, message: 'There is no route to the To number +15005550002 from this From number.' },
  '+15005550003': { code: 21408, message: 'The account may not send messages to the region of +15005550003.' },
  '+15005550004': { code: 21610, message: 'The recipient +15005550004 does not want messages from this number.' },
  '+15005550009': { code: 21614, message: 'The To number +15005550009 is not a mobile number.' },
}

const purchases: Readonly<Record<string, MagicRefusal>> = {
  '+15005550000': { code: 21422, message: 'The number +15005550000 is not available.' },
  '+15005550001': { code: 21421, message: 'The number +15005550001 is not a valid phone number.' },
}

/** The published number from which everything can be sent, whether the account owns it or not. */
export const willingSender = '+15005550006'

export function senderRefusal(from: string): MagicRefusal | undefined {
  return senders[from]
}

export function recipientRefusal(to: string): MagicRefusal | undefined {
  return recipients[to]
}

export function purchaseRefusal(number: string): MagicRefusal | undefined {
  return purchases[number]
}

/** The code with which a message to this number fails after it was accepted: 30003 to +15005530003. */
export function deliveryFailure(to: string): number | undefined {
  const [, digits] = /^\+1500553(\d{4})$/.exec(to) ?? []
  return digits === undefined ? undefined : 30_000 + Number(digits)
}
