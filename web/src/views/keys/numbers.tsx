import { Stack, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask, send } from '../../api/client.ts'
import { given } from '../../api/pages.ts'
import { useSession } from '../../api/session.tsx'
import { Act } from '../../parts/act.tsx'
import { Listing } from '../../parts/listing.tsx'
import { Section } from '../../parts/section.tsx'

const nothing = { PhoneNumber: '', FriendlyName: '', SmsUrl: '', VoiceUrl: '' }
const labels = {
  PhoneNumber: ['Phone number', '+15550001111'],
  FriendlyName: ['Friendly name', 'for people'],
  SmsUrl: ['A message comes in', 'URL of your application'],
  VoiceUrl: ['A call comes in', 'URL of your application'],
} as const
type Field = keyof typeof nothing

/** Numbers of the virtual network, each with the application that answers it. */
export function Numbers() {
  const client = useQueryClient()
  const accountSid = useSession().data?.accountSid ?? ''
  const path = `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers`
  const found = useQuery({
    queryKey: ['numbers', accountSid, 'all'],
    queryFn: () =>
      ask(
        api.GET('/2010-04-01/Accounts/{accountSid}/IncomingPhoneNumbers', {
          params: { path: { accountSid }, query: { pageSize: 200 } as never },
        }),
      ),
  })
  const renew = () => client.invalidateQueries({ queryKey: ['numbers'] })
  return (
    <Section
      title="Phone numbers"
      lead="Numbers of the network that exists only here. Messages and calls to one go to the application that it names."
      actions={
        <Edited
          title="Add a number"
          initial={nothing}
          save={async (fields) => {
            await send('POST', `${path}.json`, given(fields) as Record<string, string>)
            await renew()
          }}
        />
      }
    >
      <Listing
        label="Phone numbers"
        source={{ ...found, items: found.data?.incoming_phone_numbers ?? [] }}
        columns={['Number', 'Name', 'A message comes in', 'A call comes in', 'Change']}
        rowKey={({ sid }) => sid}
        row={({ sid, phone_number, friendly_name, sms_url, voice_url }) => [
          phone_number,
          friendly_name,
          <span key="sms" className="wrap-anywhere">
            {sms_url || 'nobody is asked'}
          </span>,
          <span key="voice" className="wrap-anywhere">
            {voice_url || 'calls fail'}
          </span>,
          <Stack key="change" gap={4}>
            <Edited
              title="Edit"
              label={`Edit ${phone_number}`}
              initial={{
                FriendlyName: friendly_name ?? '',
                SmsUrl: sms_url ?? '',
                VoiceUrl: voice_url ?? '',
              }}
              save={async (fields) => {
                await send('POST', `${path}/${sid}.json`, fields)
                await renew()
              }}
            />
            <Act
              size="compact-sm"
              color="red"
              aria-label={`Release ${phone_number}`}
              run={async () => {
                await send('DELETE', `${path}/${sid}.json`)
                await renew()
              }}
              confirm={`Nobody reaches the business at ${phone_number} any more.`}
            >
              Release
            </Act>
          </Stack>,
        ]}
        empty={{
          title: 'No numbers',
          todo: 'Add one, and any handset on the Phones page can write to it and call it.',
        }}
      />
    </Section>
  )
}

function Edited<F extends Partial<Record<Field, string>>>(props: {
  title: string
  label?: string
  initial: F
  save: (fields: Record<string, string>) => Promise<unknown>
}) {
  const [fields, setFields] = useState<Partial<Record<Field, string>>>(props.initial)
  const form = (
    <Stack gap="xs">
      {(Object.keys(props.initial) as Field[]).map((field) => (
        <TextInput
          key={field}
          label={labels[field][0]}
          placeholder={labels[field][1]}
          value={fields[field] ?? ''}
          onChange={(event) => setFields({ ...fields, [field]: event.currentTarget.value.trimStart() })}
        />
      ))}
    </Stack>
  )
  return (
    <Act
      size={props.title === 'Edit' ? 'compact-sm' : 'sm'}
      aria-label={props.label}
      run={() => props.save(fields as Record<string, string>)}
      confirm={form}
    >
      {props.title}
    </Act>
  )
}
