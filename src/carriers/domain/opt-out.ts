/** What a text message says about wanting messages, if it is one of the well-known words and nothing else. */
export type OptOutWord = 'STOP' | 'START' | 'HELP'

const words: ReadonlyMap<string, OptOutWord> = new Map(
  Object.entries({
    STOP: 'STOP',
    STOPALL: 'STOP',
    UNSUBSCRIBE: 'STOP',
    CANCEL: 'STOP',
    END: 'STOP',
    QUIT: 'STOP',
    REVOKE: 'STOP',
    OPTOUT: 'STOP',
    START: 'START',
    UNSTOP: 'START',
    YES: 'START',
    HELP: 'HELP',
    INFO: 'HELP',
  } as const),
)

export function optOutWord(text: string): OptOutWord | undefined {
  return words.get(text.trim().toUpperCase())
}

/** What the network itself answers; nothing to START from somebody who had not stopped, which may mean a plain yes. */
export function optOutReply(word: OptOutWord, hadStopped: boolean): string | undefined {
  switch (word) {
    case 'STOP':
      return hadStopped ? undefined : 'You will get no more messages from this number. Reply START to get them again.'
    case 'START':
      return hadStopped ? 'You will get messages from this number again. Reply STOP to end them.' : undefined
    case 'HELP':
      return 'Reply STOP to end messages from this number, START to get them again.'
  }
}
