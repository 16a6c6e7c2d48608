import { Button, Checkbox, Group, MultiSelect, Paper, Stack, Stepper, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { api, ask } from '../../api/client.ts'
import type { GroupingType } from '../../api/types.ts'
import { provideStore } from '../../example/example.ts'
import { Act } from '../../parts/act.tsx'
import { ChooseStore, useStores } from '../../parts/choose-store.tsx'
import { Page } from '../../parts/page.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { type Body, differencesOf } from './difference.ts'
import { Differences } from './differences.tsx'
import { type Channel, type Channels, create, useOthers, useRelay } from './editing.ts'
import { Findings } from './findings.tsx'
import { GroupingChoice } from './grouping-choice.tsx'
import { lint } from './lint.ts'
import { RulesEditor } from './rules-editor.tsx'
import { OneChannel, withTimeouts } from './timeouts.tsx'

const steps = [
  'Name Configuration',
  'Memory store',
  'Channels',
  'Timeouts',
  'Callbacks and intelligence',
  'Review',
] as const
const isNumber = (text: string) => /^\+[1-9]\d{7,14}$/.test(text)
const empty: Body = {
  displayName: '',
  description: '',
  conversationGroupingType: '',
  memoryStoreId: '',
  channelSettings: {},
  statusCallbacks: [],
  intelligenceConfigurationIds: [],
  memoryExtractionEnabled: false,
  conversationsV1Bridge: null,
}

/** Step by step, as the vendor's wizard does; the address says which step it is. */
export default function CreateConfiguration() {
  const client = useQueryClient()
  const navigate = useNavigate()
  const [query, setQuery] = useSearchParams()
  const [displayName, setName] = useState('')
  const [description, setDescription] = useState('')
  const [grouping, setGrouping] = useState<GroupingType>('GROUP_BY_PARTICIPANT_ADDRESSES_AND_CHANNEL_TYPE')
  const [chosenStore, setStore] = useState<string>()
  const stores = useStores()
  const store = stores.data?.find(({ id }) => id === chosenStore) ?? stores.data?.[0]
  const storeId = chosenStore ?? store?.id
  const [channels, setChannels] = useState<Channels>({})
  const [callback, setCallback] = useState('')
  const [intelligence, setIntelligence] = useState<string[]>([])
  const [extraction, setExtraction] = useState(false)
  const others = useOthers(undefined)
  const usesRelay = useRelay()
  const findings = lint(channels, { others, usesRelay })
  const present = Object.keys(channels) as Channel[]
  const rulesAreWhole = Object.values(channels).every((one) =>
    (one?.captureRules ?? []).every(({ from, to }) => from !== '' && to !== ''),
  )
  const problems = [
    /^[a-zA-Z0-9-_ ]{1,32}$/.test(displayName) ? undefined : 'It needs a name of letters, digits, spaces, - and _.',
    undefined,
    rulesAreWhole && findings.every(({ level }) => level !== 'error')
      ? undefined
      : 'Each rule needs both of its sides, and numbers as E.164.',
    undefined,
    callback === '' || URL.canParse(callback) ? undefined : 'The callback is not a URL.',
    undefined,
  ]
  const asked = Number(query.get('step') ?? 1) - 1
  const firstProblem = problems.findIndex((problem) => problem !== undefined)
  const step = Math.max(0, Math.min(asked, steps.length - 1, firstProblem < 0 ? steps.length : firstProblem))
  const go = (to: number) => setQuery({ step: String(to + 1) })

  const body = {
    displayName,
    description: description || displayName,
    conversationGroupingType: grouping,
    channelSettings: channels,
    statusCallbacks: callback === '' ? [] : [{ url: callback, method: 'POST' as const }],
    intelligenceConfigurationIds: intelligence,
    memoryExtractionEnabled: extraction,
  }
  const save = async () => {
    const id = await create({ ...body, memoryStoreId: storeId ?? (await provideStore()) })
    await client.invalidateQueries({ queryKey: ['configurations'] })
    navigate(`/configurations/${id}`)
  }
  const panels: ReactNode[] = [
    <Stack key="name">
      <TextInput
        label="Name"
        value={displayName}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={32}
        required
      />
      <TextInput
        label="Description"
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
        maxLength={512}
      />
      <GroupingChoice
        value={grouping}
        onChange={setGrouping}
        description="Drawn by what four contacts of one customer, Kiran, become. It cannot be changed later; an assistant moves to a new configuration."
      />
    </Stack>,
    <Store key="store" stores={stores} value={storeId} onChange={setStore} />,
    <Stack key="channels">
      <QuickStart onChoose={setChannels} />
      <RulesEditor channels={channels} onChange={setChannels} />
      <Findings findings={findings} />
    </Stack>,
    <Stack key="timeouts" gap="sm">
      {present.length === 0 && <Text c="dimmed">There is no channel yet, so nothing has a timeout.</Text>}
      {present.map((channel) => (
        <OneChannel
          key={channel}
          channel={channel}
          timeouts={channels[channel]?.statusTimeouts}
          onChange={(timeouts) => setChannels(withTimeouts(channels, channel, timeouts))}
        />
      ))}
    </Stack>,
    <Stack key="callbacks">
      <TextInput
        label="Callback URL"
        description="Told of everything that happens in its conversations. May be left out."
        placeholder="https://example.com/conversations"
        value={callback}
        onChange={(event) => setCallback(event.currentTarget.value.trim())}
      />
      <Intelligence value={intelligence} onChange={setIntelligence} />
      <Checkbox
        label="Extract observations and summaries into the memory store when a conversation changes its state"
        checked={extraction}
        onChange={(event) => setExtraction(event.currentTarget.checked)}
      />
    </Stack>,
    <Stack key="review">
      <Text size="sm">This is what will be made:</Text>
      <Differences
        differences={differencesOf(empty, {
          ...body,
          memoryStoreId: store?.displayName ?? storeId ?? 'a new one',
          conversationsV1Bridge: null,
        } as Body)}
      />
      <Findings findings={findings} />
    </Stack>,
  ]
  const problem = problems[step]
  return (
    <Page title="Create a Conversation configuration" lead={`Step ${step + 1} of ${steps.length}: ${steps[step]}`}>
      <Stack maw={900}>
        <Stepper active={step} onStepClick={go} size="xs" visibleFrom="md" wrap={false} allowNextStepsSelect={false}>
          {steps.map((name) => (
            <Stepper.Step key={name} label={name} />
          ))}
        </Stepper>
        <Paper withBorder p="md" component="section" aria-label={steps[step] ?? ''}>
          {panels[step]}
        </Paper>
        <Group>
          {step > 0 && (
            <Button variant="default" onClick={() => go(step - 1)}>
              Back
            </Button>
          )}
          {step < steps.length - 1 ? (
            <Button onClick={() => go(step + 1)} disabled={problem !== undefined}>
              Next
            </Button>
          ) : (
            <Act variant="filled" run={save}>
              Create
            </Act>
          )}
          {problem !== undefined && (
            <Text size="sm" c="dimmed">
              {problem}
            </Text>
          )}
        </Group>
      </Stack>
    </Page>
  )
}

/** Rules for one number on several channels, in both directions, as one alone would miss half. */
function QuickStart({ onChoose }: { onChoose: (channels: Channels) => void }) {
  const [number, setNumber] = useState('')
  const [chosen, setChosen] = useState<string[]>(['SMS'])
  const fill = () => {
    const rules = [
      { from: '*', to: number, metadata: {} },
      { from: number, to: '*', metadata: {} },
    ]
    const settings = chosen.map((channel) => [
      channel,
      channel === 'VOICE'
        ? {
            statusTimeouts: { inactive: null, closed: null },
            captureRules: rules.map((rule) => ({ ...rule, metadata: { callType: 'PSTN' } })),
          }
        : { statusTimeouts: { inactive: 15, closed: 60 }, captureRules: rules },
    ])
    onChoose(Object.fromEntries(settings))
  }
  return (
    <Group align="flex-end">
      <TextInput
        label="Your number"
        placeholder="+15550001111"
        value={number}
        onChange={(event) => setNumber(event.currentTarget.value.trim())}
        error={number !== '' && !isNumber(number) && 'Write it as E.164: a + and 8 to 15 digits'}
      />
      <Checkbox.Group label="Channels" value={chosen} onChange={setChosen}>
        <Group mt="xs">
          {['SMS', 'WHATSAPP', 'RCS', 'VOICE'].map((channel) => (
            <Checkbox key={channel} value={channel} label={channel} />
          ))}
        </Group>
      </Checkbox.Group>
      <Button variant="default" onClick={fill} disabled={!isNumber(number) || chosen.length === 0}>
        Make rules in both directions
      </Button>
    </Group>
  )
}

function Store(props: {
  stores: ReturnType<typeof useStores>
  value: string | undefined
  onChange: (id: string) => void
}) {
  const { stores: found, value = '', onChange } = props
  const client = useQueryClient()
  const stores = found.data ?? []
  const make = async () => {
    onChange(await provideStore())
    await client.invalidateQueries({ queryKey: ['stores'] })
  }
  return (
    <Stack>
      <Text size="sm">The memory store knows the customers: whose number it is, and what is remembered of them.</Text>
      {found.isError && <Trouble error={found.error} onRetry={() => void found.refetch()} />}
      {stores.length > 0 ? (
        <ChooseStore stores={stores} value={value} onChange={onChange} />
      ) : (
        <Group>
          <Text size="sm" c="dimmed">
            There is none yet.
          </Text>
          <Act run={make}>Create a memory store</Act>
        </Group>
      )}
    </Stack>
  )
}

function Intelligence({ value, onChange }: { value: string[]; onChange: (ids: string[]) => void }) {
  const found = useQuery({
    queryKey: ['intelligence', 'configurations'],
    queryFn: () => ask(api.GET('/v3/ControlPlane/Configurations', {})),
  })
  const all = found.data?.items ?? []
  return (
    <MultiSelect
      label="Intelligence configurations"
      description="Their rules run language operators on its conversations; at most five."
      data={all.map(({ id, displayName }) => ({ value: id, label: displayName }))}
      placeholder={all.length === 0 ? 'there is none yet' : ''}
      value={value}
      onChange={onChange}
      maxValues={5}
    />
  )
}
