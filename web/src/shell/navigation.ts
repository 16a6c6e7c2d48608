import {
  IconAddressBook,
  IconAlertTriangle,
  IconBug,
  IconBulb,
  IconClockPause,
  IconDeviceMobile,
  IconGauge,
  IconHome,
  IconKey,
  IconKeyboard,
  IconMessages,
  IconProgress,
  IconReportAnalytics,
  IconSettings,
  IconStethoscope,
  IconWand,
  IconWebhook,
} from '@tabler/icons-react'

/** Where the vendor's console has these pages. */
const products = 'Products & services'

export interface Place {
  label: string
  path: string
  icon: typeof IconHome
}

/** The names are those of the vendor's console where it has such a page. */
export const navigation: { title: string; under?: string; places: Place[] }[] = [
  {
    title: 'Start',
    places: [
      { label: 'Home', path: '/', icon: IconHome },
      { label: 'Phones', path: '/phones', icon: IconDeviceMobile },
    ],
  },
  {
    title: 'Conversation Orchestrator',
    under: products,
    places: [
      { label: 'Conversations', path: '/conversations', icon: IconMessages },
      { label: 'Conversation configurations', path: '/configurations', icon: IconSettings },
      { label: 'Stuck conversations', path: '/stuck', icon: IconClockPause },
      { label: 'Operations', path: '/operations', icon: IconProgress },
    ],
  },
  {
    title: 'Conversation Memory',
    under: products,
    places: [{ label: 'Profiles', path: '/profiles', icon: IconAddressBook }],
  },
  {
    title: 'Conversational Intelligence',
    under: products,
    places: [
      { label: 'Intelligence configurations', path: '/intelligence', icon: IconBulb },
      { label: 'Operators', path: '/operators', icon: IconWand },
      { label: 'Operator results', path: '/results', icon: IconReportAnalytics },
    ],
  },
  {
    title: 'Troubleshoot',
    under: 'Develop',
    places: [
      { label: 'Debugger', path: '/debugger', icon: IconBug },
      { label: 'Webhooks', path: '/webhooks', icon: IconWebhook },
      { label: 'Diagnosis', path: '/diagnosis', icon: IconStethoscope },
    ],
  },
  {
    title: 'Account',
    places: [
      { label: 'Keys and numbers', path: '/keys', icon: IconKey },
      { label: 'Limits', path: '/limits', icon: IconGauge },
      { label: 'Keyboard', path: '/keyboard', icon: IconKeyboard },
    ],
  },
]

export const elsewhere = { errors: { label: 'Error codes', icon: IconAlertTriangle } }

/** The place that a path belongs to, and the names on the way to it. */
export function placeAt(pathname: string): { trail: string[]; place: Place } | undefined {
  for (const { under, title, places } of navigation) {
    const place = places.find(({ path }) => isAt(pathname, path))
    if (place) return { trail: under === undefined ? [title] : [under, title], place }
  }
  return undefined
}

export function isAt(pathname: string, path: string): boolean {
  return path === '/' ? pathname === '/' : pathname === path || pathname.startsWith(`${path}/`)
}
