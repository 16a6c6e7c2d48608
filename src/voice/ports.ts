import type { AccountSecrets } from '../accounts/secrets.ts'
import type { Applications } from '../carriers/applications.ts'
import type { TrafficIntake } from '../conversations/traffic-intake.ts'
import type { Diagnostic } from '../events/report.ts'
import type { Guard } from '../http/outgoing/guard.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Store } from '../store/store.ts'

export interface VoiceSettings {
  /** How long a spoken character takes, in business milliseconds. */
  msPerCharacter: number
  /** Where business time stands still: how long in wall milliseconds it waits for an application to answer its caller. */
  replyMs: number
}

/** What calls need of the rest of the server. */
export interface VoicePorts {
  store: Store
  clock: Clock
  log: Log
  intake: TrafficIntake
  applications: Applications
  secrets: AccountSecrets
  guard: Guard
  settings: VoiceSettings
  /** Something may have fallen due earlier than anybody waits for. */
  wake: () => void
}

export type Tell = (diagnostic: Omit<Diagnostic, 'at' | 'requestId'>) => void
