import { Radio, Stack } from '@mantine/core'
import { useSearchParams } from 'react-router'
import { Page } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { ByConversation } from './by-conversation.tsx'
import { ByMessage } from './by-message.tsx'
import { StuckGuide, WebhooksGuide } from './elsewhere.tsx'

const symptoms = {
  message: {
    label: 'A message or a call is in no conversation',
    hint: 'Rules, numbers, directions, overlaps and recent changes, for one sender and receiver.',
    View: ByMessage,
  },
  conversation: {
    label: 'A conversation does not look as it should',
    hint: 'Profiles, memories, operators, double words and merges, for one conversation.',
    View: ByConversation,
  },
  stuck: {
    label: 'A conversation does not end',
    hint: 'Open ones that no clock will move on.',
    View: StuckGuide,
  },
  webhooks: {
    label: 'My application hears nothing',
    hint: 'Where webhooks go, and what they were answered.',
    View: WebhooksGuide,
  },
} as const
type Symptom = keyof typeof symptoms

/** The checklists of the troubleshooting guide, answered from what is stored; begins with what is wrong. */
export default function Diagnosis() {
  const [query, setQuery] = useSearchParams()
  const symptom: Symptom = Object.hasOwn(symptoms, query.get('symptom') ?? '')
    ? (query.get('symptom') as Symptom)
    : 'message'
  const { View, label } = symptoms[symptom]
  return (
    <Page title="Diagnosis" lead="Say what is wrong; everything that can cause it is looked at. Nothing is sent.">
      <Section title="What is wrong?">
        <Radio.Group
          aria-label="What is wrong?"
          value={symptom}
          onChange={(chosen) => setQuery({ symptom: chosen }, { replace: true })}
        >
          <Stack gap="xs">
            {Object.entries(symptoms).map(([value, one]) => (
              <Radio key={value} value={value} label={one.label} description={one.hint} />
            ))}
          </Stack>
        </Radio.Group>
      </Section>
      <Section title={label}>
        <View />
      </Section>
    </Page>
  )
}
