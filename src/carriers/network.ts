import type { TrafficIntake } from '../conversations/traffic-intake.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Store } from '../store/store.ts'
import type { Applications } from './applications.ts'
import type { MessageTraffic } from './message-traffic.ts'
import type { NumberBook } from './numbers.ts'

/** What the commands and loops of the virtual network work with. */
export interface Network {
  store: Store
  clock: Clock
  log: Log
  intake: TrafficIntake
  traffic: MessageTraffic
  applications: Applications
  numbers: NumberBook
  /** Called after a commit that leaves something to do for a loop. */
  wake: () => void
}
