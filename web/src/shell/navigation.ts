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

export interface Place {
  label: string
  path: string
  icon: typeof IconHome
}

/** The names are those of the vendor's console where it has such a page. */
export const navigation: { title: string; places: Place[] }[] = [
  {
    title: 'Start',
    places: [
      { label: 'Home', path: '/', icon: IconHome },
      { label: 'Phones', path: '/phones', icon: IconDeviceMobile },
    ],
  },
  {
    title: 'Conversation Orchestrator',
    places: [
      { label: 'Conversations', path: '/conversations', icon: IconMessages },
      { label: 'Conversation configurations', path: '/configurations', icon: IconSettings },
      { label: 'Stuck conversations', path: '/stuck', icon: IconClockPause },
      { label: 'Operations', path: '/operations', icon: IconProgress },
    ],
  },
  {
    title: 'Conversation Memory',
    places: [{ label: 'Profiles', path: '/profiles', icon: IconAddressBook }],
  },
  {
    title: 'Conversational Intelligence',
    places: [
      { label: 'Intelligence configurations', path: '/intelligence', icon: IconBulb },
      { label: 'Operators', path: '/operators', icon: IconWand },
      { label: 'Operator results', path: '/results', icon: IconReportAnalytics },
    ],
  },
  {
    title: 'Develop › Troubleshoot',
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
